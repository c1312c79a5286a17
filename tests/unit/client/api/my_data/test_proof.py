"""The proof of a purge as a file: made from the blocks that the organisation's own peer has."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast

import pytest

from fairledger.api.ledger import Ledger
from fairledger.api.my_data.proof import OwnPeer
from fairledger.proof.export import prove_transaction
from tests.support.proofs import ProvedChannel
from tests.support.purges import TRANSACTION, Purge


@dataclass
class Peer:
    """A peer with the channel's blocks, which goes on to wait for the next one."""

    channel: ProvedChannel

    async def block(self, number: int) -> Any:
        return self.channel.blocks[number]

    async def blocks(self, start_block: int) -> AsyncGenerator[Any, None]:
        for block in self.channel.blocks[start_block:]:
            yield block
        raise AssertionError("asked for a block that nobody made")


@pytest.mark.parametrize("between", [0, 1, 3])
async def test_the_file_is_what_a_proof_of_the_transaction_is(between: int) -> None:
    channel = ProvedChannel()
    expected = await Purge(between=between).proved(channel)

    ledger = cast("Ledger", Peer(channel))
    made = await prove_transaction(OwnPeer(ledger, between + 1), channel.tx_id(TRANSACTION))

    assert made == expected
