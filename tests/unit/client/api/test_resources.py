"""The top-level resources: what the events name, value by value."""

from typing import Any
from urllib.parse import quote

import pytest

from fairledger.api.links import as_links
from fairledger.readmodel.cbv import BIZ_STEPS, DISPOSITIONS
from fairledger_contracts.trace.epcis.vocabulary import BIZ_STEP, DISPOSITION
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService

GLN, LINK = "urn:epc:id:sgln:9521000.00001.0", "https://id.gs1.org/414/9521000000018"
ITEM = "https://id.gs1.org/01/09521000123458/21/"
OWN_STEP = "https://example.com/steps/polish"
EVENTS = (
    event(1, readPoint={"id": GLN}, bizLocation={"id": "https://example.com/places/1"}),
    event(2, readPoint={"id": LINK}, bizStep=OWN_STEP, disposition="in_transit"),
    event(3, quantityList=[{"epcClass": "urn:epc:class:lgtin:9521000.012345.L7", "quantity": 5}]),
)


async def members(running: RunningService, path: str, **headers: str) -> list[str]:
    answer = await running.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["type"] == "Collection"
    found: list[str] = document["member"]
    return found


@pytest.fixture
async def filled(running: RunningService) -> RunningService:
    await running.captured(document(*EVENTS))
    return running


async def test_the_resources_are_named(filled: RunningService) -> None:
    assert await members(filled, "/epcis") == [
        *("capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions")
    ]


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        ("epcs", [f"{ITEM}1", f"{ITEM}2", f"{ITEM}3"]),
        ("readPoints", [LINK]),
        ("bizLocations", ["https://example.com/places/1"]),
        ("bizSteps", sorted([*BIZ_STEPS, OWN_STEP])),
        ("dispositions", sorted(DISPOSITIONS)),
        (
            "eventTypes",
            [f"{kind}Event" for kind in ("Aggregation", "Association", "Object", "Transaction")]
            + ["TransformationEvent"],
        ),
    ],
)
async def test_each_value_is_listed_once(filled: RunningService, resource: str, values: list[str]) -> None:
    assert await members(filled, f"/epcis/{resource}?perPage=100") == values


def test_the_words_are_those_that_the_contract_takes() -> None:
    assert (frozenset(BIZ_STEPS), frozenset(DISPOSITIONS)) == (BIZ_STEP.words, DISPOSITION.words)


