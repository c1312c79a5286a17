"""The simple event query of EPCIS 2.0, on a read model with a handful of events."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from fairledger.readmodel import queries
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.queries import Query, block_of, events_by_id, find
from fairledger.readmodel.values import VALUE_LENGTH_MAX, VALUES_MAX
from tests.support.captures import chain_of, document, event

LOT = "urn:epc:class:lgtin:9521000.012345.L7"
SSCC = "urn:epc:id:sscc:9521000.0123456789"
EVENTS = (
    event(1, readPoint={"id": "urn:epc:id:sgln:9521000.00002.0"}, bizStep="receiving"),
    event(2, bizStep="https://ref.gs1.org/cbv/BizStep-shipping", disposition="in_transit", action="ADD"),
    {
        "type": "AggregationEvent",
        "eventID": "urn:uuid:00000000-0000-4000-8000-000000000003",
        "eventTime": "2026-11-04T06:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "parentID": SSCC,
        "childEPCs": ["urn:epc:id:sgtin:9521000.012345.2"],
        "childQuantityList": [{"epcClass": LOT, "quantity": 5}],
        "action": "ADD",
        "bizLocation": {"id": "urn:epc:id:sgln:9521000.00001.0"},
    },
    {
        "type": "TransformationEvent",
        "eventID": "urn:uuid:00000000-0000-4000-8000-000000000004",
        "eventTime": "2026-11-05T06:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "inputEPCList": ["urn:epc:id:sgtin:9521000.012345.1"],
        "inputQuantityList": [{"epcClass": LOT, "quantity": 1}],
        "outputEPCList": ["urn:epc:id:sgtin:9521000.054321.9"],
        "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9521000.054321.M1", "quantity": 1}],
        "transformationID": "urn:epc:id:gdti:9521000.00001.1",
    },
    event(5, bizStep="https://example.com/own-step"),
    event(
        5,
        bizStep="https://example.com/own-step",
        errorDeclaration={"declarationTime": "2026-11-20T00:00:00Z", "reason": "did_not_occur"},
    ),
)


@pytest.fixture(scope="module")
async def database(new_url: Callable[[], str]) -> Any:
    opened = Database.open(new_url())
    chain = await chain_of([[document(*EVENTS[:3])], [document(*EVENTS[3:5])], [document(EVENTS[5])]])
    for block in chain.blocks:
        Projector(opened).apply(block)
    yield opened
    opened.close()


def numbers(database: Database, query: Query, token: str | None = None) -> list[int]:
    with database.reading() as connection:
        return [one.sequence + 1 for one in find(connection, query, token).events]


def asked(database: Database, **filters: str) -> list[int]:
    return numbers(database, Query(filters))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"eventType": "AggregationEvent|TransformationEvent"}, [3, 4]),
        ({"EQ_action": "ADD"}, [2, 3]),
        ({"EQ_bizStep": "shipping"}, [2]),
        ({"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-shipping|cbv:BizStep-receiving"}, [1, 2]),
        ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:receiving"}, [1]),
        ({"EQ_bizStep": "https://example.com/own-step"}, [5, 6]),
        ({"EQ_disposition": "in_transit"}, [2]),
        ({"EQ_readPoint": "urn:epc:id:sgln:9521000.00002.0"}, [1]),
        ({"EQ_bizLocation": "urn:epc:id:sgln:9521000.00001.0"}, [3]),
        ({"EQ_transformationID": "urn:epc:id:gdti:9521000.00001.1"}, [4]),
        ({"EQ_eventID": EVENTS[0]["eventID"]}, [1]),
        ({"GE_eventTime": "2026-11-04T14:00:00+08:00"}, [3, 4, 5, 6]),
        ({"LT_eventTime": "2026-11-04T06:00:00Z"}, [1, 2]),
        ({"GE_eventTime": "2026-11-04T06:00:00Z", "LT_eventTime": "2026-11-05T06:00:00Z"}, [3]),
        ({"GE_recordTime": "2000-01-01T00:00:00Z"}, [1, 2, 3, 4, 5, 6]),
        ({"LT_recordTime": "2000-01-01T00:00:00Z"}, []),
        ({"MATCH_epc": "urn:epc:id:sgtin:9521000.012345.2"}, [2, 3]),
        ({"MATCH_epc": "https://example.org/01/09521000123458/21/2"}, [2, 3]),
        ({"MATCH_epc": "urn:epc:idpat:sgtin:9521000.012345.*"}, [1, 2, 3, 5, 6]),
        ({"MATCH_epc": "urn:epc:idpat:sgtin:9521000.*.*"}, [1, 2, 3, 5, 6]),
        ({"MATCH_anyEPC": "urn:epc:idpat:sgtin:9521000.054321.*"}, [4]),
        ({"MATCH_anyEPC": "urn:epc:idpat:sgtin:*.*.*"}, [1, 2, 3, 4, 5, 6]),
        ({"MATCH_anyEPC": "urn:epc:idpat:sgtin:9521001.*.*|urn:epc:idpat:grai:*.*.*"}, []),
        ({"MATCH_parentID": "urn:epc:idpat:sscc:9521000.*"}, [3]),
        ({"MATCH_parentID": "urn:epc:idpat:sscc:*.*"}, [3]),
        ({"MATCH_outputEPCClass": "urn:epc:idpat:sgtin:9521000.*.*"}, [4]),
        ({"MATCH_epc": SSCC}, []),
        ({"MATCH_parentID": SSCC}, [3]),
        ({"MATCH_anyEPC": f"{SSCC}|urn:epc:id:sgtin:9521000.012345.1"}, [1, 3, 4]),
        ({"MATCH_inputEPC": "urn:epc:id:sgtin:9521000.012345.1"}, [4]),
        ({"MATCH_outputEPC": "urn:epc:id:sgtin:9521000.054321.9"}, [4]),
        ({"MATCH_epcClass": LOT}, [3]),
        ({"MATCH_inputEPCClass": LOT}, [4]),
        ({"MATCH_outputEPCClass": LOT}, []),
        ({"MATCH_anyEPCClass": LOT}, [3, 4]),
        ({"EXISTS_errorDeclaration": "true"}, [6]),
        ({"EXISTS_errorDeclaration": "false"}, [1, 2, 3, 4, 5, 6]),
        ({"GE_errorDeclarationTime": "2026-11-20T00:00:00Z"}, [6]),
        ({"LT_errorDeclarationTime": "2026-11-20T00:00:00Z"}, []),
        ({"EQ_errorReason": "urn:epcglobal:cbv:er:did_not_occur"}, [6]),
        ({"EQ_bizStep": "' OR 1=1 --"}, []),
        ({"MATCH_epc": "urn:epc:idpat:sgtin:%.*"}, []),
    ],
)
def test_each_parameter_finds_what_the_standard_says(
    database: Database, filters: Mapping[str, str], found: list[int]
) -> None:
    assert asked(database, **filters) == found


async def test_a_pattern_is_as_particular_about_case_as_an_id(open_database: Callable[[str], Database]) -> None:
    database = open_database("parts")
    chain = await chain_of([[document(event(1, epcList=["urn:epc:id:cpi:9521000.AB.1"]))]])
    for block in chain.blocks:
        Projector(database).apply(block)
    assert asked(database, MATCH_epc="urn:epc:idpat:cpi:9521000.AB.*") == [1]
    assert asked(database, MATCH_epc="urn:epc:idpat:cpi:9521000.ab.*") == []


def test_a_plus_that_came_as_a_space_is_told(database: Database) -> None:
    query = Query({"GE_eventTime": "2026-11-04T06:00:00 08:00"})
    assert str(refused(database, query)).endswith("write its + as %2B")


def refused(database: Database, query: Query, token: str | None = None) -> QueryError:
    with pytest.raises(QueryError) as refusal, database.reading() as connection:
        find(connection, query, token)
    return refusal.value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a|",
        "x\x00y",
        "\x00trace-event\x00x\x00",
        "x\U0010ffff",
        "x\ufffe",
        "\ud800",
        "x\n",
        "x\x85",
        "x" * (VALUE_LENGTH_MAX + 1),
    ],
)
def test_a_value_that_can_be_no_identifier_is_refused(database: Database, value: str) -> None:
    error = refused(database, Query({"MATCH_epc": value}))
    assert (error.code, error.parameter) == ("QUERY_VALUE", "MATCH_epc")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eventType", "NovelEvent"),
        ("EQ_action", "add"),
        ("GE_eventTime", "yesterday"),
        ("GE_eventTime", "2026-11-04T06:00:00"),
        ("LT_eventTime", "9999-12-31T23:59:59-01:00"),
        ("EXISTS_errorDeclaration", "yes"),
        ("EQ_bizStep", "|".join(["x"] * (VALUES_MAX + 1))),
    ],
)
def test_a_value_of_another_form_is_refused(database: Database, name: str, value: str) -> None:
    error = refused(database, Query({name: value}))
    assert (error.code, error.parameter) == ("QUERY_VALUE", name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("GE_INNER_ILMD_ext:weight", "QUERY_VALUE"),
        ("EQ_value", "QUERY_PARAMETER_UNKNOWN"),
        ("GE_time_CEL", "QUERY_PARAMETER_UNKNOWN"),
        ("EQ_bizstep", "QUERY_PARAMETER_UNKNOWN"),
        ("<script>", "QUERY_PARAMETER_UNKNOWN"),
    ],
)
def test_a_parameter_that_is_not_answered_is_refused_and_never_ignored(
    database: Database, name: str, code: str
) -> None:
    assert refused(database, Query({name: "x"})).code == code


def pages(database: Database, query: Query) -> Iterator[list[int]]:
    token = None
    for _ in range(10):
        with database.reading() as connection:
            page = find(connection, query, token)
        yield [one.sequence + 1 for one in page.events]
        token = page.next_token
        if token is None:
            return
    raise AssertionError("pages without end")


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ({}, [[1, 2, 3, 4], [5, 6]]),
        ({"order_by": "eventTime"}, [[1, 2, 3, 4], [5, 6]]),
        ({"order_by": "eventTime", "descending": True}, [[6, 5, 4, 3], [2, 1]]),
        ({"order_by": "recordTime", "descending": True}, [[6, 5, 4, 3], [2, 1]]),
        ({"descending": True}, [[6, 5, 4, 3], [2, 1]]),
        ({"order_by": "recordTime", "limit": 5}, [[1, 2, 3, 4], [5]]),
        ({"order_by": "recordTime", "limit": 4}, [[1, 2, 3, 4]]),
        ({"order_by": "eventTime", "limit": 1, "descending": True}, [[6]]),
        ({"most": 6}, [[1, 2, 3, 4], [5, 6]]),
    ],
)
def test_pages_follow_each_other(database: Database, order: dict[str, Any], found: list[list[int]]) -> None:
    assert list(pages(database, Query({}, per_page=4, **order))) == found


def test_a_page_of_large_events_is_shorter_than_asked_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_BYTES_MAX", 500)
    found = list(pages(database, Query({})))
    assert [number for page in found for number in page] == [1, 2, 3, 4, 5, 6]
    assert len(found) > 2


def test_more_than_max_event_count_is_refused(database: Database) -> None:
    error = refused(database, Query({"eventType": "ObjectEvent"}, most=3))
    assert (error.code, error.parameter) == ("QUERY_TOO_LARGE", "maxEventCount")


def test_limits_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(QueryError) as refusal:
        Query({}, order_by="eventTime", limit=1, most=1)
    assert refusal.value.code == "QUERY_ORDER"
    with pytest.raises(QueryError) as refusal:
        Query({}, limit=1)
    assert refusal.value.code == "QUERY_ORDER"


def token_of(database: Database, query: Query) -> str:
    with database.reading() as connection:
        token = find(connection, query).next_token
    assert token is not None
    return token


def test_a_token_is_good_for_its_own_query_only(database: Database) -> None:
    first = Query({"eventType": "ObjectEvent"}, per_page=1)
    token = token_of(database, first)

    assert numbers(database, Query({"eventType": "ObjectEvent"}, per_page=2), token) == [2, 5]
    for other in (
        Query({}, per_page=1),
        Query(first.filters, descending=True),
        Query(first.filters, order_by="eventTime"),
    ):
        assert refused(database, other, token).code == "QUERY_TOKEN"


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA", "W10", "!!!!", "A" * 5000, "bnVsbA", "WyJ4IiwieSIsMSwxXQ"])
def test_a_token_that_nobody_gave_is_refused(database: Database, token: str) -> None:
    assert refused(database, Query({}), token).code == "QUERY_TOKEN"


@pytest.mark.parametrize(
    ("value", "sequence", "seen"),
    [("1\x00", 1, 1), ("1", -1, 1), ("1", 1 << 63, 1), ("1", 1, 0), ("1", 1, 4), ("1", True, 1)],
)
def test_a_forged_token_is_refused(database: Database, value: str, sequence: int, seen: int) -> None:
    query = Query({}, order_by="eventTime", limit=4)
    forged = queries._write_token(query, queries._Mark(value, sequence, seen))
    assert refused(database, query, forged).code == "QUERY_TOKEN"


def test_an_event_is_found_by_id_with_its_error_declaration(database: Database) -> None:
    with database.reading() as connection:
        found = events_by_id(connection, EVENTS[4]["eventID"])
        assert events_by_id(connection, "urn:uuid:unknown") == ()
        with pytest.raises(QueryError):
            events_by_id(connection, "\x00")
    assert [one.sequence + 1 for one in found] == [5, 6]
    assert "errorDeclaration" in found[1].text


def test_the_block_of_a_transaction_is_known(database: Database) -> None:
    with database.reading() as connection:
        tx_id = connection.exec_driver_sql("SELECT tx_id FROM events WHERE sequence = 3").scalar_one()
        assert block_of(connection, tx_id) == 2
        assert block_of(connection, "00" * 32) is None
