"""Queries for sensor data and extension fields of documents that others wrote."""

from collections.abc import Callable

import pytest

from fairledger.readmodel.database import Database
from fairledger.readmodel.names import terms_of
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.queries import Query, find
from fairledger.trace import prepare
from tests.support.captures import chain_of
from tests.support.epcis import data_folder

TERMS = terms_of([{"a": "https://ns.ext.de/epcis/", "b": "http://www.ext2.net/", "c": "http://www.ext4.net/"}])
NAMESPACES = "Namespaces_at_different_level"


@pytest.mark.parametrize(
    ("name", "filters", "count"),
    [
        (NAMESPACES, {"EQ_a:name": "Testing"}, 1),
        (NAMESPACES, {"EQ_b:address": "Cologne"}, 1),
        (NAMESPACES, {"EQ_b:address": "Bangalore"}, 0),
        (NAMESPACES, {"EXISTS_c:address": "true"}, 1),
        (NAMESPACES, {"EQ_INNER_c:city": "Bangalore"}, 1),
        (NAMESPACES, {"EQ_c:hello": "Testing"}, 1),  # ext5 there: another prefix for the same name space
        (NAMESPACES, {"EQ_type": "Dimensionless", "EQ_bizRules": "https://id.example.com/253/4012345000054987"}, 5),
        ("CurieString_document", {"EQ_SENSORMETADATA_a:someFurtherMetadata": "metadataText"}, 1),
        ("CurieString_document", {"EQ_SENSORREPORT_a:someFurtherReportData": "metadataText"}, 0),
        ("CurieString_document", {"EQ_destination_cbv:my_own_party": "urn:epc:id:pgln:0614141.00777"}, 1),
        ("AssociationEvent_all_possible_fields", {"GE_value_CEL": "26", "LT_maxValue_KEL": "299.36"}, 1),
        ("AssociationEvent_all_possible_fields", {"GT_value_FAH": "78.8"}, 0),
        ("AssociationEvent_all_possible_fields", {"EQ_booleanValue": "true", "EQ_hexBinaryValue": "F0F0F0"}, 1),
    ],
    ids=str,
)
async def test_what_others_wrote_is_found(
    open_database: Callable[[str], Database],
    name: str,
    filters: dict[str, str],
    count: int,
) -> None:
    path = data_folder() / "documents" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"no test data in {data_folder()}: set FAIRLEDGER_TEST_DATA")
    database = open_database("others")
    for block in (await chain_of([[prepare(path.read_text("utf-8")).chunks[0].text]])).blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        found = find(connection, Query(filters, TERMS)).events
    assert len(found) == count
