"""Secrets of payment providers on the command line, and paying at a sandbox."""

import json
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from fairledger.provider.sandbox import create_sandbox
from fairledger.provider.settings import ProviderSettings, set_up
from fairledger.serving import server_of
from tests.support.ports import free_port
from tests.unit.client.cli.conftest import Commands

PERSON = "producer"


@pytest.fixture
def folder(program: Commands) -> Path:
    home = program.state.home_of(PERSON)
    return program.state.providers(home)


def test_a_secret_is_made_rotated_and_retired_without_being_shown(program: Commands, folder: Path) -> None:
    status, out, err = program.run("provider", "secret", PERSON, "--url", "https://pay.example/webhook")
    path = folder / f"{PERSON}.json"
    assert (status, out, err) == (0, f"{path}: 1 valid, the first is new\n", "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = ProviderSettings.load(folder, PERSON)
    assert program.run("provider", "secret", PERSON)[1] == f"{path}: 2 valid, the first is new\n"
    second = ProviderSettings.load(folder, PERSON)
    assert (second.secrets[1:], second.url) == (first.secrets, "https://pay.example/webhook")
    assert program.run("provider", "secret", PERSON, "--retire")[1] == f"{path}: 1 valid, the first is new\n"
    path.unlink()


def test_who_is_no_provider_or_has_no_address_is_refused(program: Commands, folder: Path) -> None:
    assert program.refused("provider", "secret", "nobody") == "CLI_IDENTITY_UNKNOWN"
    assert program.refused("provider", "secret", PERSON, "--url", "http://pay.example") == "PROVIDER_URL"
    assert not (folder / f"{PERSON}.json").exists()


Serve = Callable[[FastAPI], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves applications in threads, until the end of the test."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        server = server_of(app)
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


def service_that_answers(status: int, answer: dict[str, str], seen: list[Any]) -> FastAPI:
    """A service of which only the webhook's answer is known."""
    app = FastAPI()

    @app.post("/webhook")
    async def webhook(event: dict[str, Any]) -> Any:
        seen.append(event)
        return JSONResponse(answer, status)

    return app


def test_a_payment_is_told_to_the_service(program: Commands, tmp_path: Path, serve: Serve) -> None:
    seen: list[Any] = []
    service = serve(service_that_answers(200, {"note": "ab:0"}, seen))
    set_up(tmp_path, "bank", "http://127.0.0.1:1/")
    load = lambda: ProviderSettings.load(tmp_path, "bank")  # noqa: E731
    sandbox = serve(create_sandbox("bank", f"{service}/webhook", load))
    status, out, err = program.run(
        "provider", "pay", "500", "CNY", "--to", PERSON, "--sandbox", sandbox, "--reference", "bank-7"
    )
    assert (status, out, err) == (0, "bank-7: note ab:0\n", "")
    (event,) = seen
    assert (event["type"], event["data"]["amount_minor"], event["data"]["reference"]) == (
        "payment.received",
        500,
        "bank-7",
    )
    assert json.dumps(event).count(program.state.home_of(PERSON)) == 1  # in the owner


def test_a_payment_that_is_refused_fails(program: Commands, tmp_path: Path, serve: Serve) -> None:
    service = serve(service_that_answers(409, {"code": "ESCROW_REFERENCE_USED"}, []))
    set_up(tmp_path, "bank", "http://127.0.0.1:1/")
    load = lambda: ProviderSettings.load(tmp_path, "bank")  # noqa: E731
    sandbox = serve(create_sandbox("bank", f"{service}/webhook", load))
    paying = ("provider", "pay", "500", "CNY", "--to", PERSON)
    assert program.refused(*paying, "--sandbox", sandbox) == "PROVIDER_SANDBOX"
    assert program.refused(*paying, "--sandbox", "http://127.0.0.1:1") == "PROVIDER_SANDBOX"
    assert program.refused("provider", "pay", "500", "yuan", "--to", PERSON, "--sandbox", sandbox) == "PROVIDER_SANDBOX"


def test_the_sandbox_runs_until_it_is_stopped(program: Commands, folder: Path, serve: Serve) -> None:
    seen: list[Any] = []
    service = FastAPI()
    service.mount(f"/providers/{PERSON}", service_that_answers(200, {"note": "ab:0"}, seen))
    home = program.state.home_of(PERSON)
    program.state.services.write_text(json.dumps({home: serve(service)}))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "fairledger.cli", "provider", "sandbox", PERSON, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{address} plays {PERSON} of {home}\n"
        while True:
            try:
                httpx.get(address)
                break
            except httpx.ConnectError:
                assert process.poll() is None
                time.sleep(0.05)
        paid = program.run(
            "provider", "pay", "500", "CNY", "--to", PERSON, "--sandbox", address, "--reference", "bank-7"
        )
        assert paid == (0, "bank-7: note ab:0\n", "")
        assert ProviderSettings.load(folder, PERSON).url == f"{address}/webhook"
        process.send_signal(signal.SIGTERM)
    assert process.returncode in (0, -signal.SIGTERM)
    assert [event["data"]["amount_minor"] for event in seen] == [500]
    (folder / f"{PERSON}.json").unlink()
    program.state.services.unlink()
