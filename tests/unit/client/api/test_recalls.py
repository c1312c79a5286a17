"""Recalls over REST: who may recall and end, what a recall reaches, and what is refused."""

import asyncio
import base64
from typing import Any

from tests.support.captures import document, event
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import EPC, LICENCE, NO_ITEMS, PHONE, RECALL, refusal

END = {"reason": "All were called back"}


async def recalled(running: RunningService, name: str = "regulator", **members: Any) -> dict[str, Any]:
    answer = await running.post("/trace/recalls", {**RECALL, **members}, name)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/trace/recalls/{told['id']}"
    return told


async def licensed(running: RunningService, **members: Any) -> None:
    answer = await running.post("/trace/licences", {**LICENCE, **members}, "officer")
    assert answer.status_code == 201, answer.text


async def listed(running: RunningService, **parameters: Any) -> list[str]:
    answer = await running.client.get("/trace/recalls", params=parameters)
    assert answer.status_code == 200, answer.text
    return [recall["id"] for recall in answer.json()]


async def test_a_recall_is_told_at_once_with_what_it_reaches_and_who_is_concerned(running: RunningService) -> None:
    await running.captured(document(event(1, bizStep="commissioning", action="ADD")))
    made = await recalled(running)

    told = (await running.client.get(f"/trace/recalls/{made['id']}")).json()

    assert told["recall"] == made
    assert (made["items"], made["measure"], made["reason"]) == ([PHONE], "return", RECALL["reason"])
    assert (made["recorder"]["msp_id"], made["recorder"]["role"]) == ("RegulatorMSP", "regulator")
    assert [each["item"] for each in told["affected"]] == [PHONE]
    summary = {name: told["scope"][name] for name in ("items", "goods", "carriers", "places", "links", "complete")}
    assert summary == {"items": [PHONE], "goods": 1, "carriers": 0, "places": 0, "links": 0, "complete": True}
    assert [each["party"]["role"] for each in told["scope"]["liable"]] == ["producer"]
    history = (await running.client.get("/trace/history", params={"epc": EPC})).json()
    assert [(each["code"], each["values"]) for each in history["warnings"]] == [("recalled", [made["id"]])]


async def test_who_holds_the_licence_recalls_and_ends_and_so_does_a_colleague(running: RunningService) -> None:
    await licensed(running)
    made = await recalled(running, "maker")
    answer = await running.post(f"/trace/recalls/{made['id']}/end", END, "colleague")
    assert answer.status_code == 200, answer.text
    ended = answer.json()
    assert {**made, **{name: ended[name] for name in ("ended_at", "ended_by", "end_reason")}} == ended
    assert (ended["end_reason"], ended["ended_by"]["role"]) == (END["reason"], "processor")
    assert (await listed(running, inForce="true"), await listed(running, inForce="false")) == ([], [made["id"]])


OTHERS = {
    "rival": "TRACE_RECALL_DENIED",  # whose goods they are not
    "namesake": "TRACE_RECALL_DENIED",  # the same GLN, by the word of another organisation
    "producer": "TRACE_RECALL_DENIED",
    "service": "TRACE_ROLE_DENIED",
    "consumer": "TRACE_ROLE_DENIED",
    "impostor": "TRACE_ROLE_DENIED",
    "pretender": "TRACE_ROLE_DENIED",
}


async def test_others_neither_recall_nor_end(running: RunningService) -> None:
    await licensed(running)
    made = await recalled(running, "maker")
    blocks = len(running.ledger.chain.blocks)
    for name, code in OTHERS.items():
        assert refusal(await running.post("/trace/recalls", RECALL, name)) == (403, code), name
        assert refusal(await running.post(f"/trace/recalls/{made['id']}/end", END, name)) == (403, code), name
    assert (await listed(running, inForce="true"), len(running.ledger.chain.blocks)) == ([made["id"]], blocks)


async def test_a_producer_does_not_end_what_an_authority_recalled(running: RunningService) -> None:
    await licensed(running)
    made = await recalled(running, "officer")
    answer = await running.post(f"/trace/recalls/{made['id']}/end", END, "maker")
    assert refusal(answer) == (403, "TRACE_RECALL_DENIED")
    assert (await running.post(f"/trace/recalls/{made['id']}/end", END, "regulator")).status_code == 200


async def test_one_item_that_is_another_business_s_keeps_all_from_being_recalled(running: RunningService) -> None:
    await licensed(running)
    body = {**RECALL, "items": [EPC, "urn:epc:id:sgtin:4012345.012345.1"]}
    assert refusal(await running.post("/trace/recalls", body, "maker")) == (403, "TRACE_RECALL_DENIED")
    assert await listed(running) == []


async def test_a_recall_ends_once(running: RunningService) -> None:
    made = await recalled(running)
    address = f"/trace/recalls/{made['id']}/end"
    running.ledger.gate.clear()
    ends = [asyncio.create_task(running.post(address, END, name)) for name in ("regulator", "officer")]
    while len(running.ledger.submissions) < 3:  # noqa: ASYNC110  the ledger has no event to wait for
        await asyncio.sleep(0.01)
    running.ledger.gate.set()
    answers = await asyncio.gather(*ends)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (late,) = [answer for answer in answers if answer.status_code == 409]
    assert refusal(late) == (409, "TRACE_RECALL_ENDED")
    verdicts = [bytes(block.metadata.metadata[2]) for block in running.ledger.chain.blocks[1:]]
    assert verdicts == [b"\x00", b"\x00", b"\x0b"]  # the late one was in a block before, without effect


