"""Documents that are missing or damaged here come from other organisations' services, checked, and are kept."""

import asyncio
import dataclasses
import gzip
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from fairledger.api import archive
from fairledger.api.archive import Archive
from fairledger.documents import DOCUMENT_BYTES_MAX, DocumentError, DocumentStore
from fairledger.documents.folder import Folder
from fairledger.serving import server_of
from tests.support.simulated_service import ServiceUnderTest
from tests.unit.client.api.papers import ANCHOR

REPORT = b"A report, %PDF or not"
SHA256 = hashlib.sha256(REPORT).hexdigest()
ABSENT = "http://127.0.0.1:9"  # nobody listens there


class Other:
    """Another organisation's service, which answers everything with ``content``."""

    def __init__(self, content: bytes = REPORT, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.content = content
        self.status = status
        self.headers = headers or {}
        self.asked: list[tuple[str, str]] = []
        self.address = ""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        relayed = dict(scope["headers"]).get(b"fairledger-relayed", b"").decode()
        self.asked.append((scope["path"], relayed))
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        async with served(self) as address:
            yield address


@asynccontextmanager
async def served(app: Callable[..., object]) -> AsyncIterator[str]:
    """``app`` on a port of its own."""
    server = server_of(app, lifespan="off")
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


def own(folder: Path, *others: str) -> Archive:
    return Archive(DocumentStore(Folder(folder)), others)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def code_of(asked: Archive, *, ask_others: bool = True) -> str:
    with pytest.raises(DocumentError) as refusal:
        await asked.get(SHA256, ask_others=ask_others)
    return refusal.value.code


async def test_what_is_here_is_not_asked_of_others(tmp_path: Path) -> None:
    other = Other()
    async with other.listening() as address:
        asked = own(tmp_path, address)
        await asked.put(REPORT)
        assert await asked.get(SHA256, ask_others=True) == REPORT
    assert other.asked == []


async def test_a_missing_document_comes_from_another_and_stays(tmp_path: Path) -> None:
    other = Other()
    async with other.listening() as address:
        assert await own(tmp_path, ABSENT, address).get(SHA256, ask_others=True) == REPORT
    assert other.asked == [(f"/documents/{SHA256}", "1")]
    assert await own(tmp_path).get(SHA256, ask_others=True) == REPORT


async def test_a_damaged_document_is_replaced_by_anothers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await own(tmp_path).put(REPORT)
    (tmp_path / SHA256[:2] / SHA256[2:]).write_bytes(b"forged")
    async with Other().listening() as address:
        assert await own(tmp_path, address).get(SHA256, ask_others=True) == REPORT
    assert (tmp_path / SHA256[:2] / SHA256[2:]).read_bytes() == REPORT
    assert [record.was for record in caplog.records if hasattr(record, "was")] == ["DOCUMENT_DAMAGED"]


@pytest.mark.parametrize(
    "liar",
    [
        Other(b"something else"),
        Other(b""),
        Other(REPORT, status=404),
        Other(REPORT, status=500),
        Other(b"", status=302, headers={"Location": "http://127.0.0.1:9/"}),
        Other(REPORT + b"\x00" * DOCUMENT_BYTES_MAX),
        Other(gzip.compress(REPORT), headers={"Content-Encoding": "gzip"}),  # nobody asked for it packed
    ],
    ids=["another", "empty", "missing", "failing", "elsewhere", "endless", "packed"],
)
async def test_who_lies_or_fails_is_passed_over_and_nothing_is_kept(tmp_path: Path, liar: Other) -> None:
    async with liar.listening() as lying:
        assert await code_of(own(tmp_path, lying)) == "DOCUMENT_UNKNOWN"
        assert files(tmp_path) == []
        async with Other().listening() as honest:
            assert await own(tmp_path, lying, honest).get(SHA256, ask_others=True) == REPORT


async def test_who_does_not_come_to_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FETCHED_TIMEOUT_S", 0.5)
    ended = asyncio.Event()

    async def drips(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not ended.is_set():
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.05)

    async with served(drips) as address:
        assert await code_of(own(tmp_path, address)) == "DOCUMENT_UNKNOWN"
        ended.set()


async def test_a_document_that_nobody_has_keeps_the_first_reason(tmp_path: Path) -> None:
    await own(tmp_path).put(REPORT)
    (tmp_path / SHA256[:2] / SHA256[2:]).write_bytes(b"forged")
    assert await code_of(own(tmp_path, ABSENT)) == "DOCUMENT_DAMAGED"
    assert (tmp_path / SHA256[:2] / SHA256[2:]).read_bytes() == b"forged"


async def test_who_is_asked_for_another_asks_nobody(tmp_path: Path) -> None:
    other = Other()
    async with other.listening() as address:
        assert await code_of(own(tmp_path, address), ask_others=False) == "DOCUMENT_UNKNOWN"
    assert other.asked == []


async def test_two_services_that_both_lack_it_do_not_ask_each_other_round_and_round(
    under_test: ServiceUnderTest, tmp_path: Path
) -> None:
    other, addresses = Other(status=404), tmp_path / "services.json"
    under_test.settings = dataclasses.replace(under_test.settings, services=addresses)
    async with other.listening() as lacking:
        addresses.write_text(json.dumps({"PlatformA": ABSENT, "Association": lacking}))
        async with under_test.running() as running, served(running.app) as address:
            body = {**ANCHOR, "document": {**ANCHOR["document"], "sha256": SHA256}}
            await running.post("/trace/anchors", body, "producer")
            asking = own(tmp_path / "own", address)
            assert await code_of(asking) == "DOCUMENT_UNKNOWN"
            assert other.asked == []  # it was asked for another, so it asked nobody
            assert (await running.client.get(f"/documents/{SHA256}")).status_code == 404
            assert other.asked == [(f"/documents/{SHA256}", "1")]
            await running.service.archive.put(REPORT)
            assert await asking.get(SHA256, ask_others=True) == REPORT
