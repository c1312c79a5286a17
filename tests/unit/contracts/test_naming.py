"""What an event names, and which lots its things belong to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.records.item_id import lot_of
from fairledger_contracts.records.naming import LOT, LOT_CHARACTERS_MAX, lots_of, namings
from tests.support.epcis import AGGREGATION_EVENT, OBJECT_EVENT, TRANSFORMATION_EVENT, event

DL = "https://id.gs1.org"
PRODUCT = f"{DL}/01/09521000123458"
LINK = "https://example.com/01/9521000123458/10/L7/21/A1?17=280902"


def named(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(naming.role, naming.item.id.removeprefix(DL)) for naming in namings(value)]


def lots(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(thing.id.removeprefix(PRODUCT), lot.id.removeprefix(PRODUCT)) for thing, lot in lots_of(value)]


def test_an_event_names_by_role_what_it_lists() -> None:
    assert named(event(AGGREGATION_EVENT, childQuantityList=[{"epcClass": "urn:x:class", "quantity": 2}])) == [
        ("parentID", "/00/095210000000000018"),
        ("childEPCs", "/01/09521000123458/21/A0001"),
        ("childQuantityList", "urn:x:class"),
    ]
    assert named(event(TRANSFORMATION_EVENT, transformationID="urn:x:t")) == [
        ("outputEPCList", "/01/09521000123465/21/B1"),
        ("inputQuantityList", "/01/09521000123458/10/L1"),
        ("transformationID", "urn:x:t"),
    ]


def test_a_class_has_the_quantity_and_unit_that_are_written() -> None:
    (_, naming) = namings(TRANSFORMATION_EVENT)
    assert (naming.quantity, naming.unit) == (2.5, "KGM")


@pytest.mark.parametrize("prefix", ["cbvmda:", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda#", ""])
def test_things_made_are_found_by_the_lot_in_their_data(prefix: str) -> None:
    made = event(action="ADD", ilmd={f"{prefix}lotNumber": "L 7"})
    assert lots(made) == [("/21/A0001", "/10/L%207")]
    assert named(made)[-1] == (LOT, "/01/09521000123458/10/L%207")


def test_a_link_that_names_the_lot_beside_the_serial_leads_to_it_whatever_the_data_say() -> None:
    other = "urn:epc:id:sgtin:9521000.012345.B2"
    assert lots(event(action="ADD", epcList=[LINK])) == [("/21/A1", "/10/L7")]
    assert lots(event(action="ADD", epcList=[LINK, other], ilmd={"cbvmda:lotNumber": "L8"})) == [
        ("/21/A1", "/10/L7"),
        ("/21/B2", "/10/L8"),
    ]
    assert lots(event(TRANSFORMATION_EVENT, outputEPCList=[LINK])) == [("/21/A1", "/10/L7")]


def test_each_lot_is_named_once() -> None:
    links = [LINK, LINK.replace("A1", "A2"), LINK.replace("L7", "L8").replace("A1", "A3")]
    assert named(event(action="ADD", epcList=links))[3:] == [
        (LOT, "/01/09521000123458/10/L7"),
        (LOT, "/01/09521000123458/10/L8"),
    ]


@pytest.mark.parametrize("action", ["OBSERVE", "DELETE"])
def test_events_that_do_not_add_things_say_nothing_of_their_lots(action: str) -> None:
    assert lots(event(action=action, epcList=[LINK])) == []


@pytest.mark.parametrize("told", ["", 7, {"@value": "L7"}, ["L7"], "L" * (LOT_CHARACTERS_MAX + 1)])
def test_what_is_no_lots_number_names_no_lot(told: Any) -> None:
    assert lots(event(action="ADD", ilmd={"cbvmda:lotNumber": told})) == []


@pytest.mark.parametrize("thing", ["urn:uuid:1", "urn:epc:id:sscc:9521000.0000000001", PRODUCT])
def test_what_is_no_serialized_trade_item_has_no_lot(thing: str) -> None:
    assert lots(event(action="ADD", epcList=[thing], ilmd={"cbvmda:lotNumber": "L7"})) == []


@pytest.mark.parametrize(
    ("uri", "lot"),
    [
        (LINK, f"{PRODUCT}/10/L7"),
        (f"{PRODUCT}/10/21/21/10", f"{PRODUCT}/10/21"),
        (f"{PRODUCT}/22/2A/10/L7/21/A1/", f"{PRODUCT}/10/L7"),
        (f"{PRODUCT}/10/L7/235/A1", f"{PRODUCT}/10/L7"),
        (f"{PRODUCT}/10/L7", None),
        (f"{PRODUCT}/21/A1", None),
        ("https://example.com/10/L7/21/A1", None),
        ("urn:epc:class:lgtin:9521000.012345.L7", None),
        ("urn:x:/01/09521000123458/10/L7/21/A1", None),
    ],
)
def test_the_lot_of_a_thing_is_in_its_link(uri: str, lot: str | None) -> None:
    found = lot_of(uri)
    assert (found and found.id) == lot


@given(st.text(), st.text())
def test_no_lot_number_makes_reading_fail(number: str, serial: str) -> None:
    made = event(OBJECT_EVENT, action="ADD", epcList=[f"{PRODUCT}/21/{serial}"], ilmd={"cbvmda:lotNumber": number})
    assert all(lot.is_class for _, lot in lots_of(made))
