"""The query parameters for sensor data, references, extension fields and master data."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fairledger.readmodel import queries
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.filters import PARAMETERS
from fairledger.readmodel.names import STANDARD_PREFIXES
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.queries import FILTERS_MAX, Query, find
from tests.support.captures import EXTENSION, chain_of, document, event
from tests.unit.client.readmodel import test_queries

NS = EXTENSION["ext"]
TERMS = {**STANDARD_PREFIXES, "e": NS, "other": "https://other.example.com/ns"}
LOT = "urn:epc:class:lgtin:9521000.012345.L7"
PLANT = "urn:epc:id:sgln:9521000.00001.0"
HALL = "urn:epc:id:sgln:9521000.00001.hall-2"
SHELF = "https://example.com/places/shelf"
CORRECTION = "urn:uuid:00000000-0000-4000-8000-00000000c0c0"
SENSED = {
    "sensorElementList": [
        {
            "sensorMetadata": {
                "time": "2026-11-03T06:00:00Z",
                "startTime": "2026-11-03T05:00:00Z",
                "endTime": "2026-11-03T07:00:00Z",
                "deviceID": "urn:epc:id:giai:9521000.111",
                "deviceMetadata": "https://example.com/devices/111",
                "rawData": "https://example.com/raw/1",
                "dataProcessingMethod": "https://example.com/methods/mean",
                "bizRules": "https://example.com/rules/cold",
                "ext:room": "north",
            },
            "sensorReport": [
                {
                    "type": "Temperature",
                    "value": 4.5,
                    "minValue": 3,
                    "maxValue": 6.25,
                    "meanValue": 4.4,
                    "sDev": 0.5,
                    "percValue": 5,
                    "percRank": 90,
                    "uom": "CEL",
                    "ext:probe": 7,
                },
                {"type": "Mass", "value": 1500, "uom": "GRM"},
                {"type": "https://gs1.org/voc/Count", "value": 12, "uom": "XAB"},
                {
                    "type": "Dimensionless",
                    "microorganism": "https://example.com/taxa/1126011",
                    "chemicalSubstance": "https://example.com/substances/milk",
                    "stringValue": "closed",
                    "booleanValue": True,
                    "hexBinaryValue": "f0A1",
                    "uriValue": "https://example.com/values/1",
                },
            ],
            "ext:calibrated": "2026-10-01T00:00:00Z",
        }
    ]
}
EXTENDED = {
    "action": "ADD",
    "ext:rank": -10,
    "ext:weight": 3.50,
    "ext:grade": "A",
    "ext:when": "2026-11-04T08:00:00+08:00",
    "ext:list": ["x", 17, {"ext:deep": {"ext:deeper": -2}}],
    "ext:place": SHELF,
    "ext:open": {},
    "ilmd": {"cbvmda:lotNumber": "L7", "ext:fat": "3.8", "ext:box": {"ext:fat": 9}},
    "readPoint": {"id": HALL, "ext:gate": "G1"},
    "bizLocation": {"id": "https://id.gs1.org/414/9521000000018/254/shelf%2F1", "ext:map": {"ext:x": 1}},
}
EVENTS = (
    event(1, **{"ext:rank": "middle\nof all"}),
    event(2, **SENSED, **{"ext:rank": "näher"}),
    event(
        3,
        bizTransactionList=[
            {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521000000018:PO1"},
            {"bizTransaction": "https://example.com/papers/7"},
        ],
        sourceList=[{"type": "https://ref.gs1.org/cbv/SDT-owning_party", "source": "urn:epc:id:pgln:9521000.00001"}],
        destinationList=[{"type": "ext:agent", "destination": "https://example.com/agents/1"}],
        persistentDisposition={"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
        bizLocation={"id": SHELF},
        **{"ext:rank": ["2026-11-03T06:00:00Z", -5]},
    ),
    event(4, **EXTENDED),
    event(
        5,
        **{"ext:rank": "10"},
        quantityList=[{"epcClass": LOT, "quantity": 2.5, "uom": "KGM"}, {"epcClass": f"{LOT}0", "quantity": 40}],
    ),
    event(
        1,
        **{"ext:rank": "middle\nof all"},
        errorDeclaration={
            "declarationTime": "2026-11-20T00:00:00Z",
            "correctiveEventIDs": [CORRECTION],
            "ext:by": {"ext:name": "audit"},
        },
    ),
)
OWN_CONTEXT = event(7, **{"@context": [{"ext": "https://other.example.com/ns"}], "ext:grade": "A"})
HEADER = {
    "epcisMasterData": {
        "vocabularyList": [
            {
                "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                "vocabularyElementList": [
                    {
                        "id": PLANT,
                        "attributes": [{"id": "urn:epcglobal:cbv:mda:city", "attribute": "Hangzhou"}],
                        "children": [SHELF],
                    },
                    {"id": SHELF, "attributes": [{"id": "https://example.com/mda#floor", "attribute": "2"}]},
                    {"id": SHELF, "children": [PLANT]},
                ],
            }
        ]
    }
}


@pytest.fixture(scope="module")
async def database(new_url: Callable[[], str]) -> Any:
    opened = Database.open(new_url())
    whole = json.loads(document(*EVENTS[:5], context=[EXTENSION]))
    described = json.dumps({**whole, "epcisHeader": HEADER})
    later = [document(EVENTS[5], context=[EXTENSION]), document(OWN_CONTEXT, context=[EXTENSION])]
    for block in (await chain_of([[described], *([one] for one in later)])).blocks:
        Projector(opened).apply(block)
    yield opened
    opened.close()


def asked(database: Database, **filters: str) -> list[int]:
    with database.reading() as connection:
        return [one.sequence + 1 for one in find(connection, Query(filters, TERMS)).events]


CASES: tuple[tuple[dict[str, str], list[int]], ...] = (
    # quantities
    ({"EQ_quantity": "2.50"}, [5]),
    ({"EQ_quantity": "3|40.0"}, [5]),
    ({"EQ_quantity": "3"}, []),
    ({"GT_quantity": "39.999999999999999999999"}, [5]),
    ({"GT_quantity": "40"}, []),
    ({"GE_quantity": "40"}, [5]),
    ({"LT_quantity": "2.5"}, []),
    ({"LE_quantity": "25e-1"}, [5]),
    ({"EQ_quantity_GRM": "2500"}, [5]),
    ({"EQ_quantity_GRM": "40"}, []),
    ({"GE_quantity_TNE": "0.0025"}, [5]),
    ({"LT_quantity_KGM": "2.5"}, []),
    # persistent dispositions, transactions, parties
    ({"EQ_persistentDisposition_set": "urn:epcglobal:cbv:disp:completeness_verified"}, [3]),
    ({"EQ_persistentDisposition_set": "completeness_inferred"}, []),
    ({"EQ_persistentDisposition_unset": "completeness_inferred"}, [3]),
    ({"EQ_bizTransaction_po": "urn:epcglobal:cbv:bt:9521000000018:PO1"}, [3]),
    ({"EQ_bizTransaction_urn:epcglobal:cbv:btt:po": "x|urn:epcglobal:cbv:bt:9521000000018:PO1"}, [3]),
    ({"EQ_bizTransaction_inv": "urn:epcglobal:cbv:bt:9521000000018:PO1"}, []),
    ({"EQ_source_owning_party": "https://id.gs1.org/417/9521000000018"}, [3]),
    ({"EQ_source_location": "urn:epc:id:pgln:9521000.00001"}, []),
    ({f"EQ_destination_{NS}agent": "https://example.com/agents/1"}, [3]),
    ({"EQ_destination_e:agent": "https://example.com/agents/1"}, [3]),
    ({"EQ_destination_location": "https://example.com/agents/1"}, []),
    # places and what is below them
    ({"EQ_readPoint": HALL}, [4]),
    ({"EQ_readPoint": "https://example.org/414/9521000000018/254/hall-2"}, [4]),
    ({"EQ_readPoint": PLANT}, []),
    ({"WD_readPoint": PLANT}, [4]),
    ({"WD_readPoint": "urn:epc:id:sgln:9521000.00002.0"}, []),
    ({"WD_readPoint": HALL}, [4]),
    ({"WD_bizLocation": "https://id.gs1.org/414/9521000000018"}, [3, 4]),
    ({"WD_bizLocation": SHELF}, [3]),
    ({"WD_readPoint": PLANT, "WD_bizLocation": PLANT}, [4]),
    ({"WD_bizLocation": "https://example.com/places"}, []),
    ({"EQ_bizLocation": SHELF}, [3]),
    # error declarations
    ({"EQ_correctiveEventID": f"urn:uuid:none|{CORRECTION}"}, [6]),
    ({"EQ_correctiveEventID": "urn:uuid:none"}, []),
    ({"GE_errorDeclaration_Time": "2026-11-20T00:00:00Z"}, [6]),
    ({"LT_errorDeclaration_Time": "2026-11-20T00:00:00Z"}, []),
    ({"EXISTS_ERROR_DECLARATION_e:by": "true"}, [6]),
    ({"EQ_INNER_ERROR_DECLARATION_e:name": "audit"}, [6]),
    ({"EQ_ERROR_DECLARATION_e:name": "audit"}, []),
    # sensor data
    ({"EXISTS_sensorElementList": "true"}, [2]),
    ({"EXISTS_sensorElementList": "false"}, [1, 2, 3, 4, 5, 6, 7]),
    ({"EQ_type": "gs1:Temperature"}, [2]),
    ({"EQ_type": "Pressure|Count"}, [2]),
    ({"EQ_type": "Pressure"}, []),
    ({"EQ_deviceID": "https://id.gs1.org/8004/9521000111"}, [2]),
    ({"EQ_deviceID": "urn:epc:id:giai:9521000.112"}, []),
    ({"EQ_deviceMetadata": "https://example.com/devices/111"}, [2]),
    ({"EQ_deviceMetadata": "https://example.com/raw/1"}, []),
    ({"EQ_rawData": "https://example.com/raw/1"}, [2]),
    ({"EQ_rawData": "https://example.com/raw/2"}, []),
    ({"EQ_dataProcessingMethod": "https://example.com/methods/mean"}, [2]),
    ({"EQ_dataProcessingMethod": "https://example.com/methods/max"}, []),
    ({"EQ_bizRules": "https://example.com/rules/cold"}, [2]),
    ({"EQ_bizRules": "https://example.com/rules/warm"}, []),
    ({"EQ_microorganism": "https://example.com/taxa/1126011"}, [2]),
    ({"EQ_microorganism": "https://example.com/taxa/1"}, []),
    ({"EQ_chemicalSubstance": "https://example.com/substances/milk"}, [2]),
    ({"EQ_chemicalSubstance": "https://example.com/substances/tea"}, []),
    ({"EQ_stringValue": "open|closed"}, [2]),
    ({"EQ_stringValue": "open"}, []),
    ({"EQ_hexBinaryValue": "F0a1"}, [2]),
    ({"EQ_hexBinaryValue": "F0"}, []),
    ({"EQ_uriValue": "https://example.com/values/1"}, [2]),
    ({"EQ_uriValue": "https://example.com/values/2"}, []),
    ({"EQ_booleanValue": "true"}, [2]),
    ({"EQ_booleanValue": "false"}, []),
    ({"GE_time": "2026-11-03T06:00:00Z"}, [2]),
    ({"LT_time": "2026-11-03T06:00:00Z"}, []),
    ({"GE_startTime": "2026-11-03T05:00:00Z", "LT_startTime": "2026-11-03T13:00:01+08:00"}, [2]),
    ({"LT_startTime": "2026-11-03T05:00:00Z"}, []),
    ({"GE_endTime": "2026-11-03T07:00:01Z"}, []),
    ({"LT_endTime": "2026-11-03T07:00:01Z"}, [2]),
    ({"EQ_value_CEL": "4|4.50"}, [2]),
    ({"EQ_value_KEL": "277.65"}, [2]),
    ({"EQ_value_FAH": "40.1"}, [2]),
    ({"EQ_value_FAH": "40.10000000000000000000001"}, []),
    ({"EQ_value_KGM": "1.5"}, [2]),
    ({"EQ_value_XAB": "12"}, [2]),
    ({"EQ_value_MTR": "4.5"}, []),
    ({"GT_value_CEL": "-10"}, [2]),
    ({"GT_value_CEL": "4.5"}, []),
    ({"GE_value_LBR": "3.3"}, [2]),
    ({"LT_value_CEL": "4.5"}, []),
    ({"LE_value_CEL": "4.5"}, [2]),
    ({"EQ_minValue_CEL": "3"}, [2]),
    ({"LT_minValue_CEL": "3"}, []),
    ({"GE_maxValue_FAH": "43.25"}, [2]),
    ({"GT_maxValue_CEL": "6.25"}, []),
    ({"LE_meanValue_CEL": "4.4"}, [2]),
    ({"LT_meanValue_CEL": "4.4"}, []),
    ({"EQ_sDev_KEL": "0.5"}, [2]),
    ({"EQ_sDev_FAH": "0.9"}, [2]),
    ({"GT_sDev_CEL": "0.5"}, []),
    ({"GE_percValue_CEL": "5"}, [2]),
    ({"GT_percValue_CEL": "5"}, []),
    ({"EQ_percRank": "90"}, [2]),
    ({"GE_percRank": "90.5"}, []),
    ({"GT_percRank": "89.9"}, [2]),
    ({"LT_percRank": "90"}, []),
    ({"LE_percRank": "90"}, [2]),
    # extension fields
    ({"EQ_e:weight": "3.5"}, [4]),
    ({"EQ_e:weight": "2|3.50"}, [4]),
    ({f"EQ_{NS}weight": "3.5"}, [4]),
    ({f"EQ_{NS}#weight": "3.5"}, [4]),
    ({"EQ_e:weight": "3.6"}, []),
    ({"EQ_other:weight": "3.5"}, []),
    ({"GT_e:weight": "3.49"}, [4]),
    ({"GE_e:weight": "3.51"}, []),
    ({"LT_e:weight": "10"}, [4]),
    ({"LE_e:weight": "-10"}, []),
    ({"EQ_e:grade": "A"}, [4]),
    ({"EQ_other:grade": "A"}, [7]),
    ({"EQ_https://other.example.com/ns#grade": "A"}, [7]),
    ({"EQ_e:when": "2026-11-04T00:00:00Z"}, [4]),
    ({"GE_e:when": "2026-11-04T00:00:00Z"}, [4]),
    ({"LT_e:when": "2026-11-04T00:00:00Z"}, []),
    ({"EQ_e:list": "x"}, [4]),
    ({"EQ_e:list": "17"}, [4]),
    ({"EQ_e:deep": "-2"}, []),
    ({"EQ_INNER_e:deeper": "-2"}, [4]),
    ({"LT_INNER_e:deeper": "-1.9"}, [4]),
    ({"LT_INNER_e:deeper": "-2"}, []),
    ({"EXISTS_e:open": "true"}, [4]),
    ({"EXISTS_e:deep": "true"}, []),
    ({"EXISTS_e:open": "false"}, [1, 2, 3, 4, 5, 6, 7]),
    ({"EXISTS_INNER_e:deep": "true"}, [4]),
    ({"EQ_ILMD_cbvmda:lotNumber": "L7"}, [4]),
    ({"EQ_cbvmda:lotNumber": "L7"}, []),
    ({"GE_ILMD_e:fat": "3.8"}, [4]),
    ({"GT_ILMD_e:fat": "3.8"}, []),
    ({"EQ_INNER_ILMD_e:fat": "9"}, [4]),
    ({"EXISTS_ILMD_e:box": "true"}, [4]),
    ({"EXISTS_INNER_ILMD_e:box": "true"}, []),
    ({"EQ_readPoint_e:gate": "G1"}, [4]),
    ({"EQ_bizLocation_e:gate": "G1"}, []),
    ({"EQ_INNER_bizLocation_e:x": "1"}, [4]),
    ({"EQ_SENSORELEMENT_e:calibrated": "2026-10-01T00:00:00Z"}, [2]),
    ({"GE_SENSORELEMENT_e:calibrated": "2026-10-01T00:00:01Z"}, []),
    ({"EQ_SENSORMETADATA_e:room": "north"}, [2]),
    ({"EQ_SENSORREPORT_e:room": "north"}, []),
    ({"LE_SENSORREPORT_e:probe": "7"}, [2]),
    ({"EXISTS_SENSORREPORT_e:probe": "true"}, [2]),
    ({"EXISTS_INNER_SENSORREPORT_e:probe": "true"}, []),
    # master data
    ({"HASATTR_bizLocation": "https://example.com/mda#floor"}, [3]),
    ({"HASATTR_bizLocation": "urn:epcglobal:cbv:mda:city"}, []),
    ({"EQATTR_bizLocation_https://example.com/mda#floor": "1|2"}, [3]),
    ({"EQ_ATTR_bizLocation_https://example.com/mda#floor": "3"}, []),
    ({"HASATTR_e:place": "https://example.com/mda#floor"}, [4]),
    ({"EQATTR_e:place_https://example.com/mda#floor": "2"}, [4]),
)


@pytest.mark.parametrize(("filters", "found"), CASES, ids=lambda value: str(value)[:60])
def test_each_parameter_finds_what_the_standard_says(
    database: Database, filters: dict[str, str], found: list[int]
) -> None:
    assert asked(database, **filters) == found


def names_with(found: bool) -> Iterator[str]:
    marks = test_queries.test_each_parameter_finds_what_the_standard_says.pytestmark  # type: ignore[attr-defined]
    for filters, sequences in (*CASES, *(case for mark in marks for case in mark.args[1])):
        if bool(sequences) is found:
            yield from filters


def test_every_parameter_of_fixed_name_is_tested() -> None:
    assert set(PARAMETERS) <= {*names_with(True), *names_with(False)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EQ_quantity", "many"),
        ("EQ_quantity", "1|"),
        ("GE_quantity", "1|2"),
        ("GE_value_CEL", "warm"),
        ("GE_value_CEL", "1|2"),
        ("GE_value_CEL", "1e9999"),
        ("EQ_booleanValue", "yes"),
        ("EQ_hexBinaryValue", "0x"),
        ("GE_startTime", "yesterday"),
        ("GT_e:weight", "heavy"),
        ("GT_e:weight", "1|2"),
        ("EXISTS_e:weight", "1"),
        ("EQ_undeclared:weight", "1"),
        ("EXISTS_sensorElementList", ""),
        ("HASATTR_unknown", "x"),
    ],
)
def test_a_value_of_another_form_is_refused(database: Database, name: str, value: str) -> None:
    with pytest.raises(QueryError) as refusal:
        asked(database, **{name: value})
    assert refusal.value.code == "QUERY_VALUE"


def ordered(database: Database, order_by: str, *, descending: bool = False) -> list[int]:
    """All events, page by page."""
    query, token, found = Query({}, TERMS, order_by=order_by, descending=descending, per_page=2), None, []
    for _ in range(10):
        with database.reading() as connection:
            page = find(connection, query, token)
        found += [one.sequence + 1 for one in page.events]
        token = page.next_token
        if token is None:
            return found
    raise AssertionError("pages without end")


def test_events_come_in_the_order_of_an_extension_field(database: Database) -> None:
    assert ordered(database, "e:rank") == [7, 3, 4, 1, 6, 2, 5]
    assert ordered(database, f"{NS}rank", descending=True) == [5, 2, 6, 1, 4, 3, 7]


@pytest.mark.parametrize("order_by", ["undeclared:rank", "rank", "", "eventID"])
def test_an_order_by_something_else_is_refused(order_by: str) -> None:
    with pytest.raises(QueryError) as refusal:
        Query({}, TERMS, order_by=order_by)
    assert (refusal.value.code, refusal.value.parameter) == ("QUERY_VALUE", "orderBy")


@pytest.mark.parametrize("value", ["\x00", "\ud800"])
def test_a_forged_place_in_such_an_order_is_refused(database: Database, value: str) -> None:
    query = Query({}, TERMS, order_by="e:rank")
    forged = queries._write_token(query, queries._Mark(value, 1, 1))
    with pytest.raises(QueryError) as refusal, database.reading() as connection:
        find(connection, query, forged)
    assert refusal.value.code == "QUERY_TOKEN"


def test_a_query_has_a_bounded_number_of_parameters() -> None:
    assert len(PARAMETERS) < FILTERS_MAX
    with pytest.raises(QueryError) as refusal:
        Query({f"EQ_e:{number}": "1" for number in range(FILTERS_MAX + 1)})
    assert refusal.value.code == "QUERY_VALUE"


def test_a_prefix_that_nobody_declared_is_refused_with_the_remedy(database: Database) -> None:
    with pytest.raises(QueryError, match=r"GS1-Extensions: undeclared=https://"):
        asked(database, **{"EQ_undeclared:weight": "1"})
