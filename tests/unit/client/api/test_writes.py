"""What all requests that change something have in common, and that only valid transactions have an effect."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fairledger.api import writes
from fairledger.api.settings import BODY_BYTES_MAX
from fairledger.documents import DOCUMENT_BYTES_MAX
from fairledger.gateway import codes
from fairledger.gateway.errors import EndorseError, SubmitError
from fairledger.tokens import TokenAuthority
from tests.support.captures import document, event
from tests.support.simulated_service import ORGANIZATION, RunningService, ServiceUnderTest, gateway_error
from tests.unit.client.api.papers import ANCHOR, EPC, LICENCE, RECALL, refusal

POLICY_FAILURE = 10  # ENDORSEMENT_POLICY_FAILURE, in Fabric's words
BODIES: dict[str, dict[str, Any]] = {
    "/trace/recalls": RECALL,
    f"/trace/recalls/{'0' * 64}/end": {"reason": "over"},
    "/trace/licences": LICENCE,
    "/trace/anchors": ANCHOR,
    "/tags": {"epcs": [EPC]},
    "/trace/scans": {"link": EPC},
}
NO_VALUES: tuple[Any, ...] = (7, None, True, {"a": 1}, [[]])
SIGNED = [path for path in BODIES if path != "/trace/scans"]  # anybody may scan
MALFORMED = (b"", b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", b'{"a": "\\ud800"}', b"[" * 100_000, b"9" * 10_000)


def tokens(under_test: ServiceUnderTest) -> Iterator[tuple[str, str]]:
    """Bearer tokens that let nobody in, with the code that says why."""
    expired = under_test.tokens.issue("officer", 0.0001)
    time.sleep(1.5)
    key = under_test.settings.token_key.read_bytes()
    yield "", "TOKEN_MISSING"
    yield "Bearer forged", "TOKEN_INVALID"
    yield f"Bearer {TokenAuthority(ORGANIZATION, b'k' * 32).issue('officer')}", "TOKEN_INVALID"
    yield f"Bearer {TokenAuthority('PlatformB', key).issue('officer')}", "TOKEN_INVALID"
    yield f"Bearer {under_test.tokens.issue('nobody')}", "TOKEN_INVALID"
    yield f"Bearer {expired}", "TOKEN_EXPIRED"


async def test_nobody_changes_anything_without_a_valid_token(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    for token, code in tokens(under_test):
        sent = {"Authorization": token} if token else {}
        for path in SIGNED:
            assert refusal(await running.post(path, BODIES[path], **sent)) == (401, code), path
        stored = await running.client.post("/documents", content=b"x", headers=sent)
        assert refusal(stored) == (401, code)
    assert running.ledger.submissions == []
    assert not (under_test.settings.data / "documents").exists()


@pytest.mark.parametrize("path", BODIES)
async def test_a_body_is_json_that_is_as_described(running: RunningService, path: str) -> None:
    bearer = running.bearer("officer")
    for content in MALFORMED:
        headers = {**bearer, "Content-Type": "application/json"}
        answer = await running.client.post(path, content=content, headers=headers)
        assert refusal(answer) == (400, "REQUEST_INVALID"), content[:20]
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/ld+json", ""):
        headers = {**bearer, "Content-Type": media_type}
        answer = await running.client.post(path, content=json.dumps(BODIES[path]).encode(), headers=headers)
        assert refusal(answer) == (415, "REQUEST_MEDIA_TYPE"), media_type
    assert refusal(await running.post(path, {**BODIES[path], "extra": 1}, "officer")) == (400, "REQUEST_INVALID")
    misspelt = await running.post(f"{path}?x=1", BODIES[path], "officer")
    assert refusal(misspelt) == (400, "QUERY_PARAMETER_UNKNOWN")
    for name in BODIES[path]:
        rest = {other: value for other, value in BODIES[path].items() if other != name}
        assert refusal(await running.post(path, rest, "officer")) == (400, "REQUEST_INVALID"), name
        for value in NO_VALUES:
            answer = await running.post(path, {**BODIES[path], name: value}, "officer")
            assert refusal(answer) == (400, "REQUEST_INVALID"), (name, value)
    assert running.ledger.submissions == []


async def test_bodies_are_bounded_with_and_without_a_length(running: RunningService) -> None:
    async def chunks(size: int) -> Any:
        for _ in range(size // 65_536 + 1):
            yield b" " * 65_536

    bearer = {**running.bearer("officer"), "Content-Type": "application/json"}
    for path, most in [*((path, BODY_BYTES_MAX) for path in BODIES), ("/documents", DOCUMENT_BYTES_MAX)]:
        for content in (b" " * (most + 1), chunks(most)):
            answer = await running.client.post(path, content=content, headers=bearer)
            assert refusal(answer) == (413, "REQUEST_TOO_LARGE"), path


async def test_a_key_of_idempotency_works_for_each_that_writes(running: RunningService) -> None:
    await running.captured(document(event(1)))
    made = (await running.post("/trace/recalls", RECALL, "officer")).headers["Location"]
    asked = {**{path: BODIES[path] for path in BODIES if path in WRITES}, f"{made}/end": {"reason": "over"}}
    submitted = len(running.ledger.submissions)
    for path, body in asked.items():
        answers = [await running.post(path, body, "officer", **{"Idempotency-Key": "k"}) for _ in range(2)]
        first, again = [(answer.status_code, answer.content, answer.headers.get("Location")) for answer in answers]
        assert first == again, path
        assert first[0] in (200, 201)
    assert len(running.ledger.submissions) == submitted + len(asked)


WRITES = ("/trace/recalls", "/trace/licences", "/trace/anchors")


@pytest.mark.parametrize("path", WRITES)
async def test_a_transaction_that_peers_find_invalid_has_no_effect_and_is_told(
    running: RunningService, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.ledger.verdict = POLICY_FAILURE
    answer = await running.post(path, BODIES[path], "officer")
    assert refusal(answer) == (409, "GATEWAY_COMMITTED_INVALID")
    assert "ENDORSEMENT_POLICY_FAILURE" in answer.json()["detail"]
    await running.service.follower.wait_for_block(len(running.ledger.chain.blocks) - 1, 30)
    assert (await running.client.get("/trace/recalls")).json() == []
    assert (await running.client.get("/trace/licences")).json() == []
    assert (await running.client.get(f"/documents/{ANCHOR['document']['sha256']}/anchors")).json() == []


async def test_a_write_that_always_comes_too_late_is_given_up(running: RunningService) -> None:
    running.ledger.verdict = 11  # MVCC_READ_CONFLICT
    answer = await running.post("/trace/recalls", RECALL, "officer")
    assert refusal(answer) == (409, "GATEWAY_COMMITTED_INVALID")
    assert len(running.ledger.submissions) == 8


async def test_when_the_ledger_does_not_answer_the_caller_is_told_what_is_not_known(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "ORDERED_DEADLINE_S", 0.2)
    running.ledger.gate.clear()
    answer = await running.post("/trace/recalls", RECALL, "officer", **{"Idempotency-Key": "k"})
    assert refusal(answer) == (504, "WRITE_UNCERTAIN")
    assert running.ledger.submissions[0] in answer.json()["detail"]
    running.ledger.gate.set()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (gateway_error(codes.UNREACHABLE, EndorseError), 503),
        (gateway_error(codes.DEADLINE, EndorseError), 504),
        (gateway_error(codes.DENIED, EndorseError), 403),
        (gateway_error(codes.ENDORSERS_DISAGREE, EndorseError), 502),
    ],
)
async def test_what_goes_wrong_between_service_and_ledger_keeps_its_code(
    running: RunningService, error: EndorseError, status: int
) -> None:
    running.ledger.spoil["endorse"] = [error]
    assert refusal(await running.post("/trace/recalls", RECALL, "officer")) == (status, error.code)


async def test_what_the_orderers_did_not_take_is_sent_again(running: RunningService) -> None:
    running.ledger.spoil["submit"] = [gateway_error(codes.UNREACHABLE, SubmitError)]
    running.ledger.spoil["submitted"] = [gateway_error(codes.DEADLINE, SubmitError)]  # the answer was lost
    assert (await running.post("/trace/recalls", RECALL, "officer")).status_code == 201
    assert len(set(running.ledger.submissions)) == 1
    assert len((await running.client.get("/trace/recalls")).json()) == 1


async def test_writes_of_different_things_do_not_hinder_each_other(running: RunningService) -> None:
    bodies = [{**RECALL, "items": [f"urn:epc:id:sgtin:9521000.012345.{number}"]} for number in range(8)]
    answers = await asyncio.gather(*(running.post("/trace/recalls", body, "officer") for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len((await running.client.get("/trace/recalls")).json()) == 8
