"""Facts: what one recorded event says about goods, as far as lineage and grading need it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.naming import lots_of, namings_with
from fairledger_contracts.records.signatory import Signatory

BEFORE_A_WORD = ("BizStep-", "Disp-", "bizstep:", "disp:", "cbv:")
POSSESSING = "possessing_party"
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
ALARM = "ALARM_CONDITION"  # of sensorReport.exception (EPCIS 2.0, 7.3.7.2)


INPUTS = ("inputEPCList", "inputQuantityList")
OUTPUTS = ("outputEPCList", "outputQuantityList")
CHILDREN = ("childEPCs", "childQuantityList")
OBJECTS = ("epcList", "quantityList")
Order = tuple[datetime, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """``named`` are the items that an event names, by role, in canonical ids. Times are UTC.

    ``lots`` are things that were made, each with its lot.
    ``declared`` says that its own party declared it erroneous, ``disputed`` that only somebody else did. ``giver`` and
    ``taker`` are the parties that it states the goods went from and to, as canonical ids.
    """

    event_id: str
    digest: str
    type: str
    action: str
    step: str
    disposition: str
    event_time: datetime
    recorded_at: datetime
    recorder: Signatory
    read_point: str
    location: str
    transformation: str
    named: tuple[tuple[str, tuple[str, ...]], ...]
    lots: tuple[tuple[str, str], ...]
    amounts: tuple[tuple[str, int], ...]
    giver: str
    taker: str
    alarm: bool
    declared: bool
    disputed: bool

    def __hash__(self) -> int:
        """By its event's content, from which all else follows; the same number in every process."""
        return int.from_bytes(self.digest.encode())

    @property
    def order(self) -> Order:
        """In which order things happened: by their own times; what is alike, by the ledger's, then by id."""
        return self.event_time, self.recorded_at, self.event_id, self.digest

    def items(self, *roles: str) -> tuple[str, ...]:
        """The items that it names in ``roles``, each once."""
        return tuple(dict.fromkeys(item for role, items in self.named if role in roles for item in items))

    def names(self, item: str, *roles: str) -> bool:
        """Whether it names an item in one of ``roles``."""
        return any(role in roles and item in items for role, items in self.named)

    def names_any(self, *roles: str) -> bool:
        """Whether it names anything in one of ``roles``."""
        return any(role in roles and items for role, items in self.named)

    def roles(self, item: str) -> tuple[str, ...]:
        """The roles in which it names an item."""
        return tuple(role for role, items in self.named if item in items)

    def amount(self, item: str) -> int | None:
        """How much of a class it names, whole units; None where it does not say."""
        return dict(self.amounts).get(item)


def fact_of(
    text: str, *, digest: str, recorded_at: datetime, recorder: Signatory, declared_by: Signatory | None
) -> Fact | None:
    """The fact in an event's text. None for an error declaration, which is no fact about goods but about an event."""
    event = _DECODER.decode(text)
    if "errorDeclaration" in event:
        return None
    found: dict[str, dict[str, None]] = {}
    amounts: dict[str, int] = {}
    lots = lots_of(event)
    for naming in namings_with(event, lots):
        found.setdefault(naming.role, {})[naming.item.id] = None
        whole = _whole(naming.quantity)
        if whole is not None:
            amounts[naming.item.id] = amounts.get(naming.item.id, 0) + whole
    own = declared_by is not None and declared_by.party == recorder.party
    return Fact(
        event_id=event["eventID"],
        digest=digest,
        type=event["type"],
        action=event.get("action", ""),
        step=word(event.get("bizStep", "")),
        disposition=word(event.get("disposition", "")),
        event_time=_moment(event["eventTime"]),
        recorded_at=recorded_at.astimezone(UTC),
        recorder=Signatory(msp_id=recorder.msp_id, id=recorder.id, role=recorder.role, gln=recorder.gln),
        read_point=_place(event.get("readPoint")),
        location=_place(event.get("bizLocation")),
        transformation=canonical_item(event["transformationID"]).id if event.get("transformationID") else "",
        named=tuple((role, tuple(items)) for role, items in found.items()),
        lots=tuple((thing.id, lot.id) for thing, lot in lots),
        amounts=tuple(amounts.items()),
        giver=_possessor(event.get("sourceList"), "source"),
        taker=_possessor(event.get("destinationList"), "destination"),
        alarm=_alarmed(event.get("sensorElementList") or ()),
        declared=own,
        disputed=declared_by is not None and not own,
    )


def counted(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts that their own recorders still stand by."""
    return (fact for fact in facts if not fact.declared)


def word(value: str) -> str:
    """The bare word of the Core Business Vocabulary, in whatever form it was written; other URIs as they are."""
    for before in BEFORE_A_WORD:
        _, found, rest = value.rpartition(before)
        if found:
            return rest
    return value


def _moment(text: str) -> datetime:
    """A time in UTC; within hours of the calendar's ends, where UTC may have no such day, without its offset."""
    written = datetime.fromisoformat(text)
    utc = written.replace(tzinfo=UTC)
    far = min(utc - EARLIEST, LATEST - utc) > timedelta(days=1)
    return written.astimezone(UTC) if far else utc


def _place(member: Mapping[str, Any] | None) -> str:
    return canonical_item(member["id"]).id if member else ""


def _possessor(listed: Iterable[Mapping[str, Any]] | None, member: str) -> str:
    for each in listed or ():
        if word(str(each["type"])).rpartition("-")[2].rpartition(":")[2] == POSSESSING:
            return canonical_item(each[member]).id
    return ""


def _alarmed(elements: Iterable[Mapping[str, Any]]) -> bool:
    return any(report.get("exception") == ALARM for each in elements for report in each.get("sensorReport") or ())


def _whole(quantity: Any) -> int | None:
    if quantity is None:
        return None
    digits = str(quantity).partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None  # noqa: PLR2004
