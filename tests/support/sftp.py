"""A real SFTP server of the tests' own: on this machine's files, with a host key and a user key made for it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

USER = "store"


@dataclass
class SftpServer:
    """``root`` is what a client sees as ``/``; ``options`` are what a user's ~/.ssh would tell."""

    root: Path
    port: int
    options: dict[str, Any]
    _loop: asyncio.AbstractEventLoop
    _acceptor: asyncssh.SSHAcceptor
    _connections: list[asyncssh.SSHServerConnection]

    @property
    def url(self) -> str:
        """A folder at the server."""
        return f"sftp://{USER}@127.0.0.1:{self.port}/documents"

    def break_off(self) -> None:
        """End all connections, as a server does that restarts; new ones are taken."""
        self._run(self._restarted())

    def stop(self) -> None:
        """End all connections, and take none any more."""
        self._run(self._closed())

    async def _restarted(self) -> None:
        await self._closed()
        self._acceptor = await _listen(self.root, self.port, self.options, self._connections)

    async def _closed(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        ended, self._connections[:] = list(self._connections), []
        for connection in ended:
            connection.close()
            await connection.wait_closed()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


async def _listen(
    root: Path, port: int, options: dict[str, Any], connections: list[asyncssh.SSHServerConnection]
) -> asyncssh.SSHAcceptor:
    class Counting(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            connections.append(conn)

    def factory(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    keys = root.parent
    return await asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[str(keys / "host")],
        authorized_client_keys=f"{options['client_keys'][0]}.pub",
        sftp_factory=factory,
        server_factory=Counting,
    )


@contextmanager
def running_sftp(folder: Path) -> Iterator[SftpServer]:
    """Start the server on a thread of its own, and stop it at the end."""
    root = folder / "root"
    root.mkdir()
    for name in ("host", "user"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(folder / name)
        key.write_public_key(folder / f"{name}.pub")
    known = folder / "known_hosts"
    known.write_text(f"* {(folder / 'host.pub').read_text()}")
    options = {"known_hosts": str(known), "client_keys": [str(folder / "user")]}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    connections: list[asyncssh.SSHServerConnection] = []
    acceptor = asyncio.run_coroutine_threadsafe(_listen(root, 0, options, connections), loop).result()
    server = SftpServer(root, acceptor.get_port(), options, loop, acceptor, connections)
    try:
        yield server
    finally:
        server.stop()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
