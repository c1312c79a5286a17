"""The service with its read model on PostgreSQL: the same answers, and a restart of the database is survived."""

from collections.abc import AsyncIterator

import pytest

from fairledger.readmodel.location import FILE
from tests.support.captures import document, event
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.simulated_service import RunningService, ServiceUnderTest


@pytest.fixture
async def running(under_test: ServiceUnderTest, postgres: PostgresServer) -> AsyncIterator[RunningService]:
    under_test.settings.data.mkdir(parents=True, exist_ok=True)
    (under_test.settings.data / FILE).write_text(postgres.new_url())
    async with under_test.running() as service:
        yield service


async def test_what_was_captured_is_found_though_the_database_broke_off_between(
    running: RunningService, postgres: PostgresServer
) -> None:
    assert (await running.captured(document(event(1))))["success"]
    postgres.end_connections()
    assert (await running.captured(document(event(2))))["success"]
    postgres.end_connections()
    assert [found["eventID"][-1] for found in await running.events()] == ["1", "2"]
    assert (await running.ready()).status_code == 200


async def test_while_there_is_no_database_it_is_not_ready_and_asks_to_come_again(under_test: ServiceUnderTest) -> None:
    under_test.settings.data.mkdir(parents=True, exist_ok=True)
    with running_postgres() as server:
        (under_test.settings.data / FILE).write_text(server.new_url())
        async with under_test.running() as running:
            assert (await running.captured(document(event(1))))["success"]

            server.stop()

            readiness = await running.client.get("/readyz")
            assert (readiness.status_code, readiness.json()["projector"]) == (
                503,
                {"ok": False, "code": "READMODEL_SQL", "detail": "the database can't be read", "next_block": 2},
            )
            answer = await running.client.get("/epcis/events")
            assert (answer.status_code, answer.json()["code"]) == (503, "READMODEL_SQL")
            assert str(server.socket_folder) not in readiness.text + answer.text
