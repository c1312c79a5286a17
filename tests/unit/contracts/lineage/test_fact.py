"""What one recorded event says about goods."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.fact import Fact, fact_of, word
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.epcis.times import check_time
from tests.support.epcis import OBJECT_EVENT, TRANSFORMATION_EVENT, event
from tests.support.facts import MERCHANT, PRODUCER, START, fact

THING = "https://id.gs1.org/01/09521000123458/21/A0001"


def read(value: dict[str, Any], *, declared_by: Signatory | None = None) -> Fact:
    found = fact_of(json.dumps(value), digest="d", recorded_at=START, recorder=PRODUCER, declared_by=declared_by)
    assert found is not None
    return found


def test_a_fact_has_canonical_ids_bare_words_and_times_in_utc() -> None:
    found = read(event(bizStep="urn:epcglobal:cbv:bizstep:shipping", bizLocation={"id": "urn:x:here"}))
    assert (found.event_id, found.digest, found.type, found.action) == (
        OBJECT_EVENT["eventID"], "d", "ObjectEvent", "OBSERVE",
    )  # fmt: skip
    assert (found.step, found.disposition) == ("shipping", "in_transit")
    assert found.event_time == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert (found.read_point, found.location) == ("https://id.gs1.org/414/9521000000018", "urn:x:here")
    assert found.named == (("epcList", (THING,)),)
    assert (found.items("epcList"), found.roles(THING), found.amount(THING)) == ((THING,), ("epcList",), None)
    assert (found.names(THING, "parentID", "epcList"), found.names(THING, "childEPCs")) == (True, False)
    assert (found.names_any("parentID", "epcList"), found.names_any("childEPCs")) == (True, False)


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("shipping", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("cbv:Disp-in_transit", "in_transit"),
        ("urn:epcglobal:cbv:disp:in_transit", "in_transit"),
        ("https://example.com/steps/polishing", "https://example.com/steps/polishing"),
    ],
)
def test_a_word_is_the_same_in_every_form(written: str, bare: str) -> None:
    assert word(written) == bare


def test_an_error_declaration_is_no_fact_about_goods() -> None:
    declaration = event(errorDeclaration={"declarationTime": "2026-03-05T08:30:00Z"})
    assert fact_of(json.dumps(declaration), digest="d", recorded_at=START, recorder=PRODUCER, declared_by=None) is None


@pytest.mark.parametrize(
    ("by", "declared", "disputed"),
    [
        (None, False, False),
        (PRODUCER, True, False),
        (PRODUCER.model_copy(update={"id": "a colleague"}), True, False),
        (PRODUCER.model_copy(update={"msp_id": "PlatformBMSP"}), False, True),
        (MERCHANT, False, True),
    ],
)
def test_its_own_party_withdraws_a_fact_and_others_dispute_it(
    by: Signatory | None, *, declared: bool, disputed: bool
) -> None:
    found = read(OBJECT_EVENT, declared_by=by)
    assert (found.declared, found.disputed) == (declared, disputed)


def test_amounts_are_in_whole_units_and_added_up() -> None:
    lot = "urn:epc:class:lgtin:9521000.012345.L1"
    quantities = [{"epcClass": lot, "quantity": 2.5, "uom": "KGM"}, {"epcClass": lot, "quantity": 4}]
    found = read(event(TRANSFORMATION_EVENT, inputQuantityList=[*quantities, {"epcClass": lot}]))
    assert found.amount("https://id.gs1.org/01/09521000123458/10/L1") == 6


@pytest.mark.parametrize("quantity", ["1e400", "1" * 5_000, "0.5e3"])
def test_numbers_beyond_reason_count_as_none(quantity: str) -> None:
    text = json.dumps(TRANSFORMATION_EVENT).replace("2.5", quantity)
    found = fact_of(text, digest="d", recorded_at=START, recorder=PRODUCER, declared_by=None)
    assert found is not None
    assert found.amount("https://id.gs1.org/01/09521000123458/10/L1") in (None, 0)


def test_giver_and_taker_are_the_possessing_parties() -> None:
    def stated(member: str, kind: str) -> list[dict[str, str]]:
        return [
            {"type": "owning_party", member: "urn:epc:id:pgln:9521000.00009"},
            {"type": kind, member: "urn:epc:id:pgln:9521000.00001"},
        ]

    for kind in ("possessing_party", "urn:epcglobal:cbv:sdt:possessing_party", "cbv:SDT-possessing_party"):
        found = read(event(sourceList=stated("source", kind), destinationList=stated("destination", kind)))
        assert (found.giver, found.taker) == ("https://id.gs1.org/417/9521000000018",) * 2
    assert read(event(sourceList=stated("source", "location"))).giver == ""


@pytest.mark.parametrize(("exception", "alarm"), [("ALARM_CONDITION", True), ("ERROR_CONDITION", False)])
def test_a_sensor_alarm_is_told(exception: str, *, alarm: bool) -> None:
    element = {"sensorReport": [{"type": "Temperature"}, {"type": "Temperature", "exception": exception}]}
    assert read(event(sensorElementList=[{"sensorReport": []}, element])).alarm is alarm


def test_things_are_told_with_their_lots() -> None:
    found = read(event(action="ADD", ilmd={"cbvmda:lotNumber": "L7"}))
    lot = "https://id.gs1.org/01/09521000123458/10/L7"
    assert found.lots == ((THING, lot),)
    assert found.items("lotNumber") == (lot,)


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999999999-14:00"])
def test_a_time_that_utc_has_no_day_for_is_a_time_all_the_same(written: str) -> None:
    check_time(written)
    assert read(event(eventTime=written)).event_time.isoformat()[:10] == written[:10]


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_every_time_that_a_capture_may_have_is_read(moment: datetime, offset_min: int) -> None:
    written = moment.replace(tzinfo=timezone(timedelta(minutes=offset_min))).isoformat()
    check_time(written)
    assert abs(read(event(eventTime=written)).event_time - moment.replace(tzinfo=UTC)) <= timedelta(hours=14)


def test_what_is_alike_in_time_is_ordered_by_the_ledger_then_by_id() -> None:
    a, b, earlier, recorded_first = fact("a"), fact("b"), fact("z", -1), fact("y", recorded_h=0.5)
    assert sorted([b, a, earlier, recorded_first], key=lambda each: each.order) == [earlier, recorded_first, a, b]
