"""The act about a platform that discloses late: found by the contract, and punished after a hearing and an appeal."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from fairledger_network.demo.money import Money, amount_of
from fairledger_network.demo.people import People
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

PLATFORM = "PlatformBMSP"
ASSOCIATION, REGULATOR, OFFICER_OF_PLATFORM, FINDER = "officer", "regulator", "warden", "consumer"
FIGURES = {
    "subject": "figures",
    "orders": 1_200,
    "complaints": 3,
    "complaints_resolved": 5,
    "refunds": 12,
    "refunded_minor": 359_880,
    "currency": "CNY",
}
REASONS = "More complaints are told to be resolved than there were"
FINE_MINOR = 1_000_000
WAIT_MAX_S = 30.0
EARLIEST = 2_000


class Disclosures:
    """A month's figures of the small platform; fails when they are not found late, or the fine does not end."""

    def __init__(self, people: People, money: Money, teller: Teller) -> None:
        self._people = people
        self._money = money
        self._teller = teller
        self._period = ""

    def punish(self) -> None:
        """Figures that are rejected and not mended in time are late; the fine for that is heard, judged and paid.

        Each month is fined for once: a demo on a ledger that has seen one before goes further back.
        """
        self._teller.act("A platform discloses late")
        service = self._people.home(ASSOCIATION)
        self._period = next(each for each in months_before(datetime.now(UTC)) if self._state(each) in (None, "filed"))
        if self._state(self._period) is None:
            body = {"period": self._period, "published": FIGURES}
            self._people.write(OFFICER_OF_PLATFORM, f"discloses figures, {self._period}", "/disclosures", body)
        opinion = {"accepted": False, "reasons": REASONS}
        rejected = self._people.write(ASSOCIATION, "rejects them", f"{self._path}/review", opinion)
        self._teller.say(f"{REASONS}: to be mended until {rejected['due_at']}.")
        wait_until_after(datetime.fromisoformat(rejected["due_at"]))
        late = self._people.write(FINDER, "has it found late", f"{self._path}/late")
        if late["state"] != "missing" or not late["late_at"]:
            raise DemoFailed(f"the disclosure should be found late, and is {late['state']}")
        self._sanction()
        self._teller.say(
            f"Found late by the contract, heard, appealed, upheld and paid: a fine of {amount_of(FINE_MINOR)} CNY."
        )
        page = self._teller.link(f"{service.url}/platforms/{PLATFORM}")
        self._people.page(ASSOCIATION, "/desk/supervision")
        self._teller.came_to(f"a fine of {amount_of(FINE_MINOR)} for {PLATFORM}", page)

    @property
    def _path(self) -> str:
        return f"/disclosures/{PLATFORM}/figures/{self._period}"

    def _state(self, period: str) -> Any:
        found = self._people.at_home(ASSOCIATION).find(f"/disclosures/{PLATFORM}/figures/{period}", {})
        return found.get("state")

    def _sanction(self) -> None:
        ground = {"kind": "disclosure", "key": [PLATFORM, "figures", self._period]}
        new = {
            "msp_id": PLATFORM,
            "penalty": "fine",
            "ground": ground,
            "rule": "late_disclosure",
            "amount_minor": FINE_MINOR,
            "currency": "CNY",
        }
        opened = self._people.write(ASSOCIATION, "opens a hearing on a fine", "/sanctions", new)
        at = f"/sanctions/{opened['id']}"
        self._people.write(OFFICER_OF_PLATFORM, "is heard", f"{at}/hear", {})
        self._people.write(ASSOCIATION, "imposes the fine", f"{at}/decisions/association", {"stands": True})
        self._people.write(OFFICER_OF_PLATFORM, "appeals", f"{at}/appeal", {})
        self._people.write(REGULATOR, "upholds the fine", f"{at}/decisions/regulator", {"stands": True})
        note = self._money.pay_into_account(PLATFORM, FINE_MINOR)
        ended = self._people.write(OFFICER_OF_PLATFORM, "pays the fine in notes", f"{at}/payment", {"notes": [note]})
        if (ended["state"], ended["heard"], ended["upheld"]) != ("ended", True, True):
            raise DemoFailed(f"the fine should have been heard, upheld and paid, and is {ended['state']}")


def months_before(now: datetime) -> Iterator[str]:
    """The months that are over, the last one first."""
    while now.year > EARLIEST:
        now = now.replace(day=1) - timedelta(days=1)
        yield f"{now:%Y-%m}"


def wait_until_after(moment: datetime) -> None:
    """Wait for a deadline to pass. Raises ``DemoFailed`` for one that is far."""
    wait_s = (moment - datetime.now(UTC)).total_seconds()
    if wait_s > WAIT_MAX_S:
        raise DemoFailed(
            f"the deadline {moment.isoformat()} is not that of the demo's own standard; begin a new ledger"
        )
    time.sleep(max(0.0, wait_s) + 0.2)
