"""Which papers of supervision everybody can fetch: what is disclosed, stated, and kept as a watcher's evidence."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from tests.support.founded import found, posted
from tests.support.simulated_service import RunningService
from tests.support.supervised import DOCUMENT
from tests.unit.client.api.papers import refusal

TEXT, SCAN = b"It was at the neighbour's", b"%PDF-1.7 a scan"
COMPLAINT = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "not_delivered"}
RULES = {"subject": "rules", "title": "Rules", "version": "1", "website": "https://shop.example/rules"}


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    await found(running, complaints={}, disclosure={}, supervision={})
    return running


async def stored(founded: RunningService, content: bytes, **told: str) -> dict[str, Any]:
    """The description of a document that PlatformA's store has."""
    headers = {"Content-Type": "application/octet-stream", **founded.bearer("steward")}
    answer = await founded.client.post("/documents", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    digest = sha256(content).hexdigest()
    return {**DOCUMENT, **told, "sha256": digest, "size_bytes": len(content)}


async def test_a_statement_is_public_and_other_papers_of_a_complaint_are_its_parties_own(
    founded: RunningService,
) -> None:
    said = await stored(founded, TEXT, kind="statement", media_type="text/plain")
    shown = await stored(founded, SCAN, kind="statement")
    own = await stored(founded, b"a letter", kind="other")
    complaint = await posted(founded, "/complaints", COMPLAINT, "consumer")
    answer = {"documents": [said, shown, own]}
    await posted(founded, f"/complaints/{complaint['id']}/answer", answer, "steward", 200)
    text, scan = [await founded.client.get(f"/documents/{each['sha256']}") for each in (said, shown)]
    assert (text.content, text.headers["Content-Type"]) == (TEXT, "text/plain; charset=utf-8")
    assert (scan.content, scan.headers["Content-Type"]) == (SCAN, "application/octet-stream")
    assert scan.headers["Content-Disposition"].startswith("attachment")
    assert refusal(await founded.client.get(f"/documents/{own['sha256']}")) == (404, "DOCUMENT_UNKNOWN")


async def test_what_a_platform_attaches_to_a_disclosure_is_public(founded: RunningService) -> None:
    attached = await stored(founded, SCAN)
    body = {"period": f"{datetime.now(UTC).year}-01", "published": RULES, "attachments": [attached]}
    await posted(founded, "/disclosures", body, "steward")
    assert (await founded.client.get(f"/documents/{attached['sha256']}")).content == SCAN
    page = await founded.client.get("/platforms/PlatformAMSP", params={"lang": "en"})
    assert f'<a href="/documents/{attached["sha256"]}">{attached["title"]}</a>' in page.text


async def test_what_a_watcher_kept_as_evidence_is_public(founded: RunningService) -> None:
    kept = await stored(founded, b'{"height": 7}')
    observed = {"subject": "node:PlatformB", "name": "height", "observed": {"height": 7, "common": 90}}
    await posted(founded, "/anomalies", {**observed, "evidence": [kept["sha256"]]}, "service")
    assert (await founded.client.get(f"/documents/{kept['sha256']}")).content == b'{"height": 7}'
    assert f'href="/documents/{kept["sha256"]}"' in (await founded.client.get("/board")).text