@pytest.mark.parametrize("resource", ["bizSteps", "epcs", "eventTypes"])
async def test_pages_follow_by_their_links(filled: RunningService, resource: str) -> None:
    found: list[str] = []
    link: str | None = f"/epcis/{resource}?perPage=2"
    while link:
        answer = await filled.client.get(link)
        page = answer.json()["member"]
        assert 1 <= len(page) <= 2
        found += page
        header = answer.headers.get("Link")
        assert ("GS1-Next-Page-Token-Expires" in answer.headers) is (header is not None)
        link = header.partition(">")[0].removeprefix("<") if header else None
    assert found == await members(filled, f"/epcis/{resource}?perPage=100")


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        (f"epcs/{quote('urn:epc:id:sgtin:9521000.012345.2', safe='')}", [2]),
        (f"epcs/{quote(f'{ITEM}2', safe='')}", [2]),
        (f"epcs/{ITEM}2", [2]),
        ("bizSteps/shipping", [1, 3]),
        ("bizSteps/urn:epcglobal:cbv:bizstep:shipping", [1, 3]),
        (f"bizSteps/{quote(OWN_STEP, safe='')}", [2]),
        ("bizSteps/accepting", []),
        (f"bizLocations/{quote('https://example.com/places/1', safe='')}", [1]),
        (f"readPoints/{GLN}", [1, 2]),
        ("dispositions/in_transit", [2]),
        ("eventTypes/ObjectEvent", [1, 2, 3]),
        ("eventTypes/TransactionEvent", []),
    ],
)
async def test_a_value_leads_to_its_events(filled: RunningService, path: str, numbers: list[int]) -> None:
    assert await members(filled, f"/epcis/{path}") == ["events"]
    answer = await filled.client.get(f"/epcis/{path}/events")
    found = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [int(one["eventID"][-1]) for one in found] == numbers
    assert (await filled.client.options(f"/epcis/{path}/events")).headers["Allow"] == "GET, OPTIONS"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("epcs/urn:epc:id:sgtin:9521000.012345.9", 404, "RESOURCE_UNKNOWN"),
        ("epcs/urn:epc:class:lgtin:9521000.012345.L7", 404, "RESOURCE_UNKNOWN"),
        ("bizSteps/shipping|receiving/events", 404, "RESOURCE_UNKNOWN"),
        ("readPoints/x/events", 404, "RESOURCE_UNKNOWN"),
        ("eventTypes/NovelEvent", 404, "RESOURCE_UNKNOWN"),
        ("bizSteps/%00", 400, "QUERY_VALUE"),
        ("bizSteps?nextPageToken=!", 400, "QUERY_TOKEN"),
        ("bizSteps?nextPageToken=AA", 400, "QUERY_TOKEN"),
        ("bizSteps?perPage=0", 400, "REQUEST_INVALID"),
        ("bizSteps?EQ_bizStep=shipping", 400, "QUERY_PARAMETER_UNKNOWN"),
        ("bizSteps/shipping?x=1", 400, "QUERY_PARAMETER_UNKNOWN"),
        ("bizSteps/shipping/events?EQ_bizStep=shipping", 400, "QUERY_PARAMETER_REPEATED"),
        ("queries", 404, "REQUEST_NOT_FOUND"),
    ],
)
async def test_what_is_not_there(filled: RunningService, path: str, status: int, code: str) -> None:
    answer = await filled.client.get(f"/epcis/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_events_of_a_value_take_the_other_parameters_and_pages(filled: RunningService) -> None:
    first = await filled.client.get("/epcis/eventTypes/ObjectEvent/events?EQ_bizStep=shipping&perPage=1")
    second = await filled.client.get(first.headers["Link"].partition(">")[0].removeprefix("<"))
    found = [
        one["eventID"][-1]
        for answer in (first, second)
        for one in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    ]
    assert found == ["1", "3"]
    assert "Link" not in second.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": "application/json"}, 200),
        ({"Accept": "text/html, application/*;q=0.5"}, 200),
        ({"Accept": "application/xml"}, 406),
        ({"Accept": "application/json;q=0, application/ld+json;q=0.0"}, 406),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, 406),
        ({"GS1-EPC-Format": "No_Preference"}, 200),
        ({"GS1-EPC-Format": "Some"}, 400),
        ({"GS1-CBV-XML-Format": "Always_URN"}, 406),
        ({"GS1-CBV-XML-Format": "Never_Translates"}, 200),
    ],
)
async def test_the_form_of_an_answer_is_negotiated(
    filled: RunningService, headers: dict[str, str], status: int
) -> None:
    answer = await filled.client.get("/epcis/events", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/ld+json;q=0.4, application/json;q=0.5", "application/json"),
        ("application/json, application/ld+json", "application/ld+json"),
    ],
)
async def test_the_media_type_is_the_one_that_is_accepted(filled: RunningService, accept: str, media_type: str) -> None:
    for path in ("events", "bizSteps", "bizSteps/shipping", f"events/{EVENTS[0]['eventID']}"):
        answer = await filled.client.get(f"/epcis/{path}", headers={"Accept": accept})
        assert answer.headers["content-type"] == media_type


async def test_epcs_are_links_when_the_client_says_so(filled: RunningService) -> None:
    async def read_points(wanted: str) -> list[Any]:
        answer = await filled.client.get("/epcis/events", headers={"GS1-EPC-Format": wanted})
        found = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert answer.headers["GS1-EPC-Format"] == wanted
        return [one.get("readPoint", {}).get("id") for one in found]

    assert await read_points("Never_Translates") == [GLN, LINK, None]
    assert await read_points("Always_GS1_Digital_Link") == [LINK, LINK, None]
    assert (await filled.client.get("/epcis/epcs", headers={"GS1-EPC-Format": "Never_Translates"})).status_code == 406


def test_each_urn_of_an_event_becomes_a_link_and_nothing_else_changes() -> None:
    lot, party = "urn:epc:class:lgtin:9521000.012345.L7", "urn:epc:id:pgln:9521000.00001"
    urns = {
        "parentID": "urn:epc:id:sscc:9521000.0123456789",
        "childEPCs": ["urn:epc:id:sgtin:9521000.012345.2", "https://example.com/7"],
        "childQuantityList": [{"epcClass": lot, "quantity": 5}],
        "sourceList": [{"type": "location", "source": GLN}],
        "destinationList": [{"type": "owning_party", "destination": party}],
        "bizLocation": {"id": GLN, "ext:urn": GLN},
        "ext:item": lot,
    }
    assert as_links(urns) == {
        "parentID": "https://id.gs1.org/00/095210001234567896",
        "childEPCs": [f"{ITEM}2", "https://example.com/7"],
        "childQuantityList": [{"epcClass": "https://id.gs1.org/01/09521000123458/10/L7", "quantity": 5}],
        "sourceList": [{"type": "location", "source": LINK}],
        "destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/9521000000018"}],
        "bizLocation": {"id": LINK, "ext:urn": GLN},
        "ext:item": lot,
    }