async def test_there_is_no_recall_of_an_unknown_id(running: RunningService) -> None:
    unknown = "0" * 64
    assert refusal(await running.client.get(f"/trace/recalls/{unknown}")) == (404, "TRACE_RECALL_UNKNOWN")
    answer = await running.post(f"/trace/recalls/{unknown}/end", END, "regulator")
    assert refusal(answer) == (404, "TRACE_RECALL_UNKNOWN")
    for recall_id in ("1' OR '1'='1", "<script>", "A" * 64, "0" * 65):
        assert refusal(await running.client.get(f"/trace/recalls/{recall_id}")) == (400, "REQUEST_INVALID")
        answer = await running.post(f"/trace/recalls/{recall_id}/end", END, "regulator")
        assert refusal(answer) == (400, "REQUEST_INVALID")


async def test_pages_lead_through_all_recalls_the_latest_first(running: RunningService) -> None:
    made = [(await recalled(running, reason=f"reason {number}"))["id"] for number in range(5)]
    await running.post(f"/trace/recalls/{made[2]}/end", END, "regulator")
    found: list[str] = []
    address: str | None = "/trace/recalls?perPage=2"
    for _ in range(3):
        assert address is not None
        answer = await running.client.get(address)
        found += [recall["id"] for recall in answer.json()]
        address = answer.links["next"]["url"] if answer.links else None
    assert (found, address) == (made[::-1], None)
    first = await running.client.get("/trace/recalls?perPage=2&inForce=true")
    assert "inForce=true" in first.links["next"]["url"]
    second = await running.client.get(first.links["next"]["url"])
    assert [recall["id"] for recall in (*first.json(), *second.json())] == [made[4], made[3], made[1], made[0]]


def mark(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NO_TOKENS = [
    "",
    "x",
    "ä",
    mark("7"),
    mark("2026-11-23T00:00:00.000000+00:00"),
    mark(f"2026-13-23T00:00:00.000000+00:00 {'0' * 64}"),
    mark(f"0001-01-01T00:00:00.000000+23:59 {'0' * 64}"),
    mark("2026-11-23T00:00:00.000000+00:00 ' OR 1=1"),
    mark("2026-11-23T00:00:00.000000+00:00 \x00"),
    mark("[" * 15_000),
    mark("9" * 5_000),
]


async def test_a_token_that_no_page_had_is_refused(running: RunningService) -> None:
    for token in NO_TOKENS:
        answer = await running.client.get("/trace/recalls", params={"nextPageToken": token})
        assert refusal(answer) == (400, "QUERY_TOKEN"), token[:80]


async def test_a_query_has_values_as_described(running: RunningService) -> None:
    for query in ("perPage=0", "perPage=201", "perPage=x", "inForce=maybe"):
        assert refusal(await running.client.get(f"/trace/recalls?{query}")) == (400, "REQUEST_INVALID"), query


async def test_a_misspelt_parameter_is_told(running: RunningService) -> None:
    answer = await running.client.get("/trace/recalls?in_force=true")
    assert refusal(answer) == (400, "QUERY_PARAMETER_UNKNOWN")


async def test_what_cannot_name_goods_is_not_recalled(running: RunningService) -> None:
    for item in NO_ITEMS:
        answer = await running.post("/trace/recalls", {**RECALL, "items": [EPC, item]}, "regulator")
        assert refusal(answer) == (400, "REQUEST_INVALID"), item
    assert (await listed(running), running.ledger.submissions) == ([], [])


NO_RECALLS: list[dict[str, Any]] = [
    {"items": []},
    {"items": [f"urn:x:{number}" for number in range(101)]},
    {"items": EPC},
    {"items": [7]},
    {"items": None},
    {"measure": "burn"},
    {"measure": ["return"]},
    {"reason": ""},
    {"reason": "   "},
    {"reason": "x" * 2_001},
    {"reason": 7},
    {"reason": "a\x00b"},
    {"id": "0" * 64},
    {"recorder": {"msp_id": "RegulatorMSP"}},
]


async def test_a_recall_that_is_not_as_described_is_refused(running: RunningService) -> None:
    for members in NO_RECALLS:
        answer = await running.post("/trace/recalls", {**RECALL, **members}, "regulator")
        assert refusal(answer) == (400, "REQUEST_INVALID"), members
    assert running.ledger.submissions == []


async def test_a_reason_is_told_as_it_was_written(running: RunningService) -> None:
    reason = "<script>alert('1')</script>'; DROP TABLE recalls; -- 電池 🔥"
    made = await recalled(running, reason=reason)
    answer = await running.client.get(f"/trace/recalls/{made['id']}")
    assert answer.json()["recall"]["reason"] == reason
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")
    page = await running.client.get("/scan", params={"link": PHONE})
    assert "<script>alert" not in page.text


async def test_the_same_recall_again_with_its_key_takes_effect_once(running: RunningService) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await running.post("/trace/recalls", RECALL, "regulator", **key)
    again = await running.post("/trace/recalls", RECALL, "regulator", **key)
    assert (again.status_code, again.content, again.headers["Location"]) == (
        first.status_code,
        first.content,
        first.headers["Location"],
    )
    other = await running.post("/trace/recalls", {**RECALL, "measure": "repair"}, "regulator", **key)
    assert refusal(other) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert await listed(running) == [first.json()["id"]]
    ends = [await running.post(f"{first.headers['Location']}/end", END, "regulator", **key) for _ in range(2)]
    assert [end.status_code for end in ends] == [200, 200]
    assert ends[0].content == ends[1].content
