"""Licences over REST: an officer of the association registers who may give identities to goods."""

import asyncio
from typing import Any

from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import LICENCE, refusal

OTHERS = ("producer", "maker", "regulator", "pretender", "impostor", "service", "consumer", "provider")


async def listed(running: RunningService) -> list[dict[str, Any]]:
    answer = await running.client.get("/trace/licences")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_an_officer_of_the_association_registers_a_holder_and_everybody_reads_it(running: RunningService) -> None:
    answer = await running.post("/trace/licences", LICENCE, "officer")
    assert (answer.status_code, answer.headers["Location"]) == (201, "/trace/licences")
    licence = answer.json()
    (holder,) = licence["holders"]
    assert (licence["prefix"], holder["name"], holder["gln"]) == ("9521000", "Phones of Shenzhen", "9521000000018")
    assert (licence["recorder"]["msp_id"], licence["recorder"]["role"]) == ("AssociationMSP", "officer")
    assert await listed(running) == [licence]


async def test_a_new_holder_comes_behind_those_before(running: RunningService) -> None:
    for prefix in ("9521000", "4012345"):
        await running.post("/trace/licences", {**LICENCE, "prefix": prefix}, "officer")
    bought = {**LICENCE, "gln": "9521000000025", "name": "Phones of Chengdu"}
    await running.post("/trace/licences", bought, "officer")
    found = {
        licence["prefix"]: [holder["gln"][-2:] for holder in licence["holders"]] for licence in await listed(running)
    }
    assert list(found.items()) == [("4012345", ["18"]), ("9521000", ["18", "25"])]


async def test_nobody_else_registers_and_an_organisation_s_own_officer_is_none(running: RunningService) -> None:
    for name in OTHERS:
        answer = await running.post("/trace/licences", LICENCE, name)
        assert refusal(answer) == (403, "TRACE_ROLE_DENIED"), name
    assert (await listed(running), running.ledger.submissions) == ([], [])


async def test_what_a_business_holds_already_it_does_not_get_again(running: RunningService) -> None:
    await running.post("/trace/licences", LICENCE, "officer")
    answer = await running.post("/trace/licences", {**LICENCE, "name": "Another name"}, "officer")
    assert refusal(answer) == (409, "TRACE_LICENCE_HELD")


async def test_two_officers_at_once_leave_both_holders_in_an_order(running: RunningService) -> None:
    running.ledger.gate.clear()
    bodies = [{**LICENCE, "gln": gln} for gln in ("9521000000018", "9521000000025")]
    asked = [asyncio.create_task(running.post("/trace/licences", body, "officer")) for body in bodies]
    while len(running.ledger.submissions) < 2:  # noqa: ASYNC110  the ledger has no event to wait for
        await asyncio.sleep(0.01)
    running.ledger.gate.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [201, 201]
    (licence,) = await listed(running)
    assert {holder["gln"] for holder in licence["holders"]} == {body["gln"] for body in bodies}
    verdicts = [bytes(block.metadata.metadata[2]) for block in running.ledger.chain.blocks[1:]]
    assert verdicts == [b"\x00", b"\x0b", b"\x00"]  # one came too late, had no effect, and was made anew


NO_LICENCES: list[dict[str, Any]] = [
    {"prefix": "952"},
    {"prefix": "9521000000001"},
    {"prefix": "9521OOO"},
    {"prefix": "٩٥٢١٠٠٠"},  # digits, but none of GS1's
    {"prefix": 9521000},
    {"msp_id": ""},
    {"msp_id": "x" * 101},
    {"msp_id": "PlatformAMSP\x00"},
    {"msp_id": "'; DROP TABLE licences; --"},
    {"gln": "952100000001"},
    {"gln": None},
    {"name": ""},
    {"name": "x" * 201},
    {"name": "a\x00b"},
    {"name": {"zh": "x"}},
    {"holders": []},
    {"since": "2020-01-01T00:00:00Z"},
]


async def test_a_licence_that_is_not_as_described_is_refused(running: RunningService) -> None:
    for members in NO_LICENCES:
        answer = await running.post("/trace/licences", {**LICENCE, **members}, "officer")
        assert refusal(answer) == (400, "REQUEST_INVALID"), members
    answer = await running.post("/trace/licences", {**LICENCE, "gln": "9521000000019"}, "officer")
    assert refusal(answer) == (400, "TRACE_LICENCE_GLN")
    assert (await listed(running), running.ledger.submissions) == ([], [])


async def test_a_name_is_told_as_it_was_written(running: RunningService) -> None:
    name = '<b>手机</b> & "Söhne"\'; DROP TABLE licences; --'
    await running.post("/trace/licences", {**LICENCE, "name": name}, "officer")
    (licence,) = await listed(running)
    assert licence["holders"][0]["name"] == name
