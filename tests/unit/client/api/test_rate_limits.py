"""Who asks too often is told when to come again; nobody else notices."""

import logging
import runpy
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits.storage import memory

from fairledger.api import rates
from fairledger.api.logs import JsonFormatter
from fairledger.api.rates import Rates
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService, ServiceUnderTest

EVENTS = "/epcis/events"
ELSEWHERE = "198.51.100.7"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which is counted."""
    stopped = Clock()
    monkeypatch.setattr(rates, "time", stopped)
    monkeypatch.setattr(memory, "time", stopped)
    return stopped


@asynccontextmanager
async def asked_from(running: RunningService, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service at ``address``."""
    transport = running.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    other = httpx.ASGITransport(app=transport.app, client=(address, 1))
    async with httpx.AsyncClient(transport=other, base_url="http://service") as client:
        yield client


async def test_reads_of_one_address_are_bounded_in_a_moving_window(under_test: ServiceUnderTest, clock: Clock) -> None:
    under_test.limited(reads=3)
    async with under_test.running() as running:
        told = []
        for _ in range(3):
            answer = await running.client.get(EVENTS)
            told.append((answer.status_code, answer.headers["RateLimit"], answer.headers["RateLimit-Policy"]))
            clock.now += 10
        assert told == [
            (200, '"reads";r=2;t=60', '"reads";q=3;w=60'),
            (200, '"reads";r=1;t=50', '"reads";q=3;w=60'),
            (200, '"reads";r=0;t=40', '"reads";q=3;w=60'),
        ]

        refused = await running.client.get(EVENTS)
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMITED")
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.headers["Retry-After"], refused.headers["RateLimit"]) == ("30", '"reads";r=0;t=30')

        clock.now += 30.001
        assert (await running.client.get(EVENTS)).status_code == 200
        assert (await running.client.get(EVENTS)).status_code == 429


async def test_other_addresses_have_counts_of_their_own(under_test: ServiceUnderTest) -> None:
    under_test.limited(reads=1)
    async with under_test.running() as running:
        for address, status in (
            ("192.0.2.1", 200),
            ("192.0.2.1", 429),
            ("::ffff:192.0.2.1", 200),
            ("::ffff:192.0.2.2", 200),
            ("2001:db8:0:1::1", 200),
            ("2001:db8:0:1::2", 429),
            ("2001:db8:0:2::1", 200),
            ("a socket", 200),
            ("", 429),
        ):
            async with asked_from(running, address) as client:
                assert (await client.get(EVENTS)).status_code == status, address


async def test_writes_are_bounded_by_person_wherever_they_come_from(under_test: ServiceUnderTest) -> None:
    under_test.limited(writes=2)
    async with under_test.running() as running:
        first = await running.capture(document(event(1)))
        assert (first.status_code, first.headers["RateLimit"]) == (202, '"writes";r=1;t=60')
        await running.capture(document(event(2)), **running.bearer("producer", hours=2))
        refused = await running.capture(document(event(3)))
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMITED")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert (await running.capture(document(event(3)), "processor")).status_code == 202
        assert (await running.client.get(EVENTS)).status_code == 200


@pytest.mark.parametrize("token", ["", "Basic x", "Bearer x"])
async def test_writes_without_a_valid_token_are_bounded_by_address(under_test: ServiceUnderTest, token: str) -> None:
    under_test.limited(writes=1)
    async with under_test.running() as running:
        headers = {"Authorization": token} if token else {}
        statuses = [(await running.client.post("/epcis/capture", headers=headers)).status_code for _ in range(2)]
        assert statuses == [401, 429]
        assert (await running.capture(document(event(1)))).status_code == 202


async def test_what_was_refused_for_its_rate_is_not_kept_with_its_key(under_test: ServiceUnderTest) -> None:
    under_test.limited(writes=1)
    key = {"Idempotency-Key": "k"}
    async with under_test.running() as running:
        await running.capture(document(event(1)))
        assert (await running.capture(document(event(2)), **key)).status_code == 429
    async with under_test.running() as running:
        assert (await running.capture(document(event(2)), **key)).status_code == 202


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_monitoring_of_this_machine_is_not_counted(under_test: ServiceUnderTest, path: str) -> None:
    under_test.limited(reads=1)
    async with under_test.running() as running:
        for _ in range(3):
            answer = await running.client.get(path)
            assert (answer.status_code == 429, "RateLimit" in answer.headers) == (False, False)
        async with asked_from(running, ELSEWHERE) as client:
            assert [(await client.get(path)).status_code == 429 for _ in range(2)] == [False, True]


async def test_addresses_are_not_logged_and_a_refusal_has_the_careful_headers(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    under_test.limited(reads=1)
    async with under_test.running() as running, asked_from(running, ELSEWHERE) as client:
        await client.get(EVENTS)
        refused = await client.get(EVENTS)
        metrics = (await running.client.get("/metrics")).text
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert ELSEWHERE not in refused.text + metrics
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert sum('"status": 429' in line for line in lines) == 1
    assert ELSEWHERE not in "".join(lines)


async def test_the_refusal_is_described_where_it_can_come(running: RunningService) -> None:
    paths = (await running.client.get("/openapi.json")).json()["paths"]
    with_it = {path for path, methods in paths.items() for each in methods.values() if "429" in each["responses"]}
    assert set(paths) - with_it == {"/healthz", "/readyz", "/metrics"}
    described = paths["/epcis/capture"]["post"]["responses"]["429"]
    assert set(described["headers"]) == {"Retry-After", "RateLimit", "RateLimit-Policy"}


def test_callers_who_are_out_of_the_window_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "FORGET_EACH", 10)
    counts = Rates(100, 100)
    for number in range(9):
        counts.read(f"192.0.2.{number}")
    assert counts.callers == 9
    clock.now += 61
    deadline = time.monotonic() + 30
    while counts.callers > 1 and time.monotonic() < deadline:  # the library drops what is old in a thread of its own
        counts.read("192.0.2.100")
        time.sleep(0.01)
    assert counts.callers == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=40), st.integers(1, 10))
def test_nobody_gets_more_than_the_quota_and_nobody_pays_for_others(callers: list[str], quota: int) -> None:
    counts = Rates(quota, quota)
    allowed = [caller for caller in callers if counts.write(caller).allowed]
    assert {caller: allowed.count(caller) for caller in callers} == {
        caller: min(quota, callers.count(caller)) for caller in callers
    }


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
@pytest.mark.parametrize("by_variable", [True, False])
def test_a_bound_is_a_number_from_one(
    value: str, by_variable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path)
    options = ["--organization", "PlatformA", "--profile", folder, "--wallet", folder, "--data", folder, "--port", "0"]
    if by_variable:
        monkeypatch.setenv("FAIRLEDGER_WRITES_PER_MINUTE", value)
    else:
        options.append(f"--writes-per-minute={value}")
    monkeypatch.setattr(sys, "argv", ["api", *options])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("fairledger.api", run_name="__main__")
    assert end.value.code == 2
    assert f"{value} is no number from 1" in capsys.readouterr().err
