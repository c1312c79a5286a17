"""A peer is killed, loses its data, or its files are edited: it is found, named, and healed from the others."""

import asyncio
import secrets
from collections.abc import Callable, Iterator

import pytest

from fairledger_network.errors import NotReady
from fairledger_network.heal import heal
from fairledger_network.status import NodeStatus, status
from tests.network import block_file
from tests.network.block_file import StoredBlock
from tests.network.ledger_load import PEERS, Load, get, put, settled
from tests.network.running_consortium import RunningConsortium
from tests.network.state_database import edit_state

HARMED = "peer0.PlatformB"
SERVED_BY_HARMED = ("PlatformB", "merchant")


@pytest.fixture
def whole(consortium: RunningConsortium) -> Iterator[RunningConsortium]:
    """The consortium; whatever the test did to it, everything runs and agrees afterwards."""
    yield consortium
    consortium.restore()


def heads(nodes: list[NodeStatus]) -> set[tuple[int | None, str | None]]:
    """Heights and newest block hashes of all peers: one if all are alike."""
    return {(node.height, node.block_hash) for node in nodes if node.node.kind == "peer"}


async def test_a_peer_killed_while_it_commits_comes_back_with_all_that_was_acknowledged(
    whole: RunningConsortium,
) -> None:
    async with Load(whole) as load:
        await load.wait_for(40)
        await asyncio.to_thread(whole.kill, HARMED)
        await load.wait_for(40)
        await asyncio.to_thread(whole.start, HARMED)
        await load.wait_for(40)

    await asyncio.to_thread(whole.restore)

    assert await load.missing(*SERVED_BY_HARMED) == []
    assert len(heads(await settled(whole))) == 1
    assert (await asyncio.to_thread(whole.verify)).sound


async def test_a_peer_whose_data_were_deleted_gets_everything_back_by_up(whole: RunningConsortium) -> None:
    await put(whole, "before the loss", "kept by the others")
    await asyncio.to_thread(whole.stop, HARMED)
    await asyncio.to_thread(whole.wipe, HARMED)

    await asyncio.to_thread(whole.restore)

    assert await get(whole, *SERVED_BY_HARMED, "before the loss") == "kept by the others"
    assert (await asyncio.to_thread(whole.verify)).sound


@pytest.mark.parametrize(
    "edit",
    [
        block_file.edit_value,
        block_file.edit_value_and_hash,
        block_file.edit_previous_hash,
        block_file.edit_signature,
        block_file.edit_validation_code,
        block_file.edit_framing,
    ],
    ids=lambda edit: edit.__name__,
)
async def test_an_edited_block_file_is_found_with_its_peer_and_block(
    consortium: RunningConsortium, edit: Callable[[bytearray, StoredBlock, bytes], None]
) -> None:
    value = f"paid {secrets.token_hex(8)}"
    await put(consortium, "invoice", value)
    await put(consortium, "invoice", "a later block")
    file = consortium.block_file(HARMED)
    sound = file.read_bytes()
    block = block_file.block_with(sound, value.encode())
    harmed = bytearray(sound)
    edit(harmed, block, value.encode())

    file.write_bytes(harmed)
    try:
        verification = await asyncio.to_thread(consortium.verify)
    finally:
        file.write_bytes(sound)

    assert [(found.peer, found.block) for found in verification.differences] == [(HARMED, block.number)]
    assert not verification.sound
    assert (await asyncio.to_thread(consortium.verify)).sound


async def test_an_edit_of_the_newest_block_is_found_although_no_other_follows(consortium: RunningConsortium) -> None:
    value = f"paid {secrets.token_hex(8)}"
    await put(consortium, "invoice", value)
    file = consortium.block_file(HARMED)
    sound = file.read_bytes()
    block = block_file.block_with(sound, value.encode())
    harmed = bytearray(sound)
    block_file.edit_value_and_hash(harmed, block, value.encode())

    file.write_bytes(harmed)
    try:
        verification = await asyncio.to_thread(consortium.verify)
    finally:
        file.write_bytes(sound)

    assert [(found.peer, found.block) for found in verification.differences] == [(HARMED, block.number)]


async def test_an_edited_block_file_is_healed_from_the_others(whole: RunningConsortium) -> None:
    value = f"paid {secrets.token_hex(8)}"
    await put(whole, "invoice", value)
    harmed = bytearray(whole.block_file(HARMED).read_bytes())
    block_file.edit_value(harmed, block_file.block_with(bytes(harmed), value.encode()), value.encode())
    whole.block_file(HARMED).write_bytes(harmed)
    assert not (await asyncio.to_thread(whole.verify)).sound

    await asyncio.to_thread(whole.heal, HARMED)

    assert (await asyncio.to_thread(whole.verify)).sound
    assert len(heads(await settled(whole))) == 1
    assert await get(whole, *SERVED_BY_HARMED, "invoice") == value
    await put(whole, "invoice", "written after the healing")
    assert await get(whole, *SERVED_BY_HARMED, "invoice") == "written after the healing"


async def test_an_edited_state_database_is_found_with_the_key_and_healed(whole: RunningConsortium) -> None:
    """Blocks, hashes and heights are all in order; only what the peer answers is not."""
    key, value, false = f"balance-{secrets.token_hex(4)}", secrets.token_hex(16), secrets.token_hex(16)
    await put(whole, key, value)
    await asyncio.to_thread(whole.stop, HARMED)
    edit_state(whole.data(HARMED), value.encode(), false.encode())
    await asyncio.to_thread(whole.start, HARMED)
    assert await get(whole, *SERVED_BY_HARMED, key) == false
    written = block_file.block_with(whole.block_file(HARMED).read_bytes(), value.encode()).number

    verification = await asyncio.to_thread(whole.verify)

    assert [(found.peer, found.block) for found in verification.differences] == [(HARMED, written)]
    assert f"probe/{key!r}" in verification.differences[0].what
    await asyncio.to_thread(whole.heal, HARMED)
    assert await get(whole, *SERVED_BY_HARMED, key) == value
    assert (await asyncio.to_thread(whole.verify)).sound


async def test_peers_are_compared_while_blocks_keep_coming(consortium: RunningConsortium) -> None:
    async with Load(consortium) as load:
        await load.wait_for(20)
        height = max(node.height or 0 for node in await asyncio.to_thread(status, consortium))
        verification = await asyncio.to_thread(consortium.verify)
        await load.wait_for(20)

    assert verification.sound, verification
    assert verification.state_block is not None
    assert verification.state_block >= height
    left = [file for peer in PEERS for file in (consortium.data(peer) / "snapshots" / "completed").rglob("*.data")]
    assert left == []


async def test_healing_tells_how_far_it_is(whole: RunningConsortium) -> None:
    seen: list[tuple[int, int]] = []

    await asyncio.to_thread(heal, whole, HARMED, lambda has, of: seen.append((has, of)))

    height = next(node.height for node in await asyncio.to_thread(status, whole) if node.node.name == HARMED)
    assert seen[-1][0] == seen[-1][1] <= (height or 0)
    assert {of for _, of in seen} == {seen[-1][1]}


async def test_a_certificate_authority_is_not_healed_by_forgetting_its_keys(consortium: RunningConsortium) -> None:
    with pytest.raises(NotReady, match=r"ca\.PlatformA holds keys that nobody else has"):
        await asyncio.to_thread(consortium.heal, "ca.PlatformA")
    assert consortium.runs(consortium.node("ca.PlatformA"))
