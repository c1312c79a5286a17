"""The event that goods were given their identity."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fairledger.tags import TagError
from fairledger.tags.commissioning import commissioning_event, document_of, items_of, place_of
from fairledger.trace import prepare

AT = datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
THING = "urn:epc:id:sgtin:9521000.012345.1"
LOT = "urn:epc:class:lgtin:9521000.012345.L7"


def test_things_and_lots_stand_in_their_lists_with_time_and_place() -> None:
    assert commissioning_event([THING, LOT], AT, place_of("9521000000018"), quantity="3", unit="KGM") == {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00.000-03:30",
        "eventTimeZoneOffset": "-03:30",
        "epcList": [THING],
        "quantityList": [{"epcClass": LOT, "quantity": 3, "uom": "KGM"}],
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": "https://id.gs1.org/414/9521000000018"},
    }


def test_what_nobody_tells_is_left_out() -> None:
    event = commissioning_event([LOT], AT.astimezone(UTC), place_of(""))
    assert event["quantityList"] == [{"epcClass": LOT}]
    assert event.keys().isdisjoint({"readPoint", "epcList"})
    assert len(prepare(json.dumps(document_of(event))).event_ids) == 1


def test_goods_are_named_once_in_whatever_form() -> None:
    link = "https://shop.example/01/09521000123458/10/L7/21/1"
    assert items_of([THING, link, LOT]) == {
        "https://id.gs1.org/01/09521000123458/21/1": link,
        "https://id.gs1.org/01/09521000123458/10/L7": LOT,
    }


@pytest.mark.parametrize("epc", ["urn:epc:idpat:sgtin:9521000.012345.*", "urn:uuid:1", "", "https://shop.example/x"])
def test_what_is_no_thing_and_no_lot_is_refused(epc: str) -> None:
    with pytest.raises(TagError) as refusal:
        items_of([epc])
    assert refusal.value.code == "TAG_EPC"


@pytest.mark.parametrize("quantity", ["0", "-1", "nan", "inf", "a dozen"])
def test_a_lot_has_some_of_it(quantity: str) -> None:
    with pytest.raises(TagError) as refusal:
        commissioning_event([LOT], AT, "", quantity=quantity)
    assert refusal.value.code == "TAG_QUANTITY"
