"""Documents in: checked and endorsed while one waits, then a job that outlives the service."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fairledger.api import captures, ordering
from fairledger.api.jobs import JobStore
from fairledger.api.settings import BODY_BYTES_MAX, EVENTS_MAX
from fairledger.gateway import Commit, codes
from fairledger.gateway.errors import CommitStatusError, EndorseError, GatewayBusy, SubmitError
from tests.support.captures import EXTENSION, document, event
from tests.support.simulated_service import RunningService, ServiceUnderTest, SimulatedLedger, gateway_error

BAD_STEP = "no such step"


def unknown(code: str = codes.DEADLINE) -> CommitStatusError:
    commit = Commit.of(tx_id="00" * 32, channel="credit-channel", creator=b"")
    return CommitStatusError(code, "as told by the test", commit=commit)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "PAUSE_INITIAL_S", 0.0)


async def test_a_document_becomes_events_that_can_be_queried_when_its_job_is_finished(running: RunningService) -> None:
    answer = await running.capture(document(event(1), event(2)))

    assert answer.status_code == 202
    assert answer.content == b""
    assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert answer.headers["GS1-CBV-Version"] == "2.0.0"
    assert answer.headers["GS1-Capture-Error-Behaviour"] == "rollback"
    job = await running.job(answer.headers["Location"])
    assert answer.headers["Location"] == f"/epcis/capture/{job['captureID']}"
    assert (job["running"], job["success"], job["captureErrorBehaviour"], job["errors"]) == (
        False,
        True,
        "rollback",
        [],
    )
    assert job["createdAt"] <= job["finishedAt"]
    (transaction,) = job["transactions"]
    assert transaction["transactionID"] == running.ledger.submissions[0]
    block = running.ledger.chain.blocks[transaction["blockNumber"]]
    assert transaction["transactionID"].encode() in block.SerializeToString()
    assert [one["eventID"][-2:] for one in await running.events()] == ["01", "02"]


async def test_an_event_without_an_id_gets_its_hash(running: RunningService) -> None:
    without = {name: value for name, value in event(1).items() if name != "eventID"}
    assert (await running.captured(document(without)))["success"]
    (found,) = await running.events()
    assert found["eventID"].startswith("ni:///sha-256;")


async def test_a_capture_in_the_same_words_is_repeated_without_effect(running: RunningService) -> None:
    for _ in range(2):
        assert (await running.captured(document(event(1))))["success"]
    assert len(await running.events()) == 1


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (document(event(1, bizStep=BAD_STEP)), "TRACE_DOCUMENT_INVALID", "$.epcisBody.eventList[0].bizStep"),
        (
            document(event(1), {"type": "ObjectEvent", "eventID": "urn:x:1"}),
            "TRACE_DOCUMENT_INVALID",
            "$.epcisBody.eventList[1].eventTime",
        ),
        (document(), "TRACE_DOCUMENT_INVALID", "$.epcisBody.eventList"),
        ("[1, 2]", "TRACE_DOCUMENT_INVALID", "$"),
        ("{", "TRACE_DOCUMENT_INVALID", "$"),
        ('{"type": 1, "type": 2}', "TRACE_DOCUMENT_INVALID", "$"),
        ("<script>alert(1)</script>", "TRACE_DOCUMENT_INVALID", "$"),
        (
            document(event(1, epcList=["'; DROP TABLE events; --"])),
            "TRACE_DOCUMENT_INVALID",
            "$.epcisBody.eventList[0].epcList[0]",
        ),
    ],
)
async def test_a_bad_document_is_refused_at_once_with_the_path_and_leaves_nothing(
    running: RunningService, text: str, code: str, path: str
) -> None:
    answer = await running.capture(text)

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["path"], problem["status"]) == (code, path, 400)
    assert problem["type"] == "epcisException:ValidationException"
    assert (running.ledger.submissions, len(running.ledger.chain.blocks)) == ([], 1)
    assert (await running.client.get("/epcis/capture", headers=running.bearer())).json() == []


async def test_bytes_that_are_no_text_are_refused(running: RunningService) -> None:
    answer = await running.client.post(
        "/epcis/capture", content=b"\xff{}", headers={**running.bearer(), "Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "TRACE_DOCUMENT_INVALID")
    assert answer.json()["detail"] == "$: not UTF-8 at byte 0 (json)"


async def test_a_role_that_records_nothing_is_forbidden_by_the_ledgers_own_code(running: RunningService) -> None:
    answer = await running.capture(document(event(1)), "provider")
    assert (answer.status_code, answer.json()["code"]) == (403, "TRACE_ROLE_DENIED")


async def test_an_id_that_another_event_has_hinders_nobody_and_both_are_shown(running: RunningService) -> None:
    await running.captured(document(event(1)))
    await running.captured(document(event(1, bizStep="receiving")))
    answer = await running.client.get(f"/epcis/events/{quote(event(1)['eventID'], safe='')}")
    listed = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [each.get("bizStep") for each in listed] == [event(1).get("bizStep"), "receiving"]


async def test_more_events_than_a_transaction_takes_are_refused(running: RunningService) -> None:
    answer = await running.capture(document(*(event(number) for number in range(EVENTS_MAX + 1))))
    assert (answer.status_code, answer.json()["code"]) == (413, "CAPTURE_LIMIT")


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_beyond_the_limit_is_refused(running: RunningService, chunked: bool) -> None:
    async def pieces() -> Any:
        for _ in range(4):
            yield b" " * (BODY_BYTES_MAX // 3)

    body: Any = pieces() if chunked else b" " * (BODY_BYTES_MAX + 1)
    headers = {**running.bearer(), "Content-Type": "application/json"}
    answer = await running.client.post("/epcis/capture", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "REQUEST_TOO_LARGE")
    assert answer.headers["GS1-EPCIS-Capture-File-Size-Limit"] == str(BODY_BYTES_MAX)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "application/xml"}, 415, "REQUEST_MEDIA_TYPE"),
        ({"Content-Type": ""}, 415, "REQUEST_MEDIA_TYPE"),
        ({"Content-Encoding": "gzip"}, 415, "REQUEST_MEDIA_TYPE"),
        ({"GS1-EPCIS-Version": "1.2"}, 406, "REQUEST_NOT_ACCEPTABLE"),
        ({"GS1-CBV-Version": "1.2.2"}, 406, "REQUEST_NOT_ACCEPTABLE"),
        ({"GS1-EPCIS-Version": "two"}, 400, "REQUEST_HEADER"),
        ({"GS1-Capture-Error-Behaviour": "retry"}, 400, "REQUEST_HEADER"),
    ],
)
async def test_headers_that_ask_for_something_else_are_refused(
    running: RunningService, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await running.capture(document(event(1)), **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_with_proceed_the_refused_events_are_left_out_and_told(running: RunningService) -> None:
    events = [event(number) for number in range(1, 8)]
    events[2]["bizStep"] = events[5]["bizStep"] = BAD_STEP

    job = await running.captured(document(*events), **{"GS1-Capture-Error-Behaviour": "proceed"})

    assert (job["success"], job["captureErrorBehaviour"]) == (False, "proceed")
    assert [error["code"] for error in job["errors"]] == ["TRACE_DOCUMENT_INVALID"] * 2
    assert [error["path"] for error in job["errors"]] == [f"$.epcisBody.eventList[{i}].bizStep" for i in (2, 5)]
    assert all(error["detail"].startswith(f"{error['path']}: ") for error in job["errors"])
    assert [one["eventID"][-1] for one in await running.events()] == ["1", "2", "4", "5", "7"]


async def test_with_proceed_a_document_without_fault_is_one_transaction(running: RunningService) -> None:
    job = await running.captured(document(event(1), event(2)), **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert (job["success"], len(running.ledger.submissions)) == (True, 1)


async def test_with_proceed_what_concerns_no_event_refuses_the_whole(running: RunningService) -> None:
    answer = await running.capture(
        document(event(1), event(2)), "provider", **{"GS1-Capture-Error-Behaviour": "proceed"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "TRACE_ROLE_DENIED")


async def test_with_proceed_a_fault_of_the_document_itself_refuses_the_whole(running: RunningService) -> None:
    whole = json.loads(document(event(1), event(2)))
    del whole["creationDate"]
    answer = await running.capture(json.dumps(whole), **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert (answer.status_code, answer.json()["code"]) == (400, "TRACE_DOCUMENT_INVALID")


async def test_a_refused_document_leaves_no_stack_and_no_content_in_the_log(
    running: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await running.capture('{"secret": ')
    assert (answer.status_code, answer.json()["code"]) == (400, "TRACE_DOCUMENT_INVALID")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (gateway_error(codes.UNREACHABLE, EndorseError), 503),
        (gateway_error(codes.ENDORSEMENT_MISSING, EndorseError), 503),
        (gateway_error(codes.BUSY, GatewayBusy), 503),
        (gateway_error(codes.DEADLINE, EndorseError), 504),
        (gateway_error(codes.DENIED, EndorseError), 403),
        (gateway_error(codes.ENDORSERS_DISAGREE, EndorseError), 502),
        (gateway_error("CHAINCODE_INTERNAL", EndorseError), 503),
        (gateway_error("NEVER_HEARD_OF", EndorseError), 500),
    ],
)
async def test_what_fails_before_the_ledger_has_it_is_told_at_once(
    running: RunningService, error: Exception, status: int
) -> None:
    running.ledger.spoil["endorse"] = [error]
    answer = await running.capture(document(event(1)))
    assert (answer.status_code, answer.json()["code"]) == (status, getattr(error, "code", ""))
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    "spoil",
    [
        {"submit": [gateway_error(codes.UNREACHABLE, SubmitError), gateway_error(codes.BUSY, GatewayBusy)]},
        {"submitted": [unknown()]},
        {"status": [unknown(), unknown()]},
    ],
    ids=["orderers away", "answer lost", "status unknown"],
)
async def test_the_same_transaction_is_sent_until_it_is_known_to_be_in_a_block(
    running: RunningService, spoil: dict[str, list[Exception]]
) -> None:
    running.ledger.spoil = spoil

    job = await running.captured(document(event(1)))

    assert (job["success"], len(set(running.ledger.submissions))) == (True, 1)
    assert len(await running.events()) == 1


async def test_a_transaction_that_the_orderers_refuse_for_good_fails_the_job(running: RunningService) -> None:
    running.ledger.spoil = {"submit": [gateway_error(codes.DENIED, SubmitError)]}
    job = await running.captured(document(event(1)))
    assert (job["success"], [error["code"] for error in job["errors"]]) == (False, [codes.DENIED])


async def test_a_transaction_of_which_nothing_is_ever_heard_is_marked(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "SENDINGS_MAX", 3)
    running.ledger.spoil = {"status": [unknown() for _ in range(3)]}
    job = await running.captured(document(event(1)))
    assert (job["success"], [error["code"] for error in job["errors"]]) == (False, ["CAPTURE_INTERRUPTED"])


async def handed_in(ledger: SimulatedLedger, count: int) -> None:
    """Wait until so many transactions are with the orderers."""
    while len(ledger.submissions) < count:  # noqa: ASYNC110  the ledger has no event for it
        await asyncio.sleep(0.01)


async def test_a_capture_that_lost_against_another_is_endorsed_anew(running: RunningService) -> None:
    """Two captures of one event in one block: the second finds it there and has no more to add."""
    running.ledger.gate.clear()
    first = await running.capture(document(event(1)))
    second = await running.capture(document(event(1), event(2)))
    await handed_in(running.ledger, 2)
    await running.ledger.commit(list(running.ledger.submissions))
    running.ledger.gate.set()

    jobs = [await running.job(one.headers["Location"]) for one in (first, second)]

    assert [job["success"] for job in jobs] == [True, True]
    assert sorted(one["eventID"][-1] for one in await running.events()) == ["1", "2"]


async def test_a_job_belongs_to_who_made_it(running: RunningService) -> None:
    location = (await running.capture(document(event(1)))).headers["Location"]
    answer = await running.client.get(location, headers=running.bearer("processor"))
    assert (answer.status_code, answer.json()["code"]) == (404, "CAPTURE_UNKNOWN")
    assert (await running.client.get("/epcis/capture", headers=running.bearer("processor"))).json() == []


async def test_jobs_are_listed_newest_first_in_pages(running: RunningService) -> None:
    made = [(await running.captured(document(event(number))))["captureID"] for number in range(5)]

    listed: list[str] = []
    url: str | None = "/epcis/capture?perPage=2"
    pages = 0
    while url:
        answer = await running.client.get(url, headers=running.bearer())
        listed += [job["captureID"] for job in answer.json()]
        link = answer.headers.get("Link")
        url = link.partition(">")[0].removeprefix("<") if link else None
        assert link is None or link.endswith('; rel="next"')
        pages += 1

    assert (listed, pages) == (made[::-1], 3)


@pytest.mark.parametrize("token", ["x", "é", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
async def test_a_token_for_a_page_of_jobs_that_nobody_gave_is_refused(running: RunningService, token: str) -> None:
    answer = await running.client.get("/epcis/capture", params={"nextPageToken": token}, headers=running.bearer())
    assert (answer.status_code, answer.json()["code"]) == (400, "QUERY_TOKEN")


async def test_too_many_captures_at_once_are_asked_to_come_again(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "CAPTURES_MAX", 1)
    running.ledger.gate.clear()
    first = await running.capture(document(event(1)))
    second = await running.capture(document(event(2)))
    running.ledger.gate.set()

    assert (second.status_code, second.json()["code"]) == (503, "CAPTURE_BUSY")
    assert (await running.job(first.headers["Location"]))["success"]


async def test_a_job_that_a_stop_interrupted_is_finished_by_the_next_start(under_test: ServiceUnderTest) -> None:
    under_test.ledger.gate.clear()
    async with under_test.running() as first:
        location = (await first.capture(document(event(1)))).headers["Location"]
        assert (await first.job(location, finished=False))["running"]
    under_test.ledger.gate.set()

    async with under_test.running() as second:
        job = await second.job(location)
        found = await second.events()

    assert (job["success"], len(found)) == (True, 1)
    assert len(set(under_test.ledger.submissions)) == 1


async def test_a_job_that_was_committed_before_the_stop_takes_effect_once(under_test: ServiceUnderTest) -> None:
    under_test.ledger.gate.clear()
    async with under_test.running() as first:
        location = (await first.capture(document(event(1)))).headers["Location"]
        await handed_in(under_test.ledger, 1)
    await under_test.ledger.commit(list(under_test.ledger.submissions))
    under_test.ledger.gate.set()

    async with under_test.running() as second:
        job = await second.job(location)
        while len(under_test.ledger.chain.blocks) < 3:  # noqa: ASYNC110  the second copy's, which is DUPLICATE_TXID
            await asyncio.sleep(0.01)
        found = await second.events()

    assert (job["success"], len(found)) == (True, 1)


async def test_a_person_who_left_the_wallet_cannot_be_endorsed_anew(under_test: ServiceUnderTest) -> None:
    under_test.ledger.gate.clear()
    async with under_test.running() as running:
        await running.capture(document(event(1)))
        second = await running.capture(document(event(1), event(2)))
        await handed_in(under_test.ledger, 2)
        person = under_test.wallet.get("producer")
        key = under_test.wallet.private_key_pem("producer")
        under_test.wallet.remove("producer")
        await under_test.ledger.commit(list(under_test.ledger.submissions))
        under_test.ledger.gate.set()
        capture_id = second.headers["Location"].rpartition("/")[2]
        while (kept := running.service.jobs.get(capture_id, "producer")) is None or kept.running:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        under_test.wallet.put("producer", person.identity, key)
        job = await running.job(second.headers["Location"])
    assert (job["success"], [error["code"] for error in job["errors"]]) == (False, ["CAPTURE_INTERRUPTED"])


async def test_conflicts_without_end_fail_the_job(running: RunningService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "CONFLICTS_MAX", 1)
    running.ledger.gate.clear()
    await running.capture(document(event(1)))
    second = await running.capture(document(event(1), event(2)))
    await handed_in(running.ledger, 2)
    await running.ledger.commit(list(running.ledger.submissions))
    running.ledger.gate.set()

    job = await running.job(second.headers["Location"])

    assert (job["success"], [error["code"] for error in job["errors"]]) == (False, [codes.COMMITTED_INVALID])
    assert "MVCC_READ_CONFLICT" in job["errors"][0]["detail"]


async def test_committed_but_not_yet_projected_is_a_success(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "PROJECTED_DEADLINE_S", 0.01)
    running.ledger.spoil["blocks"] = [RuntimeError("the stream breaks")]
    job = await running.captured(document(event(1), context=[EXTENSION]))
    assert job["success"]
    assert json.dumps(job["errors"]) == "[]"


@pytest.mark.parametrize("path", ["/epcis/capture", "/epcis/capture/some-id", "/epcis/events/urn:x:1"])
async def test_a_query_parameter_that_the_operation_does_not_have_is_refused(
    running: RunningService, path: str
) -> None:
    answer = await running.client.get(f"{path}?perpage=5", headers=running.bearer())
    assert (answer.status_code, answer.json()["code"]) == (400, "QUERY_PARAMETER_UNKNOWN")
    assert "perpage" in answer.json()["detail"]


def test_jobs_of_an_earlier_version_are_kept_without_transactions(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    store = JobStore(url)
    job = store.create("producer", "rollback", [], [])
    store.close()
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("ALTER TABLE capture_jobs DROP COLUMN transactions")

    reopened = JobStore(url)

    reopened.finish(job.capture_id, [], [("ab" * 32, 7)])
    found = reopened.get(job.capture_id, "producer")
    reopened.close()
    assert found is not None
    assert found.transactions == (("ab" * 32, 7),)
