"""Standards with numbers: proposed by the association, voted in force by the members."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fairledger_network.demo.people import People, Step
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

PLATFORMS = ("PlatformA", "PlatformB")
VOTERS = ("officer", "regulator", "steward")  # three of four members are a majority
EFFECT_S = 6  # from the proposal on; the votes are in by then
VOTES_S = 3_600
IN_FORCE_DEADLINE_S = 60.0


@dataclass(frozen=True)
class Rulebook:
    """The project's own standards in ``folder``; what ``folder/demo`` has in their place counts in the demo alone."""

    folder: Path

    def standards(self) -> list[dict[str, Any]]:
        """Name, title, parameters and the hash of the text, which is the file itself."""
        return [self._standard(file) for file in sorted(self.folder.glob("*.json"))]

    def texts(self) -> list[bytes]:
        """The standards' texts, in the same order."""
        return [self._text(file) for file in sorted(self.folder.glob("*.json"))]

    def _standard(self, file: Path) -> dict[str, Any]:
        own, text = json.loads(file.read_bytes()), self._text(file)
        told = json.loads(text)
        parameters = {**own["parameters"], **told["parameters"]}
        return {**told, "parameters": parameters, "text_sha256": hashlib.sha256(text).hexdigest()}

    def _text(self, file: Path) -> bytes:
        of_demo = self.folder / "demo" / file.name
        return (of_demo if of_demo.is_file() else file).read_bytes()


class Standards:
    """The act in which the consortium agrees on its numbers."""

    def __init__(self, services: Mapping[str, Service], people: People, teller: Teller, rulebook: Rulebook) -> None:
        self._service = services["Association"]
        self._people = people
        self._teller = teller
        self._rulebook = rulebook

    def agree(self) -> None:
        """Platforms are enrolled, and the standards that are not in force yet are voted on."""
        self._teller.act("The consortium agrees on its numbers")
        self._enrol()
        wanted = self._rulebook.standards()
        new = [standard for standard in wanted if self._in_force(standard["name"]) != standard["parameters"]]
        self._propose(new)
        self._wait(new)
        for standard in wanted:
            self._teller.say(f"in force: [bold]{standard['name']}[/]. {standard['title']}")
        self._people.page(VOTERS[0], "/desk/supervision")
        page = self._teller.link(f"{self._service.url}/standards")
        self._teller.came_to(f"{len(wanted)} standards in force", page)

    def _enrol(self) -> None:
        enrolled = {member["msp_id"] for member in self._people.catch_up(self._service).get("/members")}
        for name in PLATFORMS:
            if f"{name}MSP" not in enrolled:
                self._people.write("officer", f"enrols {name}", "/members", {"msp_id": f"{name}MSP", "name": name})

    def _propose(self, standards: list[dict[str, Any]]) -> None:
        now = datetime.now(UTC)
        dates = {
            "effective_from": (now + timedelta(seconds=EFFECT_S)).isoformat(),
            "votes_until": (now + timedelta(seconds=VOTES_S)).isoformat(),
        }
        for text in self._rulebook.texts():
            self._service.post("officer", "/documents", content=text)
        proposed = self._people.write_all(
            [Step("officer", f"proposes {each['name']}", "/standards", {**each, **dates}) for each in standards]
        )
        for voter in VOTERS if proposed else ():
            self._people.write_many(voter, f"votes for all {len(proposed)}", [_vote(each) for each in proposed])

    def _wait(self, standards: list[dict[str, Any]]) -> None:
        """Wait until all of them count. Raises ``DemoFailed`` when one does not."""
        deadline = time.monotonic() + IN_FORCE_DEADLINE_S
        for standard in standards:
            while self._in_force(standard["name"]) != standard["parameters"]:
                if time.monotonic() > deadline:
                    raise DemoFailed(f"the standard {standard['name']} was voted for and is not in force")
                time.sleep(0.1)

    def _in_force(self, name: str) -> dict[str, int] | None:
        """The numbers that count now; None where there are none."""
        numbers: dict[str, int] | None = (
            self._people.catch_up(self._service).find(f"/standards/{name}", {}).get("parameters")
        )
        return numbers


def _vote(standard: Mapping[str, Any]) -> tuple[str, Any]:
    return f"/standards/{standard['name']}/{standard['version']}/votes", {"approves": True}
