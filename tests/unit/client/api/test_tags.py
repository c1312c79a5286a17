"""Signed tags over REST: made with the key of who asks, and checked by anybody."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.captures import document, event
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import EPC, LICENCE, NO_ITEMS, PHONE, refusal

MADE = document(event(1, bizStep="commissioning", action="ADD"))


async def signed(running: RunningService, name: str, epc: str = EPC) -> str:
    """The address on a tag that the person signs."""
    answer = await running.post("/tags", {"epcs": [epc]}, name)
    assert answer.status_code == 201, answer.text
    (tag,) = answer.json()
    assert tag["epc"] == epc
    return str(tag["link"])


async def checked(running: RunningService, link: str) -> tuple[str, str]:
    """Outcome and code of the check of a scanned tag."""
    answer = await running.client.get("/tags/check", params={"link": link})
    assert answer.status_code == 200, answer.text
    finding = answer.json()["finding"]
    assert (finding["check"], answer.json()["item"]) == ("tag", PHONE)
    return finding["outcome"], finding["code"]


async def test_a_tag_is_signed_by_who_asks_and_shown_as_the_makers(running: RunningService) -> None:
    await running.capture(MADE, "maker")
    link = await signed(running, "maker")
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "service", "/01/09521000123458/21/1")
    assert {name: len(value) for name, (value,) in parse_qs(parts.query).items()} == {"kid": 16, "sig": 86}
    await running.service.follower.wait_for_block(1, 30)
    assert await checked(running, link) == ("shown", "SIGNED_BY_MAKER")
    assert await checked(running, link.replace("http://service", "https://id.gs1.org")) == ("shown", "SIGNED_BY_MAKER")


async def test_a_tag_is_drawn_as_a_qr_code(running: RunningService) -> None:
    answer = await running.post("/tags", {"epcs": [EPC]}, "maker")
    picture = await running.client.get(answer.json()[0]["qr"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")


async def test_nothing_of_the_key_but_its_signature_leaves(running: RunningService) -> None:
    await running.captured(document(event(1)))
    blocks = len(running.ledger.chain.blocks)
    answer = await running.post("/tags", {"epcs": [EPC, PHONE]}, "producer")
    assert [sorted(tag) for tag in answer.json()] == [["epc", "link", "qr"]] * 2
    assert "PRIVATE" not in answer.text
    assert len(running.ledger.chain.blocks) == blocks  # signing is no matter of the ledger


async def test_who_did_not_make_the_goods_signs_in_vain(running: RunningService) -> None:
    await running.capture(MADE, "maker")
    await running.capture(document(event(2)), "rival")
    link = await signed(running, "rival")
    await running.service.follower.wait_for_block(2, 30)
    assert await checked(running, link) == ("contradicted", "SIGNED_BY_ANOTHER")
    assert await checked(running, await signed(running, "namesake")) == ("contradicted", "KEY_UNKNOWN")


async def test_the_grade_is_told_with_the_tag(running: RunningService) -> None:
    await running.post("/trace/licences", LICENCE, "officer")
    await running.capture(MADE, "maker")
    link = await signed(running, "maker")
    await running.service.follower.wait_for_block(2, 30)
    forged = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    grades = [
        (await running.client.get("/tags/check", params={"link": each})).json()["grade"] for each in (link, forged)
    ]
    assert grades[1] > grades[0]  # letters: D is the lowest


async def test_what_has_no_digital_link_is_not_signed(running: RunningService) -> None:
    for epc in ("urn:uuid:00000000-0000-4000-8000-000000000001", "https://example.com/a", "urn:epc:id:sgtin:9.9.9"):
        answer = await running.post("/tags", {"epcs": [EPC, epc]}, "maker")
        assert refusal(answer) == (400, "LINK_NO_KEY"), epc
    for item in NO_ITEMS:
        answer = await running.post("/tags", {"epcs": [item]}, "maker")
        assert refusal(answer) == (400, "REQUEST_INVALID"), item
    many = {"epcs": [f"urn:epc:id:sgtin:9521000.012345.{number}" for number in range(501)]}
    assert refusal(await running.post("/tags", many, "maker")) == (400, "REQUEST_INVALID")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "REQUEST_INVALID"),
        ("x" * 2_049, "REQUEST_INVALID"),
        ("not a link", "LINK_NO_KEY"),
        ("https://example.com/", "LINK_NO_KEY"),
        ("https://id.gs1.org/01/09521000123459", "LINK_CHECK_DIGIT"),
        ("https://id.gs1.org/01/09521000123458/21/a\x00b", "LINK_FORMAT"),
        ("https://id.gs1.org/01/09521000123458/21/%00", "LINK_FORMAT"),
    ],
)
async def test_what_is_no_tag_at_all_is_refused(running: RunningService, link: str, code: str) -> None:
    assert refusal(await running.client.get("/tags/check", params={"link": link})) == (400, code)
