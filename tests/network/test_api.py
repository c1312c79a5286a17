"""The REST services on the real consortium: captured at one organisation, found at all of them."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from typer.testing import CliRunner

from fairledger.api.ledger import GatewayLedger
from fairledger.cli.root import app
from fairledger.cli.state import STATE
from fairledger.tokens import KEY_BYTES, TokenAuthority
from tests.network.rest_client import DEADLINE_S, Api
from tests.network.running_consortium import RunningConsortium
from tests.support.captures import EXTENSION, document, event
from tests.support.epcis import assert_answers, data_files, given_document


@pytest.fixture
async def at_a(consortium: RunningConsortium) -> AsyncIterator[Api]:
    api = Api(consortium, "PlatformA")
    yield api
    await api.client.aclose()


@pytest.fixture
async def at_b(consortium: RunningConsortium) -> AsyncIterator[Api]:
    api = Api(consortium, "PlatformB", "carrier")
    yield api
    await api.client.aclose()


def fresh(count: int, **members: Any) -> tuple[str, list[dict[str, Any]]]:
    """Events that no other test has, and the item that all of them name."""
    item = f"urn:epc:id:sgtin:9521000.012345.{secrets.token_hex(6)}"
    run = secrets.randbelow(10**6)
    events = [
        {**event(number), "eventID": f"urn:uuid:{run:08d}-0000-4000-8000-{number:012d}", "epcList": [item], **members}
        for number in range(count)
    ]
    return item, events


async def fairledger(*arguments: str) -> str:
    """What the command prints; it must succeed and print no error."""
    ran = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    assert (ran.exit_code, ran.stderr) == (0, "")
    return ran.stdout


def ids(events: Sequence[dict[str, Any]]) -> list[str]:
    return [one["eventID"] for one in events]


async def test_what_one_organisation_captures_all_of_them_find(consortium: RunningConsortium, at_a: Api) -> None:
    item, events = fresh(3, **{"ext:note": "名称", "ext:weight": 26.5})

    job = await at_a.capture(document(*events, context=[EXTENSION]).replace("26.5", "26.50"))

    assert (job["success"], job["errors"]) == (True, [])
    assert ids(await at_a.events(MATCH_epc=item)) == ids(events)  # its own service has them when the job is finished
    for organization in ("PlatformB", "Association", "Regulator"):
        async with httpx.AsyncClient(base_url=consortium.api_url(organization)) as client:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    answer = await client.get("/epcis/events", params={"MATCH_epc": item})
                    if len(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 3:
                        break
                    await asyncio.sleep(0.05)
        assert answer.text.count('"ext:weight":26.50') == 3
        for found, sent in zip(
            answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"], events, strict=True
        ):
            assert found.pop("@context") == [EXTENSION]
            assert found.pop("recordTime") > "2026"
            assert found == sent


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
async def test_every_document_of_the_test_data_comes_back_the_same_at_two_organisations(
    at_a: Api, at_b: Api, path: Path
) -> None:
    given = given_document(path)
    job = await at_a.capture(json.dumps(given))
    assert (job["success"], job["errors"]) == (True, [])

    events = given["epcisBody"]["eventList"]
    asked = {"EQ_eventID": "|".join(ids(events))}
    await at_b.until(len(events), **asked)
    for reader in (at_a, at_b):
        assert_answers((await reader.client.get("/epcis/events", params=asked)).text, given)
        for each in events:
            alone = {**given, "epcisBody": {"eventList": [each]}}
            answer = await reader.client.get(f"/epcis/events/{quote(each['eventID'], safe='')}")
            assert_answers(answer.text, alone)


async def test_pages_follow_each_other_to_the_last(at_a: Api, at_b: Api) -> None:
    item, events = fresh(25)
    await at_a.capture(document(*events))
    await at_b.until(25, MATCH_epc=item)

    found: list[str] = []
    url: str | None = f"/epcis/events?perPage=10&MATCH_epc={item}"
    pages = 0
    while url:
        answer = await at_b.client.get(url)
        found += ids(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
        link = answer.headers.get("Link")
        url = link.partition(">")[0].removeprefix("<") if link else None
        pages += 1

    assert (found, pages) == (ids(events), 3)


async def test_a_restarted_service_still_knows_jobs_and_events(consortium: RunningConsortium, at_a: Api) -> None:
    item, events = fresh(2)
    job = await at_a.capture(document(*events))

    consortium.stop("api.PlatformA")
    consortium.start("api.PlatformA")

    assert await at_a.finished(f"/epcis/capture/{job['captureID']}") == job
    assert ids(await at_a.until(2, MATCH_epc=item)) == ids(events)
    assert (await at_a.client.get("/readyz")).status_code == 200


async def test_captures_under_way_when_the_service_is_killed_take_effect_once(
    consortium: RunningConsortium, at_a: Api, at_b: Api
) -> None:
    item, events = fresh(6)
    answers = await asyncio.gather(*(at_a.post(document(one)) for one in events))
    consortium.kill("api.PlatformA")
    consortium.start("api.PlatformA")

    jobs = [await at_a.finished(answer.headers["Location"]) for answer in answers]

    assert [(job["success"], job["errors"]) for job in jobs] == [(True, [])] * 6
    assert sorted(ids(await at_b.until(6, MATCH_epc=item))) == ids(events)


async def test_an_invalid_transaction_with_an_event_is_never_projected(
    consortium: RunningConsortium, at_a: Api, at_b: Api
) -> None:
    """Case 23: two captures of one event, endorsed on the same state; the second is in a block without effect."""
    item, (shared, only_in_second, last) = fresh(3)
    person = consortium.wallet("PlatformA").get("producer")
    async with consortium.gateway("PlatformA", "service") as gateway:
        ledger = GatewayLedger(gateway)
        transactions = [
            await ledger.endorse(person, "trace:capture", document(shared)),
            await ledger.endorse(person, "trace:capture", document(shared, only_in_second)),
        ]
        for transaction in transactions:
            await ledger.submit(transaction)
        statuses = [await ledger.status(transaction) for transaction in transactions]
    assert sorted(status.name for status in statuses) == ["MVCC_READ_CONFLICT", "VALID"]
    await at_a.capture(document(last))

    projected = ids(await at_b.until(2, MATCH_epc=item))

    won_by_first = statuses[0].successful
    expected = [shared["eventID"], *([] if won_by_first else [only_in_second["eventID"]]), last["eventID"]]
    assert projected == expected


async def test_the_same_envelope_twice_takes_effect_once(consortium: RunningConsortium, at_a: Api) -> None:
    """Case 9: the second copy is in a block as DUPLICATE_TXID."""
    item, (one, last) = fresh(2)
    person = consortium.wallet("PlatformA").get("producer")
    async with consortium.gateway("PlatformA", "service") as gateway:
        ledger = GatewayLedger(gateway)
        transaction = await ledger.endorse(person, "trace:capture", document(one))
        await ledger.submit(transaction)
        first = await ledger.status(transaction)
        await ledger.submit(transaction)
        again = await ledger.status(transaction)
    await at_a.capture(document(last))

    assert (first.successful, again) == (True, first)
    assert ids(await at_a.events(MATCH_epc=item)) == ids([one, last])


async def test_what_may_not_be_is_refused_and_leaves_nothing(at_a: Api, consortium: RunningConsortium) -> None:
    """Cases 24, 25 and 28, as far as capture and query go."""
    item, (one,) = fresh(1)
    text = document(one)
    provider, foreign = Api(consortium, "PlatformA", "provider"), Api(consortium, "PlatformB", "carrier")
    namesake = Api(consortium, "PlatformB", "producer")  # the name of one whom PlatformA knows, by PlatformB's key
    bad_document = text.replace("shipping", "<script>alert(1)</script>")
    changed = at_a.bearer["Authorization"][:-4] + "AAAA"
    forger = TokenAuthority("PlatformA", secrets.token_bytes(KEY_BYTES))
    job = (await at_a.capture(document(*fresh(1)[1])))["captureID"]
    answers = {
        "missing": await at_a.client.post("/epcis/capture", content=text),
        "changed": await at_a.post(text, changed),
        "forged": await at_a.post(text, f"Bearer {forger.issue('producer')}"),
        "expired": await at_a.post(text, await at_a.expired()),
        "foreign": await at_a.post(text, foreign.bearer["Authorization"]),
        "foreign, of the same name": await at_a.post(text, namesake.bearer["Authorization"]),
        "role": await provider.post(text),
        "document": await at_a.post(bad_document),
        "no document": await at_a.post("{'not': json}"),
        "too large": await at_a.post(" " * (4 * 1024 * 1024)),
        "another's job": await at_a.client.get(f"/epcis/capture/{job}", headers=provider.bearer),
        "a page of 10,000": await at_a.client.get("/epcis/events?perPage=10000"),
        "injection": await at_a.client.get("/epcis/events?MATCH_epc=%00trace-event%00x%00"),
        "the last character": await at_a.client.get("/epcis/events/%F4%8F%BF%BF"),
    }
    for api in (provider, foreign, namesake):
        await api.client.aclose()

    assert {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()} == {
        "missing": (401, "TOKEN_MISSING"),
        "changed": (401, "TOKEN_INVALID"),
        "forged": (401, "TOKEN_INVALID"),
        "expired": (401, "TOKEN_EXPIRED"),
        "foreign": (401, "TOKEN_INVALID"),
        "foreign, of the same name": (401, "TOKEN_INVALID"),
        "role": (403, "TRACE_ROLE_DENIED"),
        "document": (400, "TRACE_DOCUMENT_INVALID"),
        "no document": (400, "TRACE_DOCUMENT_INVALID"),
        "too large": (413, "REQUEST_TOO_LARGE"),
        "another's job": (404, "CAPTURE_UNKNOWN"),
        "a page of 10,000": (400, "REQUEST_INVALID"),
        "injection": (400, "QUERY_VALUE"),
        "the last character": (400, "QUERY_VALUE"),
    }
    assert {answer.headers["Content-Type"] for answer in answers.values()} == {"application/problem+json"}
    assert await at_a.events(MATCH_epc=item) == []


async def test_a_rebuild_gives_identical_tables_while_the_service_runs(
    consortium: RunningConsortium, at_a: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, events = fresh(2)
    await at_a.capture(document(*events))
    monkeypatch.setenv(STATE, str(consortium.layout.root))

    printed = await fairledger("readmodel", "rebuild", "--organization", "PlatformA")

    assert printed.rstrip().endswith("blocks: identical")
    assert ids(await at_a.events(MATCH_epc=item)) == ids(events)
    later_item, later = fresh(1)
    await at_a.capture(document(*later))
    assert ids(await at_a.events(MATCH_epc=later_item)) == ids(later)


async def test_the_command_line_captures_and_shows(
    consortium: RunningConsortium, at_a: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    item, events = fresh(2)
    (tmp_path / "01-producer-make.json").write_text(document(events[0]))
    (tmp_path / "02-carrier-ship.json").write_text(document(events[1]))
    monkeypatch.setenv(STATE, str(consortium.layout.root))
    monkeypatch.setenv("COLUMNS", "200")

    first = await fairledger("trace", "capture", str(tmp_path))
    again = await fairledger("trace", "capture", str(tmp_path))
    await at_a.until(2, MATCH_epc=item)
    shown = await fairledger("trace", "show", item, "--organization", "PlatformA")

    assert [line.split(": ")[1].split(" (")[0] for line in first.splitlines()] == [
        "1 events by producer",
        "1 events by carrier",
    ]
    assert again.count("0 events by") == again.count("1 known already") == 2
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("2026-1")] == ["PlatformA", "PlatformB"]
