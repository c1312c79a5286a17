"""Which item the demo shows, and how its history reads."""

from typing import Any

from rich.console import Console

from fairledger_network.demo.history import busiest_item, history_table

PHONE, BOX = "urn:epc:id:sgtin:9521000.012345.1", "urn:epc:id:sscc:9521000.0000000001"
EVENTS: list[dict[str, Any]] = [
    {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T08:00:00+08:00",
        "epcList": [PHONE],
        "bizStep": "https://ref.gs1.org/cbv/BizStep-inspecting",
        "readPoint": {"id": "urn:epc:id:sgln:9521000.00001.0"},
    },
    {
        "type": "AggregationEvent",
        "eventTime": "2026-03-01T08:00:00+08:00",
        "parentID": BOX,
        "childEPCs": [PHONE],
        "bizStep": "packing",
    },
    {"type": "TransformationEvent", "eventTime": "2026-02-01T08:00:00+08:00", "outputEPCList": [PHONE, PHONE]},
]


def test_the_busiest_item_is_the_one_that_most_events_name() -> None:
    assert busiest_item(EVENTS) == PHONE
    assert busiest_item(EVENTS[1:2]) == PHONE
    assert busiest_item([{"parentID": BOX}, {"parentID": BOX}, EVENTS[0]]) == PHONE  # goods before what they are in
    assert busiest_item([{"childEPCs": [f"{PHONE}1", PHONE]}]) == PHONE  # of equals the first by name
    assert busiest_item([{"type": "ObjectEvent"}]) is None


def test_a_history_reads_in_the_order_of_event_times() -> None:
    console = Console(width=120, record=True)
    console.print(history_table(EVENTS))

    rows = [line.split() for line in console.export_text().splitlines()]

    assert rows == [
        ["when", "event", "step", "where"],
        ["2026-02-01T08:00", "Transformation"],
        ["2026-03-01T08:00", "Aggregation", "packing"],
        ["2026-03-02T08:00", "Object", "inspecting", "urn:epc:id:sgln:9521000.00001.0"],
    ]
