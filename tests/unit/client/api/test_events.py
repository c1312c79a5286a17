"""Events out: as they were captured, each with the context that it needs."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from fairledger.readmodel.contexts import EPCIS_CONTEXT
from tests.support.captures import EXTENSION, document, event
from tests.support.simulated_service import RunningService

OTHER_MEANING = {"ext": "https://other.example.com/ns/"}


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """An event without what the ledger adds to it."""
    return {name: value for name, value in found.items() if name not in {"recordTime", "@context"}}


async def test_an_event_comes_back_as_it_was_captured(running: RunningService) -> None:
    sent = event(1, **{"ext:note": "名称 <b>&", "ext:list": [1, {"ext:deep": None}], "ext:yes": True})
    await running.captured(document(sent, context=[EXTENSION]))
    (found,) = await running.events()
    assert shown(found) == sent


async def test_numbers_stand_as_they_were_written(running: RunningService) -> None:
    text = document(event(1, **{"ext:a": 1.5, "ext:b": 2, "ext:c": 3}), context=[EXTENSION])
    written = '"ext:a": 26.0, "ext:b": 1E3, "ext:c": 12345678901234567890.123456789'
    await running.captured(text.replace('"ext:a": 1.5, "ext:b": 2, "ext:c": 3', written))

    answer = await running.client.get("/epcis/events")

    assert answer.headers["content-type"] == "application/ld+json"
    assert '"ext:a":26.0,"ext:b":1E3,"ext:c":12345678901234567890.123456789' in answer.text


async def test_events_of_documents_with_other_contexts_keep_their_own(running: RunningService) -> None:
    await running.captured(document(event(1, **{"ext:a": "1"}), context=[EXTENSION]))
    await running.captured(document(event(2, **{"ext:a": "1"}), context=[OTHER_MEANING]))
    own = event(3, **{"@context": [{"own": "https://own.example.com/"}], "ext:a": "1", "own:b": "2"})
    await running.captured(document(own, context=[EXTENSION]))
    await running.captured(document(event(4)))

    answer = (await running.client.get("/epcis/events")).json()

    found = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert answer["@context"] == [EPCIS_CONTEXT]
    assert (answer["type"], answer["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    assert answer["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert [one.get("@context") for one in found] == [
        [EXTENSION],
        [OTHER_MEANING],
        [EXTENSION, {"own": "https://own.example.com/"}],
        None,
    ]


async def test_the_record_time_is_the_ledgers(running: RunningService) -> None:
    await running.captured(document(event(1, recordTime="2001-01-01T00:00:00Z")))
    (found,) = await running.events()
    assert found["recordTime"] > "2026"
    assert await running.events(GE_recordTime=found["recordTime"]) == [found]
    assert await running.events(LT_recordTime=found["recordTime"]) == []


async def test_pages_follow_by_their_links(running: RunningService) -> None:
    await running.captured(document(*(event(number) for number in range(7))))

    sizes: list[int] = []
    ids: list[str] = []
    url: str | None = "/epcis/events?perPage=3&EQ_bizStep=shipping"
    while url:
        answer = await running.client.get(url)
        assert answer.status_code == 200, answer.text
        found = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        sizes.append(len(found))
        ids += [one["eventID"] for one in found]
        link = answer.headers.get("Link")
        assert link is None or link.endswith('; rel="next"')
        url = link.partition(">")[0].removeprefix("<") if link else None

    assert sizes == [3, 3, 1]
    assert ids == [event(number)["eventID"] for number in range(7)]


async def test_order_and_limit(running: RunningService) -> None:
    await running.captured(document(*(event(number) for number in range(4))))

    async def ids(**parameters: Any) -> list[str]:
        return [one["eventID"][-1] for one in await running.events(**parameters)]

    assert await ids(orderBy="eventTime") == ["3", "2", "1", "0"]
    assert await ids(orderBy="eventTime", orderDirection="ASC") == ["0", "1", "2", "3"]
    assert await ids(orderBy="eventTime", eventCountLimit=1) == ["3"]
    assert await ids(maxEventCount=4) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("perPage=0", 400, "REQUEST_INVALID"),
        ("perPage=10000", 400, "REQUEST_INVALID"),
        ("perPage=ten", 400, "REQUEST_INVALID"),
        ("nextPageToken=x", 400, "QUERY_TOKEN"),
        ("orderBy=quantity", 400, "QUERY_VALUE"),
        ("orderDirection=UP", 400, "QUERY_VALUE"),
        ("eventCountLimit=1", 400, "QUERY_ORDER"),
        ("orderBy=eventTime&eventCountLimit=1&maxEventCount=1", 400, "QUERY_ORDER"),
        ("maxEventCount=1", 413, "QUERY_TOO_LARGE"),
        ("EQ_bizStep=shipping&EQ_bizStep=receiving", 400, "QUERY_PARAMETER_REPEATED"),
        ("EQ_bizstep=shipping", 400, "QUERY_PARAMETER_UNKNOWN"),
        ("EQ_ext:weight=1", 400, "QUERY_VALUE"),
        ("MATCH_epc=%00trace-event%00x%00", 400, "QUERY_VALUE"),
        ("MATCH_epc=x%F4%8F%BF%BF", 400, "QUERY_VALUE"),
        ("MATCH_epc=", 400, "QUERY_VALUE"),
        ("GE_eventTime=%3Cscript%3E", 400, "QUERY_VALUE"),
        ("MATCH_epc=" + "x" * 40_000, 414, "REQUEST_URI_TOO_LONG"),
    ],
)
async def test_a_query_that_cannot_be_answered_is_refused(
    running: RunningService, query: str, status: int, code: str
) -> None:
    await running.captured(document(event(1), event(2)))
    answer = await running.client.get(f"/epcis/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize("field", ["MATCH_epc", "EQ_bizStep", "EQ_readPoint", "EQ_eventID", "EQ_errorReason"])
@pytest.mark.parametrize("value", ["' OR '1'='1", "x'; DROP TABLE events; --", "<script>alert(1)</script>", "%", "_"])
async def test_sql_and_html_in_a_value_are_just_text(running: RunningService, field: str, value: str) -> None:
    await running.captured(document(event(1)))
    assert await running.events(**{field: value}) == []
    assert len(await running.events()) == 1


@pytest.mark.parametrize("safe", ["", ":/;=?"])
async def test_one_event_by_its_id_with_its_error_declaration(running: RunningService, safe: str) -> None:
    event_id = "ni:///sha-256;0000000000000000000000000000000000000000000000000000000000000000"
    one = event(1, eventID=event_id)
    await running.captured(document(one))
    await running.captured(document({**one, "errorDeclaration": {"declarationTime": "2026-11-20T00:00:00Z"}}))

    answer = await running.client.get(f"/epcis/events/{quote(event_id, safe=safe)}")

    found = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert answer.status_code == 200
    assert [entry["eventID"] for entry in found] == [event_id, event_id]
    assert ["errorDeclaration" in entry for entry in found] == [False, True]


@pytest.mark.parametrize(
    ("event_id", "status", "code"),
    [("urn:uuid:none", 404, "EVENT_UNKNOWN"), ("%00", 400, "QUERY_VALUE"), ("x" * 2_000, 400, "REQUEST_INVALID")],
)
async def test_an_event_that_is_not_there(running: RunningService, event_id: str, status: int, code: str) -> None:
    answer = await running.client.get(f"/epcis/events/{event_id}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0.0"}, 200),
        ({"GS1-CBV-Min": "2", "GS1-CBV-Max": "2.1"}, 200),
        ({"GS1-EPCIS-Min": "2.0.1"}, 406),
        ({"GS1-EPCIS-Max": "1.2"}, 406),
        ({"GS1-CBV-Max": "1"}, 406),
        ({"GS1-CBV-Min": "x"}, 400),
    ],
)
async def test_a_client_says_which_versions_it_understands(
    running: RunningService, headers: dict[str, str], status: int
) -> None:
    answer = await running.client.get("/epcis/events", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert (answer.headers["GS1-EPCIS-Version"], answer.headers["GS1-CBV-Version"]) == ("2.0.0", "2.0.0")


@pytest.mark.parametrize(("path", "allowed"), [("capture", "GET, OPTIONS, POST"), ("events", "GET, OPTIONS, POST")])
async def test_options_tell_versions_and_limits(running: RunningService, path: str, allowed: str) -> None:
    answer = await running.client.options(f"/epcis/{path}")
    assert (answer.status_code, answer.headers["Allow"]) == (204, allowed)
    assert answer.headers["GS1-EPCIS-Capture-Limit"] == "500"
    assert answer.headers["GS1-Capture-Error-Behaviour"] == "all"


async def test_an_empty_answer_is_a_query_document_too(running: RunningService) -> None:
    answer = (await running.client.get("/epcis/events")).json()
    assert answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []
    assert json.dumps(answer["@context"]) == f'["{EPCIS_CONTEXT}"]'
