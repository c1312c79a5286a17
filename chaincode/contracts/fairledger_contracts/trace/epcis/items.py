"""Which things and classes of things an event names."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fairledger_contracts.records.item_id import ItemId
from fairledger_contracts.records.naming import namings


class NamedItem(NamedTuple):
    """``roles`` are the fields that name it, joined by spaces."""

    item: ItemId
    roles: str


def items_of(event: Mapping[str, Any]) -> tuple[NamedItem, ...]:
    """The items that a checked event names, each once, by canonical id."""
    found: dict[ItemId, str] = {}
    for naming in namings(event):
        roles = found.get(naming.item)
        if roles is None:
            found[naming.item] = naming.role
        elif naming.role not in roles.split(" "):
            found[naming.item] = f"{roles} {naming.role}"
    return tuple(map(NamedItem._make, found.items()))
