"""The payment provider of the demo: the sandbox, which speaks with the service by signed webhooks as real ones do."""

import threading
import time
from types import TracebackType
from typing import Any, Self

import httpx

from fairledger.provider.sandbox import create_sandbox
from fairledger.provider.settings import ProviderSettings, set_up
from fairledger.serving import server_of
from fairledger_network.demo.people import People
from fairledger_network.errors import DemoFailed
from fairledger_network.layout import Layout

PROVIDER = "provider"
DEADLINE_S = 60.0  # for the sandbox to start, and for a payment to be on the ledger
POLL_INTERVAL_S = 0.05


class Provider:
    """Plays ``PROVIDER`` on a free port of this machine for as long as it is entered."""

    def __init__(self, people: People, layout: Layout) -> None:
        self._people = people
        home = people.home(PROVIDER)
        self._folder = layout.api(home.organization) / "providers"
        webhook = f"{home.url}/providers/{PROVIDER}/webhook"
        app = create_sandbox(PROVIDER, webhook, lambda: ProviderSettings.load(self._folder, PROVIDER))
        self._server = server_of(app)
        self._thread = threading.Thread(target=self._server.run, name="sandbox", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + DEADLINE_S
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise DemoFailed("the sandbox provider does not start")
            time.sleep(POLL_INTERVAL_S)
        address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        set_up(self._folder, PROVIDER, f"{address}/webhook")
        self._http = httpx.Client(base_url=address, timeout=DEADLINE_S, trust_env=False)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._http.close()
        self._server.should_exit = True
        self._thread.join(DEADLINE_S)

    def pay(self, owner: str, payment: dict[str, Any], what: str) -> str:
        """Take a payment, and wait for the note that the service makes of it; the note's id. Raises ``DemoFailed``."""
        self._http.post("/payments", json={"owner": owner, **payment}).raise_for_status()
        note = str(self._taken("payments", "reference", payment["reference"])["result"])
        transaction = note.partition(":")[0]
        block = self._people.note(self._people.home(PROVIDER))
        self._people.tell(PROVIDER, f"by signed webhook: {what}", f"transaction {transaction} by block {block}")
        return note

    def await_payout(self, payout: str) -> None:
        """Wait until the provider heard of a payout, paid it, and told the service. Raises ``DemoFailed``."""
        paid = self._taken("payouts", "payout", payout)
        if paid["result"] != "paid":
            raise DemoFailed(f"the payout is {paid['result']}")

    def _taken(self, kind: str, name: str, value: str) -> dict[str, Any]:
        """The sandbox's entry with that value, once the service has taken what it tells."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            entries: list[dict[str, Any]] = self._http.get(f"/{kind}").raise_for_status().json()
            for entry in entries:
                if entry[name] == value and entry["state"] == "taken":
                    return entry
                if entry[name] == value and entry["state"] == "refused":
                    raise DemoFailed(f"the service refuses what the provider tells: {entry['result']}")
            time.sleep(POLL_INTERVAL_S)
        raise DemoFailed(f"the service and the sandbox provider do not agree on {value} after {DEADLINE_S:g} s")
