"""Random histories of the phone that its parties told in good faith, from which a property takes away."""

from dataclasses import replace

from hypothesis import strategies as st

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.records.signatory import Signatory
from tests.support.chains import BOARD
from tests.support.facts import (
    INSPECTOR,
    PHONE,
    PRODUCER,
    at,
    built,
    fact,
    made,
    packed,
    person,
    possessing,
    seen,
    transformed,
    unpacked,
)

BOX = "https://id.gs1.org/00/095210000000000017"
LATE_H = 999
NEXT = (person("first", "carrier", 32), person("second", "merchant", 49), person("third", "carrier", 63))
LAST = person("last", "merchant", 70)


def _making(way: str) -> list[Fact]:
    if way == "transformed":
        return [made("board", 0, BOARD), transformed("make", 1, [BOARD], [PHONE])]
    if way == "built":
        return [made("board", 0, BOARD), made("make", 1, PHONE), built("build", 2, PHONE, BOARD)]
    return [made("make", 1, PHONE)]


def _held(holder: Signatory, since: int, thing: str, source: Signatory | None, to: Signatory | None) -> list[Fact]:
    told = [seen(f"{holder.id}-stores", since + 1, thing, by=holder)]
    if source:
        giver = possessing(source)
        told.append(fact(f"{holder.id}-receives", since, by=holder, step="receiving", giver=giver, epcList=[thing]))
    if to:
        taker = possessing(to)
        told.append(fact(f"{holder.id}-ships", since + 2, by=holder, step="shipping", taker=taker, epcList=[thing]))
    return told


@st.composite
def honest_histories(draw: st.DrawFn) -> list[Fact]:
    """It goes from hand to hand, perhaps in a box; holders name the next one, or sender and receiver each other."""
    holders = [PRODUCER, *(each for each in NEXT if draw(st.booleans())), LAST]
    boxed, through = draw(st.booleans()), draw(st.booleans())
    facts = [*_making(draw(st.sampled_from(("made", "transformed", "built"))))]
    for number, holder in enumerate(holders, start=1):
        to_trader = through and holder.role != "carrier"
        around = [each for each in holders if each.role != "carrier"] if to_trader else holders
        here = around.index(holder)
        source = around[here - 1] if here else None
        to = around[here + 1] if here + 1 < len(around) else None
        facts += _held(holder, 10 * number, BOX if boxed else PHONE, source, to)
    if boxed:
        facts += [packed("pack", 3, BOX, PHONE), replace(unpacked("unpack", 95, BOX, PHONE), recorder=LAST)]
    facts.append(seen("inspection", 8, PHONE, step="inspecting", by=INSPECTOR))
    facts.append(seen("sale", 99, PHONE, step="retail_selling", by=LAST))
    late = draw(st.sampled_from([None, *range(len(facts))]))
    return [replace(each, recorded_at=at(LATE_H)) if number == late else each for number, each in enumerate(facts)]
