"""What the OpenAPI document promises, held against the service by generated requests, good and bad."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from fairledger.api.app import create_app
from fairledger.api.service import Service
from fairledger.serving import server_of
from tests.support.captures import document, event
from tests.support.simulated_service import ServiceUnderTest
from tests.unit.client.api.papers import ANCHOR, LICENCE, PHONE, RECALL, SERVICE, SERVICE_ENDED

CASES_A_PART = 6  # requests for each parameter and member of the body, and each of good and bad
CASES_MAX = int(os.environ.get("CASES", "10"))
FRAMING = frozenset(
    {"content-length", "transfer-encoding", "connection", "upgrade", "expect"}
)  # the server's, not ours


def no_service() -> AbstractAsyncContextManager[Service]:
    """For an application that only describes itself."""
    raise NotImplementedError


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ServiceUnderTest]]:
    """A service with some events, on a port of its own, in a thread of its own."""
    folder: Path = tmp_path_factory.mktemp("service")
    ready = threading.Event()
    made: dict[str, object] = {}

    async def serve() -> None:
        under_test = ServiceUnderTest(folder)
        async with under_test.running() as first:
            await first.captured(document(*(event(number) for number in range(5))))
        server = server_of(under_test.app())
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  uvicorn has no event to wait for
            await asyncio.sleep(0.01)
        made["port"] = server.servers[0].sockets[0].getsockname()[1]
        made["under_test"], made["server"] = under_test, server
        ready.set()
        await task
        await under_test.ledger.simulator.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    under_test, server = made["under_test"], made["server"]
    assert isinstance(under_test, ServiceUnderTest)
    assert isinstance(server, uvicorn.Server)
    yield f"http://127.0.0.1:{made['port']}", under_test
    server.should_exit = True
    thread.join(30)


CHECKS = schemathesis.Config.from_dict(
    {
        "checks": {
            "negative_data_rejection": {
                "expected-statuses": [
                    "400",
                    "401",
                    "403",
                    "404",
                    "405",
                    "406",
                    "409",
                    "413",
                    "415",
                    "422",
                    "428",
                    "429",
                    "5xx",
                ]
            }
        }
    }
)  # as they are by default, and 413: what is too long may first be too large
DESCRIBED = schemathesis.openapi.from_dict(create_app(no_service).openapi(), config=CHECKS)
OPERATIONS: list[Any] = [found.ok() for found in DESCRIBED.get_all_operations()]  # type: ignore[union-attr]


def beyond_schema(case: schemathesis.Case[Any]) -> bool:
    """Whether JSON Schema can't say what is valid: the rules of EPCIS, tokens that only the service gives, limits that
    exclude each other, check digits.
    """
    is_link = "rest" in (case.path_parameters or {}) or "link" in (case.query or {})
    is_walk = case.path in {"/escrow/flow", "/escrow/flow.svg"}  # which begins at one thing of four
    return (
        case.method == "POST"
        or is_link
        or is_walk
        or bool({"nextPageToken", "eventCountLimit"} & set(case.query or {}))
    )


def is_lost_on_the_way(case: schemathesis.Case[Any]) -> bool:
    """Whether a query has values that no URL can tell, so that what is wrong with them is never sent."""
    return any(value is None or value in ([], {}) for value in (case.query or {}).values())


def leaves_bad_events_out(case: schemathesis.Case[Any]) -> bool:
    """Whether the request asks that events which break the schema are left out, so that it is accepted without them."""
    return bool(case.headers and case.headers.get("GS1-Capture-Error-Behaviour") == "proceed")


def signer(path: str) -> str:
    """Somebody who may do what the operation does."""
    return "officer" if path.startswith(("/trace/", "/licences")) else "producer"


def parts(operation: Any) -> int:
    """How many parameters the operation has, and members its body; any other body counts as one."""
    described = operation.definition.raw
    content = described.get("requestBody", {}).get("content", {}).values()
    return len(described.get("parameters", ())) + sum(len(members(kind["schema"])) for kind in content)


def members(schema: dict[str, Any]) -> list[str]:
    """The members of a body."""
    _, _, name = schema.get("$ref", "").rpartition("/")
    named = DESCRIBED.raw_schema["components"]["schemas"][name] if name else schema
    return list(named.get("properties", {"content": named}))


def test_answers_about_what_is_on_the_ledger_are_as_described(url: tuple[str, ServiceUnderTest]) -> None:
    def answer(method: str, path: str, body: Any = None, query: Any = None, **parameters: str) -> Any:
        bearer = url[1].bearer(signer(path))
        case = DESCRIBED[path][method].Case(path_parameters=parameters, query=query or {})
        if body is not None:
            case = DESCRIBED[path][method].Case(
                path_parameters=parameters,
                body=body,
                media_type="application/json" if isinstance(body, dict) else "application/octet-stream",
            )
        found = case.call(base_url=url[0], headers=bearer)
        assert found.status_code < 300, (method, path, found.text)
        case.validate_response(found)
        return found.json() if "json" in found.headers["content-type"][0] else None

    sha256 = answer("POST", "/documents", b"a report")["sha256"]
    paper = {**ANCHOR["document"], "sha256": sha256}
    answer("POST", "/trace/anchors", {"document": paper, "items": [PHONE]})
    answer("POST", "/trace/licences", LICENCE)
    answer("POST", "/licences", SERVICE)
    assert answer("POST", "/licences/end", SERVICE_ENDED) in answer("GET", "/licences")
    recalled = answer("POST", "/trace/recalls", {**RECALL, "items": [PHONE]})["id"]
    (tag,) = answer("POST", "/tags", {"epcs": [PHONE]})
    for path in ("/trace/history", "/trace/upstream", "/trace/downstream"):
        answer("GET", path, query={"epc": PHONE})
    assert len(answer("GET", "/trace/history", query={"epc": PHONE})["legs"]) == 1
    assert answer("GET", "/tags/check", query={"link": tag["link"]})["finding"]["code"] == "SIGNED_BY_ANOTHER"
    told = answer("GET", "/trace/recalls/{recallID}", recallID=recalled)
    assert told["affected"] == answer("GET", "/trace/recalls/{recallID}/affected", recallID=recalled)
    assert (told["scope"]["goods"], len(told["affected"])) == (1, 1)
    assert answer("GET", "/trace/recalls/{recallID}/links", recallID=recalled) == []
    answer("POST", "/trace/recalls/{recallID}/end", {"reason": "over"}, recallID=recalled)
    assert recalled in {each["id"] for each in answer("GET", "/trace/recalls")}
    assert LICENCE["prefix"] in {each["prefix"] for each in answer("GET", "/trace/licences")}
    answer("GET", "/documents/{sha256}", sha256=sha256)
    assert len(answer("GET", "/documents/{sha256}/anchors", sha256=sha256)) == 1


def test_every_member_of_our_own_bodies_is_described_with_an_example_or_is_a_list() -> None:
    document = create_app(no_service).openapi()
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not path.startswith(("/trace", "/tags", "/documents")):
                continue
            success = {status: told for status, told in operation["responses"].items() if int(status) < 300}
            assert success, (method, path)
            assert all(told.get("content") or status == "202" for status, told in success.items()), (method, path)
            assert {"400", "503"} <= set(operation["responses"]), (method, path)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for name, member in schemas.get(body.get("$ref", "").rpartition("/")[2], {}).get("properties", {}).items():
                inner = member.get("items", member)
                assert "$ref" in inner or inner.get("examples"), (path, name)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_service_does_as_it_says(operation: Any, mode: GenerationMode, url: tuple[str, ServiceUnderTest]) -> None:
    if mode is GenerationMode.NEGATIVE and not parts(operation):
        pytest.skip("takes nothing that could be wrong")

    @settings(
        max_examples=min(max(1, parts(operation)) * CASES_A_PART, CASES_MAX),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        assume(not FRAMING & {name.lower() for name in case.headers or {}})
        case.call_and_validate(
            base_url=url[0],
            headers=url[1].bearer(signer(case.path)),
            excluded_checks=[
                *([positive_data_acceptance] if beyond_schema(case) else []),
                *([negative_data_rejection] if leaves_bad_events_out(case) or is_lost_on_the_way(case) else []),
            ],
        )

    check()
