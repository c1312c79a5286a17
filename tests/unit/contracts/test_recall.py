"""Recalls: who may call goods back, how it ends, and how far it reaches."""

from typing import Any

import pytest

from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.lineage.history import WarningCode
from fairledger_contracts.records.recall import RECALLED_ITEMS_MAX, Recall
from fairledger_contracts.trace.reading import ENTRIES_A_READ
from tests.support.epcis import OBJECT_EVENT, TRANSFORMATION_EVENT, event, text
from tests.unit.contracts.conftest import TraceLedger

GTIN = "https://id.gs1.org/01/09521000123458"
LOT, THING, MADE = f"{GTIN}/10/L1", f"{GTIN}/21/A1", "https://id.gs1.org/01/09521000123465/21/B1"
RETURN = '"return"'  # what is no string in the contract is sent as JSON
LICENCE = {"prefix": "9521000", "msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "Parts Ltd."}


async def licensed(trace: TraceLedger, **other: str) -> None:
    await trace.submit("license_prefix", {**LICENCE, **other}, by=trace.person("officer", "AssociationMSP"))


async def recalled(trace: TraceLedger, *items: str, by: SimulatedIdentity | None = None) -> Recall:
    return Recall.model_validate_json(await trace.submit("recall", list(items), RETURN, "may burst", by=by))


async def test_the_licences_holder_recalls_what_its_licence_covers(trace: TraceLedger) -> None:
    await licensed(trace)
    recall = await recalled(trace, "urn:epc:class:lgtin:9521000.012345.L1", THING, LOT)
    assert recall.items == (LOT, THING)
    assert (recall.measure, recall.reason, recall.recorder.role, recall.ended_at) == (
        "return",
        "may burst",
        "producer",
        None,
    )
    assert (await trace.told(LOT)).recalls == (recall,)


@pytest.mark.parametrize(
    ("other", "item"),
    [
        ({}, "urn:x:1"),
        ({}, "https://id.gs1.org/00/095210000000000018"),
        ({"gln": "9521000000025"}, LOT),
        ({"msp_id": "PlatformBMSP"}, LOT),
        ({"gln": ""}, LOT),
        ({"prefix": "952100099"}, LOT),
    ],
)
async def test_a_business_recalls_nothing_else(trace: TraceLedger, other: dict[str, str], item: str) -> None:
    await licensed(trace, **other)
    assert await trace.refused("recall", [item], RETURN, "x") == "TRACE_RECALL_DENIED"


async def test_one_item_of_anothers_licence_spoils_the_recall(trace: TraceLedger) -> None:
    await licensed(trace)
    assert await trace.refused("recall", [LOT, "urn:x:1"], RETURN, "x") == "TRACE_RECALL_DENIED"
    assert (await trace.told(LOT)).recalls == ()


async def test_a_former_holder_recalls_nothing(trace: TraceLedger) -> None:
    await licensed(trace)
    await licensed(trace, gln="9521000000025")
    assert await trace.refused("recall", [LOT], RETURN, "x") == "TRACE_RECALL_DENIED"
    processor = trace.person("processor", "PlatformAMSP", "9521000000025")
    assert (await recalled(trace, LOT, by=processor)).recorder.gln == "9521000000025"


@pytest.mark.parametrize(("role", "msp_id"), [("officer", "AssociationMSP"), ("regulator", "RegulatorMSP")])
async def test_authorities_recall_anything(trace: TraceLedger, role: str, msp_id: str) -> None:
    assert (await recalled(trace, "urn:x:1", by=trace.person(role, msp_id))).recorder.msp_id == msp_id


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [
        ("carrier", "PlatformAMSP"),
        ("merchant", "PlatformAMSP"),
        ("inspector", "AssociationMSP"),
        ("service", "RegulatorMSP"),
        ("officer", "RegulatorMSP"),
        ("regulator", "PlatformAMSP"),
    ],
)
async def test_others_recall_nothing_whatever_another_organisation_certifies(
    trace: TraceLedger, role: str, msp_id: str
) -> None:
    await licensed(trace)
    by = trace.person(role, msp_id, "9521000000018")
    assert await trace.refused("recall", [LOT], RETURN, "x", by=by) == "TRACE_ROLE_DENIED"


