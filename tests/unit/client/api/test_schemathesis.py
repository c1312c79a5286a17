"""What the OpenAPI document promises, held against the service by generated requests, good and bad."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from fairledger.api.app import create_app
from fairledger.api.service import Service
from tests.support.captures import document, event
from tests.support.simulated_service import ServiceUnderTest

CASES = 25  # requests for each operation, and each of good and bad


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
        server = uvicorn.Server(
            uvicorn.Config(under_test.app(), host="127.0.0.1", port=0, log_config=None, access_log=False)
        )
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


DESCRIBED = schemathesis.openapi.from_dict(create_app(no_service).openapi())
OPERATIONS: list[Any] = [found.ok() for found in DESCRIBED.get_all_operations()]  # type: ignore[union-attr]


def beyond_schema(case: schemathesis.Case[Any]) -> bool:
    """Whether JSON Schema can't say what is valid: the rules of EPCIS, tokens that only the service gives, limits that
    exclude each other, check digits.
    """
    is_link = "rest" in (case.path_parameters or {}) or "link" in (case.query or {})
    return case.method == "POST" or is_link or bool({"nextPageToken", "eventCountLimit"} & set(case.query or {}))


def leaves_bad_events_out(case: schemathesis.Case[Any]) -> bool:
    """Whether the request asks that events which break the schema are left out, so that it is accepted without them."""
    return bool(case.headers and case.headers.get("GS1-Capture-Error-Behaviour") == "proceed")


def has_input(operation: Any) -> bool:
    """Whether the operation takes parameters or a body."""
    return bool(operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_service_does_as_it_says(operation: Any, mode: GenerationMode, url: tuple[str, ServiceUnderTest]) -> None:
    if mode is GenerationMode.NEGATIVE and not has_input(operation):
        pytest.skip("takes nothing that could be wrong")

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            base_url=url[0],
            headers=url[1].bearer(),
            excluded_checks=[
                *([positive_data_acceptance] if beyond_schema(case) else []),
                *([negative_data_rejection] if leaves_bad_events_out(case) else []),
            ],
        )

    check()
