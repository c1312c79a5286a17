"""Papers over REST: stored by content, vouched for on the ledger, and handed out so that they can do no harm."""

import hashlib
from typing import Any

import httpx
import pytest

from tests.support.captures import document, event
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.unit.client.api.papers import ANCHOR, EPC, NO_ITEMS, PHONE, refusal

REPORT = b"%PDF-1.7 of a test"
SHA256 = hashlib.sha256(REPORT).hexdigest()


def described(**members: Any) -> dict[str, Any]:
    """A body that anchors ``REPORT``, whose description has other members."""
    description = {**ANCHOR["document"], "sha256": SHA256, "size_bytes": len(REPORT)}
    return {**ANCHOR, "document": {**description, **members}}


async def stored(running: RunningService, content: bytes = REPORT, name: str = "producer") -> httpx.Response:
    return await running.client.post("/documents", content=content, headers=running.bearer(name))


async def test_a_document_is_stored_anchored_and_read_by_anybody(running: RunningService) -> None:
    await running.captured(document(event(1)))
    kept = await stored(running)
    assert (kept.status_code, kept.headers["Location"]) == (201, f"/documents/{SHA256}")
    assert kept.json() == {"sha256": SHA256, "size_bytes": len(REPORT)}

    answer = await running.post("/trace/anchors", described(), "producer")

    assert (answer.status_code, answer.headers["Location"]) == (201, f"/documents/{SHA256}/anchors")
    (anchor,) = answer.json()
    assert (anchor["item"], anchor["recorder"]["role"]) == (PHONE, "producer")
    assert (await running.client.get(f"/documents/{SHA256}")).content == REPORT
    head = await running.client.head(f"/documents/{SHA256}")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(REPORT)))
    assert (head.headers["ETag"], head.headers["Content-Type"]) == (f'"{SHA256}"', "application/octet-stream")
    assert (await running.client.get(f"/documents/{SHA256}/anchors")).json() == [anchor]
    history = (await running.client.get("/trace/history", params={"epc": EPC})).json()
    assert [each["document"]["sha256"] for each in history["anchors"]] == [SHA256]


async def test_what_nobody_anchored_is_not_handed_out(running: RunningService) -> None:
    await stored(running)
    assert refusal(await running.client.get(f"/documents/{SHA256}")) == (404, "DOCUMENT_UNKNOWN")
    assert (await running.client.get(f"/documents/{SHA256}/anchors")).json() == []


async def test_an_anchored_document_that_nobody_has_is_unknown(running: RunningService) -> None:
    await running.post("/trace/anchors", described(), "producer")
    assert refusal(await running.client.get(f"/documents/{SHA256}")) == (404, "DOCUMENT_UNKNOWN")


async def test_who_records_and_the_authorities_anchor_and_nobody_else(running: RunningService) -> None:
    for name in ("producer", "processor", "rival", "namesake", "officer", "regulator"):
        assert (await running.post("/trace/anchors", described(), name)).status_code == 201, name
    for name in ("service", "consumer", "provider", "impostor", "pretender"):
        answer = await running.post("/trace/anchors", described(), name)
        assert refusal(answer) == (403, "TRACE_ROLE_DENIED"), name
    vouching = (await running.client.get(f"/documents/{SHA256}/anchors")).json()
    assert [anchor["recorder"]["role"] for anchor in vouching] == [
        *("producer", "processor", "producer", "producer", "officer", "regulator")
    ]


@pytest.mark.parametrize(
    ("media_type", "sent", "disposition"),
    [
        ("image/png", "image/png", "inline"),
        ("text/plain", "text/plain; charset=utf-8", "inline"),
        ("application/pdf", "application/octet-stream", f'attachment; filename="{SHA256[:16]}.pdf"'),
        ("text/html", "application/octet-stream", f'attachment; filename="{SHA256[:16]}"'),
        ("image/svg+xml", "application/octet-stream", f'attachment; filename="{SHA256[:16]}"'),
        ("application/javascript", "application/octet-stream", f'attachment; filename="{SHA256[:16]}"'),
    ],
)
async def test_a_browser_shows_only_what_runs_nothing(
    running: RunningService, media_type: str, sent: str, disposition: str
) -> None:
    await stored(running)
    await running.post("/trace/anchors", described(media_type=media_type), "producer")
    headers = (await running.client.get(f"/documents/{SHA256}")).headers
    assert (headers["content-type"], headers["content-disposition"]) == (sent, disposition)
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert ("default-src 'none'" in policy, policy.endswith("; sandbox")) == (True, True)
    assert "script-src" not in policy


