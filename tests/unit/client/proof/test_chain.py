"""The hashes in a bundle lead from config blocks to what is proved, and back to the genesis block if asked to."""

import base64
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.gateway import block_hash
from fairledger.proof import Bundle, ProofError, genesis_hash, read_bundle, verify
from fairledger.proof.chain import hash_after
from fairledger.proof.export import prove_events
from tests.support.bundles import failure, proved
from tests.support.captures import event
from tests.support.proofs import GARBAGE, ProvedChannel

HASHES = st.binary(min_size=32, max_size=32)


async def reconfigured(channel: ProvedChannel, *, from_genesis: bool) -> Bundle:
    """Event 1 in block 5 under the config block 3, event 2 in block 8 under the config block 7."""
    channel.configure()
    channel.add([channel.capture(11)[1]])
    channel.add([channel.capture(12)[1]])
    channel.configure()
    channel.add([channel.capture(13)[1]])
    recorded, envelope = channel.capture(1)
    channel.add([envelope])
    channel.add([channel.capture(14)[1]])
    channel.configure()
    again, envelope = channel.capture(2, epcs=event(1)["epcList"])
    channel.add([envelope])
    return await prove_events(channel, "item", event(1)["epcList"][0], [recorded, again], from_genesis=from_genesis)


def hashes(*, chains: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """How many blocks of which the bundle has hashes only: before and after each config block."""
    return [
        (len(base64.b64decode(each["before"])) // 32, len(base64.b64decode(each["between"])) // 32) for each in chains
    ]


@settings(deadline=None)
@given(number=st.sampled_from([1, 126, 255, 32766, 2**63 - 2]) | st.integers(1, 2**63), contents=st.lists(HASHES))
def test_the_short_way_along_hashes_comes_to_the_same(number: int, contents: list[bytes]) -> None:
    header = common_pb2.BlockHeader(number=number - 1, data_hash=bytes(32))
    start = block_hash(header)
    for content in contents:
        header = common_pb2.BlockHeader(number=header.number + 1, previous_hash=block_hash(header), data_hash=content)

    assert hash_after(number, start, b"".join(contents)) == block_hash(header)


async def test_of_blocks_that_are_not_proved_a_bundle_has_the_hashes_it_needs() -> None:
    near = await reconfigured(ProvedChannel(), from_genesis=False)
    far = await reconfigured(ProvedChannel(), from_genesis=True)

    assert hashes(**near.model_dump(include={"chains"})) == [(0, 1), (0, 0)]
    assert hashes(**far.model_dump(include={"chains"})) == [(3, 1), (1, 0)]


@pytest.mark.parametrize("from_genesis", [True, False])
async def test_records_under_several_configurations_are_proved_together(from_genesis: bool) -> None:
    channel = ProvedChannel()
    bundle = await reconfigured(channel, from_genesis=from_genesis)

    steps = list(verify(bundle.to_bytes(), channel.roots))

    assert steps[2].found.endswith("from config block 3, 7")
    assert ("genesis" in steps[3].found) is from_genesis


async def test_a_bundle_from_the_genesis_block_is_of_that_channel_only() -> None:
    channel = ProvedChannel()
    bundle = await reconfigured(channel, from_genesis=True)
    genesis = genesis_hash(channel.blocks[0].SerializeToString())

    steps = list(verify(bundle.to_bytes(), channel.roots, genesis))

    assert steps[3].found.endswith(f"the genesis block is {genesis.hex()}, as given")
    assert failure(bundle, channel, bytes(32)) == (4, "PROOF_GENESIS")


async def test_a_bundle_that_does_not_lead_back_says_how_to_get_one_that_does() -> None:
    channel = ProvedChannel()
    bundle = await reconfigured(channel, from_genesis=False)

    with pytest.raises(ProofError, match="--from-genesis") as caught:
        list(verify(bundle.to_bytes(), channel.roots, block_hash(channel.blocks[0].header)))

    assert (caught.value.step, caught.value.code) == (4, "PROOF_GENESIS")


async def test_under_the_first_configuration_every_bundle_leads_back() -> None:
    channel = ProvedChannel()
    bundle = await proved(channel)

    steps = list(verify(bundle.to_bytes(), channel.roots, block_hash(channel.blocks[0].header)))

    assert len(steps) == 11


@pytest.mark.parametrize("part", ["before", "between"])
@pytest.mark.parametrize("chain", [0, 1])
@pytest.mark.parametrize("harm", ["changed", "one less", "one more", "cut"])
async def test_no_hash_can_be_another(part: str, chain: int, harm: str) -> None:
    channel = ProvedChannel()
    bundle = await reconfigured(channel, from_genesis=True)
    content = base64.b64decode(getattr(bundle.chains[chain], part))
    harmed = {
        "changed": bytes([content[0] ^ 1]) + content[1:] if content else bytes(32),
        "one less": content[32:] if content else bytes(32),
        "one more": content + bytes(32),
        "cut": content[:-1] if content else b"x",
    }[harm]
    chains = list(bundle.chains)
    chains[chain] = chains[chain].model_copy(update={part: base64.b64encode(harmed).decode()})

    assert failure(bundle.model_copy(update={"chains": chains}), channel) == (4, "PROOF_HASH")


async def test_hashes_that_nobody_checks_are_not_carried_along() -> None:
    channel = ProvedChannel()
    far = await reconfigured(channel, from_genesis=True)

    assert failure(far.model_copy(update={"from_genesis": False}), channel) == (4, "PROOF_HASH")
    near = await prove_events(channel, "event", event(1)["eventID"], [channel.capture(1)[0]])
    assert failure(near.model_copy(update={"from_genesis": True}), channel) == (4, "PROOF_HASH")


async def test_chains_and_blocks_are_in_the_chains_order() -> None:
    channel = ProvedChannel()
    bundle = await reconfigured(channel, from_genesis=False)
    first, second = bundle.blocks
    swapped_chains = {
        "chains": bundle.chains[::-1],
        "blocks": [first.model_copy(update={"chain": 1}), second.model_copy(update={"chain": 0})],
    }
    one_chain = {"blocks": [first, second.model_copy(update={"chain": 0})], "chains": bundle.chains[:1]}

    assert failure(bundle.model_copy(update=swapped_chains), channel) == (4, "PROOF_HASH")
    assert failure(bundle.model_copy(update=one_chain), channel) == (4, "PROOF_HASH")


async def test_blocks_under_one_configuration_are_in_the_chains_order() -> None:
    channel = ProvedChannel()
    await proved(channel)
    mine, other = channel.capture(1)[0], channel.capture(10)[0]
    bundle = await prove_events(channel, "item", event(1)["epcList"][0], [mine, other])
    assert failure(bundle, channel) == (9, "PROOF_RECORD")
    evidence = [each.model_copy(update={"block": 1 - each.block}) for each in bundle.evidence]
    swapped = bundle.model_copy(update={"blocks": bundle.blocks[::-1], "evidence": evidence})

    assert failure(swapped, channel) == (4, "PROOF_HASH")


async def test_a_long_chain_costs_32_bytes_a_block() -> None:
    channel = ProvedChannel()
    channel.configure()
    for _ in range(300):
        channel.add([GARBAGE])
    recorded, envelope = channel.capture(1)
    channel.add([envelope])

    data = (await prove_events(channel, "event", event(1)["eventID"], [recorded])).to_bytes()

    assert len(list(verify(data, channel.roots))) == 11
    assert len(base64.b64decode(read_bundle(data).chains[0].between)) == 32 * 300


@pytest.mark.parametrize("harm", ["number", "previous_hash", "data_hash"])
def test_only_a_genesis_block_is_taken_for_one(harm: str) -> None:
    channel = ProvedChannel()
    channel.configure()
    block = common_pb2.Block.FromString(channel.blocks[0].SerializeToString())
    setattr(block.header, harm, 1 if harm == "number" else bytes(32))

    for content in (block.SerializeToString(), b"", b"\xff\xff"):
        with pytest.raises(ProofError) as caught:
            genesis_hash(content)
        assert caught.value.code == "PROOF_GENESIS"
