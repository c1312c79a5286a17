"""One event in: on the ledger when the answer comes."""

import json
from typing import Any

import httpx
import pytest

from fairledger.api import event_routes
from fairledger.gateway import codes
from fairledger.gateway.errors import SubmitError
from fairledger.readmodel.contexts import EPCIS_CONTEXT
from tests.support.captures import EXTENSION, document, event
from tests.support.simulated_service import RunningService, gateway_error


def alone(number: int, **members: Any) -> dict[str, Any]:
    return {"@context": [EPCIS_CONTEXT, EXTENSION], **event(number), **members}


async def post(running: RunningService, sent: Any, name: str = "producer", **headers: str) -> httpx.Response:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    all_headers = {"Content-Type": "application/json", **running.bearer(name), **headers}
    return await running.client.post("/epcis/events", content=body, headers=all_headers)


async def test_an_event_is_at_its_location_when_it_is_answered(running: RunningService) -> None:
    answer = await post(running, alone(1, **{"ext:note": 1.0}))
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == "/epcis/events/urn%3Auuid%3A00000000-0000-4000-8000-000000000001"

    found = await running.client.get(answer.headers["Location"])

    (shown,) = found.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert (shown["ext:note"], shown["@context"]) == (1.0, [EXTENSION])


async def test_an_event_without_an_id_gets_its_hash(running: RunningService) -> None:
    sent = alone(1)
    del sent["eventID"]
    answer = await post(running, sent)
    assert answer.headers["Location"].startswith("/epcis/events/ni%3A%2F%2F%2Fsha-256%3B")
    assert (await running.client.get(answer.headers["Location"])).status_code == 200
    assert (await post(running, sent)).status_code == 409


async def test_an_id_is_given_once_but_for_the_error_declaration(running: RunningService) -> None:
    assert (await post(running, alone(1))).status_code == 201
    again = await post(running, alone(1, bizStep="receiving"))
    assert (again.status_code, again.json()["code"]) == (409, "EVENT_EXISTS")
    assert again.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    declaration = alone(1, errorDeclaration={"declarationTime": "2026-11-20T00:00:00Z"})
    assert [(await post(running, declaration)).status_code for _ in range(2)] == [201, 409]


@pytest.mark.parametrize(
    ("sent", "code", "path"),
    [
        (alone(1, bizStep="shiping"), "TRACE_DOCUMENT_INVALID", "$.bizStep"),
        ({**event(1), "@context": 5}, "TRACE_DOCUMENT_INVALID", "$['@context']"),
        (json.loads(document(event(1))), "TRACE_DOCUMENT_INVALID", "$"),
        ([alone(1)], "TRACE_DOCUMENT_INVALID", "$"),
        ({**alone(1), "type": []}, "TRACE_DOCUMENT_INVALID", "$"),
        (b'{"a": 1, "a": 2}', "TRACE_DOCUMENT_INVALID", "$"),
        (b"\xff", "TRACE_DOCUMENT_INVALID", "$"),
        (alone(1, eventID=""), "QUERY_VALUE", None),
    ],
)
async def test_what_is_no_event_is_refused_with_the_path_in_it(
    running: RunningService, sent: Any, code: str, path: str | None
) -> None:
    answer = await post(running, sent)
    assert (answer.status_code, answer.json()["code"], answer.json().get("path")) == (400, code, path)
    assert "eventList" not in answer.json()["detail"]
    assert running.ledger.submissions == []


async def test_who_may_not_capture_may_not_capture_one_event(running: RunningService) -> None:
    assert (await running.client.post("/epcis/events", json=alone(1))).status_code == 401
    assert (await post(running, alone(1), "service")).status_code == 403
    assert (await post(running, alone(1), **{"Content-Type": "text/plain"})).status_code == 415
    assert (await post(running, alone(1), **{"GS1-EPCIS-Version": "1.2"})).status_code == 406


async def test_what_fails_on_the_way_is_told(running: RunningService) -> None:
    running.ledger.spoil["submit"] = [gateway_error(codes.DENIED, SubmitError)]
    answer = await post(running, alone(1))
    assert (answer.status_code, answer.json()["code"]) == (403, codes.DENIED)


async def test_who_has_waited_long_enough_is_told_where_it_goes_on(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_routes, "EVENT_DEADLINE_S", 0.05)
    running.ledger.gate.clear()
    answer = await post(running, alone(1))
    assert (answer.status_code, answer.json()["code"]) == (504, "CAPTURE_UNFINISHED")

    running.ledger.gate.set()

    job = await running.job(next(word.rstrip(",") for word in answer.json()["detail"].split() if "/capture/" in word))
    assert job["success"]
