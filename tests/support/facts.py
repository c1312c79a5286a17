"""Facts for tests of lineage: made by hand, without a ledger."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.question import Answer, Answers, Question
from fairledger_contracts.records.signatory import Signatory

START = datetime(2026, 3, 1, tzinfo=UTC)
GS1 = "https://id.gs1.org"
PHONE = f"{GS1}/01/09521000001107/21/FP1"


def person(name: str, role: str, place: int, msp_id: str = "PlatformAMSP") -> Signatory:
    return Signatory(msp_id=msp_id, id=name, role=role, gln=f"952100000{place:04d}")


PRODUCER = person("producer", "producer", 18)
PROCESSOR = person("processor", "processor", 25)
CARRIER = person("carrier", "carrier", 32, "PlatformBMSP")
MERCHANT = person("merchant", "merchant", 49, "PlatformBMSP")
INSPECTOR = person("inspector", "inspector", 56, "AssociationMSP")


def site(who: Signatory, door: str = "") -> str:
    """The read point at somebody's place of business."""
    return f"{GS1}/414/{who.gln}" + (f"/254/{door}" if door else "")


def possessing(who: Signatory) -> str:
    """Somebody as possessing party."""
    return f"{GS1}/417/{who.gln}"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def fact(
    event_id: str,
    hours: float = 0,
    *,
    by: Signatory = PRODUCER,
    kind: str = "ObjectEvent",
    action: str = "",
    step: str = "",
    disposition: str = "",
    recorded_h: float = 1,
    read_point: str = "",
    location: str = "",
    transformation: str = "",
    lots: Sequence[tuple[str, str]] = (),
    amounts: Sequence[tuple[str, int]] = (),
    giver: str = "",
    taker: str = "",
    alarm: bool = False,
    declared: bool = False,
    disputed: bool = False,
    **named: Sequence[str],
) -> Fact:
    """A fact of ``hours`` after the start, recorded ``recorded_h`` later; ``named`` are items by their role."""
    roles = {role: tuple(items) for role, items in named.items()}
    if transformation:
        roles["transformationID"] = (transformation,)
    if lots:
        roles["lotNumber"] = tuple(dict.fromkeys(lot for _, lot in lots))
    return Fact(
        event_id=event_id,
        digest=event_id,
        type=kind,
        action="" if kind == "TransformationEvent" else action or "OBSERVE",
        step=step,
        disposition=disposition,
        event_time=at(hours),
        recorded_at=at(hours + recorded_h),
        recorder=by,
        read_point=read_point,
        location=location,
        transformation=transformation,
        named=tuple(roles.items()),
        lots=tuple(lots),
        amounts=tuple(amounts),
        giver=giver,
        taker=taker,
        alarm=alarm,
        declared=declared,
        disputed=disputed,
    )


def made(event_id: str, hours: float, *things: str, by: Signatory = PRODUCER) -> Fact:
    return fact(event_id, hours, by=by, action="ADD", step="commissioning", epcList=things)


def seen(event_id: str, hours: float, *things: str, step: str = "storing", by: Signatory = PRODUCER) -> Fact:
    return fact(event_id, hours, by=by, step=step, epcList=things)


def transformed(
    event_id: str, hours: float, inputs: Sequence[str], outputs: Sequence[str], transformation: str = ""
) -> Fact:
    return fact(
        event_id,
        hours,
        kind="TransformationEvent",
        transformation=transformation,
        inputEPCList=inputs,
        outputEPCList=outputs,
    )


def packed(event_id: str, hours: float, parent: str, *children: str, action: str = "ADD") -> Fact:
    return fact(event_id, hours, kind="AggregationEvent", action=action, parentID=(parent,), childEPCs=children)


def unpacked(event_id: str, hours: float, parent: str, *children: str) -> Fact:
    return packed(event_id, hours, parent, *children, action="DELETE")


def built(event_id: str, hours: float, parent: str, *children: str, action: str = "ADD") -> Fact:
    return fact(event_id, hours, kind="AssociationEvent", action=action, parentID=(parent,), childEPCs=children)


def book(facts: Iterable[Fact]) -> Callable[[Question], Answers]:
    """Answers a walk as the ledger does: an item's facts are those that name it, the transformation's id too."""
    by_item: dict[str, list[Fact]] = {}
    for each in facts:
        for item in dict.fromkeys(item for _, items in each.named for item in items):
            by_item.setdefault(item, []).append(each)

    def answer(item: str, question: Question) -> Answer:
        fitting = [each for each in by_item[item] if question.roles & set(each.roles(item))]
        first = sorted(fitting, key=lambda each: (each.recorded_at, *each.order))[: question.facts_max]
        return Answer(first, complete=len(fitting) <= question.facts_max)

    return lambda question: {item: answer(item, question) for item in question.items if item in by_item}
