"""The peers' state, compared by Fabric's snapshots: each peer reads its whole state database out and hashes it."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from fairledger_network.chain import Difference
from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.fabric_cli import PeerCommand, run_program
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.site import Site

ATTEMPTS = 3  # at the newest block
BLOCKS_AHEAD = 3  # while blocks keep coming, a snapshot is asked for at one that no peer has yet
GENERATION_DEADLINE_S = 120.0  # reading a large state takes its time
NEXT_BLOCKS_DEADLINE_S = 15.0
POLL_S = 0.1
TOO_LATE = "cannot be less than the last committed block"
DIFFERENT_KEYS_SHOWN = 3
LEDGERUTIL_DIFFERENT = 2  # exit code of a comparison that worked and found something


@dataclass(frozen=True)
class Snapshot:
    """One peer's state after ``block``: the folder with its files, and their SHA-256 by name."""

    peer: str
    block: int
    folder: Path
    hashes: dict[str, str]


class MovedOn(Exception):
    """A peer had a newer block already when it was asked."""


def take_snapshots(site: Site, peers: Sequence[Node], height: int, pool: Executor) -> list[Snapshot]:
    """Every peer's state after one and the same block, the newest if none is committed meanwhile.

    Raises:
        NotReady: the peers did not reach a common block in time.
        CommandFailed: a peer refuses.
    """
    newest = height - 1
    for _ in range(ATTEMPTS):  # a block now and then comes in between
        try:
            return _at_block(site, peers, newest, pool, deadline_s=GENERATION_DEADLINE_S)
        except MovedOn:
            newest = max(_last_block(site.peer_command(peer.organization.name), site) for peer in peers)
    try:
        return _at_block(site, peers, newest + BLOCKS_AHEAD, pool, deadline_s=NEXT_BLOCKS_DEADLINE_S)
    except MovedOn as error:
        raise NotReady("blocks come too fast to compare the state; try again in a quieter moment") from error


def _at_block(site: Site, peers: Sequence[Node], block: int, pool: Executor, *, deadline_s: float) -> list[Snapshot]:
    requests = [pool.submit(_request, site.peer_command(peer.organization.name), site, block) for peer in peers]
    refused = [error for error in (request.exception() for request in requests) if error is not None]
    if refused:
        for peer in peers:
            _cancel(site.peer_command(peer.organization.name), site, block)
            shutil.rmtree(_folder(site.layout, peer, site.consortium.channel.name, block), ignore_errors=True)
        raise next((error for error in refused if not isinstance(error, MovedOn)), refused[0])
    return [_completed(peer, site, block, time.monotonic() + deadline_s) for peer in peers]


def _folder(layout: Layout, peer: Node, channel: str, block: int) -> Path:
    return layout.node_data(peer.name) / "snapshots" / "completed" / channel / str(block)


def _snapshot(command: PeerCommand, site: Site, verb: str, *arguments: str) -> str:
    root = site.layout.ca_certificate(command.peer.organization.name)
    return command.run(
        *("snapshot", verb, "-c", site.consortium.channel.name, *arguments),
        *("--peerAddress", command.peer.endpoint, "--tlsRootCertFile", str(root)),
    )


def _request(command: PeerCommand, site: Site, block: int) -> None:
    """Ask for a snapshot; one that was made earlier says nothing of the state as it is now, so it is removed."""
    shutil.rmtree(_folder(site.layout, command.peer, site.consortium.channel.name, block), ignore_errors=True)
    try:
        _snapshot(command, site, "submitrequest", "-b", str(block))
    except CommandFailed as error:
        if TOO_LATE in error.message:
            raise MovedOn from error
        raise


def _cancel(command: PeerCommand, site: Site, block: int) -> None:
    """Take a request back; a peer that has none, or made the snapshot already, is left as it is."""
    try:
        _snapshot(command, site, "cancelrequest", "-b", str(block))
    except CommandFailed:
        return


def _last_block(command: PeerCommand, site: Site) -> int:
    answer = command.run("channel", "getinfo", "-c", site.consortium.channel.name)
    return int(json.loads(answer.partition(":")[2])["height"]) - 1


def _completed(peer: Node, site: Site, block: int, deadline: float) -> Snapshot:
    folder = _folder(site.layout, peer, site.consortium.channel.name, block)
    file = folder / "_snapshot_signable_metadata.json"
    while not file.is_file():
        if time.monotonic() > deadline:
            _cancel(site.peer_command(peer.organization.name), site, block)
            raise NotReady(f"{peer.name} made no snapshot of its state after block {block}")
        time.sleep(POLL_S)
    hashes = json.loads(file.read_text(encoding="utf-8"))["snapshot_files_raw_hashes"]
    return Snapshot(peer.name, block, folder, hashes)


def remove(snapshots: Sequence[Snapshot]) -> None:
    """Remove the snapshots' files: they are as large as the state."""
    for snapshot in snapshots:
        shutil.rmtree(snapshot.folder, ignore_errors=True)


def state_differences(snapshots: Sequence[Snapshot], site: Site) -> list[Difference]:
    """The peers whose state is not that of the majority; without one, all that differ."""
    counted = Counter(_digest(snapshot) for snapshot in snapshots)
    if len(counted) <= 1:
        return []
    common, votes = counted.most_common(1)[0]
    majority = next(s for s in snapshots if _digest(s) == common) if votes * 2 > len(snapshots) else None
    return [
        _described(snapshot, majority, site)
        for snapshot in snapshots
        if counted[_digest(snapshot)] * 2 <= len(snapshots)
    ]


def _digest(snapshot: Snapshot) -> str:
    return json.dumps(snapshot.hashes, sort_keys=True)


def _described(snapshot: Snapshot, majority: Snapshot | None, site: Site) -> Difference:
    """What differs, and the block that should have written it, as ``ledgerutil compare`` finds."""
    after = f"its state after block {snapshot.block} is not what the other peers have"
    if majority is None:
        return Difference(snapshot.peer, None, f"{after}, and no majority agrees")
    files = sorted(
        name for name in {*snapshot.hashes, *majority.hashes} if snapshot.hashes.get(name) != majority.hashes.get(name)
    )
    keys, block = _different_keys(snapshot, majority, site)
    return Difference(snapshot.peer, block, f"{after} ({', '.join(files)}){keys}")


def _different_keys(snapshot: Snapshot, majority: Snapshot, site: Site) -> tuple[str, int | None]:
    output = site.layout.root / "compare"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    try:
        run_program(
            [
                site.programs.path("ledgerutil"),
                "compare",
                str(snapshot.folder),
                str(majority.folder),
                "-o",
                str(output),
                "-f",
                str(DIFFERENT_KEYS_SHOWN),
            ],
            accepted=(0, LEDGERUTIL_DIFFERENT),
        )
    except CommandFailed as error:
        return f"; which keys differ can't be told: {error.message}", None
    finally:
        found = [json.loads(file.read_text(encoding="utf-8")) for file in output.rglob("first_diffs_by_height.json")]
        shutil.rmtree(output, ignore_errors=True)
    records = [record for report in found for record in report.get("diffRecords") or ()]
    if not records:
        return "", None
    names = ", ".join(f"{record['namespace']}/{record['key']!r}" for record in records[:DIFFERENT_KEYS_SHOWN])
    blocks = [
        side["blockNum"]
        for record in records
        for side in (record["snapshotrecord1"], record["snapshotrecord2"])
        if side
    ]
    return f": {names}", min(blocks, default=None)
