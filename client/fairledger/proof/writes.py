"""What a transaction wrote, shown to a person: how many keys of which kinds, and what is under them."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from fairledger_chaincode.errors import KeyRefused
from fairledger_chaincode.keys import split_composite_key
from fairledger_contracts.records.capture import CAPTURE_KIND, DOCUMENT_KIND, SEGMENT_KIND
from fairledger_contracts.records.event import EVENT_KIND
from fairledger_contracts.records.item import ITEM_KIND

Writes: TypeAlias = Mapping[str, bytes | None]

CAPTURE_KINDS: Final = frozenset({CAPTURE_KIND, SEGMENT_KIND, DOCUMENT_KIND, EVENT_KIND, ITEM_KIND})
SIMPLE_KIND: Final = "simple key"
SHOWN_MAX: Final = 50  # states; a bundle's reader who wants more decodes the block
CHARACTERS_MAX: Final = 400  # of one state


def summary(writes: Writes) -> str:
    """The kinds of the keys, each with its count, in the order in which they were written; or that there are none."""
    counts = Counter(kind_of(key) for key in writes)
    return ", ".join(f"{count} {one_line(kind)}" for kind, count in counts.items()) or "nothing in public"


def lines(writes: Writes) -> list[str]:
    """Key and value of what is no part of a capture, of which each event can be proved by itself."""
    shown = list(_lines(writes))
    more = [f"and {len(shown) - SHOWN_MAX} more"] if len(shown) > SHOWN_MAX else []
    return shown[:SHOWN_MAX] + more


def kind_of(key: str) -> str:
    """The kind of what is under a composite key."""
    try:
        return split_composite_key(key)[0]
    except KeyRefused:
        return SIMPLE_KIND


def one_line(text: str) -> str:
    """``text`` with escapes for whatever does more than show itself: line ends, and what commands a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _lines(writes: Writes) -> Iterator[str]:
    for key, state in writes.items():
        if kind_of(key) not in CAPTURE_KINDS:
            yield f"{_shown_key(key)}: {_shown_state(state)}"


def _shown_key(key: str) -> str:
    try:
        kind, parts = split_composite_key(key)
    except KeyRefused:
        return one_line(key)
    return " ".join(map(one_line, (kind, *parts)))


def _shown_state(state: bytes | None) -> str:
    if state is None:
        return "deleted"
    try:
        text = one_line(state.decode())
    except UnicodeDecodeError:
        return f"{len(state)} bytes with the SHA-256 {hashlib.sha256(state).hexdigest()}"
    return text if len(text) <= CHARACTERS_MAX else f"{text[:CHARACTERS_MAX]}… ({len(state)} bytes)"
