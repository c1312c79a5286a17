"""Which things, classes of things and transformations an event names: what it is found by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from fairledger_contracts.records.item_id import ItemId, canonical_item, lot_of

THING_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
CLASS_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
PARENT = "parentID"
TRANSFORMATION = "transformationID"  # the events of one transformation find each other by it
LOT = "lotNumber"  # things made with the number of their lot are found by the lot
LOT_CHARACTERS_MAX = 20  # of application identifier 10 (GS1 General Specifications, 3.4.1); a lot's id is part of a key
LINKED_LOT = "/10/"
ADDS = "ADD"
ADDED_THINGS = ("epcList", "outputEPCList")


class Naming(NamedTuple):
    """One mention: ``role`` is the field that names it; ``quantity`` (as written) and ``unit`` are those of a class."""

    role: str
    item: ItemId
    quantity: Any = None
    unit: str | None = None


def namings(event: Mapping[str, Any]) -> Iterator[Naming]:
    """All that a checked event names, by canonical id, in the order of the roles, then as they are listed."""
    return namings_with(event, lots_of(event))


def namings_with(event: Mapping[str, Any], lots: Iterable[tuple[ItemId, ItemId]]) -> Iterator[Naming]:
    """The same for who has what ``lots_of`` tells of the event already."""
    if PARENT in event:
        yield Naming(PARENT, canonical_item(event[PARENT]))
    for role in THING_LISTS:
        if role in event:
            for uri in event[role]:
                yield Naming(role, canonical_item(uri))
    for role in CLASS_LISTS:
        if role in event:
            for element in event[role]:
                yield Naming(role, canonical_item(element["epcClass"]), element.get("quantity"), element.get("uom"))
    if TRANSFORMATION in event:
        yield Naming(TRANSFORMATION, canonical_item(event[TRANSFORMATION]))
    for lot in dict.fromkeys([lot for _, lot in lots]):
        yield Naming(LOT, lot)


def lots_of(event: Mapping[str, Any]) -> Sequence[tuple[ItemId, ItemId]]:
    """Each thing that an event adds or outputs, with its lot, where that is told.

    A Digital Link tells it that names the lot beside the serial; for other things ``ilmd`` does (CBV 2.0, 8.4:
    ``cbvmda:lotNumber``).
    """
    if event.get("action", ADDS) != ADDS:  # a transformation has none
        return ()
    ilmd = event.get("ilmd")
    number = _lot_number(ilmd) if ilmd else ""
    found: list[tuple[ItemId, ItemId]] = []
    for role in ADDED_THINGS:
        for uri in event.get(role, ()):
            if number or LINKED_LOT in uri:
                thing = canonical_item(uri)
                lot = lot_of(uri) or _numbered(thing.id, number)
                if lot is not None:
                    found.append((thing, lot))
    return found


def _lot_number(ilmd: Mapping[str, Any]) -> str:
    """The lot's number; empty where none is told, or what is told is none."""
    told = next((value for name, value in ilmd.items() if name.replace("#", ":").rpartition(":")[2] == LOT), "")
    return told if isinstance(told, str) and len(told) <= LOT_CHARACTERS_MAX else ""


def _numbered(thing: str, number: str) -> ItemId | None:
    product, at, _serial = thing.partition("/21/")
    if not number or not at or "/01/" not in product:
        return None
    return canonical_item(f"{product}{LINKED_LOT}{quote(number, safe='')}")
