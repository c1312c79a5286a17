"""What is kept of an item: where its events are.

A thing (an EPC with a serial) has a head, which each capture that names the thing reads and writes again, so its
events are in one order that nobody can dispute. The head carries the last ones and hands them on to pages that are
written once: what a capture costs does not grow with the history.

A class of things (a lot, a GTIN) is named by many captures at the same time and has no such order. Each capture adds
an entry of its own under the class, without reading.
"""

import json
from typing import NamedTuple

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.event import Place

HEAD_KIND = "trace-item"
PAGE_KIND = "trace-item-page"
CLASS_KIND = "trace-class"
PAGE_MENTIONS = 8  # events that a head carries at most, and a page exactly


class Mention(NamedTuple):
    """An event names an item. ``roles`` are the fields that do, such as ``epcList``, joined by spaces."""

    place: Place
    roles: str

    def to_json(self) -> list[str | int]:
        """As it stands in a state."""
        return [*self.place, self.roles]

    @classmethod
    def from_json(cls, parts: list[str | int]) -> "Mention":
        """Read what ``to_json`` made."""
        capture_id, segment, line, roles = parts
        return cls(Place(str(capture_id), int(segment), int(line)), str(roles))


class ItemHead(NamedTuple):
    """``total`` mentions in all; ``recent`` are those behind the last full page."""

    total: int
    recent: tuple[Mention, ...]

    @property
    def pages(self) -> int:
        """How many full pages there are."""
        return (self.total - len(self.recent)) // PAGE_MENTIONS

    def to_state(self) -> bytes:
        """As canonical JSON."""
        return canonical_json({"total": self.total, "recent": [mention.to_json() for mention in self.recent]})

    @classmethod
    def from_state(cls, state: bytes | None) -> "ItemHead":
        """Read what ``to_state`` made; an item never named has an empty head."""
        if state is None:
            return cls(0, ())
        head = json.loads(state)
        return cls(head["total"], tuple(map(Mention.from_json, head["recent"])))


def write_mentions(mentions: tuple[Mention, ...]) -> bytes:
    """The state of a page of mentions, or of a class's entry."""
    return canonical_json([mention.to_json() for mention in mentions])


def read_mentions(state: bytes) -> tuple[Mention, ...]:
    """Read what ``write_mentions`` made."""
    return tuple(map(Mention.from_json, json.loads(state)))


def head_key(item: str) -> str:
    """The key of a thing's head. Raises ``KeyRefused``."""
    return create_composite_key(HEAD_KIND, (item,))


def page_key(item: str, page: int) -> str:
    """The key of a full page of a thing's mentions."""
    return create_composite_key(PAGE_KIND, (item, f"{page:08d}"))


def class_key(item: str, recorded_at: str, capture_id: str, part: int) -> str:
    """The key of a class's entry by one capture; entries sort by the ledger's time."""
    return create_composite_key(CLASS_KIND, (item, recorded_at, capture_id, f"{part:04d}"))


def class_prefix(item: str) -> str:
    """What all keys of a class's entries begin with."""
    return create_composite_key(CLASS_KIND, (item,))
