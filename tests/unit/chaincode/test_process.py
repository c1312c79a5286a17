"""The server as users run it: settings from the environment, a digest, signals."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from fairledger_chaincode.simulator import SimulatorError
from tests.fakes.fake_peer import FakePeer, PeerTls
from tests.unit.chaincode.certificates import TlsWorld
from tests.unit.chaincode.served_contract import BEGUN

ROOT = Path(__file__).resolve().parents[3]
START_MAX_S = 60.0


def environment(world: TlsWorld, **changes: str) -> dict[str, str]:
    settings = {
        "CHAINCODE_SERVER_ADDRESS": "127.0.0.1:0",
        "CHAINCODE_ID": "served:1",
        "CHAINCODE_TLS_KEY": str(world.files.key),
        "CHAINCODE_TLS_CERT": str(world.files.certificate),
        "CHAINCODE_CLIENT_CA_CERT": str(world.files.client_ca),
        "CHAINCODE_LOG_LEVEL": "DEBUG",
        **changes,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CHAINCODE_")}
    return inherited | {name: value for name, value in settings.items() if value}


class ServerProcess:
    """A server that runs, where it listens, and what it logged."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port
        self.logged = ""

    async def end(self, signal_number: int) -> int:
        """Send a signal; returns the exit status."""
        assert self.process.stderr is not None
        self.process.send_signal(signal_number)
        async with asyncio.timeout(START_MAX_S):
            self.logged += (await self.process.stderr.read()).decode()
            return await self.process.wait()


async def start(settings: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.chaincode.served_contract", str(folder),
        cwd=ROOT, env=settings, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


@asynccontextmanager
async def running(settings: Mapping[str, str], folder: Path) -> AsyncIterator[ServerProcess]:
    process = await start(settings, folder)
    assert process.stderr is not None
    try:
        async with asyncio.timeout(START_MAX_S):
            first = json.loads(await process.stderr.readline())
        yield ServerProcess(process, first["port"])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def tls_of(world: TlsWorld) -> PeerTls:
    return PeerTls(world.ca.certificate_pem, world.client.certificate_pem, world.client.key_pem, name="localhost")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "contract.py").write_text("answer = 42\n")
    return tmp_path


async def refusal(settings: Mapping[str, str], folder: Path) -> tuple[int | None, str]:
    process = await start(settings, folder)
    async with asyncio.timeout(START_MAX_S):
        _out, err = await process.communicate()
    return process.returncode, err.decode()


async def begun(sources: Path) -> None:
    """Wait until a transaction is under way."""
    async with asyncio.timeout(START_MAX_S):
        while not (sources / BEGUN).exists():  # noqa: ASYNC110  another process has it
            await asyncio.sleep(0.01)


async def test_a_server_killed_in_mid_transaction_leaves_no_trace_and_serves_again(
    tls_world: TlsWorld, sources: Path
) -> None:
    settings = environment(tls_world)
    async with running(settings, sources) as server:
        settings["CHAINCODE_SERVER_ADDRESS"] = f"127.0.0.1:{server.port}"
        async with FakePeer(f"127.0.0.1:{server.port}", tls=tls_of(tls_world), execute_max_s=20.0) as peer:
            alice = peer.ledger.identity("Org1MSP", "alice")
            await peer.ledger.submit(alice, "put", "k", "before")
            waiting = asyncio.create_task(peer.ledger.submit(alice, "wait_then_put", "k", "after", "15"))
            await begun(sources)
            server.process.kill()
            async with asyncio.timeout(10):
                with pytest.raises(SimulatorError):
                    await waiting
            async with running(settings, sources):
                assert await peer.ledger.evaluate(alice, "get", "k") == b"before"
                await peer.ledger.submit(alice, "put", "k", "again")
                assert await peer.ledger.evaluate(alice, "get", "k") == b"again"


