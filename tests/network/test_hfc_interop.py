"""hfc, a client of other people's making, on the same network: it reads what we wrote, and we read what it wrote."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fairledger.gateway import Network
from fairledger_network.identities import Identities
from tests.network.heights import POLL_S
from tests.network.running_consortium import RunningConsortium
from tests.support.hfc_client import HfcClient, hfc_client

CHAINCODE = "probe"
CHANNEL = "credit-channel"
PEERS = ["peer0.PlatformA", "peer0.Association"]  # whose endorsements the policy asks for
VALID = 0  # TxValidationCode


@pytest.fixture
async def ours(consortium: RunningConsortium) -> AsyncIterator[Network]:
    async with consortium.gateway("Association", "inspector") as gateway:
        yield gateway.network(CHANNEL)


@pytest.fixture
async def theirs(consortium: RunningConsortium, tmp_path: Path) -> AsyncIterator[HfcClient]:
    Identities(consortium).export("producer", tmp_path)
    async with hfc_client(tmp_path, "producer", "PlatformA", CHANNEL) as client:
        yield client


@pytest.fixture
def key() -> str:
    return f"hfc-{secrets.token_hex(8)}"


@pytest.mark.parametrize("peer", ["peer0.PlatformA", "peer0.PlatformB", "peer0.Association", "peer0.Regulator"])
async def test_hfc_reads_at_every_peer_what_the_gateway_wrote(
    ours: Network, theirs: HfcClient, key: str, peer: str
) -> None:
    contract = ours.contract(CHAINCODE, "calls")
    submitted = await contract.submit_async(
        "put", key, "价格 98.00 元".encode(), endorsing_organizations=_all_organizations()
    )
    block_number = (await submitted.status()).block_number
    # Confirmed is what the gateway's own peer has; the others have it soon.
    while await theirs.height(peer) <= block_number:  # noqa: ASYNC110  another process
        await asyncio.sleep(POLL_S)
    assert await theirs.query(peer, CHAINCODE, "calls:get", key) == "价格 98.00 元"


async def test_gateway_reads_what_hfc_wrote(ours: Network, theirs: HfcClient, key: str) -> None:
    assert await theirs.invoke(PEERS, CHAINCODE, "calls:put", key, "written by hfc") == ""
    tx_id, seen = theirs.last_transaction()
    (block_number,) = {number for _code, number in seen}
    assert [code for code, _number in seen] == ["VALID", "VALID"]

    # hfc has been seen to call invalid transactions a success, so the ledger is asked, not hfc.
    transaction = await ours.transaction_by_id(tx_id)
    block = await ours.block_by_tx_id(tx_id)
    assert transaction.validationCode == VALID
    assert block.header.number == block_number
    assert await ours.contract(CHAINCODE, "calls").evaluate("get", key) == b"written by hfc"


async def test_contract_sees_the_same_caller_through_both(
    consortium: RunningConsortium, ours: Network, theirs: HfcClient
) -> None:
    async with consortium.gateway("PlatformA", "producer") as gateway:
        through_ours = await gateway.network(CHANNEL).contract(CHAINCODE, "calls").evaluate("caller")
    assert (await theirs.query("peer0.PlatformA", CHAINCODE, "calls:caller")).encode() == through_ours
    assert await ours.contract(CHAINCODE, "calls").evaluate("caller") != through_ours


async def test_both_see_the_same_height(ours: Network, theirs: HfcClient, key: str) -> None:
    await theirs.invoke(PEERS, CHAINCODE, "calls:put", key, "1")
    before = (await ours.chain_info()).height
    seen = await theirs.height("peer0.Association")
    assert before <= seen <= (await ours.chain_info()).height  # services write, too


async def test_refusal_reaches_hfc_with_its_code_and_writes_nothing(ours: Network, theirs: HfcClient, key: str) -> None:
    assert await theirs.invoke(PEERS, CHAINCODE, "calls:refuse", "ESCROW_WRONG_STATE") == "ESCROW_WRONG_STATE: as asked"
    wrong_count = await theirs.invoke(PEERS, CHAINCODE, "calls:put", key)
    assert wrong_count.startswith("CHAINCODE_ARGUMENTS: put takes key, value")
    assert await ours.contract(CHAINCODE, "calls").evaluate("get", key) == b""


def _all_organizations() -> list[str]:
    return ["PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP"]