async def test_who_anchors_later_does_not_change_how_it_is_shown(running: RunningService) -> None:
    await stored(running)
    for media_type in ("text/html", "text/plain"):
        await running.post("/trace/anchors", described(media_type=media_type), "producer")
    assert (await running.client.get(f"/documents/{SHA256}")).headers["content-disposition"].startswith("attachment")


async def test_a_reader_who_has_it_already_is_not_sent_it_again(running: RunningService) -> None:
    await stored(running)
    await running.post("/trace/anchors", described(), "producer")
    address = f"/documents/{SHA256}"
    etag = (await running.client.get(address)).headers["ETag"]
    again = await running.client.get(address, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", f'"{SHA256}"')
    other = await running.client.get(address, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, REPORT)
    assert "immutable" in other.headers["Cache-Control"]


async def test_an_address_is_64_digits_and_no_path(running: RunningService) -> None:
    for address in ("a" * 63, "A" * 64, "x" * 64, "..%2f..%2ftoken.key", "' OR 1=1"):
        answer = await running.client.get(f"/documents/{address}")
        assert refusal(answer)[0] in (400, 404), address
        assert refusal(await running.client.get(f"/documents/{address}/anchors"))[0] in (400, 404)


async def test_an_empty_document_is_none(running: RunningService) -> None:
    assert refusal(await stored(running, b"")) == (400, "DOCUMENT_EMPTY")


async def test_a_document_of_16_mib_is_kept_whole(running: RunningService) -> None:
    content = b"\x00\xff" * (8 * 1024 * 1024)
    answer = await stored(running, content)
    assert (answer.status_code, answer.json()["size_bytes"]) == (201, len(content))
    assert (await running.service.archive.get(answer.json()["sha256"], ask_others=False)) == content


async def test_a_store_that_cannot_be_used_asks_to_come_again(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    (under_test.settings.data / "documents").write_text("in the way")
    answer = await stored(running)
    assert refusal(answer) == (503, "DOCUMENT_IO")
    assert str(under_test.settings.data) not in answer.text


async def test_a_damaged_document_is_told_and_not_shown_and_mended_by_who_has_it(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    await stored(running)
    await running.post("/trace/anchors", described(), "producer")
    (under_test.settings.data / "documents" / SHA256[:2] / SHA256[2:]).write_bytes(REPORT + b"!")
    answer = await running.client.get(f"/documents/{SHA256}")
    assert refusal(answer) == (502, "DOCUMENT_DAMAGED")
    await stored(running)
    assert (await running.client.get(f"/documents/{SHA256}")).content == REPORT


NO_DOCUMENTS: list[dict[str, Any]] = [
    {"sha256": SHA256.upper()},
    {"sha256": SHA256[:-1]},
    {"sha256": "../" + SHA256[3:]},
    {"kind": "gossip"},
    {"title": ""},
    {"title": "x" * 201},
    {"title": 7},
    {"title": "a\x00b"},
    {"media_type": "text/html; charset=utf-8"},
    {"media_type": "text/html\r\nSet-Cookie: a=b"},
    {"media_type": "TEXT/HTML"},
    {"media_type": ""},
    {"size_bytes": -1},
    {"size_bytes": "10"},
    {"size_bytes": 1.5},
    {"size_bytes": 2**40 + 1},
    {"size_bytes": True},
    {"content": "x"},
]


async def test_a_description_that_is_not_as_described_is_refused(running: RunningService) -> None:
    for members in NO_DOCUMENTS:
        answer = await running.post("/trace/anchors", described(**members), "producer")
        assert refusal(answer) == (400, "REQUEST_INVALID"), members
    for items in ([], [f"urn:x:{number}" for number in range(101)], *([item] for item in NO_ITEMS)):
        answer = await running.post("/trace/anchors", {**described(), "items": items}, "producer")
        assert refusal(answer) == (400, "REQUEST_INVALID"), items
    assert running.ledger.submissions == []


async def test_the_same_document_again_with_its_key_has_the_same_answer(running: RunningService) -> None:
    sent = {**running.bearer(), "Idempotency-Key": "k"}
    answers = [await running.client.post("/documents", content=REPORT, headers=sent) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(201, answers[0].content)] * 2
    other = await running.client.post("/documents", content=b"other", headers=sent)
    assert refusal(other) == (409, "IDEMPOTENCY_KEY_REUSED")
