"""Ids in the form in which they are kept. Events name the same places, parties and papers over and over."""

from functools import lru_cache
from typing import Final

from fairledger_contracts.records.item_id import canonical_item

REMEMBERED: Final = 4_096  # of at most 1,024 characters each, as the contract takes them


@lru_cache(maxsize=REMEMBERED)
def id_of(uri: str) -> str:
    """The canonical form of an id in a recorded event."""
    return canonical_item(uri).id
