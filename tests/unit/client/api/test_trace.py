"""Histories and walks over REST: of anything that anybody may name, and for anybody."""

from typing import Any

from fairledger_contracts.records.item_id import canonical_item
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import EPC, PHONE, refusal

BATTERY = "https://id.gs1.org/01/09521000123458/21/7"
WALKS = ("/trace/history", "/trace/upstream", "/trace/downstream")
HOSTILE = (
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    '"><script>alert(1)</script>',
    "{{7*7}}",
    "../../etc/passwd",
    "%",
    "urn:epc:id:sgtin:9521000.012345.%",
    "🔥",
)
NO_IDENTIFIERS = ("", "a\x00b", "a\nb", "a\x7fb", "a\U0010ffffb", "x" * 513)


def making(number: int, parts: list[str], whole: str) -> dict[str, Any]:
    """A transformation of ``parts`` into ``whole``."""
    made = event(number, type="TransformationEvent", inputEPCList=parts, outputEPCList=[whole], bizStep="commissioning")
    del made["epcList"], made["action"]
    return made


async def got(running: RunningService, path: str, epc: str = EPC) -> dict[str, Any]:
    answer = await running.client.get(path, params={"epc": epc})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_history_tells_the_journey_whatever_form_the_id_has(running: RunningService) -> None:
    await running.captured(document(event(1)))
    told = await got(running, "/trace/history")
    assert (told["item"], [leg["event_id"] for leg in told["legs"]]) == (PHONE, [event(1)["eventID"]])
    for form in (PHONE, "https://shop.example/01/9521000123458/21/1?x=y"):
        assert await got(running, "/trace/history", form) == {**told, "item": PHONE}


async def test_any_page_may_read_a_history(running: RunningService) -> None:
    answer = await running.client.get("/trace/history", params={"epc": EPC})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"


async def test_goods_that_nobody_recorded_have_no_journey_and_the_lowest_grade(running: RunningService) -> None:
    told = await got(running, "/trace/history")
    assert (told["item"], told["legs"], told["grade"]) == (PHONE, [], "D")
    for path in WALKS[1:]:
        assert await got(running, path) == {"item": PHONE, "items": [PHONE], "links": [], "complete": True}


async def test_walks_lead_to_what_it_was_made_of_and_what_became_of_it(running: RunningService) -> None:
    await running.captured(document(making(1, [BATTERY], EPC)))
    up, down = await got(running, "/trace/upstream", EPC), await got(running, "/trace/downstream", BATTERY)
    assert (up["items"], up["complete"]) == ([PHONE, BATTERY], True)
    assert (down["items"], down["complete"]) == ([BATTERY, PHONE], True)
    assert up["links"] == down["links"]
    (link,) = up["links"]
    (leg,) = (await got(running, "/trace/history", EPC))["legs"]
    assert (link["recorder"], link["place"]) == (leg["recorder"], leg["read_point"])
    assert link["recorder"]["msp_id"] == "PlatformAMSP"


async def test_what_is_no_identifier_is_refused(running: RunningService) -> None:
    for path in WALKS:
        for epc in NO_IDENTIFIERS:
            answer = await running.client.get(path, params={"epc": epc})
            assert refusal(answer) in ((400, "QUERY_VALUE"), (400, "REQUEST_INVALID")), (path, epc)
        assert refusal(await running.client.get(path)) == (400, "REQUEST_INVALID")
        assert refusal(await running.client.get(f"{path}?epc=x&epcs=y")) == (400, "QUERY_PARAMETER_UNKNOWN")
        long = await running.client.get(path, params={"epc": "x" * 40_000})
        assert refusal(long) == (414, "REQUEST_URI_TOO_LONG")


async def test_hostile_texts_are_looked_up_as_they_are_and_do_nothing(running: RunningService) -> None:
    await running.captured(document(event(1)))
    for path in WALKS:
        for epc in HOSTILE:
            told = await got(running, path, epc)
            assert (told["item"], told.get("legs", []), told.get("links", [])) == (canonical_item(epc).id, [], [])
    assert len(await running.events()) == 1