async def test_sigterm_lets_running_transactions_finish(tls_world: TlsWorld, sources: Path) -> None:
    async with (
        running(environment(tls_world), sources) as server,
        FakePeer(f"127.0.0.1:{server.port}", tls=tls_of(tls_world)) as peer,
    ):
        alice = peer.ledger.identity("Org1MSP", "alice")
        waiting = asyncio.create_task(peer.ledger.submit(alice, "wait_then_put", "k", "v", "1"))
        await begun(sources)
        assert await server.end(signal.SIGTERM) == 0
        assert (await waiting).result == b""
    assert '"stopped"' in server.logged


async def test_nothing_secret_is_logged_at_any_level(tls_world: TlsWorld, sources: Path) -> None:
    async with running(environment(tls_world), sources) as server:
        async with FakePeer(f"127.0.0.1:{server.port}", tls=tls_of(tls_world)) as peer:
            alice = peer.ledger.identity("Org1MSP", "alice")
            await peer.ledger.submit(alice, "put", "SECRET-KEY", "SECRET-VALUE")
            for call in (("fail_with", "SECRET-ARGUMENT"), ("get", "SECRET\x00KEY"), ("SECRET-FUNCTION",)):
                with pytest.raises(SimulatorError):
                    await peer.ledger.evaluate(alice, *call)
            with pytest.raises(SimulatorError):
                await peer.ledger.submit(alice, "save_secret", "k", transient={"value": b"SECRET-TRANSIENT"})
        assert await server.end(signal.SIGINT) == 0
    assert "unexpected exception in a contract" in server.logged
    assert "SECRET" not in server.logged
    assert "CERTIFICATE" not in server.logged
    for line in server.logged.splitlines():
        assert set(json.loads(line)) >= {"time", "level", "logger", "message"}


async def test_one_server_stays_below_its_share_of_memory(tls_world: TlsWorld, sources: Path) -> None:
    async with (
        running(environment(tls_world, CHAINCODE_LOG_LEVEL="INFO"), sources) as server,
        FakePeer(f"127.0.0.1:{server.port}", tls=tls_of(tls_world)) as peer,
    ):
        alice = peer.ledger.identity("Org1MSP", "alice")
        await asyncio.gather(*(peer.ledger.endorse(alice, "put", f"k{n}", b"v" * 1000) for n in range(500)))
        assert psutil.Process(server.process.pid).memory_info().rss < 80e6


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"CHAINCODE_SERVER_ADDRESS": ""}, "set CHAINCODE_SERVER_ADDRESS"),
        ({"CHAINCODE_TLS_KEY": ""}, "set CHAINCODE_TLS_KEY"),
        ({"CHAINCODE_TLS_CERT": "/nowhere.pem"}, "/nowhere.pem is missing"),
        ({"CHAINCODE_CLIENT_CA_CERT": "/nowhere.pem"}, "/nowhere.pem is missing"),
    ],
)
async def test_a_server_that_lacks_something_does_not_start(
    tls_world: TlsWorld, sources: Path, changes: dict[str, str], told: str
) -> None:
    status, error = await refusal(environment(tls_world, **changes), sources)
    assert status not in (0, None)
    assert told in error


async def test_a_server_of_other_code_than_the_packages_ends_with_status_3(tls_world: TlsWorld, sources: Path) -> None:
    status, error = await refusal(environment(tls_world, CHAINCODE_CODE_DIGEST="0" * 64), sources)
    assert status == 3
    assert "0" * 64 in error
    assert "approve a new package" in error


async def test_a_server_of_the_packages_code_starts(tls_world: TlsWorld, sources: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.chaincode.served_contract", str(sources), "digest",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    digest, _error = await process.communicate()
    async with running(environment(tls_world, CHAINCODE_CODE_DIGEST=digest.decode().strip()), sources) as server:
        assert server.process.returncode is None
    (sources / "contract.py").write_text("answer = 43\n")
    status, _told = await refusal(environment(tls_world, CHAINCODE_CODE_DIGEST=digest.decode().strip()), sources)
    assert status == 3
