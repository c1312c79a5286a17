"""Histories that peers tell: of the example chains, and of what can go wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from fairledger.trace import prepare
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.lineage.grade import Check, Grade
from fairledger_contracts.lineage.history import EVENTS_MAX, History
from fairledger_contracts.records.capture import EVENTS_MAX as DOCUMENT_EVENTS_MAX
from fairledger_contracts.records.recall import Recall
from fairledger_network.demo.fresh_goods import FreshGoods
from tests.support.epcis import OBJECT_EVENT, TRANSFORMATION_EVENT, event, text
from tests.support.examples import capture, people
from tests.unit.contracts.conftest import TraceLedger, issued

PREFIX = "https://id.gs1.org"
PHONE = f"{PREFIX}/01/09521000001107/21/FP26100001"
CAN = f"{PREFIX}/01/09521000002043/21/MP2609030001"
POWDER = f"{PREFIX}/01/09521000002036/10/MP260903"
FARM_LOT = f"{PREFIX}/01/09521000002012/10/RM20260901A"
THING = f"{PREFIX}/01/09521000123458/21/A0001"
DECLARATION = {"declarationTime": "2026-03-05T08:30:00Z", "reason": "incorrect_data"}


def steps(history: History) -> list[tuple[str, str]]:
    return [(leg.step, leg.recorder.role) for leg in history.legs]


def codes(history: History) -> dict[Check, str]:
    return {finding.check: finding.code for finding in history.findings}


async def license_to(trace: TraceLedger, name: str, prefix: str) -> None:
    holder = {key: value for key, value in people()[name].items() if key != "role"}
    officer = trace.person("officer", "AssociationMSP")
    await trace.submit("license_prefix", {**holder, "prefix": prefix, "name": name}, by=officer)


async def test_the_phone_came_from_parts_in_a_crate_and_went_on_a_pallet_to_its_buyer(trace: TraceLedger) -> None:
    await capture(trace.ledger, "phone")
    await license_to(trace, "processor", "952100000110")

    history = await trace.told("urn:epc:id:sgtin:9521000.000110.FP26100001")
    assert (history.item, history.is_class, history.complete) == (PHONE, False, True)
    assert steps(history) == [
        ("commissioning", "processor"),
        ("inspecting", "inspector"),
        ("packing", "processor"),
        ("packing", "processor"),
        ("shipping", "processor"),
        ("departing", "carrier"),
        ("transporting", "carrier"),
        ("arriving", "carrier"),
        ("receiving", "merchant"),
        ("unpacking", "merchant"),
        ("unpacking", "merchant"),
        ("stocking", "merchant"),
        ("reserving", "merchant"),
        ("retail_selling", "merchant"),
    ]
    assert [(each.party.role, each.told) for each in history.holdings] == [
        ("processor", None),
        ("carrier", "by_both"),
        ("merchant", "by_both"),
    ]
    assert {link.source.removeprefix(PREFIX) for link in history.sources} == {
        *(f"/01/09521000001015/21/MB2609000{number}" for number in range(1, 5)),
        "/01/09521000001022/10/L2608A",
        "/01/09521000001039/10/D2608",
    }
    assert [each.party.role for each in history.liable] == ["producer", "processor", "inspector", "carrier", "merchant"]
    assert set(codes(history).values()) == {"SHOWN", "NOT_CONCERNED"}
    assert (history.grade, history.warnings) == (Grade.A, ())


async def test_the_milk_was_recorded_late_and_its_vitamins_come_from_nowhere(trace: TraceLedger) -> None:
    await capture(trace.ledger, "milk-powder")
    await license_to(trace, "processor", "9521000")

    history = await trace.told(CAN)
    assert [(link.source.removeprefix(PREFIX), link.target.removeprefix(PREFIX)) for link in history.sources] == [
        ("/01/09521000002012/10/RM20260901A", "/01/09521000002036/10/MP260903"),
        ("/01/09521000002012/10/RM20260901B", "/01/09521000002036/10/MP260903"),
        ("/01/09521000002029/10/VIT2607", "/01/09521000002036/10/MP260903"),
        ("/01/09521000002036/10/MP260903", "/01/09521000002043/21/MP2609030001"),
        ("/01/09521000002043/10/MP260903", "/01/09521000002043/21/MP2609030001"),
    ]
    found = {finding.check: finding for finding in history.findings if finding.cap > Grade.A}
    assert {check: finding.code for check, finding in found.items()} == {
        Check.ORIGIN: "ORIGIN_UNKNOWN",
        Check.TIMELY: "RECORDED_LATE",
    }
    assert dict(found[Check.ORIGIN].values) == {"first": f"{PREFIX}/01/09521000002029/10/VIT2607", "items": "1"}
    assert [holding.party.role for holding in history.holdings] == ["processor", "carrier", "merchant"]
    assert (len(history.legs), history.grade, history.warnings) == (19, Grade.B, ())


async def test_the_oysters_are_flawlessly_told_and_got_too_warm(trace: TraceLedger) -> None:
    known = people()
    fresh = FreshGoods(trace.ledger.clock.now())
    for name, _, document in fresh.documents():
        (chunk,) = prepare(document).chunks
        await trace.capture(chunk.text, by=issued(trace.ledger, **known[name]))
    await license_to(trace, "producer", "9521000")

    history = await trace.told(fresh.boxes[0])
    assert [each.told for each in history.holdings] == [None, "by_both", "by_both"]
    assert (history.grade, [each.code for each in history.warnings]) == (Grade.A, ["alarm"])


async def test_a_recall_of_the_farms_lot_reaches_the_cans_that_were_sold(trace: TraceLedger) -> None:
    await capture(trace.ledger, "milk-powder")
    regulator = trace.person("regulator", "RegulatorMSP")
    recall = Recall.model_validate_json(await trace.submit("recall", [FARM_LOT], '"destroy"', "x", by=regulator))

    scope = await trace.scope(recall.id)
    goods = {each.item.removeprefix(PREFIX): each for each in scope.affected if not each.carrier}
    cans = [f"/01/09521000002043/21/MP26090300{number:02}" for number in range(1, 13)]
    assert list(goods) == [FARM_LOT.removeprefix(PREFIX), POWDER.removeprefix(PREFIX), *cans]
    assert [goods[can].last_step for can in cans] == ["retail_selling"] * 2 + ["stocking"] * 10
    assert {holder.role for can in cans if (holder := goods[can].holder)} == {"merchant"}
    doors = [goods[can].last_place.removeprefix(f"{PREFIX}/414/9521000000049/254/") for can in cans]
    assert doors == ["CHECKOUT-3"] * 2 + ["SHELF-M"] * 10
    assert sum(each.carrier for each in scope.affected) == 5
    assert [each.party.role for each in scope.liable] == ["producer", "carrier", "processor", "inspector", "merchant"]
    assert scope.complete
    warned = await trace.told(CAN)
    assert [(each.code, each.values) for each in warned.warnings] == [("recalled", (recall.id,))]


async def test_of_an_item_that_the_ledger_does_not_know_nothing_is_told(trace: TraceLedger) -> None:
    history = await trace.told("urn:x:nobody")
    assert (history.item, history.grade, history.complete) == ("urn:x:nobody", Grade.D, True)
    assert (history.legs, history.holdings, history.sources, history.liable) == ((), (), (), ())
    assert (history.anchors, history.recalls, history.warnings) == ((), (), ())


@pytest.mark.parametrize("epc", ["", "urn:x:\x00", "urn:x:\U0010ffff"])
async def test_what_can_be_no_key_has_a_code(trace: TraceLedger, epc: str) -> None:
    assert await trace.refused("history", epc) == "CHAINCODE_KEY"


@pytest.mark.parametrize(
    ("msp_id", "gln", "declared", "disputed"),
    [
        ("PlatformAMSP", "9521000000018", True, False),  # a colleague
        ("PlatformAMSP", "9521000000025", False, True),
        ("PlatformBMSP", "9521000000018", False, True),  # whatever another organisation's CA writes
    ],
)
async def test_an_event_is_withdrawn_by_its_own_party_and_disputed_by_others(
    trace: TraceLedger, msp_id: str, gln: str, *, declared: bool, disputed: bool
) -> None:
    await trace.capture(text(OBJECT_EVENT))
    by = trace.person("processor", msp_id, gln)
    await trace.capture(text(event(errorDeclaration=DECLARATION)), by=by)
    history = await trace.told(THING)
    (leg,) = history.legs
    assert (leg.declared, leg.disputed) == (declared, disputed)
    assert codes(history)[Check.UNDISPUTED] == ("DISPUTED" if disputed else "SHOWN")
    assert len(history.holdings) == int(disputed)


async def test_an_events_own_party_withdraws_it_though_another_declared_first(trace: TraceLedger) -> None:
    await trace.capture(text(OBJECT_EVENT))
    stranger = trace.person("merchant", "PlatformBMSP")
    await trace.capture(text(event(errorDeclaration=DECLARATION)), by=stranger)
    await trace.capture(text(event(errorDeclaration={**DECLARATION, "reason": "did_not_occur"})))
    (leg,) = (await trace.told(THING)).legs
    assert (leg.declared, leg.disputed) == (True, False)


async def test_a_copy_of_an_event_counts_as_its_first_recorders(trace: TraceLedger) -> None:
    await trace.capture(text(OBJECT_EVENT))
    copies = [event(eventID=f"urn:x:{number}") for number in range(101)]
    await trace.capture(text(OBJECT_EVENT, *copies), by=trace.person("carrier", "PlatformBMSP"))
    recorders = [leg.recorder.role for leg in (await trace.told(THING)).legs if leg.event_id == OBJECT_EVENT["eventID"]]
    assert recorders == ["producer"]


async def test_a_thing_is_found_from_the_lot_that_its_link_names(trace: TraceLedger) -> None:
    link = f"{PREFIX}/01/09521000123458/10/L1/21/A0001"
    await trace.capture(text(event(action="ADD", bizStep="commissioning", epcList=[link])))
    lot = await trace.told(f"{PREFIX}/01/09521000123458/10/L1")
    assert codes(lot)[Check.COMMISSIONED] == "SHOWN"
    assert [(link.source, link.target) for link in (await trace.told(THING)).sources] == [(lot.item, THING)]


async def test_a_time_at_the_calendars_end_hides_no_history(trace: TraceLedger) -> None:
    await trace.capture(text(event(eventTime="0001-01-01T00:00:00+14:00"), event(eventID="urn:x:2")))
    assert len((await trace.told(THING)).legs) == 2


async def test_goods_that_somebody_floods_with_events_keep_their_first_ones(trace: TraceLedger) -> None:
    trace.ledger.clock.set(datetime(2026, 3, 2, tzinfo=UTC))
    await trace.capture(text(event(action="ADD", bizStep="commissioning")))
    for document in range(EVENTS_MAX // DOCUMENT_EVENTS_MAX):
        trace.ledger.clock.advance(timedelta(seconds=1))
        flood = [event(eventID=f"urn:x:{document}:{number}") for number in range(DOCUMENT_EVENTS_MAX)]
        await trace.capture(text(*flood), by=trace.person("carrier", "PlatformBMSP"))
    history = await trace.told(THING)
    assert (len(history.legs), history.complete) == (EVENTS_MAX, False)
    assert codes(history)[Check.COMMISSIONED] == "SHOWN"


async def test_every_organisation_tells_the_same(trace: TraceLedger) -> None:
    await trace.capture(text(TRANSFORMATION_EVENT))
    asked: list[SimulatedIdentity] = [issued(trace.ledger, each, role="x") for each in trace.ledger.organizations]
    answers = {await trace.ledger.evaluate(by, "trace:history", f"{PREFIX}/01/09521000123465/21/B1") for by in asked}
    assert len(answers) == 1