@pytest.mark.parametrize(
    ("items", "measure", "reason", "code"),
    [
        ([], RETURN, "x", "TRACE_ITEMS"),
        ([""], RETURN, "x", "TRACE_ITEMS"),
        ([f"urn:x:{number}" for number in range(RECALLED_ITEMS_MAX + 1)], RETURN, "x", "TRACE_ITEMS"),
        (["urn:x:" + "1" * 1_019], RETURN, "x", "TRACE_ITEMS"),
        (["urn:x:\x00"], RETURN, "x", "TRACE_ITEMS"),
        (["urn:x:\U0010ffff"], RETURN, "x", "TRACE_ITEMS"),
        (["urn:x:1"], '"burn"', "x", "CHAINCODE_ARGUMENTS"),
        (["urn:x:1"], RETURN, "", "CHAINCODE_ARGUMENTS"),
        (["urn:x:1"], RETURN, "x" * 2_001, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_recall_is_refused(
    trace: TraceLedger, items: Any, measure: str, reason: str, code: str
) -> None:
    by = trace.person("regulator", "RegulatorMSP")
    assert await trace.refused("recall", items, measure, reason, by=by) == code


async def test_what_is_made_of_recalled_goods_is_recalled_with_them(trace: TraceLedger) -> None:
    await licensed(trace)
    await trace.submit("capture", text(TRANSFORMATION_EVENT))
    recall = await recalled(trace, LOT)
    told = await trace.told(MADE)
    assert told.recalls == (recall,)
    assert [(each.code, each.values) for each in told.warnings] == [(WarningCode.RECALLED, (recall.id,))]


async def test_a_recall_of_a_trade_item_concerns_all_its_things_and_lots(trace: TraceLedger) -> None:
    await licensed(trace)
    await trace.submit("capture", text(TRANSFORMATION_EVENT))
    recall = await recalled(trace, GTIN)
    for item in (THING, LOT, MADE):
        assert (await trace.told(item)).recalls == (recall,)
    assert (await trace.told("https://id.gs1.org/01/09521000123465")).recalls == ()


async def test_a_recall_that_ended_is_told_but_warns_no_more(trace: TraceLedger) -> None:
    await licensed(trace)
    recall = await recalled(trace, THING)
    ended = Recall.model_validate_json(await trace.submit("end_recall", recall.id, "all came back"))
    assert (ended.end_reason, ended.ended_by) == ("all came back", recall.recorder)
    assert ended.ended_at is not None
    told = await trace.told(THING)
    assert (told.recalls, told.warnings) == ((ended,), ())
    assert await trace.refused("end_recall", recall.id, "again") == "TRACE_RECALL_ENDED"


async def test_who_recalled_ends_it_or_an_authority(trace: TraceLedger) -> None:
    await licensed(trace)
    mine, theirs = (
        await recalled(trace, THING),
        await recalled(trace, LOT, by=trace.person("officer", "AssociationMSP")),
    )
    stranger = trace.person("processor", "PlatformAMSP", "9521000000025")
    impostor = trace.person("producer", "PlatformBMSP", "9521000000018")
    for by in (stranger, impostor):
        assert await trace.refused("end_recall", mine.id, "x", by=by) == "TRACE_RECALL_DENIED"
    assert await trace.refused("end_recall", theirs.id, "x") == "TRACE_RECALL_DENIED"
    regulator = trace.person("regulator", "RegulatorMSP")
    for recall in (mine, theirs):
        ended = Recall.model_validate_json(await trace.submit("end_recall", recall.id, "x", by=regulator))
        assert ended.ended_by is not None
        assert ended.ended_by.role == "regulator"


async def test_of_two_ends_in_one_block_one_counts(trace: TraceLedger) -> None:
    await licensed(trace)
    recall = await recalled(trace, THING)
    ends = [await trace.ledger.endorse(trace.producer, "trace:end_recall", recall.id, why) for why in ("one", "other")]
    assert [each.validation_code for each in await trace.ledger.commit(ends)] == ["VALID", "MVCC_READ_CONFLICT"]
    assert (await trace.told(THING)).recalls[0].end_reason == "one"


@pytest.mark.parametrize(
    ("recall_id", "code"),
    [
        ("0" * 64, "TRACE_RECALL_UNKNOWN"),
        ("\x00", "CHAINCODE_KEY"),
        ("\U0010ffff", "CHAINCODE_KEY"),
        ("", "CHAINCODE_KEY"),
    ],
)
async def test_a_recall_that_is_not_there_is_unknown(trace: TraceLedger, recall_id: str, code: str) -> None:
    assert await trace.refused("end_recall", recall_id, "x") == code
    assert await trace.refused("recall_scope", recall_id) == code


async def test_the_scope_tells_what_was_made_where_it_is_and_who_has_it(trace: TraceLedger) -> None:
    await licensed(trace)
    merchant = trace.person("merchant", "PlatformBMSP", "9521000000049")
    await trace.submit("capture", text(TRANSFORMATION_EVENT))
    received = event(
        epcList=["urn:epc:id:sgtin:9521000.012346.B1"], bizStep="receiving", eventTime="2026-03-02T00:00:00Z"
    )
    await trace.submit("capture", text(received), by=merchant)

    scope = await trace.scope((await recalled(trace, LOT)).id)
    assert (scope.items, scope.complete) == ((LOT,), True)
    assert [(each.item, each.carrier, each.last_step) for each in scope.affected] == [
        (LOT, False, ""),
        (MADE, False, "receiving"),
    ]
    assert scope.affected[1].holder is not None
    assert scope.affected[1].holder.role == "merchant"
    assert scope.affected[1].last_place == "https://id.gs1.org/414/9521000000018"
    assert [(link.source, link.target) for link in scope.links] == [(LOT, MADE)]
    assert [each.party.role for each in scope.liable] == ["producer", "merchant"]


async def test_a_recalled_product_reaches_its_lots_and_things_and_no_other_products(trace: TraceLedger) -> None:
    await licensed(trace)
    longer = "https://id.gs1.org/8006/095210001234580102/21/A1"  # a piece of it is a trade item of its own
    things = ["urn:epc:id:sgtin:9521000.012345.A1", f"{GTIN}/21/7", f"{GTIN}/10/L2/21/A100"]
    await trace.submit("capture", text(event(epcList=[*things, "urn:epc:id:sgtin:9521000.012347.C1", longer])))
    await trace.submit("capture", text(TRANSFORMATION_EVENT))  # of the lot L1 to a thing of another product

    scope = await trace.scope((await recalled(trace, GTIN)).id)

    assert (scope.items, scope.complete) == ((GTIN,), True)
    own = [GTIN, LOT, f"{GTIN}/21/7", THING, f"{GTIN}/21/A100"]
    assert [each.item for each in scope.affected] == [*own, MADE]
    assert [each.party.role for each in scope.liable] == ["producer"]


async def test_all_lots_and_things_of_a_product_are_found_however_many_captures_name_them(
    trace: TraceLedger,
) -> None:
    await licensed(trace)
    things = [f"{GTIN}/21/{number}AB" for number in range(ENTRIES_A_READ + 20)]  # each on a shelf of its own
    await trace.submit("capture", text(event(epcList=things)))
    scope = await trace.scope((await recalled(trace, GTIN)).id)
    assert {each.item for each in scope.affected} == {GTIN, *things}
    assert scope.complete


async def test_a_scope_of_goods_that_nobody_saw_is_themselves(trace: TraceLedger) -> None:
    await licensed(trace)
    scope = await trace.scope((await recalled(trace, THING)).id)
    (affected,) = scope.affected
    assert (affected.item, affected.last_seen, affected.last_place, affected.holder) == (THING, None, "", None)
    assert OBJECT_EVENT["epcList"][0] not in scope.items
