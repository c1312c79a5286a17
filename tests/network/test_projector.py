"""A real service process, killed again and again while it projects the real channel (case 22)."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path

from fairledger.deployment import CHANNEL
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.digest import table_digests
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.rebuild import rebuild
from fairledger.trace import TraceClient, prepare
from tests.network.running_consortium import RunningConsortium
from tests.network.test_api import fresh
from tests.support.captures import document

ORGANIZATION = "Regulator"
CAPTURES = 60
KILLS = 12
DEADLINE_S = 90.0
KILL_AFTER_S = (0.6, 1.6)  # around the time that it takes to start and to project some blocks


def start(consortium: RunningConsortium, data: Path) -> subprocess.Popen[bytes]:
    """A second service of the organisation, with a read model of its own, on a port that is free."""
    options = {
        "organization": ORGANIZATION,
        "profile": consortium.layout.profile(ORGANIZATION),
        "wallet": consortium.layout.wallet(ORGANIZATION),
        "data": data,
        "port": 0,
    }
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    return subprocess.Popen([sys.executable, "-m", "fairledger.api", *arguments], stderr=subprocess.DEVNULL)


def projected(data: Path) -> int:
    if not (data / "readmodel.sqlite").exists():
        return 0
    database = Database.open(sqlite_url(data / "readmodel.sqlite"))
    try:
        return Projector(database).position().next_block
    finally:
        database.close()


async def test_a_service_killed_anywhere_has_the_tables_of_one_that_never_was(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    async with consortium.gateway("PlatformA", "producer") as gateway:
        client = TraceClient(gateway.network(CHANNEL).contract("credit", "trace"))
        for _ in range(CAPTURES // 6):  # several transactions a block, and many blocks
            await asyncio.gather(*(client.capture(prepare(document(*fresh(3)[1]))) for _ in range(6)))
        height = (await gateway.network(CHANNEL).chain_info()).height

    reached = []
    chance = random.Random(22)
    for _ in range(KILLS):
        process = start(consortium, tmp_path)
        await asyncio.sleep(chance.uniform(*KILL_AFTER_S))
        process.kill()
        process.wait()
        reached.append(projected(tmp_path))
    process = start(consortium, tmp_path)
    try:
        async with asyncio.timeout(DEADLINE_S):
            while projected(tmp_path) < height:  # noqa: ASYNC110  another process
                await asyncio.sleep(0.1)
    finally:
        process.terminate()
        process.wait()
    assert reached == sorted(reached)

    killed = Database.open(sqlite_url(tmp_path / "readmodel.sqlite"))
    uninterrupted = Database.open(sqlite_url(tmp_path / "uninterrupted.sqlite"))
    try:
        end = Projector(killed).position().next_block
        async with consortium.gateway(ORGANIZATION, "service") as gateway:
            await rebuild(uninterrupted, gateway.network(CHANNEL).block_events(0), end)
        with killed.reading() as one, uninterrupted.reading() as other:
            assert table_digests(one) == table_digests(other)
    finally:
        killed.close()
        uninterrupted.close()
