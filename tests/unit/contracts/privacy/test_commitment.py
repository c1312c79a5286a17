"""Commitments: what is shown proves itself, and nothing else does."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.commitment import FIELDS_MAX, FieldProof, commit, prove, proven_root, root_of

SALT = bytes(range(32))
leaves = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=FIELDS_MAX)


def test_a_commitment_is_the_hash_of_tag_salt_name_and_value() -> None:
    assert commit(SALT, "phone", "138") == sha256(b"\x00" + SALT + b"\x00\x05phone138").hexdigest()


def test_name_and_value_can_not_be_cut_elsewhere() -> None:
    assert commit(SALT, "phone", "1x") != commit(SALT, "phone1", "x")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(RuleBroken, match="PRIVACY_SALT"):
        commit(bytes(length), "phone", "138")


def test_the_tree_of_three_is_that_of_rfc_6962() -> None:
    a, b, c = (bytes([each]) * 32 for each in (1, 2, 3))
    left = sha256(b"\x01" + a + b).digest()
    assert root_of([a.hex(), b.hex(), c.hex()]) == sha256(b"\x01" + left + c).hexdigest()
    assert prove([a.hex(), b.hex(), c.hex()], 2).path == (left.hex(),)
    assert prove([a.hex(), b.hex(), c.hex()], 0).path == (b.hex(), c.hex())


@given(leaves, st.data())
def test_every_leaf_has_a_proof_that_leads_to_the_root(commitments: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(commitments) - 1))
    assert proven_root(commitments[index], prove(commitments, index)) == root_of(commitments)


@given(leaves, st.data())
def test_no_other_leaf_has(commitments: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(commitments) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32).map(bytes.hex).filter(lambda it: it != commitments[index]))
    assert proven_root(other, prove(commitments, index)) != root_of(commitments)


@pytest.mark.parametrize(("index", "size", "length"), [(3, 3, 2), (0, 3, 1), (0, 3, 3), (0, 1, 1), (1, 2, 0)])
def test_a_proof_that_can_be_of_no_tree_is_refused(index: int, size: int, length: int) -> None:
    with pytest.raises(RuleBroken, match="PRIVACY_PROOF"):
        proven_root("0" * 64, FieldProof(index=index, size=size, path=("1" * 64,) * length))
