"""An item's events: by any form of its id, latest first, in pages."""

import base64
import json

import pytest

from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.records.item import entry_prefix
from fairledger_contracts.trace import reading
from tests.support.epcis import AGGREGATION_EVENT, OBJECT_EVENT, TRANSFORMATION_EVENT, event, text
from tests.unit.contracts.conftest import TraceLedger

THING = "urn:epc:id:sgtin:9521000.012345.A0001"
LINK = "https://id.gs1.org/01/09521000123458/21/A0001"
LOT = "urn:epc:class:lgtin:9521000.012345.L1"


async def test_a_thing_is_found_by_every_form_of_its_id(trace: TraceLedger) -> None:
    by_link = event(eventID="urn:x:link", epcList=["https://shop.example.com/01/09521000123458/10/L1/21/A0001?x=y"])
    await trace.capture(text(OBJECT_EVENT))
    await trace.capture(text(by_link))
    expected = ["urn:x:link", OBJECT_EVENT["eventID"]]
    for form in (THING, LINK, "https://example.org/01/9521000123458/21/A0001"):
        page = await trace.page(form)
        assert page.item == LINK
        assert [json.loads(each.event)["eventID"] for each in page.events] == expected


async def test_an_event_is_found_by_all_that_it_names_once_each(trace: TraceLedger) -> None:
    twice = event(AGGREGATION_EVENT, childEPCs=[THING, LINK], childQuantityList=[{"epcClass": LOT}])
    await trace.capture(text(twice))
    for named in (twice["parentID"], THING, LOT):
        assert await trace.history(named) == [twice["eventID"]]


async def test_inputs_and_outputs_of_a_transformation_are_found(trace: TraceLedger) -> None:
    await trace.capture(text(TRANSFORMATION_EVENT))
    for named in (LOT, "https://id.gs1.org/01/09521000123458/10/L1", TRANSFORMATION_EVENT["outputEPCList"][0]):
        assert await trace.history(named) == [TRANSFORMATION_EVENT["eventID"]]


async def test_siblings_on_one_shelf_are_kept_apart(trace: TraceLedger) -> None:
    things = [f"urn:epc:id:sgtin:9521000.012345.A00{i:02d}" for i in range(20)]
    await trace.capture(text(*(event(eventID=f"urn:x:{i}", epcList=[thing]) for i, thing in enumerate(things))))
    for i, thing in enumerate(things):
        assert await trace.history(thing) == [f"urn:x:{i}"]
    assert await trace.history("urn:epc:id:sgtin:9521000.012345.A0099") == []
    assert await trace.history("urn:epc:id:sgtin:9521000.012345.A00") == []


async def test_an_unknown_item_has_no_events(trace: TraceLedger) -> None:
    page = await trace.page("urn:x:never-seen")
    assert (page.events, page.bookmark) == ((), "")


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("named", [THING, LOT])
async def test_pages_of_any_size_hold_every_event_once_latest_first(
    trace: TraceLedger, monkeypatch: pytest.MonkeyPatch, named: str, page_size: int
) -> None:
    monkeypatch.setattr(reading, "ENTRIES_A_READ", 2)
    monkeypatch.setattr(reading, "READS_MAX", 2)
    ids = [f"urn:x:{i}" for i in range(17)]
    for start in range(0, 17, 3):
        sibling = event(eventID=f"urn:sibling:{start}", epcList=["urn:epc:id:sgtin:9521000.012345.A0002"])
        made = [
            event(eventID=each, epcList=[THING], quantityList=[{"epcClass": LOT}]) for each in ids[start : start + 3]
        ]
        await trace.capture(text(sibling))
        await trace.capture(text(*made))
    assert await trace.history(named, page_size) == ids[::-1]


async def test_events_captured_meanwhile_do_not_disturb_the_pages(trace: TraceLedger) -> None:
    for i in range(4):
        await trace.capture(text(event(eventID=f"urn:x:{i}")))
    first = await trace.page(THING, page_size=2)
    await trace.capture(text(event(eventID="urn:x:late")))
    second = await trace.page(THING, first.bookmark, 2)
    assert [json.loads(each.event)["eventID"] for each in second.events] == ["urn:x:1", "urn:x:0"]


def bookmark(entry: str) -> str:
    return "0." + base64.urlsafe_b64encode(entry.encode()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        "0",
        "0.!",
        "-1.",
        "1e3.",
        "9999999999.",
        "٣.",
        "0./w==",
        bookmark(entry_prefix("another")),
        bookmark("\x00"),
    ],
)
async def test_a_bookmark_of_no_page_is_refused(trace: TraceLedger, wrong: str) -> None:
    if wrong == "0":
        assert (await trace.page(THING, wrong)).events == ()
        return
    assert (await trace.refusal("item_events", THING, wrong)).startswith("TRACE_PAGE_INVALID: ")


@pytest.mark.parametrize("page_size", ["0", "101", "-1"])
async def test_a_page_has_between_1_and_100_events(trace: TraceLedger, page_size: str) -> None:
    message = await trace.refusal("item_events", THING, "", page_size)
    assert message == "TRACE_PAGE_INVALID: a page has between 1 and 100 events"


async def test_size_and_bookmark_may_be_left_out(trace: TraceLedger) -> None:
    await trace.capture(text(OBJECT_EVENT))
    answer = await trace.ledger.evaluate(trace.producer, "trace:item_events", THING)
    assert [json.loads(each["event"]) for each in json.loads(answer)["events"]] == [OBJECT_EVENT]


@pytest.mark.parametrize("item", ["urn:x:1\x00", "urn:x:\x0011", "\x00", "urn:x:1\U0010ffff", ""])
async def test_an_id_that_no_event_can_have_is_refused_wherever_it_is_wrong(trace: TraceLedger, item: str) -> None:
    with pytest.raises(ChaincodeFailed) as refusal:
        await trace.page(item)
    assert refusal.value.code == "CHAINCODE_KEY"
