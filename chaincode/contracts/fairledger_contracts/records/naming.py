"""Which things, classes of things and transformations an event names: what it is found by."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from fairledger_contracts.records.item_id import ItemId, canonical_item

THING_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
CLASS_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
PARENT = "parentID"
TRANSFORMATION = "transformationID"  # the events of one transformation find each other by it
LOT = "lotNumber"  # things commissioned with the number of their lot are found by the lot


class Naming(NamedTuple):
    """One mention: ``role`` is the field that names it; ``quantity`` (as written) and ``unit`` are those of a class."""

    role: str
    item: ItemId
    quantity: Any = None
    unit: str | None = None


def namings(event: Mapping[str, Any]) -> Iterator[Naming]:
    """All that a checked event names, by canonical id, in the order of the roles, then as they are listed."""
    if event.get(PARENT):
        yield Naming(PARENT, canonical_item(event[PARENT]))
    for role in THING_LISTS:
        for uri in event.get(role) or ():
            yield Naming(role, canonical_item(uri))
    for role in CLASS_LISTS:
        for element in event.get(role) or ():
            yield Naming(role, canonical_item(element["epcClass"]), element.get("quantity"), element.get("uom"))
    if event.get(TRANSFORMATION):
        yield Naming(TRANSFORMATION, canonical_item(event[TRANSFORMATION]))
    yield from _lots(event)


def _lots(event: Mapping[str, Any]) -> Iterator[Naming]:
    """The lots that commissioned things belong to, by ``ilmd`` (CBV 2.0, 8.4: ``cbvmda:lotNumber``)."""
    ilmd = event.get("ilmd")
    if not ilmd:
        return
    lot = next((value for name, value in ilmd.items() if name.replace("#", ":").rpartition(":")[2] == LOT), None)
    if not isinstance(lot, str) or not lot:
        return
    found: dict[str, None] = {}
    for role in ("epcList", "outputEPCList"):
        for uri in event.get(role) or ():
            item = canonical_item(uri).id
            product, at, _serial = item.partition("/21/")
            if at and "/01/" in product:
                found[product] = None
    for product in found:
        yield Naming(LOT, canonical_item(f"{product}/10/{quote(lot, safe='')}"))
