"""One HTTP/2 connection with a peer, and the gRPC calls on it."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import quote

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    PingAckReceived,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from fairledger_chaincode.data_frames import (
    FOR_H2,
    PINGED,
    WINDOW_OPENED,
    FrameCutter,
    data_frame,
    read_window_update,
    window_update,
)
from fairledger_chaincode.flow_control import CONNECTION, WINDOW_DEFAULT_BYTES, InboundWindow, OutboundWindows
from fairledger_chaincode.framing import STATUS_INTERNAL, STATUS_UNIMPLEMENTED
from fairledger_chaincode.grpc_stream import GrpcStream
from fairledger_chaincode.keepalive import KeepAlive, PingAnswers
from fairledger_chaincode.limits import Limits
from fairledger_chaincode.stream import MessageStream
from fairledger_chaincode.tls import HTTP2

SERVICE_PATH = "/protos.Chaincode/Connect"
CONTENT_TYPE = "application/grpc"
STATUS_OK = 0
STATUS_UNAVAILABLE = 14
HTTP_UNSUPPORTED_MEDIA_TYPE = "415"
HTTP_METHOD_NOT_ALLOWED = "405"
PING = b"keepaliv"

log = logging.getLogger(__name__)


class PeerConnection(asyncio.Protocol):
    """Serves the chaincode service to one client. ``serve`` is called with the stream of each call.

    All that is ready to be sent leaves in one write, once the tasks that are ready have had their turn.
    """

    def __init__(
        self,
        serve: Callable[[MessageStream], Awaitable[None]],
        limits: Limits,
        *,
        admit: Callable[["PeerConnection"], bool],
        forget: Callable[["PeerConnection"], None],
    ) -> None:
        self._serve = serve
        self._limits = limits
        self._admit = admit
        self._forget = forget
        self._loop = asyncio.get_running_loop()
        self._h2 = _h2_connection(limits)
        self._transport: asyncio.Transport | None = None
        self._streams: dict[int, GrpcStream] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._flush_due = False
        self._paused = False
        self._keepalive = KeepAlive(limits, ping=self._ping, cut_off=self._abort)
        self._pings = PingAnswers(self._send_frames)
        self._cutter = FrameCutter(self._takes_data)
        self._window_step_bytes = limits.window_bytes // (2 * limits.streams_max)  # of all streams: half a window
        self._window = InboundWindow(limits.window_bytes, self._window_step_bytes)
        self._windows: dict[int, InboundWindow] = {}  # of the streams that the peer may send on
        self._outbound = OutboundWindows()
        self._ready = bytearray()  # frames that leave with the next write
        self._takers: dict[type[Event], Callable[[Any], None]] = {
            DataReceived: self._data,
            RequestReceived: self._open,
            StreamEnded: self._ended,
            StreamReset: self._reset,
            PingAckReceived: self._ping_answered,
            RemoteSettingsChanged: self._settings_changed,
            ConnectionTerminated: lambda _event: self._close(),
        }

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the client; one that negotiated no HTTP/2, or one too many, is cut off."""
        self._transport = cast("asyncio.Transport", transport)
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if not self._admit(self) or (tls is not None and tls.selected_alpn_protocol() != HTTP2):
            self._transport.abort()
            return
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(self._limits.window_bytes - WINDOW_DEFAULT_BYTES)
        self._flush()
        self._keepalive.start()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        """Tell every call that the peer is gone."""
        self._transport = None
        self._keepalive.stop()
        self._pings.stop()
        for stream in self._streams.values():
            stream.lose()
        self._streams.clear()
        self._forget(self)

    def data_received(self, data: bytes) -> None:
        """Take frames; garbage ends the connection with GOAWAY."""
        self._keepalive.heard = True
        try:
            for stream_id, piece in self._cutter.feed(data):
                if stream_id == FOR_H2:
                    self._take_frame(piece)
                elif stream_id == PINGED:
                    self._pings.take(piece)
                elif stream_id == WINDOW_OPENED:
                    self._widen(piece)
                else:
                    self._take_data(stream_id, piece)
        except ProtocolError as error:
            log.warning("the client broke HTTP/2", extra={"error": type(error).__name__})
            with suppress(ProtocolError):  # h2 has mostly said it already
                self._h2.close_connection(error.error_code)
            self._close()

    def eof_received(self) -> None:
        """The client closed its side: the connection goes with it."""

    def pause_writing(self) -> None:
        """The socket takes no more for now."""
        self._paused = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._paused = False
        self._flush()

    # What comes

    def _takes_data(self, stream_id: int) -> bool:
        return stream_id in self._windows

    def _take_data(self, stream_id: int, data: bytes) -> None:
        self._window.take(len(data))
        self._windows[stream_id].take(len(data))
        self._streams[stream_id].feed(data, len(data))

    def _take_frame(self, frame: bytes) -> None:
        for event in self._h2.receive_data(frame):
            self._take(event)
        self._flush_soon()

    def _widen(self, frame: bytes) -> None:
        stream_id, increment = read_window_update(frame)
        if increment and stream_id in self._outbound:
            self._outbound.widen(stream_id, increment)
            self._flush_soon()
        else:  # of a stream that is over or never was, or by nothing: h2 knows what is due
            self._take_frame(frame)

    def _settings_changed(self, event: RemoteSettingsChanged) -> None:
        changed = event.changed_settings.get(SettingCodes.INITIAL_WINDOW_SIZE)
        if changed is not None:
            self._outbound.begin_with(changed.new_value)
        self._flush_soon()

    def _take(self, event: Event) -> None:
        taker = self._takers.get(type(event))
        if taker is not None:
            with suppress(ProtocolError):  # the same read may have brought a call and its end
                taker(event)

    def _data(self, event: DataReceived) -> None:
        self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if (stream := self._streams.get(event.stream_id)) is not None:
            stream.feed(event.data, 0)

    def _ended(self, event: StreamEnded) -> None:
        self._windows.pop(event.stream_id, None)
        if (stream := self._streams.get(event.stream_id)) is not None:
            stream.end_input()

    def _reset(self, event: StreamReset) -> None:
        if (stream := self._streams.pop(event.stream_id, None)) is not None:
            self._drop(event.stream_id, stream)

    def _drop(self, stream_id: int, stream: GrpcStream) -> None:
        self._windows.pop(stream_id, None)
        self._outbound.close(stream_id)
        stream.lose()

    def _ping_answered(self, _event: PingAckReceived) -> None:
        self._keepalive.unanswered = False

    def _open(self, event: RequestReceived) -> None:
        headers = dict(event.headers)
        stream_id = event.stream_id
        if headers.get(b":method") != b"POST":
            self._h2.send_headers(stream_id, [(":status", HTTP_METHOD_NOT_ALLOWED)], end_stream=True)
        elif not headers.get(b"content-type", b"").startswith(CONTENT_TYPE.encode()):
            self._h2.send_headers(stream_id, [(":status", HTTP_UNSUPPORTED_MEDIA_TYPE)], end_stream=True)
        elif headers.get(b":path") != SERVICE_PATH.encode():
            trailers = _trailers(STATUS_UNIMPLEMENTED, f"this server answers {SERVICE_PATH} only")
            self._h2.send_headers(stream_id, [*_HEADERS, *trailers], end_stream=True)
        else:
            self._h2.send_headers(stream_id, _HEADERS)
            stream = GrpcStream(
                self._limits,
                on_output=self._flush_soon,
                on_consumed=lambda size: self._consumed(stream_id, size),
            )
            self._streams[stream_id] = stream
            self._outbound.open(stream_id)
            self._windows[stream_id] = InboundWindow(self._limits.window_bytes, self._window_step_bytes)
            call = self._loop.create_task(self._run(stream_id, stream))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    def _consumed(self, stream_id: int, size: int) -> None:
        if increment := self._window.give_back(size):
            self._send_frames(window_update(CONNECTION, increment))
        window = self._windows.get(stream_id)
        if window is not None and (increment := window.give_back(size)):
            self._send_frames(window_update(stream_id, increment))

    async def _run(self, stream_id: int, stream: GrpcStream) -> None:
        status, message = STATUS_OK, ""
        try:
            await self._serve(stream)
            if stream.failure is not None:
                status, message = stream.failure.status, stream.failure.message
                log.warning("the peer's stream was ended", extra={"status": status, "reason": message})
        except asyncio.CancelledError:
            status, message = STATUS_UNAVAILABLE, "the chaincode server is going down"
        except Exception as error:  # noqa: BLE001 - whatever it is, the peer is told and the server goes on
            log.error("serving a peer failed", extra={"exception": type(error).__name__})  # noqa: TRY400 - not its text
            status, message = STATUS_INTERNAL, type(error).__name__
        self._finish(stream_id, stream, _trailers(status, message))

    def _finish(self, stream_id: int, stream: GrpcStream, trailers: list[tuple[str, str]]) -> None:
        if self._streams.get(stream_id) is not stream:
            return
        self._send_data()
        del self._streams[stream_id]
        if stream.outgoing:  # the peer's window is shut: it does not read, so it can't be told properly
            self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        else:
            self._h2.send_headers(stream_id, trailers, end_stream=True)
            if not stream.remote_closed:
                self._h2.reset_stream(stream_id, ErrorCodes.NO_ERROR)
        self._drop(stream_id, stream)
        self._flush()

    # What goes

    def _flush_soon(self) -> None:
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._transport is None:
            return
        if not self._paused:
            self._send_data()
        self._write()

    def _write(self) -> None:
        self._ready += self._h2.data_to_send()
        if self._transport is not None and self._ready:
            output, self._ready = self._ready, bytearray()
            self._transport.write(output)

    def _send_frames(self, frames: bytes) -> None:
        self._ready += frames
        self._flush_soon()

    def _send_data(self) -> None:
        self._ready += self._h2.data_to_send()  # a call's headers come before its data
        for stream_id, stream in self._streams.items():
            while outgoing := len(stream.outgoing):
                size = min(outgoing, self._outbound.left(stream_id), self._h2.max_outbound_frame_size)
                if size <= 0:
                    break
                self._outbound.take(stream_id, size)
                self._ready += data_frame(stream_id, stream.outgoing[:size])
                stream.taken(size)

    # Its life

    def _ping(self) -> None:
        self._h2.ping(PING)
        self._flush()

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _close(self) -> None:
        if self._transport is not None:
            self._write()
            self._transport.close()

    async def close(self) -> None:
        """End every call with UNAVAILABLE, say GOAWAY and close."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        if self._transport is not None:
            self._h2.close_connection()
            self._close()


_HEADERS = [(":status", "200"), ("content-type", CONTENT_TYPE)]


def _trailers(status: int, message: str) -> list[tuple[str, str]]:
    trailers = [("grpc-status", str(status))]
    if message:
        trailers.append(("grpc-message", quote(message, safe=" /:,;()'")))
    return trailers


def _h2_connection(limits: Limits) -> H2Connection:
    connection = H2Connection(H2Configuration(client_side=False, header_encoding=None))
    connection.local_settings = Settings(
        client=False,
        initial_values={
            SettingCodes.INITIAL_WINDOW_SIZE: limits.window_bytes,
            SettingCodes.MAX_CONCURRENT_STREAMS: limits.streams_max,
            SettingCodes.MAX_HEADER_LIST_SIZE: H2Connection.DEFAULT_MAX_HEADER_LIST_SIZE,
        },
    )
    return connection
