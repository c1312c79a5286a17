"""Supervision, with real small processes: started detached, recognised again, waited for, stopped."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from fairledger_network.errors import NodeFailed
from fairledger_network.ports import is_listening
from fairledger_network.process import ProcessSpec, Supervisor
from tests.support.ports import free_port

SLEEPER = (sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
)
LISTENER = (
    sys.executable,
    "-c",
    "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)",
)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "run", tmp_path / "logs")
    yield supervisor
    for name in supervisor.names():
        supervisor.kill(name)


def spec(tmp_path: Path, command: tuple[str, ...] = SLEEPER, **settings: object) -> ProcessSpec:
    return ProcessSpec(name="node", command=command, cwd=tmp_path / "cwd", **settings)  # type: ignore[arg-type]


def said(supervisor: Supervisor, text: str) -> bool:
    return text in supervisor.tail("node")


def test_a_node_runs_in_a_session_of_its_own_and_writes_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    node = spec(tmp_path, healthy=lambda: said(supervisor, "awake"))

    assert supervisor.start(node) is True
    supervisor.wait_healthy(node)

    process = supervisor.process("node")
    assert process is not None
    assert os.getsid(process.pid) == process.pid
    assert process.cwd() == str(tmp_path / "cwd")
    assert supervisor.tail("node") == "awake"


def test_a_node_that_runs_is_not_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path))
    first = supervisor.process("node")

    assert supervisor.start(spec(tmp_path)) is False
    assert supervisor.process("node") == first


def test_another_supervisor_recognises_the_node(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path))

    other = Supervisor(tmp_path / "run", tmp_path / "logs")

    assert other.process("node") == supervisor.process("node")
    assert other.names() == ["node"]


def test_a_process_of_the_same_pid_but_another_start_is_not_ours(supervisor: Supervisor, tmp_path: Path) -> None:
    """The pid of a node that is gone was given to somebody else: here, to this test."""
    supervisor.start(spec(tmp_path))
    supervisor.kill("node")
    file = tmp_path / "run" / "node.json"
    record = json.loads(file.read_text())
    file.write_text(json.dumps({**record, "pid": os.getpid()}))

    assert supervisor.process("node") is None
    assert supervisor.stop("node") is False
    assert supervisor.kill("node") is False


@pytest.mark.parametrize("content", ["", "{", "{}", '{"pid": "x"}', "[]"])
def test_a_damaged_record_means_that_nothing_is_known(supervisor: Supervisor, tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "node.json").write_text(content)

    assert supervisor.record("node") is None
    assert supervisor.process("node") is None


def test_the_record_is_for_its_owner_alone_and_tells_the_environment(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path, environment={"CHAINCODE_ID": "credit:1"}))

    record = supervisor.record("node")
    assert record is not None
    assert (record.command, record.environment) == (SLEEPER, {"CHAINCODE_ID": "credit:1"})
    assert (tmp_path / "run" / "node.json").stat().st_mode & 0o777 == 0o600


def test_settings_of_other_fabric_programs_do_not_reach_a_node(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORE_PEER_ADDRESS", "elsewhere:7051")
    monkeypatch.setenv("FAIRLEDGER_KEPT", "yes")
    supervisor.start(spec(tmp_path, environment={"CORE_PEER_ID": "ours"}))

    process = supervisor.process("node")
    assert process is not None
    environment = process.environ()
    assert "CORE_PEER_ADDRESS" not in environment
    assert (environment["CORE_PEER_ID"], environment["FAIRLEDGER_KEPT"]) == ("ours", "yes")


def test_a_stopped_node_is_gone(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path))
    process = supervisor.process("node")
    assert process is not None

    assert supervisor.stop("node") is True

    assert supervisor.process("node") is None
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert supervisor.stop("node") is False


def test_a_node_that_does_not_listen_to_reason_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    node = spec(tmp_path, STUBBORN, healthy=lambda: said(supervisor, "deaf"))
    supervisor.start(node)
    supervisor.wait_healthy(node)

    assert supervisor.stop("node", deadline_s=0.2) is True
    assert supervisor.process("node") is None


def test_a_killed_node_can_be_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(spec(tmp_path))
    first = supervisor.process("node")
    assert first is not None

    assert supervisor.kill("node") is True
    assert supervisor.process("node") is None
    assert supervisor.start(spec(tmp_path)) is True
    second = supervisor.process("node")
    assert second is not None
    assert second.pid != first.pid


def test_waiting_ends_when_the_node_is_healthy(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    node = spec(tmp_path, (*LISTENER, str(port)), healthy=lambda: is_listening(port))
    supervisor.start(node)

    supervisor.wait_healthy(node)

    assert is_listening(port)


def test_a_node_that_exits_is_reported_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    node = spec(tmp_path, (sys.executable, "-c", "print('no such key'); raise SystemExit(3)"), healthy=lambda: False)
    supervisor.start(node)

    with pytest.raises(NodeFailed, match="node stopped right after its start:\nno such key"):
        supervisor.wait_healthy(node)


def test_a_node_that_is_never_healthy_is_reported_with_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    node = spec(tmp_path, healthy=lambda: False, health_deadline_s=0.1)
    supervisor.start(node)

    with pytest.raises(NodeFailed, match=r"node is not healthy after 0 s \(log: .*node\.log\)"):
        supervisor.wait_healthy(node)


def test_a_program_that_is_not_there_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(NodeFailed, match="node: /no/such/program can't be started: No such file or directory"):
        supervisor.start(spec(tmp_path, ("/no/such/program",)))


def test_the_log_goes_on_where_it_was(supervisor: Supervisor, tmp_path: Path) -> None:
    node = spec(tmp_path, healthy=lambda: supervisor.tail("node").count("awake") > 0)
    supervisor.start(node)
    supervisor.wait_healthy(node)
    supervisor.kill("node")
    again = spec(tmp_path, healthy=lambda: supervisor.tail("node").count("awake") > 1)
    supervisor.start(again)
    supervisor.wait_healthy(again)

    assert supervisor.log("node").read_text().splitlines() == ["awake", "awake"]


def test_sigterm_is_what_a_node_is_asked_with(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('goodbye', flush=True), sys.exit(0)))\n"
        "print('awake', flush=True)\ntime.sleep(60)"
    )
    polite = (sys.executable, "-c", code)
    node = spec(tmp_path, polite, healthy=lambda: said(supervisor, "awake"))
    supervisor.start(node)
    supervisor.wait_healthy(node)

    supervisor.stop("node")

    assert supervisor.log("node").read_text().splitlines() == ["awake", "goodbye"]
