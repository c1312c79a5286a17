"""Pages of what a recall reaches and of walks: joined they are the whole, as of the first of them."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from fairledger.readmodel.lineage import scope_of, walked
from fairledger.readmodel.registers import find_recall
from fairledger_contracts.lineage.history import told_links
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.lineage.walk import Heading
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import refusal

LOT = "https://id.gs1.org/01/09521000123458/10/L7"
CAN = "https://id.gs1.org/01/09521000123458/21/{}"
CASE, WHERE = "urn:epc:id:sscc:9521000.0000000001", {"readPoint": {"id": "urn:epc:id:sgln:9521000.00001.0"}}
CANS = 6
WALKS: tuple[tuple[Heading, str], ...] = (("downstream", LOT), ("upstream", CAN.format(0)))
RECALL = {"items": [LOT], "measure": "return", "reason": "Glass"}


def filled(number: int) -> dict[str, Any]:
    """That a can of the lot was made."""
    link = f"https://id.gs1.org/01/09521000123458/10/L7/21/{number}"
    return event(number, epcList=[link], action="ADD", bizStep="commissioning", **WHERE)


def packed(*cans: int) -> dict[str, Any]:
    made = event(
        900, type="AggregationEvent", action="ADD", parentID=CASE, childEPCs=[CAN.format(number) for number in cans]
    )
    return {name: value for name, value in made.items() if name != "epcList"}


@pytest.fixture
async def recall_id(running: RunningService) -> str:
    """A recall of a lot of some cans, two of which were packed into a case."""
    await running.captured(document(*map(filled, range(CANS)), packed(0, 1)))
    answer = await running.post("/trace/recalls", RECALL, "regulator")
    told: str = answer.json()["id"]
    return told


def whole(running: RunningService, recall_id: str) -> RecallScope:
    with running.service.database.reading() as connection:
        recall = find_recall(connection, recall_id)
        assert recall is not None
        return scope_of(connection, recall)


def told(rows: Any) -> list[Any]:
    return [row.model_dump(mode="json") for row in rows]


async def paged(running: RunningService, address: str | None) -> list[Any]:
    pages = []
    while address is not None:
        answer = await running.client.get(address)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        address = answer.links["next"]["url"] if answer.links else None
    return pages


async def test_the_summary_counts_all_and_names_each_party_however_small_the_page(
    running: RunningService, recall_id: str
) -> None:
    answer = await running.client.get(f"/trace/recalls/{recall_id}", params={"perPage": 1})
    assert answer.json()["scope"] == {
        "items": [LOT],
        "goods": CANS + 1,
        "carriers": 1,
        "places": 1,
        "links": CANS + 2,
        "liable": told(whole(running, recall_id).liable),
        "complete": True,
    }
    assert [each["item"] for each in answer.json()["affected"]] == [LOT]


@pytest.mark.parametrize("per_page", range(1, CANS + 4))
async def test_pages_joined_are_the_whole(running: RunningService, recall_id: str, per_page: int) -> None:
    at, query = f"/trace/recalls/{recall_id}", f"?perPage={per_page}"
    scope = whole(running, recall_id)
    affected, links = await paged(running, f"{at}/affected{query}"), await paged(running, f"{at}/links{query}")
    assert [row for page in affected for row in page] == told(scope.affected)
    assert [row for page in links for row in page] == told(scope.links)
    for pages in (affected, links):
        assert all(len(page) == per_page for page in pages[:-1])
        assert 0 < len(pages[-1]) <= per_page
    first = await running.client.get(f"{at}{query}")
    rest = await paged(running, first.links["next"]["url"] if first.links else None)
    assert [first.json()["affected"], *rest] == affected


async def test_what_is_told_between_two_pages_is_for_who_asks_anew(running: RunningService, recall_id: str) -> None:
    before = whole(running, recall_id)
    first = await running.client.get(f"/trace/recalls/{recall_id}?perPage=3")
    sold = event(901, epcList=[CAN.format(5)], bizStep="retail_selling", eventTime="2026-11-29T08:00:00Z")
    await running.captured(document(filled(CANS), sold))
    rest = await paged(running, first.links["next"]["url"])
    assert [row for page in (first.json()["affected"], *rest) for row in page] == told(before.affected)
    after = await running.client.get(f"/trace/recalls/{recall_id}?perPage=200")
    assert after.json()["affected"] == told(whole(running, recall_id).affected)
    assert (after.json()["scope"]["goods"], "next" in after.links) == (CANS + 2, False)


async def test_a_reach_that_is_not_kept_any_more_is_the_same(running: RunningService, recall_id: str) -> None:
    first = await running.client.get(f"/trace/recalls/{recall_id}/affected?perPage=3")
    address = first.links["next"]["url"]
    page = (await running.client.get(address)).content
    await running.captured(document(filled(CANS)))
    running.service.reaches._reaches._slots.clear()
    assert (await running.client.get(address)).content == page


@pytest.mark.parametrize("per_page", range(1, CANS + 4))
@pytest.mark.usefixtures("recall_id")
async def test_pages_of_a_walk_joined_are_the_whole(running: RunningService, per_page: int) -> None:
    for heading, epc in WALKS:
        with running.service.database.reading() as connection:
            whole = walked(connection, heading, epc)
        pages = await paged(running, f"/trace/{heading}?epc={quote(epc)}&perPage={per_page}")
        assert [item for page in pages for item in page["items"]] == list(whole.items)
        assert [link for page in pages for link in page["links"]] == told(told_links(whole))
        assert all((page["item"], page["complete"]) == (epc, True) for page in pages)
        assert all(max(len(page["items"]), len(page["links"])) == per_page for page in pages[:-1])


@pytest.mark.usefixtures("recall_id")
async def test_a_walk_goes_on_as_of_its_first_page(running: RunningService) -> None:
    at = f"/trace/downstream?epc={quote(LOT)}"
    before = (await running.client.get(at)).json()
    first = await running.client.get(f"{at}&perPage=3")
    await running.captured(document(filled(CANS)))
    address = first.links["next"]["url"]
    again = (await running.client.get(address)).content
    running.service.reaches._walks._slots.clear()
    assert (await running.client.get(address)).content == again
    rest = await paged(running, address)
    assert [item for page in (first.json(), *rest) for item in page["items"]] == before["items"]
    assert len((await running.client.get(at)).json()["items"]) == len(before["items"]) + 1


@pytest.mark.usefixtures("recall_id")
async def test_a_walk_refuses_a_token_that_no_page_had(running: RunningService) -> None:
    for token in NO_TOKENS:
        answer = await running.client.get("/trace/downstream", params={"epc": LOT, "nextPageToken": token})
        assert refusal(answer) == (400, "QUERY_TOKEN"), token[:80]
    for query in ("perPage=0", "perPage=10001", "perPage=x"):
        answer = await running.client.get(f"/trace/upstream?epc={quote(LOT)}&{query}")
        assert refusal(answer) == (400, "REQUEST_INVALID"), query


def mark(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NO_TOKENS = [
    "",
    "x",
    *map(mark, ("7", "7.0", "7.8", "8.1", f"{'9' * 15}.1", "7.-1", "7.1.1", "-1.1", "\x00", "9" * 5_000)),
]


@pytest.mark.parametrize("part", ["affected", "links"])
async def test_a_token_that_no_page_had_is_refused(running: RunningService, recall_id: str, part: str) -> None:
    for token in NO_TOKENS:
        answer = await running.client.get(f"/trace/recalls/{recall_id}/{part}", params={"nextPageToken": token})
        assert refusal(answer) == (400, "QUERY_TOKEN"), token[:80]


async def test_a_query_has_values_as_described(running: RunningService, recall_id: str) -> None:
    at = f"/trace/recalls/{recall_id}"
    for path in (at, f"{at}/affected", f"{at}/links"):
        for query in ("perPage=0", "perPage=201", "perPage=x"):
            assert refusal(await running.client.get(f"{path}?{query}")) == (400, "REQUEST_INVALID"), path
        assert refusal(await running.client.get(f"{path}?per_page=1")) == (400, "QUERY_PARAMETER_UNKNOWN"), path
    answer = await running.client.get(f"{at}?nextPageToken={mark('7.1')}")
    assert refusal(answer) == (400, "QUERY_PARAMETER_UNKNOWN")


@pytest.mark.parametrize("part", ["affected", "links"])
async def test_an_unknown_recall_reaches_nothing(running: RunningService, part: str) -> None:
    answer = await running.client.get(f"/trace/recalls/{'0' * 64}/{part}")
    assert refusal(answer) == (404, "TRACE_RECALL_UNKNOWN")
