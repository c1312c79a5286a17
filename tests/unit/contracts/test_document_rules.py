"""What a valid document is, and what a broken rule is answered with: code, path, rule."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.capture import DOCUMENT_BYTES_MAX, EVENTS_MAX, ITEMS_MAX
from fairledger_contracts.trace.epcis.document import read_document
from fairledger_contracts.trace.epcis.objects import EXTENSION_DEPTH_MAX
from tests.support.epcis import (
    AGGREGATION_EVENT,
    ASSOCIATION_EVENT,
    CONTEXT,
    OBJECT_EVENT,
    TRANSACTION_EVENT,
    TRANSFORMATION_EVENT,
    data_files,
    document,
    event,
    text,
)

EXT = [CONTEXT, {"ext": "https://ns.example.com/"}]
EVENT = "$.epcisBody.eventList[0]"
REPORT = {"type": "Temperature", "value": 4.0, "uom": "CEL"}
Sensors = list[dict[str, Any]]


def sensors(**report: Any) -> Sensors:
    return [{"sensorReport": [{**REPORT, **report}]}]


PLACES = "urn:epcglobal:epcis:vtype:BusinessLocation"
VOCABULARY = ".epcisHeader.epcisMasterData.vocabularyList[0]"
ELEMENTS = f"{VOCABULARY}.vocabularyElementList"
CITY = f"{ELEMENTS}[0].attributes[0]"


def vocabulary(members: Any) -> dict[str, Any]:
    """A header with one vocabulary."""
    return {"epcisHeader": {"epcisMasterData": {"vocabularyList": [members]}}}


def described(**members: Any) -> dict[str, Any]:
    """A header that says something of a place."""
    return vocabulary({"type": PLACES, "vocabularyElementList": [{"id": "urn:x:1", **members}]})


def with_ids(path: Path) -> str:
    read = json.loads(path.read_text(encoding="utf-8"))
    for i, each in enumerate(read["epcisBody"]["eventList"]):
        each["eventID"] = f"urn:test:{path.stem}:{i}"
    return json.dumps(read)


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
def test_the_documents_of_the_test_data_are_valid(path: Path) -> None:
    given = json.loads(with_ids(path))
    checked = read_document(with_ids(path))
    assert [json.loads(each.text) for each in checked.events] == given["epcisBody"]["eventList"]
    envelope = json.loads(checked.envelope)
    envelope["epcisBody"]["eventList"] = given["epcisBody"]["eventList"]
    assert envelope == given


@pytest.mark.parametrize(
    "valid",
    [
        event(bizStep="https://ref.gs1.org/cbv/BizStep-shipping"),
        event(bizStep="cbv:BizStep-shipping"),
        event(bizStep="urn:epcglobal:cbv:bizstep:shipping"),
        event(bizStep="https://example.com/steps/blessing"),
        event(disposition="urn:epcglobal:cbv:disp:non_sellable_expired"),
        event(bizStep="ext:blessing"),
        event(ext__note={"any": ["thing", {"ext:deep": 1.5}]}),
        event(ext__note={"@context": {"own": "https://own.example.com/"}, "own:x": 1}),
        event({**OBJECT_EVENT, "https://ns.example.com/note": "an IRI of its own"}),
        event({**OBJECT_EVENT, "@context": {"inner": "https://inner.example.com/"}, "inner:x": 1}),
        event({**OBJECT_EVENT, "@context": ["https://elsewhere.example.com/context.jsonld"], "theirs:x": 1}),
        event(eventTime="2026-03-01T08:30:00Z", eventTimeZoneOffset="-14:00"),
        event(epcList=[], quantityList=[{"epcClass": "urn:epc:class:lgtin:9521000.012345.L1"}]),
        event(without="epcList", sensorElementList=sensors()),
        event(without="epcList", sensorElementList=[{"sensorReport": [{"exception": "ALARM_CONDITION"}]}]),
        event(sensorElementList=sensors(bizRules="https://rules.example.com/cold", component="elevation_angle")),
        event(sensorElementList=sensors(component="cbv:Comp-x")),
        event(sensorElementList=sensors(type="Molar_concentration", uom="C35")),
        event(sensorElementList=sensors(type="gs1:DoseEquivalentRate", uom="P71")),
        event(sensorElementList=sensors(component="ext:upwards")),
        event(bizTransactionList=[{"type": "cbv:own_paper", "bizTransaction": "https://example.com/papers/1"}]),
        event(action="ADD", ilmd={"cbvmda:lotNumber": "L1", "ext:own": [1]}),
        event(certificationInfo=["https://a.example.com/1", "https://a.example.com/2"]),
        event(errorDeclaration={"declarationTime": "2026-03-02T08:30:00Z"}),
        event(persistentDisposition={"unset": ["completeness_inferred"]}),
        event(AGGREGATION_EVENT, action="DELETE", without="childEPCs"),
        event(AGGREGATION_EVENT, action="OBSERVE", without="parentID"),
        event(ASSOCIATION_EVENT, action="DELETE", without="childEPCs"),
        event(TRANSACTION_EVENT, action="DELETE", without="epcList"),
        event(TRANSACTION_EVENT, parentID="urn:epc:id:sscc:9521000.0000000001"),
        event(TRANSACTION_EVENT, bizTransactionList=[{"bizTransaction": "https://example.com/po/1"}]),
        event(TRANSFORMATION_EVENT, without="outputEPCList", transformationID="urn:epc:id:gdti:9521000.00010.T1"),
    ],
)
def test_what_the_standard_permits_is_accepted(valid: dict[str, Any]) -> None:
    assert [each.id for each in read_document(text(valid, context=EXT)).events] == [valid["eventID"]]


@pytest.mark.parametrize(
    "valid",
    [
        {"context": [CONTEXT, {"ext": {"@id": "https://ns.example.com/", "@prefix": True}}]},
        {"context": [*EXT, {"ext:note": {"@type": "xsd:integer"}, "ext:by": {"@type": "@id"}}]},
        {"schemaVersion": "2.0.1"},
        described(
            attributes=[
                {"id": "cbvmda:city", "attribute": "Harbin"},
                {"id": "https://example.com/floors", "attribute": 2},
                {"id": "https://example.com/door", "attribute": {"width": {"metres": 1.2}}},
                {"id": "https://example.com/seen"},
            ],
            children=["urn:x:2"],
            note="as the standard leaves it open",
        ),
        {"epcisHeader": {"cbvmda:own": ["anything"]}},
    ],
)
def test_what_the_standard_permits_around_the_events_is_accepted(valid: dict[str, Any]) -> None:
    assert len(read_document(text(OBJECT_EVENT, **valid)).events) == 1


def test_a_name_whose_type_alone_is_declared_has_no_meaning_without_its_prefix() -> None:
    typed = {"ext:note": {"@type": "xsd:integer"}}
    assert broken(text(event(ext__note=1), context=[CONTEXT, typed])).endswith("(prefix)")


def broken(given: str) -> str:
    with pytest.raises(RuleBroken) as refusal:
        read_document(given)
    assert refusal.value.code == "TRACE_DOCUMENT_INVALID"
    return refusal.value.message


@pytest.mark.parametrize(
    ("invalid", "path", "rule"),
    [
        ("no object", "", "type"),
        (event(without="type"), ".type", "required"),
        (event(type="QuantityEvent"), ".type", "event-type"),
        (event(type=["ObjectEvent"]), ".type", "event-type"),
        (event(without="eventTime"), ".eventTime", "required"),
        (event(eventTime="2026-03-01T08:30:00"), ".eventTime", "time-zone"),
        (event(eventTime="2026-03-01"), ".eventTime", "time-zone"),
        (event(eventTime="yesterday"), ".eventTime", "time"),
        (event(eventTime="2026-02-30T08:30:00Z"), ".eventTime", "time"),
        (event(eventTime="2026-03-01T25:30:00Z"), ".eventTime", "time"),
        (event(eventTime="2026-03-01T08:30:00+15:00"), ".eventTime", "time"),
        (event(eventTime="٢٠٢٦-03-01T08:30:00Z"), ".eventTime", "time"),
        (event(eventTime=1772325000), ".eventTime", "type"),
        (event(recordTime="2026-03-01 08:30:00Z"), ".recordTime", "time"),
        (event(without="eventTimeZoneOffset"), ".eventTimeZoneOffset", "required"),
        (event(eventTimeZoneOffset="Z"), ".eventTimeZoneOffset", "zone-offset"),
        (event(eventTimeZoneOffset="+8:00"), ".eventTimeZoneOffset", "zone-offset"),
        (event(eventTimeZoneOffset="+14:01"), ".eventTimeZoneOffset", "zone-offset"),
        (event(eventTimeZoneOffset=8), ".eventTimeZoneOffset", "type"),
        (event(without="action"), ".action", "required"),
        (event(action="observe"), ".action", "action"),
        (event(eventID="no uri"), ".eventID", "uri"),
        (event(eventID=7), ".eventID", "type"),
        (event(eventID="urn:x:\x00"), ".eventID", "uri"),
        (event(eventID="urn:x:\U0010ffff"), ".eventID", "uri"),
        (event(eventID="urn:x:" + "a" * 1024), ".eventID", "uri"),
        (event(eventID="urn:x:%zz"), ".eventID", "uri"),
        (event(epcList=["urn:x:\x00"]), ".epcList[0]", "uri"),
        (event(epcList=["urn:x:1", ""]), ".epcList[1]", "uri"),
        (event(epcList="urn:x:1"), ".epcList", "type"),
        (event(epcList=["urn:x:1", "urn:x:2", "urn:x:1"]), ".epcList[2]", "repeated"),
        (event(AGGREGATION_EVENT, childEPCs=["urn:x:1", "urn:x:1"]), ".childEPCs[1]", "repeated"),
        (event(TRANSFORMATION_EVENT, outputEPCList=["urn:x:1", "urn:x:1"]), ".outputEPCList[1]", "repeated"),
        (event(epcList=[]), "", "required"),
        (event(without="epcList"), "", "required"),
        (event(without="epcList", sensorElementList=sensors(), readPoint=None), ".readPoint", "type"),
        (event(bizStep="shiping"), ".bizStep", "vocabulary"),
        (event(bizStep="Shipping"), ".bizStep", "vocabulary"),
        (event(bizStep="cbv:BizStep-blessing"), ".bizStep", "vocabulary"),
        (event(bizStep="https://ref.gs1.org/cbv/BizStep-blessing"), ".bizStep", "vocabulary"),
        (event(bizStep="urn:epcglobal:cbv:bizstep:blessing"), ".bizStep", "vocabulary"),
        (event(bizStep="cbv:Disp-active"), ".bizStep", "vocabulary"),
        (event(disposition="urn:epcglobal:cbv:bizstep:shipping"), ".disposition", "vocabulary"),
        (event(bizStep="urn:with space"), ".bizStep", "uri"),
        (event(bizStep=["shipping"]), ".bizStep", "type"),
        (event(disposition="in_orbit"), ".disposition", "vocabulary"),
        (event(disposition=""), ".disposition", "vocabulary"),
        (event(persistentDisposition={}), ".persistentDisposition", "required"),
        (event(persistentDisposition={"set": []}), ".persistentDisposition.set", "empty-list"),
        (event(persistentDisposition={"set": ["lost"]}), ".persistentDisposition.set[0]", "vocabulary"),
        (event(persistentDisposition={"set": ["active", "active"]}), ".persistentDisposition.set[1]", "repeated"),
        (
            event(persistentDisposition={"set": ["active"], "ext:own": 1}),
            ".persistentDisposition['ext:own']",
            "unknown-field",
        ),
        (event(readPoint={}), ".readPoint.id", "required"),
        (event(readPoint="urn:epc:id:sgln:9521000.00001.0"), ".readPoint", "type"),
        (event(bizLocation={"id": "here"}), ".bizLocation.id", "uri"),
        (event(quantityList=[{"quantity": 1}]), ".quantityList[0].epcClass", "required"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": "1"}]), ".quantityList[0].quantity", "number"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": True}]), ".quantityList[0].quantity", "number"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": -0.5}]), ".quantityList[0].quantity", "number"),
        (event(quantityList=[{"epcClass": "urn:x:1", "uom": "KGM"}]), ".quantityList[0].quantity", "required"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": 1, "uom": "kg"}]), ".quantityList[0].uom", "unit"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": 1, "uom": 5}]), ".quantityList[0].uom", "type"),
        (event(quantityList={"epcClass": "urn:x:1"}), ".quantityList", "type"),
        (event(quantityList=[{"epcClass": "urn:x:1", "ext:own": 1}]), ".quantityList[0]['ext:own']", "unknown-field"),
        (
            event(bizTransactionList=[{"bizTransaction": "urn:x:1", "ext:own": 1}]),
            ".bizTransactionList[0]['ext:own']",
            "unknown-field",
        ),
        (event(bizTransactionList=[{"type": "po"}]), ".bizTransactionList[0].bizTransaction", "required"),
        (
            event(bizTransactionList=[{"type": "bill", "bizTransaction": "urn:x:1"}]),
            ".bizTransactionList[0].type",
            "vocabulary",
        ),
        (event(sourceList=[{"source": "urn:x:1"}]), ".sourceList[0].type", "required"),
        (
            event(sourceList=[{"type": "location", "destination": "urn:x:1"}]),
            ".sourceList[0].destination",
            "unknown-field",
        ),
        (event(destinationList=[{"type": "location"}]), ".destinationList[0].destination", "required"),
        (event(certificationInfo="certified"), ".certificationInfo", "uri"),
        (event(errorDeclaration={}), ".errorDeclaration.declarationTime", "required"),
        (
            event(errorDeclaration={"declarationTime": "2026-03-01T08:30:00Z", "reason": "typo"}),
            ".errorDeclaration.reason",
            "vocabulary",
        ),
        (
            event(errorDeclaration={"declarationTime": "2026-03-01T08:30:00Z", "correctiveEventIDs": "urn:x:1"}),
            ".errorDeclaration.correctiveEventIDs",
            "type",
        ),
        (event(ilmd={"cbvmda:lotNumber": "L1"}), ".ilmd", "forbidden"),
        (event(action="ADD", ilmd={"lotNumber": "L1"}), ".ilmd.lotNumber", "unknown-field"),
        (event(action="ADD", ilmd=[]), ".ilmd", "type"),
        (event(sensorElementList=[{}]), ".sensorElementList[0].sensorReport", "required"),
        (event(sensorElementList=[{"sensorReport": []}]), ".sensorElementList[0].sensorReport", "empty-list"),
        (
            event(sensorElementList=[{"sensorReport": [{"value": 1}]}]),
            ".sensorElementList[0].sensorReport[0].type",
            "required",
        ),
        (event(sensorElementList=sensors(type="Warmth")), ".sensorElementList[0].sensorReport[0].type", "vocabulary"),
        (
            event(sensorElementList=sensors(component="upwards")),
            ".sensorElementList[0].sensorReport[0].component",
            "vocabulary",
        ),
        (event(sensorElementList=sensors(value="4")), ".sensorElementList[0].sensorReport[0].value", "number"),
        (
            event(sensorElementList=sensors(booleanValue=1)),
            ".sensorElementList[0].sensorReport[0].booleanValue",
            "type",
        ),
        (
            event(sensorElementList=sensors(hexBinaryValue="xyz")),
            ".sensorElementList[0].sensorReport[0].hexBinaryValue",
            "hex",
        ),
        (event(sensorElementList=sensors(stringValue=1)), ".sensorElementList[0].sensorReport[0].stringValue", "type"),
        (
            event(sensorElementList=[{"sensorMetadata": {"startTime": "now"}, "sensorReport": [REPORT]}]),
            ".sensorElementList[0].sensorMetadata.startTime",
            "time",
        ),
        (event(comment="no prefix"), ".comment", "unknown-field"),
        (event(undeclared__note=1), "['undeclared:note']", "prefix"),
        (event(ext__note={"undeclared:x": 1}), "['ext:note']['undeclared:x']", "prefix"),
        (event(ext__note=[{"@context": 5}]), "['ext:note'][0]['@context']", "context"),
        (event(ext__note="\x00"), "['ext:note']", "character"),
        (event(ext__note={"a": ["\x00"]}), "['ext:note'].a[0]", "character"),
        (event({**OBJECT_EVENT, "@context": {"own": 5}}), "['@context'].own", "context"),
        (event({**OBJECT_EVENT, "ext:" + "n" * 300: 1}), "['ext:" + "n" * 76 + "…']", "unknown-field"),
        (event(childEPCs=["urn:x:1"]), ".childEPCs", "forbidden"),
        (event(AGGREGATION_EVENT, without="parentID"), ".parentID", "required"),
        (event(AGGREGATION_EVENT, without="childEPCs"), "", "required"),
        (event(AGGREGATION_EVENT, epcList=["urn:x:1"]), ".epcList", "forbidden"),
        (event(AGGREGATION_EVENT, ilmd={}), ".ilmd", "forbidden"),
        (event(ASSOCIATION_EVENT, without="parentID", action="OBSERVE"), ".parentID", "required"),
        (event(ASSOCIATION_EVENT, childEPCs=[]), "", "required"),
        (event(TRANSACTION_EVENT, without="bizTransactionList"), ".bizTransactionList", "required"),
        (event(TRANSACTION_EVENT, bizTransactionList=[]), ".bizTransactionList", "empty-list"),
        (event(TRANSACTION_EVENT, without="epcList"), "", "required"),
        (event(TRANSFORMATION_EVENT, action="ADD"), ".action", "forbidden"),
        (event(TRANSFORMATION_EVENT, without="inputQuantityList"), "", "required"),
        (event(TRANSFORMATION_EVENT, without="outputEPCList"), "", "required"),
    ],
)
def test_a_broken_rule_of_an_event_is_named_with_its_path(invalid: Any, path: str, rule: str) -> None:
    message = broken(text(invalid, context=EXT))
    shown = path.encode("unicode_escape").decode()
    assert message.startswith(f"{EVENT}{shown}: "), message
    assert message.endswith(f"({rule})"), message


def test_sensor_data_without_items_need_a_place() -> None:
    placeless = event(event(without="epcList"), without="readPoint", sensorElementList=sensors())
    assert "which sensor data without items need (required)" in broken(text(placeless))


def test_a_likely_word_is_proposed() -> None:
    assert "did you mean 'shipping'?" in broken(text(event(bizStep="shiping")))


@pytest.mark.parametrize(
    ("members", "path", "rule"),
    [
        ({"type": "EPCISQueryDocument"}, ".type", "document-type"),
        ({"schemaVersion": "1.2"}, ".schemaVersion", "schema-version"),
        ({"schemaVersion": 2.0}, ".schemaVersion", "schema-version"),
        ({"schemaVersion": "2.x"}, ".schemaVersion", "schema-version"),
        ({"creationDate": "2026-03-01"}, ".creationDate", "time-zone"),
        ({"sender": 5}, ".sender", "type"),
        ({"id": "document 1"}, ".id", "uri"),
        ({"epcisHeader": []}, ".epcisHeader", "type"),
        ({"epcisHeader": {"nope:x": 1}}, ".epcisHeader['nope:x']", "prefix"),
        ({"epcisHeader": {"masterData": {}}}, ".epcisHeader.masterData", "unknown-field"),
        ({"epcisHeader": {"epcisMasterData": []}}, ".epcisHeader.epcisMasterData", "type"),
        (vocabulary({"vocabularyElementList": []}), f"{VOCABULARY}.type", "required"),
        (vocabulary({"type": PLACES, "vocabularyElementList": [{}]}), f"{ELEMENTS}[0].id", "required"),
        (described(children=[5]), f"{ELEMENTS}[0].children[0]", "type"),
        (described(children="urn:x:1"), f"{ELEMENTS}[0].children", "type"),
        (described(attributes=[{"attribute": "Harbin"}]), f"{ELEMENTS}[0].attributes[0].id", "required"),
        (described(attributes=[{"id": "cbvmda:city", "attribute": True}]), f"{CITY}.attribute", "type"),
        (
            described(attributes=[{"id": "cbvmda:city", "attribute": {"no:x": 1}}]),
            f"{CITY}.attribute['no:x']",
            "prefix",
        ),
        ({"epcisBody": {}}, ".epcisBody.eventList", "required"),
        ({"epcisBody": {"eventList": []}}, ".epcisBody.eventList", "empty-list"),
        ({"epcisBody": {"eventList": {}}}, ".epcisBody.eventList", "type"),
        ({"epcisBody": []}, ".epcisBody", "type"),
        ({"context": 5}, "['@context']", "context"),
        ({"context": []}, "['@context']", "context"),
        ({"context": ["not a url"]}, "['@context']", "uri"),
        ({"context": {f"p{i}": "https://example.com/" for i in range(300)}}, "['@context']", "context"),
        ({"whatever": 1}, ".whatever", "unknown-field"),
    ],
)
def test_a_broken_rule_of_the_document_is_named_with_its_path(members: dict[str, Any], path: str, rule: str) -> None:
    message = broken(text(OBJECT_EVENT, **members))
    assert message.startswith(f"${path}: "), message
    assert message.endswith(f"({rule})"), message


@pytest.mark.parametrize("missing", ["@context", "type", "schemaVersion", "creationDate", "epcisBody"])
def test_a_document_has_all_its_parts(missing: str) -> None:
    given = document(OBJECT_EVENT)
    del given[missing]
    assert broken(json.dumps(given)).endswith("is required (required)")


@pytest.mark.parametrize(
    "given", ["", "[]", "7", "{", '{"type": NaN}', text(OBJECT_EVENT).replace('"action"', '"type": "x", "action"')]
)
def test_what_is_no_json_object_is_refused(given: str) -> None:
    assert broken(given).startswith("$: ")


def nested(levels: int, make: Callable[[Any], Any]) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = make(value)
    return value


@pytest.mark.parametrize("make", [lambda inner: [inner], lambda inner: {"x": inner}])
def test_extensions_are_nested_so_deep_and_no_deeper(make: Callable[[Any], Any]) -> None:
    deepest = text(event(ext__note=nested(EXTENSION_DEPTH_MAX, make)), context=EXT)
    assert len(read_document(deepest).events) == 1
    assert broken(text(event(ext__note=nested(EXTENSION_DEPTH_MAX + 1, make)), context=EXT)).endswith("(depth)")
    assert broken("[" * 20_000 + "]" * 20_000).endswith("(json)")


def too_large(given: str) -> str:
    with pytest.raises(RuleBroken) as refusal:
        read_document(given)
    assert refusal.value.code == "TRACE_DOCUMENT_TOO_LARGE"
    return refusal.value.message


def test_a_document_is_bounded_in_events_items_and_bytes() -> None:
    many = [event(eventID=f"urn:x:{i}") for i in range(EVENTS_MAX)]
    assert len(read_document(text(*many)).events) == EVENTS_MAX
    assert too_large(text(*many, OBJECT_EVENT)) == f"a document has at most {EVENTS_MAX} events, not {EVENTS_MAX + 1}"
    crowd = event(epcList=[f"urn:x:{i}" for i in range(ITEMS_MAX + 1)])
    assert too_large(text(crowd)) == f"the events name at most {ITEMS_MAX} items, not {ITEMS_MAX + 1}"
    big = event(ext__note="é" * (DOCUMENT_BYTES_MAX // 2))
    assert "bytes" in too_large(json.dumps(document(big, context=EXT), ensure_ascii=False))


def test_an_event_without_id_is_sent_back_to_the_client() -> None:
    with pytest.raises(RuleBroken) as refusal:
        read_document(text(OBJECT_EVENT, event(without="eventID")))
    assert refusal.value.code == "TRACE_EVENT_ID_MISSING"
    assert refusal.value.message.startswith("$.epcisBody.eventList[1]: ")


def test_messages_show_little_of_what_was_sent_and_nothing_that_harms_a_terminal() -> None:
    message = broken(text(event(bizStep="urn:\x1b[31m" + "x" * 500)))
    assert "\x1b" not in message
    assert len(message) < 300
