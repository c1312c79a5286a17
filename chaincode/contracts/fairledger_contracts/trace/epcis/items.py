"""Which things and classes of things an event names."""

from collections.abc import Mapping
from typing import NamedTuple

from fairledger_contracts.records.item_id import canonical_item


class NamedItem(NamedTuple):
    """``roles`` are the fields that name it, joined by spaces."""

    id: str
    is_class: bool
    roles: str


_THINGS = ("parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def items_of(event: Mapping[str, object]) -> tuple[NamedItem, ...]:
    """The items that a checked event names, each once, by canonical id."""
    found: dict[tuple[str, bool], str] = {}
    for field in _THINGS:
        named = event.get(field)
        if named:
            for uri in [named] if isinstance(named, str) else named:  # type: ignore[attr-defined]
                _add(found, uri, field, is_class=False)
    for field in _QUANTITIES:
        for element in event.get(field, ()):  # type: ignore[attr-defined]
            _add(found, element["epcClass"], field, is_class=True)
    return tuple(NamedItem(item, is_class, roles) for (item, is_class), roles in found.items())


def _add(found: dict[tuple[str, bool], str], uri: str, field: str, *, is_class: bool) -> None:
    item = canonical_item(uri)
    key = (item.id, is_class if item.is_class is None else item.is_class)
    roles = found.get(key)
    if roles is None:
        found[key] = field
    elif field not in roles.split(" "):
        found[key] = f"{roles} {field}"
