"""Blocks and transactions by number and id, from the own organisation's peers only."""

from typing import Any

import grpc
import pytest
from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2, proposal_response_pb2, transaction_pb2

from fairledger.gateway import ChainInfo, Gateway, Limits, Network
from fairledger.gateway.errors import EvaluateError
from tests.unit.client.gateway.fake_peer import FakePeer, Fault, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
BLOCK = common_pb2.Block(header=common_pb2.BlockHeader(number=4))
PROCESSED = transaction_pb2.ProcessedTransaction(validationCode=11)
INFO = ledger_pb2.BlockchainInfo(height=5, currentBlockHash=b"c", previousBlockHash=b"p")


async def call(network: Network, function: str) -> Any:
    match function:
        case "GetChainInfo":
            return await network.chain_info()
        case "GetBlockByNumber":
            return await network.block_by_number(4)
        case "GetBlockByTxID":
            return await network.block_by_tx_id("t1")
        case _:
            return await network.transaction_by_id("t1")


@pytest.mark.parametrize(
    ("function", "arguments", "payload", "expected"),
    [
        ("GetChainInfo", [], INFO, ChainInfo(5, b"c", b"p")),
        ("GetBlockByNumber", [b"4"], BLOCK, BLOCK),
        ("GetBlockByTxID", [b"t1"], BLOCK, BLOCK),
        ("GetTransactionByID", [b"t1"], PROCESSED, PROCESSED),
    ],
)
async def test_the_system_chaincode_is_asked(
    peer: FakePeer, quick: Limits, *, function: str, arguments: list[bytes], payload: Any, expected: Any
) -> None:
    answer = proposal_response_pb2.Response(payload=payload.SerializeToString())
    peer.then("evaluate", gateway_pb2.EvaluateResponse(result=answer))
    async with Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=quick) as gateway:
        assert await call(gateway.network("credit-channel"), function) == expected
    (request,) = peer.requests["evaluate"]
    assert list(request.target_organizations) == ["PlatformAMSP"]
    content = proposal_pb2.Proposal.FromString(request.proposed_transaction.proposal_bytes)
    invocation = proposal_pb2.ChaincodeProposalPayload.FromString(content.payload).input
    spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(invocation).chaincode_spec
    assert spec.chaincode_id.name == "qscc"
    assert list(spec.input.args) == [function.encode(), b"credit-channel", *arguments]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Failed to get block number 4, error no such block number [4] in index", "GATEWAY_NOT_FOUND"),
        ("access denied for [GetBlockByNumber][credit-channel]: [no]", "GATEWAY_DENIED"),
    ],
)
async def test_what_does_not_exist_is_not_found(peer: FakePeer, quick: Limits, said: str, code: str) -> None:
    peer.then("evaluate", Fault(grpc.StatusCode.ABORTED, "failed", (("peer:1", "PlatformAMSP", said),)))
    async with Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=quick) as gateway:
        with pytest.raises(EvaluateError) as refusal:
            await gateway.network("credit-channel").block_by_number(4)
    assert refusal.value.code == code
