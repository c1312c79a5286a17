"""Every check of a history: what it shows, what it misses, what contradicts it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger_contracts.lineage import limits
from fairledger_contracts.lineage.checks import Known, findings, makes
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import Told, handovers, holdings
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.grade import Check, Grade, Outcome, grade_of
from tests.support.chains import BOARD, flawless, found, known, licence, scans
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import (
    CARRIER,
    INSPECTOR,
    MERCHANT,
    PHONE,
    PROCESSOR,
    PRODUCER,
    built,
    fact,
    made,
    packed,
    seen,
    site,
    transformed,
)
from tests.support.honest_histories import honest_histories

LOT = PHONE.replace("/21/FP1", "/10/L7")
SHOWN, NONE, MISSING, CONTRADICTED = Outcome.SHOWN, Outcome.NONE, Outcome.MISSING, Outcome.CONTRADICTED


def told(check: Check, *facts: Fact, **other: Any) -> list[tuple[Outcome, str, tuple[str, ...]]]:
    return [(each.outcome, each.code, each.events) for each in found(check, facts, **other)]


def grade(facts: Sequence[Fact], **other: Any) -> Grade:
    return grade_of(findings(known(facts, **other)))


def test_a_flawless_history_shows_all_that_concerns_it() -> None:
    outcomes = {each.check: each.outcome for each in findings(known(flawless(), scans=[scans(2, "wtw")]))}
    assert outcomes == dict.fromkeys((check for check in Check if check is not Check.TAG), SHOWN)
    assert grade(flawless()) is Grade.A


def test_of_an_item_that_nobody_named_nothing_is_shown_but_that_it_was_not_made() -> None:
    assert {each.code: each.outcome for each in findings(known([]))} == {
        "NOT_COMMISSIONED": MISSING,
        "NOT_CONCERNED": NONE,
        "NOT_INSPECTED": MISSING,
        "SHOWN": SHOWN,
    }
    assert grade([]) is Grade.D


@pytest.mark.parametrize(
    "making",
    [
        made("1", 0, PHONE),
        fact("1", action="ADD", step="creating_class_instance", quantityList=[PHONE]),
        transformed("1", 0, [BOARD], [PHONE]),
        fact("1", action="ADD", step="commissioning", epcList=[BOARD], lots=[(BOARD, PHONE)]),
    ],
)
def test_goods_are_commissioned_by_their_making(making: Fact) -> None:
    assert told(Check.COMMISSIONED, making) == [(SHOWN, "SHOWN", ("1",))]


@pytest.mark.parametrize(
    "other",
    [
        seen("1", 0, PHONE, step="commissioning"),
        fact("1", action="ADD", step="storing", epcList=[PHONE]),
        fact("1", kind="TransactionEvent", action="ADD", step="commissioning", epcList=[PHONE]),
        transformed("1", 0, [PHONE], [BOARD]),
        fact("1", action="ADD", step="commissioning", declared=True, epcList=[PHONE]),
        packed("1", 0, PHONE, BOARD),
    ],
)
def test_other_events_commission_nothing(other: Fact) -> None:
    assert told(Check.COMMISSIONED, other) == [(MISSING, "NOT_COMMISSIONED", ())]
    assert told(Check.MAKER_LICENSED, other) == [(NONE, "NOT_CONCERNED", ())]


def test_a_lot_is_commissioned_by_all_its_makers_and_a_thing_by_its_first() -> None:
    facts = (made("1", 0, LOT), made("2", 1, LOT, by=PROCESSOR), made("3", 2, LOT))
    assert told(Check.COMMISSIONED, *facts, item=LOT, is_class=True, licence=None) == [
        (SHOWN, "SHOWN", ("1", "2", "3"))
    ]
    assert told(Check.COMMISSIONED, *facts, item=LOT, licence=None) == [(SHOWN, "SHOWN", ("1",))]


def test_who_makes_more_of_a_lot_of_anothers_licence_is_none_of_its_makers() -> None:
    facts = (made("1", 0, LOT), made("2", 1, LOT, by=PROCESSOR), made("3", 2, LOT))
    assert told(Check.COMMISSIONED, *facts, item=LOT, is_class=True) == [(SHOWN, "SHOWN", ("1", "3"))]


def test_the_maker_has_the_licence_of_its_key() -> None:
    assert told(Check.MAKER_LICENSED, made("1", 0, PHONE)) == [(SHOWN, "SHOWN", ())]
    assert told(Check.MAKER_LICENSED, made("1", 0, PHONE), licence=None) == [(MISSING, "LICENCE_UNKNOWN", ())]
    assert told(Check.MAKER_LICENSED, made("1", 0, PHONE, by=PROCESSOR)) == [(CONTRADICTED, "MADE_BY_ANOTHER", ("1",))]


def test_a_key_that_nobody_licenses_needs_no_licence() -> None:
    unlicensed = "urn:uuid:1"
    making = made("1", 0, unlicensed, by=PROCESSOR)
    assert told(Check.MAKER_LICENSED, making, item=unlicensed, licence=None) == [(NONE, "NOT_CONCERNED", ())]


def test_a_licence_counts_as_it_was_when_the_making_was_recorded() -> None:
    transferred = licence(PRODUCER, PROCESSOR)  # on the second day
    assert told(Check.MAKER_LICENSED, made("1", 22, PHONE), licence=transferred)[0][1] == "SHOWN"
    assert told(Check.MAKER_LICENSED, made("1", 23, PHONE), licence=transferred)[0][1] == "MADE_BY_ANOTHER"
    by_the_next = made("1", 23, PHONE, by=PROCESSOR)
    assert told(Check.MAKER_LICENSED, by_the_next, licence=transferred)[0][1] == "SHOWN"


def test_one_maker_without_licence_is_one_too_many() -> None:
    facts = (made("1", 0, LOT), made("2", 1, LOT, by=PROCESSOR))
    assert told(Check.MAKER_LICENSED, *facts, item=LOT, is_class=True) == [(CONTRADICTED, "MADE_BY_ANOTHER", ("2",))]


def test_a_thing_is_made_once_and_a_lot_in_several_goes() -> None:
    facts = (made("1", 0, PHONE), made("2", 1, PHONE))
    assert told(Check.MADE_ONCE, *facts) == [(CONTRADICTED, "MADE_TWICE", ("1", "2"))]
    assert told(Check.MADE_ONCE, *facts, is_class=True) == [(NONE, "NOT_CONCERNED", ())]
    assert told(Check.MADE_ONCE, facts[0]) == [(SHOWN, "SHOWN", ())]


def test_what_an_item_was_made_of_is_commissioned_too() -> None:
    making = transformed("make", 1, [BOARD, "cell"], [PHONE])
    assert told(Check.ORIGIN, made("1", 0, PHONE)) == [(NONE, "NOT_CONCERNED", ())]
    assert told(Check.ORIGIN, making, made("1", 0, BOARD, "cell")) == [(SHOWN, "SHOWN", ())]
    (unknown,) = found(Check.ORIGIN, [making, made("1", 0, "cell")])
    assert (unknown.outcome, unknown.code) == (MISSING, "ORIGIN_UNKNOWN")
    assert dict(unknown.values) == {"items": "1", "first": BOARD}


def test_what_is_only_packed_in_it_is_not_what_it_was_made_of() -> None:
    assert told(Check.ORIGIN, packed("1", 0, PHONE, "leaflet")) == [(NONE, "NOT_CONCERNED", ())]


def test_each_change_of_holder_is_told_by_both() -> None:
    assert told(Check.CUSTODY, made("1", 0, PHONE)) == [(NONE, "NOT_CONCERNED", ())]
    (by_one,) = found(Check.CUSTODY, [each for each in flawless() if each.event_id != "maker-ships"])
    assert (by_one.outcome, by_one.code) == (MISSING, "HANDED_OVER_BY_ONE")
    assert (by_one.events, dict(by_one.values)) == (("maker-stores", "carrier-receives"), {"times": "1"})
    untold = [each for each in flawless() if each.event_id not in {"maker-ships", "carrier-receives"}]
    assert told(Check.CUSTODY, *untold) == [(CONTRADICTED, "GAP", ("maker-stores", "carrier-stores"))]


def test_nothing_happens_to_a_thing_before_it_was_made_or_after_its_end() -> None:
    assert told(Check.ORDER) == [(NONE, "NOT_CONCERNED", ())]
    making, early = made("made", 1, PHONE), seen("early", 0, PHONE)
    assert told(Check.ORDER, making, early) == [(CONTRADICTED, "BEFORE_IT_WAS_MADE", ("early",))]
    for end in (seen("end", 2, PHONE, step="destroying"), transformed("end", 2, [PHONE], ["set"])):
        late = seen("late", 3, PHONE)
        assert told(Check.ORDER, making, end) == [(SHOWN, "SHOWN", ())]
        assert told(Check.ORDER, making, end, late) == [(CONTRADICTED, "SEEN_AFTER_ITS_END", ("late",))]
        assert told(Check.ORDER, making, end, late, is_class=True) == [(NONE, "NOT_CONCERNED", ())]


@pytest.mark.parametrize(("minutes", "code"), [(0, "TWO_PLACES_AT_ONCE"), (4, "TWO_PLACES_AT_ONCE"), (5, "SHOWN")])
def test_a_thing_is_not_at_two_sites_at_once(minutes: int, code: str) -> None:
    here = fact("here", 0, read_point=site(PRODUCER, "DOCK-1"), epcList=[PHONE])
    there = fact("there", minutes / 60, read_point=site(MERCHANT), epcList=[PHONE])
    assert told(Check.PLACES, here, there)[0][1] == code
    assert told(Check.PLACES, here, there, is_class=True) == [(NONE, "NOT_CONCERNED", ())]


@pytest.mark.parametrize("read_point", [site(PRODUCER, "DOCK-2"), "geo:31.2,121.5", ""])
def test_doors_of_one_site_and_places_without_a_key_are_no_other_site(read_point: str) -> None:
    here = fact("here", 0, read_point=site(PRODUCER, "DOCK-1"), epcList=[PHONE])
    assert told(Check.PLACES, here, fact("there", 0, read_point=read_point, epcList=[PHONE])) == [(SHOWN, "SHOWN", ())]


def test_the_business_location_stands_in_for_a_read_point_that_is_not_told() -> None:
    here, there = (fact(by.id, 0, by=by, location=site(by), epcList=[PHONE]) for by in (PRODUCER, MERCHANT))
    assert told(Check.PLACES, here, there) == [(CONTRADICTED, "TWO_PLACES_AT_ONCE", ("merchant", "producer"))]
    on_the_road = fact("road", 0, read_point="geo:31.2,121.5", location=site(MERCHANT), epcList=[PHONE])
    assert told(Check.PLACES, here, on_the_road) == [(SHOWN, "SHOWN", ())]


@pytest.mark.parametrize(
    ("recorded_h", "code"),
    [
        (7 * 24, "SHOWN"),
        (7 * 24 + 1, "RECORDED_LATE"),
        (-1 / 6, "SHOWN"),
        (-1 / 5, "RECORDED_BEFORE_IT_HAPPENED"),
    ],
)
def test_events_are_recorded_soon_after_they_happened(recorded_h: float, code: str) -> None:
    assert told(Check.TIMELY, fact("1", recorded_h=recorded_h, epcList=[PHONE]))[0][1] == code


def test_how_late_the_latest_was_is_told() -> None:
    (late,) = found(Check.TIMELY, [fact(str(days), recorded_h=days * 24, epcList=[PHONE]) for days in (1, 9, 30)])
    assert (late.outcome, late.events, dict(late.values)) == (MISSING, ("9", "30"), {"days": "30", "times": "2"})


@pytest.mark.parametrize("step", ["inspecting", "sampling"])
def test_an_inspection_is_evidence(step: str) -> None:
    assert told(Check.EVIDENCE, seen("1", 0, PHONE, step=step, by=INSPECTOR)) == [(SHOWN, "SHOWN", ("1",))]


@pytest.mark.parametrize(
    "facts",
    [
        [seen("1", 0, PHONE, step="inspecting", by=MERCHANT)],
        [seen("1", 0, PHONE, step="storing", by=INSPECTOR)],
        [
            made("1", 0, PHONE),
            seen("2", 0, PHONE, step="inspecting", by=PRODUCER.model_copy(update={"role": "inspector"})),
        ],
    ],
)
def test_a_look_by_a_holder_or_without_inspecting_is_none(facts: list[Fact]) -> None:
    assert told(Check.EVIDENCE, *facts) == [(MISSING, "NOT_INSPECTED", ())]


def test_a_document_is_evidence() -> None:
    (shown,) = found(Check.EVIDENCE, [], anchors=2)
    assert (shown.outcome, shown.values) == (SHOWN, (("documents", "2"),))


def test_an_event_that_another_declares_erroneous_is_disputed() -> None:
    assert told(Check.UNDISPUTED, fact("1", disputed=True, epcList=[PHONE])) == [(CONTRADICTED, "DISPUTED", ("1",))]
    assert told(Check.UNDISPUTED, fact("1", declared=True, epcList=[PHONE])) == [(SHOWN, "SHOWN", ())]


def test_one_tag_is_not_scanned_far_apart_on_one_day() -> None:
    assert told(Check.SCANS) == [(NONE, "NOT_CONCERNED", ())]
    here, near, far = scans(2, "wtw"), scans(2, "wtq"), scans(2, "u33")
    assert told(Check.SCANS, scans=[here, near, scans(2, ""), scans(3, "u33")]) == [(SHOWN, "SHOWN", ())]
    (apart,) = found(Check.SCANS, [], scans=[here, near, far])
    assert (apart.outcome, apart.code) == (CONTRADICTED, "SCANNED_FAR_APART")
    assert dict(apart.values) == {"km": "8460", "one": "u33", "other": "wtq"}
    assert told(Check.SCANS, scans=[here, far], is_class=True) == [(SHOWN, "SHOWN", ())]


def test_more_people_than_have_to_do_with_a_thing_scan_copies() -> None:
    assert told(Check.SCANS, scans=[scans(2, "wtw", 29), scans(9, "wtw", 1)]) == [(SHOWN, "SHOWN", ())]
    (often,) = found(Check.SCANS, [], scans=[scans(2, "wtw", 30), scans(9, "", 1)])
    assert (often.code, dict(often.values)) == ("SCANNED_TOO_OFTEN", {"goods": "1", "scans": "31"})


def test_a_lot_is_scanned_as_often_as_it_has_goods() -> None:
    making = fact("1", action="ADD", step="creating_class_instance", quantityList=[LOT], amounts=[(LOT, 10)])
    class_of_ten = {"item": LOT, "is_class": True}
    assert told(Check.SCANS, making, scans=[scans(2, "", 300)], **class_of_ten)[0][1] == "SHOWN"
    assert told(Check.SCANS, making, scans=[scans(2, "", 301)], **class_of_ten)[0][1] == "SCANNED_TOO_OFTEN"
    assert told(Check.SCANS, scans=[scans(2, "", 301)], **class_of_ten)[0][1] == "SHOWN"  # how many is not told


def test_a_tag_is_not_scanned_after_its_goods_end() -> None:
    end = seen("end", 5, PHONE, step="decommissioning")
    assert told(Check.SCANS, end, scans=[scans(1, ""), scans(2, "")]) == [(SHOWN, "SHOWN", ())]
    (after,) = found(Check.SCANS, [end], scans=[scans(3, ""), scans(3, "wtw"), scans(4, "")])
    assert (after.code, dict(after.values)) == ("SCANNED_AFTER_ITS_END", {"days": "2"})
    assert told(Check.SCANS, transformed("used", 5, [PHONE], ["set"]), scans=[scans(9, "")])[0][1] == "SHOWN"


EVIDENCE = (
    "make", "maker-ships", "carrier-receives", "carrier-ships", "merchant-receives", "inspection", "board",
)  # fmt: skip


def faults(known: Known) -> set[str]:
    """What shows a fault, and takes it away with it: late events, unmade parts, a last holder who got goods untold."""
    legs = [leg.fact for leg in known.journey.legs]
    late = {each.event_id for each in legs if each.recorded_at - each.event_time > limits.RECORDED_WITHIN}
    built_in = {link.source for link in known.upstream.links if link.relation is Relation.BUILT}
    unmade = {part for part in built_in if not any(makes(each, part) for each in known.sources.get(part, ()))}
    changes = list(handovers(holdings(known.journey.legs)))
    return {*late, *unmade, *(each.taker.party.place for each in changes[-1:] if each.told is not Told.BY_BOTH)}


@settings(max_examples=60, deadline=None)
@given(honest_histories(), st.sampled_from(["", "first", "second", "third", "last"]), st.data())
def test_taking_evidence_away_never_raises_the_grade_unless_it_shows_a_fault(
    facts: list[Fact], tells_little: str, data: st.DataObject
) -> None:
    """Of a history that its parties told in good faith, whatever else is missing already."""
    everything = [*(each.event_id for each in facts), "licence", "anchor"]
    without = data.draw(st.sets(st.sampled_from(everything), max_size=6))
    without |= {f"{tells_little}-receives", f"{tells_little}-ships"}

    def knowing(missing: set[str]) -> Known:
        papers: dict[str, Any] = {} if "licence" not in missing else {"licence": None}
        kept = [each for each in facts if each.event_id not in missing]
        return known(kept, anchors=int("anchor" not in missing), **papers)

    before = knowing(without)
    for further in everything:
        after = knowing(without | {further})
        if faults(before) <= faults(after):
            assert grade_of(findings(after)) >= grade_of(findings(before)), further


def test_an_event_that_shows_a_fault_takes_the_fault_away_with_it() -> None:
    late = fact("late", 21, by=MERCHANT, recorded_h=999, epcList=[PHONE])
    assert (grade([*flawless(), late]), grade(flawless())) == (Grade.B, Grade.A)
    unmade = built("unmade", 1.5, PHONE, "cell")
    assert (grade([*flawless(), unmade]), grade(flawless())) == (Grade.B, Grade.A)
    sent = [each for each in flawless() if each.event_id not in {"merchant-receives", "sale"}]
    assert (grade(sent), grade([each for each in sent if each.event_id != "merchant-stores"])) == (Grade.B, Grade.A)


def test_a_holder_who_tells_nothing_at_all_leaves_no_better_grade_than_one_who_tells_little() -> None:
    little = [each for each in flawless() if each.event_id not in {"carrier-receives", "carrier-ships"}]
    nothing = [each for each in little if each.event_id != "carrier-stores"]
    assert (grade(little), grade(nothing)) == (Grade.B, Grade.C)
    unnamed = [replace(each, giver="", taker="") for each in flawless()]
    assert grade(unnamed) is Grade.B
    assert grade([each for each in unnamed if not each.event_id.startswith("carrier-")]) is Grade.B


def test_without_all_evidence_a_history_is_a_d() -> None:
    kept = [each for each in flawless() if each.event_id not in EVIDENCE]
    assert grade(kept, licence=None) is Grade.D
    assert grade([each for each in flawless() if each.event_id != "inspection"]) is Grade.B


FLAWS: dict[str, Fact] = {
    "made again": made("made-again", 3, PHONE, by=PROCESSOR),
    "elsewhere": fact("elsewhere", 8, by=CARRIER, read_point=site(MERCHANT), epcList=[PHONE]),
    "too early": seen("early", 0, PHONE),
    "ended": seen("ended", 4, PHONE, step="destroying"),
    "recorded late": fact("late", 21, by=MERCHANT, recorded_h=999, epcList=[PHONE]),
    "disputed": fact("disputed", 21, by=MERCHANT, disputed=True, epcList=[PHONE]),
    "not handed over": seen("gap", 30, PHONE, by=CARRIER),
}


@given(st.sets(st.sampled_from(sorted(FLAWS))), st.sampled_from(sorted(FLAWS)))
def test_a_further_flaw_never_raises_the_grade(flaws: set[str], further: str) -> None:
    def graded(names: set[str]) -> Grade:
        return grade([*flawless(), *(FLAWS[name] for name in sorted(names))])

    assert graded(flaws | {further}) >= graded(flaws)
    assert graded({further}) > Grade.A


@given(histories(), st.sampled_from(ITEMS), st.booleans())
def test_every_check_but_the_tags_comes_to_something(facts: list[Fact], item: str, is_class: bool) -> None:
    outcomes: dict[Check, set[Outcome]] = {}
    for finding in findings(known(facts, item, is_class=is_class)):
        outcomes.setdefault(finding.check, set()).add(finding.outcome)
    assert list(outcomes) == [check for check in Check if check is not Check.TAG]
    for one, other in combinations((SHOWN, NONE, CONTRADICTED), 2):
        assert not any({one, other} <= each for each in outcomes.values())
