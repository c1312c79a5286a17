"""A bare HTTP/2 client, for what no well-behaved gRPC client would send."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded, StreamReset, TrailersReceived

from fairledger_chaincode.framing import Deframer

WAIT_MAX_S = 20.0
HEADERS = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/protos.Chaincode/Connect"),
    (":authority", "peer"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
]


def with_header(name: str, value: str | None) -> list[tuple[str, str]]:
    """The usual headers with one of them changed, or left out."""
    kept = [(each, old) for each, old in HEADERS if each != name]
    position = next(index for index, (each, _old) in enumerate(HEADERS) if each == name)
    return kept if value is None else [*kept[:position], (name, value), *kept[position:]]


Wanted = TypeVar("Wanted", bound=Event)


class Http2Client:
    """One connection; what comes is kept in ``events``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.events: list[Event] = []
        self.closed = False
        self._reader = reader
        self._writer = writer
        self._deframer = Deframer(message_max_bytes=2**27)

    @classmethod
    async def connect(cls, port: int, tls: ssl.SSLContext | None = None) -> "Http2Client":
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None
        )
        client = cls(reader, writer)
        client.h2.initiate_connection()
        client.flush()
        return client

    def flush(self) -> None:
        self._writer.write(self.h2.data_to_send())

    def raw(self, data: bytes) -> None:
        self._writer.write(data)

    def request(self, headers: Sequence[tuple[str, str]] = HEADERS) -> int:
        stream_id = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream_id, headers)
        self.flush()
        return stream_id

    def send(self, stream_id: int, data: bytes, *, end_stream: bool = False) -> None:
        self.h2.send_data(stream_id, data, end_stream=end_stream)
        self.flush()

    async def read(self) -> None:
        """Take what has come; raises TimeoutError when nothing does."""
        async with asyncio.timeout(WAIT_MAX_S):
            data = await self._reader.read(65_536)
        if not data:
            self.closed = True
            return
        self.events += self.h2.receive_data(data)
        self.flush()

    async def until(self, kind: type[Wanted]) -> Wanted:
        """Take the first event of a kind out of what has come."""
        while True:
            for event in self.events:
                if isinstance(event, kind):
                    self.events.remove(event)
                    return event
            if self.closed:
                raise ConnectionError("the server closed the connection")
            await self.read()

    async def messages(self, count: int) -> list[bytes]:
        """The next messages of the one call."""
        found: list[bytes] = []
        while len(found) < count:
            event = await self.until(DataReceived)
            found += self._deframer.feed(event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self.flush()
        return found

    async def status(self) -> dict[str, str]:
        """Headers and trailers of the one call, when it is over."""
        while not any(isinstance(event, StreamEnded | StreamReset) for event in self.events) and not self.closed:
            await self.read()
        told: dict[str, str] = {}
        for event in self.events:
            if isinstance(event, ResponseReceived | TrailersReceived):
                told |= {str(name): str(value) for name, value in event.headers}
        return told

    async def until_closed(self) -> None:
        while not self.closed:
            await self.read()

    async def until_cut_off(self) -> None:
        """Answer nothing, until the server has had enough of it."""
        async with asyncio.timeout(WAIT_MAX_S):
            with suppress(ConnectionResetError):
                while await self._reader.read(65_536):
                    pass

    def close(self) -> None:
        self._writer.close()
