"""The acts about personal data: read under warrant alone, and purged for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fairledger_network.demo.people import People
from fairledger_network.demo.sealed_data import ciphertext_of, holders
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed
from fairledger_network.layout import Layout
from fairledger_network.nodes import peer_name

PLATFORM = "PlatformA"
MSP_ID = f"{PLATFORM}MSP"
OPERATOR = "operator"
HOLDERS = {peer_name(PLATFORM), peer_name("Regulator")}
VALUES = {"name": "张三 Zhang San", "phone": "+86 138 0000 0000", "address": "深圳市南山区 1 号"}
READ, NOT_NAMED = "phone", "address"
NO_WARRANT = "0" * 64
WARRANT_LENGTH = timedelta(days=7)


@dataclass(frozen=True)
class Held:
    """An order's personal data: the buyer's ``secret``, and a ciphertext as it lies on its holders' disks."""

    order: str
    secret: str
    ciphertext: bytes


class PersonalData:
    """An order of the big platform with a buyer's data; fails when somebody sees what they must not."""

    def __init__(self, services: Mapping[str, Service], people: People, teller: Teller, layout: Layout) -> None:
        self._services = services
        self._people = people
        self._teller = teller
        self._layout = layout

    def read(self, run: str) -> Held:
        """The regulator reads a field by a warrant of two officers; without one it is refused, and on record."""
        self._teller.act("Who may read a buyer's name and phone number")
        held = self._place(run)
        self._refused(held, NO_WARRANT, READ, "PRIVACY_WARRANT_UNKNOWN")
        warrant = self._made(held)
        self._not_alone(warrant)
        self._confirm(warrant)
        self._refused(held, warrant, NOT_NAMED, "PRIVACY_WARRANT_FIELDS")
        opened = (
            self._people.home("regulator").post("regulator", "/privacy/reads", json=_terms(held, warrant, READ)).json()
        )
        if opened["values"] != {READ: VALUES[READ]}:
            raise DemoFailed("the regulator reads something else than the buyer gave")
        block = self._people.note(self._services["Regulator"])
        self._people.tell("regulator", f"reads the {READ}: {opened['values'][READ]}", f"on record by block {block}")
        self._people.write("supervisor", "ends the warrant", f"/privacy/warrants/{warrant}/end")
        self._seen_by_the_association(held)
        return held

    def purge(self, held: Held) -> None:
        """The buyer has the data purged, at the platform and the regulator, with proof."""
        self._teller.act("A buyer is forgotten")
        mine = self._mine(held)
        self._teller.say(
            f"The buyer sees what is held: {', '.join(mine['values'])}, at {' and '.join(mine['held_by'])},"
        )
        self._teller.say(f"and who read it: {len(mine['readings'])} readings, {_refusals(mine)} of them refused.")
        if mine["values"] != VALUES or not mine["readings"]:
            raise DemoFailed("the buyer does not see what is held, or who read it")
        service = self._services[PLATFORM]
        path = f"/privacy/orders/{held.order}/purge"
        reason = {"reason": "The buyer asked for it"}
        purged = service.post_bare(path, reason, **_secret(held)).json()
        block = self._people.note(service)
        self._teller.done(f"a buyer ({PLATFORM})", "by their secret, purges it", f"by block {block}")
        self._gone(held, purged)

    def check_healed(self, held: Held, peer: str) -> None:
        """A peer that got its data from the others did not get back what was purged. Raises ``DemoFailed``."""
        if peer in holders(self._layout, held.ciphertext):
            raise DemoFailed(f"{peer} has got back what was purged")
        self._teller.say(f"[green]✓[/] What the buyer had purged did not come back to {peer}'s disk.")

    def _place(self, run: str) -> Held:
        order = f"web-{run}"
        new = {
            "order": order,
            "person": f"customer-{run}",
            "values": VALUES,
            "area": "CN-4403",
            "goods": "https://id.gs1.org/01/09521000001107",
            "quantity": 1,
            "price_minor": 299_900,
            "currency": "CNY",
            "ordered_at": datetime.now(UTC).isoformat(),
        }
        placed = self._people.write(OPERATOR, "places an order, sealed", "/privacy/orders", new)
        public = placed["record"]
        if any(value in str(public) for value in VALUES.values()):
            raise DemoFailed("the public record tells personal data")
        facts = public["facts"]
        self._teller.say(
            f"Everybody sees: {facts['goods']} to {facts['area']}, by {facts['pseudonym'][:12]}…, and no name."
        )
        ciphertext = ciphertext_of(self._layout, PLATFORM, OPERATOR, order)
        held = Held(order, placed["capability"], ciphertext)
        nodes = holders(self._layout, held.ciphertext)
        if nodes != HOLDERS:
            raise DemoFailed(f"the sealed data should lie at {HOLDERS}, and lie at {nodes}")
        self._teller.say(f"The sealed data lie on the disks of {' and '.join(sorted(nodes))}, and nowhere else.")
        return held

    def _made(self, held: Held) -> str:
        now = datetime.now(UTC)
        terms = {
            "platform": MSP_ID,
            "subject": {"kind": "order", "value": held.order},
            "fields": [READ],
            "purpose": "Complaint about a parcel that never came",
            "legal_basis": "E-Commerce Law of the PRC, article 25",
            "valid_from": now.isoformat(),
            "valid_until": (now + WARRANT_LENGTH).isoformat(),
        }
        made = self._people.write("regulator", f"makes a warrant for the {READ}", "/privacy/warrants", terms)
        return str(made["id"])

    def _not_alone(self, warrant: str) -> None:
        path = f"/privacy/warrants/{warrant}/confirm"
        code = self._services["Regulator"].refuse("regulator", path, None)
        if code != "PRIVACY_WARRANT_OWN":
            raise DemoFailed(f"nobody confirms their own warrant; the ledger says {code}")
        self._teller.refused(f"regulator confirms their own warrant: {code}")

    def _confirm(self, warrant: str) -> None:
        self._people.write("supervisor", "confirms the warrant", f"/privacy/warrants/{warrant}/confirm")

    def _refused(self, held: Held, warrant: str, field: str, expected: str) -> None:
        code = self._people.at("Regulator").refuse("regulator", "/privacy/reads", _terms(held, warrant, field))
        if code != expected:
            raise DemoFailed(f"the reading should be refused with {expected}, not {code}")
        block = self._people.note(self._services["Regulator"])
        self._teller.refused(f"regulator reads the {field}: {code}, on record by block {block}")

    def _seen_by_the_association(self, held: Held) -> None:
        readings = [
            each for each in self._people.see("officer", "/privacy/reads") if each["terms"]["order"] == held.order
        ]
        refusals = sorted(each["refused"] for each in readings)
        if refusals != ["", "PRIVACY_WARRANT_FIELDS", "PRIVACY_WARRANT_UNKNOWN"]:
            raise DemoFailed(f"the association should see one reading and two refusals, and sees {refusals}")
        self._teller.say("The association, whose service released the key, sees all three attempts:")
        page = self._people.page("officer", "/desk/warrants")
        self._people.page("regulator", "/desk/warrants")
        self._teller.came_to("read once, by a warrant of two; two attempts refused, on record", page)

    def _gone(self, held: Held, purged: Mapping[str, Any]) -> None:
        """The order stays, and tells that nothing is held any more; nobody reads it, with a warrant or without."""
        mine = self._mine(held)
        if mine["values"] or mine["held_by"] or not purged["purged_at"]:
            raise DemoFailed("the data were purged, and are still held")
        warrant = self._made(held)
        self._confirm(warrant)
        self._refused(held, warrant, READ, "PRIVACY_PURGED")
        self._teller.say(f"The order stays, without a buyer: purged at {purged['purged_at']}, for everybody to see.")
        self._teller.say(f"The buyer, with order {held.order} and their secret, sees the same at:")
        page = self._teller.link(f"{self._services[PLATFORM].url}/my-data")
        self._teller.came_to("nothing held any more, with proof", page)

    def _mine(self, held: Held) -> Any:
        return self._people.at(PLATFORM).get_with(f"/privacy/orders/{held.order}/mine", **_secret(held))


def _terms(held: Held, warrant: str, field: str) -> dict[str, Any]:
    return {"warrant": warrant, "platform": MSP_ID, "order": held.order, "fields": [field]}


def _secret(held: Held) -> dict[str, str]:
    return {"Fairledger-Capability": held.secret}


def _refusals(mine: Mapping[str, Any]) -> int:
    return sum(bool(each["refused"]) for each in mine["readings"])
