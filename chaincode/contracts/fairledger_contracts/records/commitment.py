"""Salted commitments to the fields of a private record, and the tree over them: public, yet nothing can be guessed.

A field's commitment is SHA-256 over a tag, its salt, its name and its value. The tree over all fields of a record, in
the order of their names, is that of RFC 6962, section 2.1; so one field can be shown with a proof, and the others stay
hidden.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.anchor import Sha256

FIELDS_MAX = 32  # of one record
SALT_BYTES = 32  # random: a phone number can be guessed, this can't
PATH_MAX = 5  # levels of a tree of FIELDS_MAX leaves

_LEAF, _NODE = b"\x00", b"\x01"


class FieldProof(BaseModel):
    """That a commitment is the one at ``index`` of ``size``: the hashes beside the way to the root, lowest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Annotated[int, Field(strict=True, ge=0, lt=FIELDS_MAX)]
    size: Annotated[int, Field(strict=True, ge=1, le=FIELDS_MAX)]
    path: Annotated[tuple[Sha256, ...], Field(max_length=PATH_MAX)]


def commit(salt: bytes, name: str, value: str) -> str:
    """The commitment to one field, hexadecimal. Raises ``RuleBroken`` (PRIVACY_SALT) for a salt of another length."""
    if len(salt) != SALT_BYTES:
        raise RuleBroken("PRIVACY_SALT", f"a salt has {SALT_BYTES} bytes")
    named = name.encode()
    return hashlib.sha256(_LEAF + salt + len(named).to_bytes(2) + named + value.encode()).hexdigest()


def root_of(commitments: Sequence[str]) -> str:
    """The root over at least one commitment, hexadecimal."""
    return _root([bytes.fromhex(each) for each in commitments]).hex()


def prove(commitments: Sequence[str], index: int) -> FieldProof:
    """The proof for the commitment at ``index``."""
    path = _path([bytes.fromhex(each) for each in commitments], index)
    return FieldProof(index=index, size=len(commitments), path=tuple(each.hex() for each in path))


def proven_root(commitment: str, proof: FieldProof) -> str:
    """The root that a proof leads to. Raises ``RuleBroken`` (PRIVACY_PROOF) for a proof that can be of no tree."""
    if proof.index >= proof.size:
        raise RuleBroken("PRIVACY_PROOF", "the proof is of a place that the tree does not have")
    path = [bytes.fromhex(each) for each in proof.path]
    return _climb(bytes.fromhex(commitment), proof.index, proof.size, path).hex()


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    at = _split(len(leaves))
    return _join(_root(leaves[:at]), _root(leaves[at:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*_path(leaves[:at], index), _root(leaves[at:])]
    return [*_path(leaves[at:], index - at), _root(leaves[:at])]


def _climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    if size == 1:
        if path:
            raise RuleBroken("PRIVACY_PROOF", "the proof is longer than the tree is high")
        return leaf
    if not path:
        raise RuleBroken("PRIVACY_PROOF", "the proof is shorter than the tree is high")
    at, beside = _split(size), path[-1]
    if index < at:
        return _join(_climb(leaf, index, at, path[:-1]), beside)
    return _join(beside, _climb(leaf, index - at, size - at, path[:-1]))
