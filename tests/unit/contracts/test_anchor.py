"""Anchored documents: papers about goods, by their hash."""

from typing import Any

import pytest

from fairledger_chaincode.canonical import canonical_json, parse_json
from fairledger_contracts.records.anchor import ANCHORED_ITEMS_MAX, Anchor
from fairledger_contracts.trace.callers import ROLES_THAT_RECORD
from tests.unit.contracts.conftest import TraceLedger

URN = "urn:epc:id:sgtin:9521000.000110.FP1"
PHONE = "https://id.gs1.org/01/09521000001107/21/FP1"
REPORT = {
    "sha256": "ab" * 32,
    "kind": "quality_report",
    "title": "Climate chamber, 40 °C",
    "media_type": "application/pdf",
    "size_bytes": 12_345,
}


async def test_who_anchors_a_document_vouches_for_it_as_one_about_the_items(trace: TraceLedger) -> None:
    answer = await trace.submit("anchor", REPORT, [URN, "urn:x:1"])
    anchors = [Anchor.model_validate_json(canonical_json(each)) for each in parse_json(answer.decode())]
    assert [each.item for each in anchors] == [PHONE, "urn:x:1"]
    assert {(each.document.sha256, each.document.title, each.recorder.role) for each in anchors} == {
        ("ab" * 32, "Climate chamber, 40 °C", "producer")
    }
    assert (await trace.told(PHONE)).anchors == (anchors[0],)


async def test_an_item_that_is_named_in_two_forms_is_named_once(trace: TraceLedger) -> None:
    await trace.submit("anchor", REPORT, [URN, PHONE])
    assert len((await trace.told(URN)).anchors) == 1


async def test_a_document_may_be_anchored_again_and_by_others(trace: TraceLedger) -> None:
    carrier = trace.person("carrier", "PlatformBMSP")
    for by in (trace.producer, trace.producer, carrier):
        await trace.submit("anchor", REPORT, [PHONE], by=by)
    anchors = (await trace.told(PHONE)).anchors
    assert [each.recorder.role for each in anchors] == ["producer", "producer", "carrier"]
    assert len({each.id for each in anchors}) == 3


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [
        *((role, "PlatformBMSP") for role in sorted(ROLES_THAT_RECORD)),
        ("officer", "AssociationMSP"),
        ("regulator", "RegulatorMSP"),
    ],
)
async def test_who_records_may_anchor_and_the_authorities(trace: TraceLedger, role: str, msp_id: str) -> None:
    await trace.submit("anchor", REPORT, [PHONE], by=trace.person(role, msp_id))
    assert [each.recorder.msp_id for each in (await trace.told(PHONE)).anchors] == [msp_id]


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [
        ("consumer", "PlatformBMSP"),
        ("service", "PlatformAMSP"),
        ("officer", "PlatformAMSP"),
        ("regulator", "AssociationMSP"),
        ("", "AssociationMSP"),
    ],
)
async def test_others_do_not(trace: TraceLedger, role: str, msp_id: str) -> None:
    assert await trace.refused("anchor", REPORT, [PHONE], by=trace.person(role, msp_id)) == "TRACE_ROLE_DENIED"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "TRACE_ITEMS"),
        ([""], "TRACE_ITEMS"),
        ([PHONE, ""], "TRACE_ITEMS"),
        ([f"urn:x:{number}" for number in range(ANCHORED_ITEMS_MAX + 1)], "TRACE_ITEMS"),
        (["urn:x:" + "1" * 1_019], "TRACE_ITEMS"),
        (["urn:x:\x00"], "TRACE_ITEMS"),
        (["urn:x:\U0010ffff"], "TRACE_ITEMS"),
        ("urn:x:1", "CHAINCODE_ARGUMENTS"),
        ([1], "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_list_of_items_is_refused(trace: TraceLedger, items: Any, code: str) -> None:
    assert await trace.refused("anchor", REPORT, items) == code


async def test_as_many_items_as_permitted_are_anchored_at_once(trace: TraceLedger) -> None:
    items = [f"urn:x:{number}" for number in range(ANCHORED_ITEMS_MAX)]
    assert len(parse_json((await trace.submit("anchor", REPORT, items)).decode())) == ANCHORED_ITEMS_MAX


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "AB" * 32},
        {"sha256": "ab" * 31},
        {"sha256": "ab" * 32 + "\n"},
        {"kind": "novel"},
        {"title": ""},
        {"title": "T" * 201},
        {"media_type": "pdf"},
        {"size_bytes": -1},
        {"size_bytes": 2**40 + 1},
        {"size_bytes": "7"},
        {"url": "https://example.com/"},
    ],
)
async def test_what_describes_no_document_is_refused(trace: TraceLedger, wrong: dict[str, Any]) -> None:
    assert await trace.refused("anchor", {**REPORT, **wrong}, [PHONE]) == "CHAINCODE_ARGUMENTS"
