"""What is kept of an item: where its events are.

Each capture adds one entry a shelf, without reading it first. A class of things (a lot, a GTIN) has a shelf of its
own. Things stand together on one when their ids differ in the last two characters only, as serials given in sequence
do: a document that names five hundred of them writes six entries, and a thing's events are found among those of at
most some hundred siblings, however many events the ledger holds. Entries sort by the ledger's time, latest first.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.instant import descending
from fairledger_contracts.records.item_id import ItemId

ITEM_KIND = "trace-item"
SUFFIX_CHARACTERS = 2  # what may differ between things on one shelf


class Shelf(NamedTuple):
    """``id`` is what the ids of all things on it begin with; ``name`` is the rest of one item's id, if any."""

    id: str
    name: str


class Mention(NamedTuple):
    """An event names an item. ``name`` is the item's on its shelf; the event is ``line`` of ``segment``.

    ``roles`` are the fields that name it, such as ``epcList``, joined by spaces.
    """

    name: str
    segment: int
    line: int
    roles: str


def shelf_of(item: ItemId) -> Shelf:
    """Where an item's mentions are."""
    if item.is_class or len(item.id) <= SUFFIX_CHARACTERS:
        return Shelf(item.id, "")
    return Shelf(item.id[:-SUFFIX_CHARACTERS], item.id[-SUFFIX_CHARACTERS:])


def entry_key(shelf_id: str, recorded_at: datetime, capture_id: str) -> str:
    """The key of one capture's entry. Raises ``KeyRefused``."""
    return create_composite_key(ITEM_KIND, (shelf_id, descending(recorded_at), capture_id))


def entry_prefix(shelf_id: str) -> str:
    """What the keys of all entries of a shelf begin with. Raises ``KeyRefused``."""
    return create_composite_key(ITEM_KIND, (shelf_id,))


def write_entry(mentions: Sequence[Mention]) -> bytes:
    """The state of an entry: the capture's mentions of things on the shelf, in the document's order."""
    return canonical_json([[*mention] for mention in mentions])


def read_entry(state: bytes) -> list[Mention]:
    """Read what ``write_entry`` made."""
    return [Mention(*parts) for parts in json.loads(state)]
