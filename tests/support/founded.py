"""A consortium's supervision on a simulated service: members, and standards in force."""

from datetime import timedelta
from typing import Any

from tests.support.licensed import admit
from tests.support.simulated_service import RunningService
from tests.support.supervised import parameters_of


async def posted(running: RunningService, path: str, body: Any, name: str = "", status: int = 201) -> dict[str, Any]:
    """What a POST answers, which must have ``status``."""
    answer = await running.post(path, body, name)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def adopt(running: RunningService, **standards: dict[str, int]) -> None:
    """Adopt the first ``standards``, with other numbers where they are given, as happened a minute ago."""
    clock = running.ledger.simulator.clock
    then = clock.now() - timedelta(minutes=1)
    clock.set(then)
    for name, parameters in standards.items():
        proposal = {
            "name": name,
            "title": f"Standard of {name}",
            "text_sha256": "cd" * 32,
            "parameters": {**parameters_of(name), **parameters},
            "effective_from": then.isoformat(),
            "votes_until": (then + timedelta(hours=1)).isoformat(),
        }
        await posted(running, "/standards", proposal, "officer")
        for voter in ("officer", "regulator"):
            await posted(running, f"/standards/{name}/0001/votes", {"approves": True}, voter)
    clock.let_go()


async def found(running: RunningService, **standards: dict[str, int]) -> None:
    """Let the first ``standards`` be in force (see ``adopt``), and admit all who trade."""
    await adopt(running, **standards)
    await admit(running.service.writes, running.service.wallet)
