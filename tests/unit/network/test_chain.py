"""Whose chain differs, and from which block on."""

import pytest
from fabric_protos.common import common_pb2

from fairledger_network.chain import Chain, Difference, differences, mark

OTHER = "its content is not what the other peers have"


def chain(peer: str, marks: str, fault: str | None = None) -> Chain:
    return Chain(peer, tuple(m.encode() for m in marks), fault)


@pytest.mark.parametrize(
    ("chains", "found"),
    [
        ([chain("a", "123"), chain("b", "123"), chain("c", "123")], []),
        ([chain("a", "123"), chain("b", "1x3"), chain("c", "123")], [Difference("b", 1, OTHER)]),
        ([chain("a", "123"), chain("b", "1", "broken"), chain("c", "123")], [Difference("b", 1, "broken")]),
        ([chain("a", "123"), chain("b", "1x", "broken"), chain("c", "123")], [Difference("b", 1, OTHER)]),
        ([chain("a", "123"), chain("b", "", "no genesis"), chain("c", "123")], [Difference("b", 0, "no genesis")]),
        (
            [chain("a", "1x3"), chain("b", "12y"), chain("c", "123"), chain("d", "123")],
            [Difference("a", 1, OTHER), Difference("b", 2, OTHER)],
        ),
        ([chain("a", "12"), chain("b", "1x")], [Difference("a", 1, OTHER), Difference("b", 1, OTHER)]),
    ],
    ids=["alike", "one differs", "one is broken", "content before link", "genesis", "two differ", "no majority"],
)
def test_who_differs(chains: list[Chain], found: list[Difference]) -> None:
    assert differences(chains) == found


def block(number: int = 1, *, data: bytes = b"envelope", metadata: tuple[bytes, ...] = (b"s", b"", b"\0")) -> object:
    made = common_pb2.Block()
    made.header.number = number
    made.header.previous_hash = b"previous"
    made.header.data_hash = b"data hash"
    made.data.data.append(data)
    made.metadata.metadata.extend(metadata)
    return made


def test_a_mark_covers_all_but_the_signatures_which_each_orderer_makes_for_itself() -> None:
    own = mark(block())

    assert mark(block(metadata=(b"another orderer's", b"", b"\0"))) == own
    assert mark(block(metadata=(b"s", b"", b"\1"))) != own
    assert mark(block(data=b"envelopf")) != own
    assert mark(block(2)) != own


def test_of_the_genesis_block_even_the_signatures_are_alike() -> None:
    assert mark(block(0)) != mark(block(0, metadata=(b"t", b"", b"\0")))
