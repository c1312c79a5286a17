"""An item's whole history, put together."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger_contracts.lineage.custody import Told
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.grade import Check, Grade
from fairledger_contracts.lineage.history import (
    EVENTS_MAX,
    SIBLINGS_MAX,
    SPOILED,
    History,
    Papers,
    added_up,
    look,
    recallable,
    tell,
)
from fairledger_contracts.lineage.question import drive
from fairledger_contracts.records.recall import Measure, Recall
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.epcis.vocabulary import DISPOSITION
from tests.support.chains import BOARD, OFFICER, flawless, licence, scans
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import (
    CARRIER,
    INSPECTOR,
    MERCHANT,
    PHONE,
    PROCESSOR,
    PRODUCER,
    at,
    book,
    fact,
    made,
    packed,
    possessing,
    seen,
)
from tests.support.honest_histories import honest_histories

NOTHING: dict[str, Any] = {"licence": None, "anchors": (), "recalls": (), "scans": ()}


def told(facts: list[Fact], item: str = PHONE, **papers: Any) -> History:
    return tell(item, drive(look(item), book(facts)), Papers(**{**NOTHING, **papers}))


def warnings(*facts: Fact, **papers: Any) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(each.code, each.events, each.values) for each in told(list(facts), **papers).warnings]


def recall(day: int, *, ended: bool = False) -> Recall:
    moment = datetime(2026, 3, day, tzinfo=UTC)
    return Recall(
        id=f"recall {day}",
        items=(PHONE,),
        measure=Measure.RETURN,
        reason="may burst",
        recalled_at=moment,
        recorder=OFFICER,
        ended_at=moment if ended else None,
    )


def test_a_flawless_history_is_an_a_with_all_its_holders_and_sources() -> None:
    history = told(flawless(), licence=licence(PRODUCER))
    assert (history.item, history.is_class, history.grade, history.complete) == (PHONE, False, Grade.A, True)
    assert [(each.party, each.told) for each in history.holdings] == [
        (PRODUCER, None),
        (CARRIER, Told.BY_BOTH),
        (MERCHANT, Told.BY_BOTH),
    ]
    assert (history.holdings[0].since, history.holdings[0].until) == (at(1), at(4))
    assert [(each.source, each.target, each.relation, each.at) for each in history.sources] == [
        (BOARD, PHONE, "made", at(1))
    ]
    assert [each.party.role for each in history.liable] == ["producer", "carrier", "inspector", "merchant"]
    assert history.warnings == ()


def test_a_history_may_be_asked_for_by_any_form_of_the_id() -> None:
    urn = "urn:epc:id:sgtin:9521000.000110.FP1"
    assert told(flawless(), urn) == told(flawless())


def test_a_leg_tells_its_event() -> None:
    facts = [
        packed("in", 1, "box", PHONE),
        fact("by road", 2, by=CARRIER, step="transporting", disposition="in_transit", read_point="urn:x:road",
             location="urn:x:lorry", alarm=True, disputed=True, epcList=["box"]),
    ]  # fmt: skip
    leg = told(facts).legs[1]
    assert (leg.event_id, leg.type, leg.action, leg.step, leg.disposition) == (
        "by road", "ObjectEvent", "OBSERVE", "transporting", "in_transit",
    )  # fmt: skip
    assert (leg.event_time, leg.recorded_at, leg.recorder) == (at(2), at(3), CARRIER)
    assert (leg.read_point, leg.location, leg.carrier) == ("urn:x:road", "urn:x:lorry", "box")
    assert (leg.alarm, leg.declared, leg.disputed) == (True, False, True)


def test_a_withdrawn_event_is_told_but_does_not_count() -> None:
    withdrawn = fact("1", action="ADD", step="commissioning", declared=True, epcList=[PHONE])
    history = told([withdrawn])
    assert [(leg.event_id, leg.declared) for leg in history.legs] == [("1", True)]
    assert (history.grade, history.holdings, history.liable) == (Grade.D, (), ())


def test_recalls_in_force_warn_and_all_are_told_in_their_order() -> None:
    recalls = [recall(3), recall(1), recall(2, ended=True)]
    history = told([], recalls=recalls)
    assert [each.id for each in history.recalls] == ["recall 1", "recall 2", "recall 3"]
    assert warnings(recalls=recalls) == [("recalled", (), ("recall 1", "recall 3"))]


def test_an_alarm_on_the_way_warns() -> None:
    alarmed = fact("warm", 2, alarm=True, epcList=["box"])
    assert warnings(packed("in", 1, "box", PHONE), alarmed) == [("alarm", ("warm",), ())]
    assert warnings(fact("1", alarm=True, declared=True, epcList=[PHONE])) == []


@pytest.mark.parametrize("disposition", sorted(SPOILED))
def test_what_is_recorded_as_spoiled_warns(disposition: str) -> None:
    assert disposition in DISPOSITION.words
    assert warnings(fact("1", disposition=disposition, epcList=[PHONE])) == [("spoiled", ("1",), (disposition,))]


def test_a_spoiled_box_is_no_spoiled_phone() -> None:
    damaged = fact("2", 2, disposition="damaged", epcList=["box"])
    assert warnings(packed("1", 1, "box", PHONE), damaged) == []


@pytest.mark.parametrize("step", ["decommissioning", "destroying", "killing"])
def test_an_end_warns(step: str) -> None:
    assert warnings(seen("1", 1, PHONE, step=step)) == [("ended", ("1",), ())]
    assert warnings(packed("in", 0, "box", PHONE), seen("1", 1, "box", step=step)) == []


def test_goods_that_another_received_than_they_were_shipped_to_are_no_a_and_warn() -> None:
    facts = [
        made("made", 0, PHONE),
        fact("ships", 1, step="shipping", taker=possessing(MERCHANT), epcList=[PHONE]),
        seen("inspection", 2, PHONE, step="inspecting", by=INSPECTOR),
        seen("receives", 3, PHONE, step="receiving", by=PROCESSOR),
    ]
    assert warnings(*facts) == [("astray", ("ships",), ())]
    history = told(facts, licence=licence(PRODUCER))
    assert ([each.told for each in history.holdings], history.grade) == ([None, Told.BY_ONE], Grade.B)


def test_scans_of_several_reports_are_added_up_by_day_and_area() -> None:
    reports = [scans(2, "wtw", 3), scans(1, "", 1), scans(2, "wtw", 4), scans(2, "u33", 1)]
    assert added_up(reports) == (scans(1, "", 1), scans(2, "u33", 1), scans(2, "wtw", 7))


def test_goods_are_recalled_with_what_they_were_made_of_and_the_trade_items_these_are() -> None:
    looked = drive(look(PHONE), book([*flawless(), fact("x", kind="TransformationEvent", inputEPCList=["urn:x:glue"],
                                                         outputEPCList=[BOARD])]))  # fmt: skip
    assert recallable(looked.upstream.items) == (PHONE, "https://id.gs1.org/01/09521000001107", BOARD, "urn:x:glue")


@settings(max_examples=50, deadline=None)
@given(honest_histories(), st.integers(0, 3 * SIBLINGS_MAX), st.sampled_from([PRODUCER, MERCHANT]), st.booleans())
def test_how_many_things_its_lot_has_and_who_tells_of_them_is_nothing_to_a_thing(
    facts: list[Fact], siblings: int, by: Signatory, declared: bool
) -> None:
    lot = PHONE.replace("/21/FP1", "/10/L7")
    told_lot = fact("lot", 1, action="ADD", epcList=[PHONE], lots=[(PHONE, lot)])
    others = [f"{PHONE}-{number}" for number in range(siblings)]
    beside = [
        fact(
            other, 1, by=by, action="ADD", step="commissioning", declared=declared, epcList=[other], lots=[(other, lot)]
        )
        for other in others
    ]
    alone, among = told([*facts, told_lot]), told([*facts, told_lot, *beside])
    assert (among.findings, among.grade, among.complete) == (alone.findings, alone.grade, True)
    assert among.sources == alone.sources


def test_a_source_with_more_events_than_are_read_is_told_in_part_which_leaves_the_grade() -> None:
    lot = PHONE.replace("/21/FP1", "/10/L7")
    filled = [
        fact("made", action="ADD", step="creating_class_instance", quantityList=[lot]),
        fact("fill", 1, kind="TransformationEvent", inputQuantityList=[lot], outputEPCList=[PHONE]),
    ]
    cases = [packed(f"case {number}", 2, f"case {number}", lot) for number in range(EVENTS_MAX)]
    alone, among = told(filled), told([*filled, *cases])
    assert (alone.complete, among.complete) == (True, False)
    assert (among.findings, among.grade) == (alone.findings, alone.grade)


def test_a_source_that_was_made_in_more_goes_than_are_read_leaves_its_origin_open() -> None:
    lot, raw = PHONE.replace("/21/FP1", "/10/L7"), PHONE.replace("/21/FP1", "/10/RAW")
    fill = fact("fill", 1, kind="TransformationEvent", inputQuantityList=[lot], outputEPCList=[PHONE])
    goes = [
        fact(f"{number}", kind="TransformationEvent", inputQuantityList=[raw], outputQuantityList=[lot])
        for number in range(EVENTS_MAX + 1)
    ]
    born = fact("raw", action="ADD", step="creating_class_instance", quantityList=[raw])
    for count, code in ((EVENTS_MAX, "SHOWN"), (EVENTS_MAX + 1, "ORIGIN_UNKNOWN")):
        history = told([fill, born, *goes[:count]])
        assert {each.check: each.code for each in history.findings}[Check.ORIGIN] == code
        assert history.complete is (count == EVENTS_MAX)


def test_a_class_is_asked_for_less_than_a_thing() -> None:
    lot = PHONE.replace("/21/FP1", "/10/L7")
    history = told([made("1", 0, lot), made("2", 1, lot)], lot, licence=licence(PRODUCER))
    assert (history.is_class, history.grade) == (True, Grade.B)
    outcomes = {each.check: each.code for each in history.findings}
    assert {outcomes[check] for check in (Check.MADE_ONCE, Check.ORDER, Check.PLACES)} == {"NOT_CONCERNED"}


@given(histories(), st.randoms(use_true_random=False), st.sampled_from(ITEMS))
def test_every_organisation_tells_the_same_in_whatever_order_it_reads(
    facts: list[Fact], chance: random.Random, item: str
) -> None:
    reports = [scans(day, area, day, item) for day in (1, 2, 2) for area in ("wtw", "u33", "")]
    recalls = [recall(1), recall(2, ended=True)]
    one = told(facts, item, recalls=recalls, scans=reports)
    other = told(
        chance.sample(facts, len(facts)),
        item,
        recalls=recalls[::-1],
        scans=chance.sample(reports, len(reports)),
    )
    assert one == other
    assert one == History.model_validate_json(one.model_dump_json())
