"""Which things and classes of things an event names."""

from collections.abc import Mapping
from typing import NamedTuple

from fairledger_contracts.records.item_id import ItemId, canonical_item


class NamedItem(NamedTuple):
    """``roles`` are the fields that name it, joined by spaces."""

    item: ItemId
    roles: str


_THINGS = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def items_of(event: Mapping[str, object]) -> tuple[NamedItem, ...]:
    """The items that a checked event names, each once, by canonical id."""
    found: dict[ItemId, str] = {}
    for field in _THINGS:
        named = event.get(field)
        if named:
            for uri in [named] if isinstance(named, str) else named:  # type: ignore[attr-defined]
                _add(found, uri, field)
    for field in _QUANTITIES:
        for element in event.get(field, ()):  # type: ignore[attr-defined]
            _add(found, element["epcClass"], field)
    return tuple(map(NamedItem._make, found.items()))


def _add(found: dict[ItemId, str], uri: str, field: str) -> None:
    item = canonical_item(uri)
    roles = found.get(item)
    if roles is None:
        found[item] = field
    elif field not in roles.split(" "):
        found[item] = f"{roles} {field}"
