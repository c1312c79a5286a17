"""A caller whose certificate has expired is refused by the runtime, because a peer's own gateway lets it pass."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fabric_protos.msp.identities_pb2 import SerializedIdentity

from fairledger_chaincode import ChaincodeHandler, Context, Contract, query
from tests.unit.chaincode.certificates import Issued, common_name, issue
from tests.unit.chaincode.scripted_peer import ScriptedPeer, refusal_of, result_of, signed_proposal

ALICE: Issued = issue(common_name("alice"))
CREATOR = bytes(SerializedIdentity(mspid="PlatformAMSP", id_bytes=ALICE.certificate_pem).SerializeToString())
EXPIRY = ALICE.certificate.not_valid_after_utc


class Hello(Contract):
    name = "hello"

    @query
    async def hello(self, _ctx: Context) -> str:
        return "hello"


@pytest.fixture
async def peer() -> AsyncIterator[ScriptedPeer]:
    """A peer whose chaincode's clock stands where alice's certificate expires."""
    peer = ScriptedPeer()
    await peer.attach(ChaincodeHandler([Hello()], "hello:1", clock=EXPIRY.timestamp))
    yield peer
    await peer.close()


async def test_to_its_last_second_it_is_accepted(peer: ScriptedPeer) -> None:
    answer = await peer.transact("hello:hello", proposal=signed_proposal(at=EXPIRY, creator=CREATOR))
    assert result_of(answer) == b"hello"


async def test_afterwards_even_a_query_that_does_not_ask_who_calls_is_refused(peer: ScriptedPeer) -> None:
    late = EXPIRY + timedelta(seconds=1)
    answer = await peer.transact("hello:hello", proposal=signed_proposal(at=late, creator=CREATOR))
    assert refusal_of(answer) == "CHAINCODE_IDENTITY: the caller's certificate has expired"
