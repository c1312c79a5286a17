"""The same request sent again with its key: one effect, one answer, whatever happened in between."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.api import keys
from fairledger.api.keys import Answer, KeyStore
from fairledger.api.problems import Problem
from fairledger.gateway import codes
from fairledger.gateway.errors import EndorseError
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService, ServiceUnderTest, gateway_error

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
SEALING = b"k" * 32
BAD = document(event(1, bizStep="secret-step"))


def told(answer: httpx.Response) -> tuple[int, str | None, bytes, str | None]:
    """What must be the same again."""
    headers = answer.headers
    return answer.status_code, headers.get("Location"), answer.content, headers.get("GS1-Capture-Error-Behaviour")


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def jobs(running: RunningService, name: str = "producer") -> int:
    """How many capture jobs there are: the effects."""
    return len((await running.client.get("/epcis/capture", headers=running.bearer(name))).json())


async def test_the_same_request_again_has_the_same_answer_and_no_second_effect(running: RunningService) -> None:
    first = await running.capture(document(event(1)), **KEY)
    await running.job(first.headers["Location"])
    again = await running.capture(document(event(1)), **KEY)
    assert told(again) == told(first)
    assert told(first)[0] == 202
    assert (await jobs(running), len(running.ledger.submissions)) == (1, 1)


async def test_without_a_key_every_request_counts(running: RunningService) -> None:
    for _ in range(2):
        await running.captured(document(event(1)))
    assert await jobs(running) == 2


async def test_a_restarted_service_knows_the_answer(under_test: ServiceUnderTest) -> None:
    async with under_test.running() as running:
        first = await running.capture(document(event(1)), **KEY)
        refused = await running.capture(BAD, **{"Idempotency-Key": "other"})
    async with under_test.running() as running:
        assert told(await running.capture(document(event(1)), **KEY)) == told(first)
        assert told(await running.capture(BAD, **{"Idempotency-Key": "other"})) == told(refused)
        assert await jobs(running) == 1


@pytest.mark.parametrize(
    ("text", "headers"),
    [(document(event(2)), {}), (document(event(1)), {"GS1-Capture-Error-Behaviour": "proceed"})],
    ids=["another body", "another behaviour"],
)
async def test_a_key_is_not_for_another_request(running: RunningService, text: str, headers: dict[str, str]) -> None:
    await running.capture(document(event(1)), **KEY)
    answer = await running.capture(text, **KEY, **headers)
    assert code(answer) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert await jobs(running) == 1


async def test_the_key_of_another_person_is_another_key(running: RunningService) -> None:
    first = await running.capture(document(event(1)), **KEY)
    second = await running.capture(document(event(2)), "processor", **KEY)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["Location"] != second.headers["Location"]


async def test_while_the_first_is_under_way_the_second_is_asked_to_wait(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, endorsing = asyncio.Event(), asyncio.Event()
    endorse = running.ledger.endorse

    async def held(*arguments: object) -> object:
        endorsing.set()
        await go_on.wait()
        return await endorse(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(running.ledger, "endorse", held)
    first = asyncio.create_task(running.capture(document(event(1)), **KEY))
    await endorsing.wait()
    second = await running.capture(document(event(1)), **KEY)
    other = await running.capture(document(event(2)), **KEY)
    go_on.set()
    assert code(second) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert int(second.headers["Retry-After"]) > 0
    assert code(other) == (409, "IDEMPOTENCY_KEY_REUSED")
    answered = told(await first)
    assert told(await running.capture(document(event(1)), **KEY)) == answered
    assert await jobs(running) == 1


async def test_a_refusal_is_told_again_without_asking_the_ledger(running: RunningService) -> None:
    first = await running.capture(BAD, **KEY)
    running.ledger.spoil["endorse"] = [gateway_error(codes.UNREACHABLE, EndorseError)]
    again = await running.capture(BAD, **KEY)
    assert code(first) == (400, "TRACE_DOCUMENT_INVALID")
    assert told(again) == told(first)
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status"), [(codes.UNREACHABLE, 503), (codes.DEADLINE, 504), (codes.DENIED, 403), ("NEVER_HEARD_OF", 500)]
)
async def test_what_may_be_otherwise_the_next_time_is_not_kept(
    running: RunningService, error: str, status: int
) -> None:
    running.ledger.spoil["endorse"] = [gateway_error(error, EndorseError)]
    assert (await running.capture(document(event(1)), **KEY)).status_code == status
    assert (await running.capture(document(event(1)), **KEY)).status_code == 202


async def test_without_a_token_no_key_is_taken(running: RunningService) -> None:
    answer = await running.client.post("/epcis/capture", content=document(event(1)), headers=KEY)
    assert code(answer) == (401, "TOKEN_MISSING")
    assert (await running.capture(document(event(1)), **KEY)).status_code == 202


async def test_what_nobody_expected_frees_the_key(running: RunningService) -> None:
    running.ledger.spoil["endorse"] = [RuntimeError("a secret")]
    assert code(await running.capture(document(event(1)), **KEY)) == (500, "SERVICE_INTERNAL")
    assert (await running.capture(document(event(1)), **KEY)).status_code == 202


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "a\tb"])
async def test_what_is_no_key_is_refused(running: RunningService, key: str) -> None:
    headers = {**running.bearer(), "Content-Type": "application/json"}
    sent = [*headers.items(), ("Idempotency-Key", key.encode())]
    answer = await running.client.post("/epcis/capture", content=document(event(1)), headers=sent)  # type: ignore[arg-type]
    assert code(answer) == (400, "IDEMPOTENCY_KEY_INVALID")


async def test_two_keys_are_none(running: RunningService) -> None:
    sent = [*running.bearer().items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = await running.client.post("/epcis/capture", content=document(event(1)), headers=sent)
    assert code(answer) == (400, "IDEMPOTENCY_KEY_INVALID")


async def test_a_key_ends_with_its_day(running: RunningService, monkeypatch: pytest.MonkeyPatch) -> None:
    assert timedelta(hours=24) == keys.KEPT
    first = await running.capture(document(event(1)), **KEY)
    monkeypatch.setattr(keys, "KEPT", timedelta(0))
    second = await running.capture(document(event(2)), **KEY)
    assert second.status_code == 202
    assert first.headers["Location"] != second.headers["Location"]


async def test_a_service_that_died_before_it_answered_locks_no_key(under_test: ServiceUnderTest) -> None:
    died = KeyStore(under_test.settings.jobs_url, SEALING)
    scope = "s" * 64
    assert died.begin(scope, "r") is None
    next_run = KeyStore(under_test.settings.jobs_url, SEALING)
    assert next_run.begin(scope, "r") is None
    next_run.close()
    died.close()


async def test_a_service_that_is_given_up_while_it_stores_has_no_effect(
    running: RunningService, under_test: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next service on the same database has started when the job is to be stored: the job must not come to be."""
    create = running.service.jobs.create

    def late(*arguments: object) -> object:
        KeyStore(under_test.settings.jobs_url, SEALING).close()
        return create(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(running.service.jobs, "create", late)
    assert code(await running.capture(document(event(1)), **KEY)) == (503, "IDEMPOTENCY_LOST")
    assert (await jobs(running), running.ledger.submissions) == (0, [])


async def test_the_job_and_the_answer_are_one_transaction(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = running.service.keys.keep_in

    def fails(*arguments: object) -> None:
        keep(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("the service dies here")

    monkeypatch.setattr(running.service.keys, "keep_in", fails)
    assert (await running.capture(document(event(1)), **KEY)).status_code == 500
    assert await jobs(running) == 0
    monkeypatch.setattr(running.service.keys, "keep_in", keep)
    assert (await running.capture(document(event(1)), **KEY)).status_code == 202


async def test_neither_key_nor_person_nor_document_nor_answer_is_stored_in_clear(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    answer = await running.capture(document(event(1)), **KEY)
    stored = rows(under_test)
    assert len(stored) == 1
    for private in (KEY["Idempotency-Key"], "producer", event(1)["eventID"], answer.headers["Location"]):
        assert private not in str(stored)


async def test_what_was_asked_can_not_be_guessed_from_what_is_stored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    stored = []
    for key in (SEALING, b"l" * 32):
        store = KeyStore(url, key)
        assert store.begin("s", "r") is None
        with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
            stored += connection.execute("SELECT request FROM idempotency_keys").fetchone()
        store.close()
    assert stored[0] != stored[1]


async def test_an_answer_opens_under_its_key_and_at_its_place_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    store = KeyStore(url, SEALING)
    for scope, body in (("s", b"one"), ("t", b"another")):
        assert store.begin(scope, "r") is None
        store.keep(scope, Answer(200, (("a", "b"),), body))
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        swap = "UPDATE idempotency_keys SET sealed = (SELECT sealed FROM idempotency_keys WHERE scope = 's')"
        connection.execute(f"{swap} WHERE scope = 't'")
    assert store.begin("s", "r") == Answer(200, (("a", "b"),), b"one")
    with pytest.raises(Problem, match="IDEMPOTENCY_UNREADABLE"):
        store.begin("t", "r")
    store.close()


async def test_old_answers_go_without_another_request(
    under_test: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with under_test.running() as running:
        await running.capture(document(event(1)), **KEY)
        running.service.keys.forget()
        assert len(rows(under_test)) == 1
        monkeypatch.setattr(keys, "KEPT", timedelta(0))
        running.service.keys.forget()
        assert rows(under_test) == []


async def test_a_running_service_forgets_by_itself(
    under_test: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FORGET_EACH_S", 0.01)
    monkeypatch.setattr(keys, "KEPT", timedelta(0))
    async with under_test.running() as running:
        await running.capture(document(event(1)), **KEY)
        async with asyncio.timeout(30):
            while rows(under_test):  # noqa: ASYNC110  another thread forgets them
                await asyncio.sleep(0.01)


def rows(under_test: ServiceUnderTest) -> list[tuple[object, ...]]:
    """All that is kept with keys."""
    with sqlite3.connect(under_test.settings.data / "jobs.sqlite") as connection:
        return connection.execute("SELECT * FROM idempotency_keys").fetchall()


async def test_the_key_is_described(running: RunningService) -> None:
    described = (await running.client.get("/openapi.json")).json()["paths"]["/epcis/capture"]["post"]
    (key,) = [each for each in described["parameters"] if each["name"] == "Idempotency-Key"]
    assert (key["in"], key["required"], key["schema"]["pattern"]) == ("header", False, "^[!-~]{1,255}$")
    assert "409" in described["responses"]


_ANSWERS = st.builds(
    Answer, st.integers(200, 499), st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple), st.binary()
)


@settings(max_examples=25, deadline=None)
@given(_ANSWERS, _ANSWERS)
def test_the_first_answer_stays(tmp_path_factory: pytest.TempPathFactory, first: Answer, second: Answer) -> None:
    folder: Path = tmp_path_factory.mktemp("keys")
    store = KeyStore(f"sqlite:///{folder / 'jobs.sqlite'}", SEALING)
    assert store.begin("s", "r") is None
    store.keep("s", first)
    store.keep("s", second)
    store.release("s")
    assert store.begin("s", "r") == first
    with pytest.raises(Problem, match="IDEMPOTENCY_KEY_REUSED"):
        store.begin("s", "another")
    store.close()
