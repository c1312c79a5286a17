"""Supervision: start a node detached, know it again, wait until it is healthy, stop it and wait for its exit."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from fairledger_network.errors import NodeFailed
from fairledger_network.files import write_atomically

START_TIME_TOLERANCE_S = 1.0  # psutil derives it from the boot time, which shifts when the clock is set
POLL_S = 0.05
STOP_DEADLINE_S = 20.0
KILL_DEADLINE_S = 5.0
LOG_TAIL_LINES = 5
LOG_TAIL_BYTES = 8192
FOREIGN_PREFIXES = ("CORE_", "ORDERER_", "FABRIC_", "CHAINCODE_", "GOGC", "GOMEMLIMIT")


@dataclass(frozen=True)
class ProcessSpec:
    """How one node's process is started, and how one sees that it is ready to work.

    ``healthy`` answers at once, without raising. The environment holds no secret: it is written into the run record.
    """

    name: str
    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    healthy: Callable[[], bool] = lambda: True
    health_deadline_s: float = 30.0
    stop_deadline_s: float = STOP_DEADLINE_S


@dataclass(frozen=True)
class RunRecord:
    """What is known of a process that was started: enough to never mistake another one for it.

    ``start_time`` is seconds since the epoch, as the operating system tells it.
    """

    pid: int
    start_time: float
    command: tuple[str, ...]
    environment: Mapping[str, str]


class Supervisor:
    """Starts and stops the processes of one state directory. It stops only what it recognises as its own."""

    def __init__(self, runs: Path, logs: Path) -> None:
        self._runs = runs
        self._logs = logs

    def log(self, name: str) -> Path:
        """The node's log file."""
        return self._logs / f"{name}.log"

    def names(self) -> list[str]:
        """All nodes that have a record, running or not."""
        return sorted(path.stem for path in self._runs.glob("*.json"))

    def record(self, name: str) -> RunRecord | None:
        """What was written when the node was last started; None if never, or if the record is damaged."""
        try:
            data = json.loads((self._runs / f"{name}.json").read_text(encoding="utf-8"))
            return RunRecord(
                pid=int(data["pid"]),
                start_time=float(data["start_time"]),
                command=tuple(data["command"]),
                environment=dict(data["environment"]),
            )
        except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError, ValueError):
            return None

    def process(self, name: str) -> psutil.Process | None:
        """The node's running process, or None. The same pid with another start time is somebody else's."""
        record = self.record(name)
        if record is None:
            return None
        try:
            process = psutil.Process(record.pid)
            ours = (
                abs(process.create_time() - record.start_time) <= START_TIME_TOLERANCE_S
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if ours else None

    def start(self, spec: ProcessSpec) -> bool:
        """Start the node unless it runs; True if it was started. Does not wait: see ``wait_healthy``.

        Raises:
            NodeFailed: the program can't be executed.
        """
        if self.process(spec.name) is not None:
            return False
        self._logs.mkdir(parents=True, exist_ok=True)
        self._runs.mkdir(parents=True, exist_ok=True)
        spec.cwd.mkdir(parents=True, exist_ok=True)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_PREFIXES)}
        with self.log(spec.name).open("ab") as log:
            try:
                started = subprocess.Popen(  # noqa: S603 - the node's own program
                    spec.command,
                    cwd=spec.cwd,
                    env={**inherited, **spec.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    umask=0o077,
                )
            except OSError as error:
                raise NodeFailed(f"{spec.name}: {spec.command[0]} can't be started: {error.strerror}") from error
        process = psutil.Process(started.pid)
        record = {
            "pid": started.pid,
            "start_time": process.create_time(),
            "command": list(spec.command),
            "environment": dict(spec.environment),
        }
        write_atomically(self._runs / f"{spec.name}.json", json.dumps(record, indent=1).encode(), mode=0o600)
        _reap_later(started)
        return True

    def wait_healthy(self, spec: ProcessSpec) -> None:
        """Wait until the node is healthy.

        Raises:
            NodeFailed: it exited, or is not healthy within its deadline; the message ends with its last words.
        """
        deadline = time.monotonic() + spec.health_deadline_s
        while True:
            if self.process(spec.name) is None:
                raise NodeFailed(f"{spec.name} stopped right after its start:\n{self.tail(spec.name)}")
            if spec.healthy():
                return
            if time.monotonic() > deadline:
                raise NodeFailed(
                    f"{spec.name} is not healthy after {spec.health_deadline_s:.0f} s"
                    f" (log: {self.log(spec.name)}):\n{self.tail(spec.name)}"
                )
            time.sleep(POLL_S)

    def stop(self, name: str, *, deadline_s: float = STOP_DEADLINE_S) -> bool:
        """Ask the node to stop, wait for its exit, kill it when the deadline has passed; True if it ran.

        Raises:
            NodeFailed: it survives even that.
        """
        process = self.process(name)
        if process is None:
            return False
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            if not _gone(process, deadline_s):
                process.kill()
                if not _gone(process, KILL_DEADLINE_S):
                    raise NodeFailed(f"{name} (pid {process.pid}) does not stop")
        return True

    def kill(self, name: str) -> bool:
        """Kill the node with SIGKILL, as a crash would, and wait until it is gone; True if it ran."""
        process = self.process(name)
        if process is None:
            return False
        with suppress(psutil.NoSuchProcess):
            process.kill()
        if not _gone(process, KILL_DEADLINE_S):
            raise NodeFailed(f"{name} (pid {process.pid}) does not stop")
        return True

    def tail(self, name: str) -> str:
        """The last lines of the node's log."""
        try:
            with self.log(name).open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - LOG_TAIL_BYTES))
                lines = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return "(no log)"
        return "\n".join(lines[-LOG_TAIL_LINES:])


def _gone(process: psutil.Process, deadline_s: float) -> bool:
    """Wait for the exit. A zombie is gone, whoever should reap it may take its time, but not while it has threads.

    As long as one of them is on its way out, the process's ports are taken.
    """
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or (process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1):
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(POLL_S / 2)
    return False


def _reap_later(started: subprocess.Popen[bytes]) -> None:
    """Keep the interpreter from warning about a child that is meant to outlive it."""
    started.returncode = 0
