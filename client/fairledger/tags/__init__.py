"""Signed identity tags: Digital Links that carry their maker's signature."""

from fairledger.tags.errors import TagError
from fairledger.tags.key_id import key_id_of
from fairledger.tags.tag import Tag

__all__ = ["Tag", "TagError", "key_id_of"]
