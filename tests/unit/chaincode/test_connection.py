"""HTTP/2 and gRPC as they come over a socket, garbage included."""

import asyncio
import logging
import socket

import pytest
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from h2.events import (
    ConnectionTerminated,
    PingAckReceived,
    PingReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamReset,
)
from h2.settings import SettingCodes

from fairledger_chaincode import Limits, MessageStream
from fairledger_chaincode.errors import StartRefused
from fairledger_chaincode.framing import frame
from fairledger_chaincode.server import ChaincodeServer
from tests.unit.chaincode.conftest import running_server
from tests.unit.chaincode.h2_client import HEADERS, Http2Client, with_header

MEBIBYTE = 1024 * 1024


async def echo(stream: MessageStream) -> None:
    while (message := await stream.receive()) is not None:
        stream.send(message)
        await stream.drain()


def message(text: str = "", payload: bytes = b"") -> bytes:
    return frame(ChaincodeMessage(txid=text, payload=payload).SerializeToString())


def read(encoded: bytes) -> ChaincodeMessage:
    return ChaincodeMessage.FromString(encoded)


async def test_messages_go_both_ways_and_a_closed_side_ends_the_call_with_ok() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        client.send(stream_id, message("a") + message("b"))
        assert [read(each).txid for each in await client.messages(2)] == ["a", "b"]
        client.send(stream_id, message("last"), end_stream=True)
        assert [read(each).txid for each in await client.messages(1)] == ["last"]
        assert await client.status() == {":status": "200", "content-type": "application/grpc", "grpc-status": "0"}
        client.close()


async def test_a_message_may_come_in_any_pieces() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        for byte in message("in pieces"):
            client.send(stream_id, bytes([byte]))
        assert [read(each).txid for each in await client.messages(1)] == ["in pieces"]
        client.close()


async def test_several_calls_share_a_connection() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        first, second = client.request(), client.request()
        client.send(second, message("second"))
        assert [read(each).txid for each in await client.messages(1)] == ["second"]
        client.send(first, message("first"))
        assert [read(each).txid for each in await client.messages(1)] == ["first"]
        client.close()


async def test_the_windows_are_opened_wide_at_the_start() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        settings = (await client.until(RemoteSettingsChanged)).changed_settings
        assert settings[SettingCodes.INITIAL_WINDOW_SIZE].new_value == 4 * MEBIBYTE
        assert settings[SettingCodes.MAX_CONCURRENT_STREAMS].new_value == 16
        stream_id = client.request()
        client.send(stream_id, message("a"))
        await client.messages(1)
        assert client.h2.outbound_flow_control_window > 4 * MEBIBYTE - 100
        client.close()


async def test_values_larger_than_every_window_pass_both_ways() -> None:
    limits = Limits(window_bytes=100_000, receive_queue_max_bytes=50_000, send_queue_max_bytes=50_000)
    payload = bytes(range(256)) * 4 * 1024 * 3  # 3 MiB
    async with running_server(echo, limits=limits) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        waiting = memoryview(message("large", payload) * 2)

        async def pump() -> None:
            nonlocal waiting
            while waiting:
                window = min(client.h2.local_flow_control_window(stream_id), client.h2.max_outbound_frame_size)
                if window == 0:
                    await asyncio.sleep(0.001)
                    continue
                client.send(stream_id, bytes(waiting[:window]))
                waiting = waiting[window:]

        pumping = asyncio.create_task(pump())
        received = [read(each) for each in await client.messages(2)]
        await pumping
        assert [each.payload == payload for each in received] == [True, True]
        client.close()


async def test_a_handler_that_lags_shuts_the_window_and_loses_nothing() -> None:
    go_on = asyncio.Event()

    async def lag(stream: MessageStream) -> None:
        await go_on.wait()
        await echo(stream)

    limits = Limits(window_bytes=70_000, receive_queue_max_bytes=30_000)
    async with running_server(lag, limits=limits) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        sent = 0
        while client.h2.local_flow_control_window(stream_id) > 10_100 or sent < 8:
            window = client.h2.local_flow_control_window(stream_id)
            if window < 10_100:
                break
            client.send(stream_id, message(str(sent), bytes(10_000)))
            sent += 1
            await client.read() if sent == 1 else await asyncio.sleep(0.01)
        assert 3 <= sent <= 10  # the window did not open again
        go_on.set()
        assert [read(each).txid for each in await client.messages(sent)] == [str(number) for number in range(sent)]
        client.send(stream_id, message("after", bytes(16_000)))
        assert [read(each).txid for each in await client.messages(1)] == ["after"]
        client.close()


@pytest.mark.parametrize(
    ("garbage", "status"),
    [
        (b"\x01\x00\x00\x00\x01a", "12"),
        (b"\x05\x00\x00\x00\x01a", "13"),
        (b"\x00\xff\xff\xff\xff", "8"),
        (frame(b"\xff\xff\xff"), "13"),
    ],
)
async def test_garbage_in_a_call_ends_the_call_and_not_the_connection(garbage: bytes, status: str) -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        client.send(stream_id, message("good"))
        assert [read(each).txid for each in await client.messages(1)] == ["good"]
        client.send(stream_id, garbage)
        told = await client.status()
        assert told["grpc-status"] == status
        assert told["grpc-message"]
        client.events.clear()
        again = client.request()
        client.send(again, message("again"))
        assert [read(each).txid for each in await client.messages(1)] == ["again"]
        client.close()


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\n\r\n", bytes(50), PREFACE + bytes.fromhex("000001 00 00 00000000 00")],  # DATA of no stream
)
async def test_garbage_instead_of_http2_ends_the_connection_and_not_the_server(garbage: bytes) -> None:
    async with running_server(echo) as (_server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(garbage)
        async with asyncio.timeout(20):
            await reader.read()
        writer.close()
        client = await Http2Client.connect(port)
        client.send(client.request(), message("still here"))
        assert [read(each).txid for each in await client.messages(1)] == ["still here"]
        client.close()


async def test_a_broken_frame_is_answered_with_goaway() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        client.raw(b"\x00\x00\x05\x06\x00\x00\x00\x00\x00wrong")  # a PING of five bytes
        await client.until(ConnectionTerminated)
        await client.until_closed()
        client.close()


@pytest.mark.parametrize("path", ["/protos.Chaincode/Other", "/grpc.health.v1.Health/Check", "/"])
async def test_another_method_is_unimplemented(path: str) -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        client.request(with_header(":path", path))
        told = await client.status()
        assert (told[":status"], told["grpc-status"]) == ("200", "12")
        client.close()


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [(":method", "GET", "405"), ("content-type", "text/html", "415"), ("content-type", None, "415")],
)
async def test_what_is_no_grpc_call_gets_an_http_status(name: str, value: str | None, status: str) -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        client.request(with_header(name, value))
        assert (await client.status())[":status"] == status
        client.close()


async def test_data_on_a_call_that_is_over_do_no_harm() -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        refused = client.request(with_header(":path", "/"))
        client.send(refused, b"x" * 100)
        await client.status()
        client.events.clear()
        client.send(client.request(), message("fine"))
        assert [read(each).txid for each in await client.messages(1)] == ["fine"]
        client.close()


async def test_a_reset_ends_the_call_at_once() -> None:
    ended: asyncio.Queue[object] = asyncio.Queue()

    async def serve(stream: MessageStream) -> None:
        ended.put_nowait(await stream.receive())
        stream.send(ChaincodeMessage(txid="nobody listens"))
        await stream.drain()
        ended.put_nowait(await stream.receive())

    async with running_server(serve) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        await client.until(ResponseReceived)
        client.h2.reset_stream(stream_id)
        client.flush()
        async with asyncio.timeout(20):
            assert await ended.get() is None
            assert await ended.get() is None
        client.close()


@pytest.mark.parametrize("how", ["reset", "goaway"])
async def test_a_call_that_comes_together_with_its_end_harms_nobody(how: str) -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.h2.get_next_available_stream_id()
        client.h2.send_headers(stream_id, HEADERS)
        if how == "reset":
            client.h2.reset_stream(stream_id)
        else:
            client.h2.close_connection()
        client.flush()
        if how == "goaway":
            await client.until_cut_off()
            client.close()
            client = await Http2Client.connect(port)
        client.send(client.request(), message("fine"))
        assert [read(each).txid for each in await client.messages(1)] == ["fine"]
        client.close()


@pytest.mark.parametrize("how", ["close", "goaway"])
async def test_a_lost_connection_ends_its_calls(how: str) -> None:
    ended: asyncio.Queue[object] = asyncio.Queue()

    async def serve(stream: MessageStream) -> None:
        ended.put_nowait(await stream.receive())

    async with running_server(serve) as (_server, port):
        client = await Http2Client.connect(port)
        client.request()
        await client.until(ResponseReceived)
        if how == "goaway":
            client.h2.close_connection()
            client.flush()
        else:
            client.close()
        async with asyncio.timeout(20):
            assert await ended.get() is None
        client.close()


async def test_a_call_that_is_reset_with_messages_unread_does_not_keep_the_connections_window() -> None:
    streams: list[MessageStream] = []

    async def serve(stream: MessageStream) -> None:
        streams.append(stream)
        if len(streams) == 1:
            await asyncio.Event().wait()
        await echo(stream)

    limits = Limits(window_bytes=70_000, receive_queue_max_bytes=10_000)
    async with running_server(serve, limits=limits) as (_server, port):
        client = await Http2Client.connect(port)
        unread = client.request()
        await client.until(ResponseReceived)
        for _ in range(5):
            client.send(unread, message("unread", bytes(10_000)))
        client.h2.reset_stream(unread)
        client.flush()
        other = client.request()
        for number in range(20):
            while client.h2.local_flow_control_window(other) < 10_100:
                await client.read()
            client.send(other, message(str(number), bytes(10_000)))
            assert [read(each).txid for each in await client.messages(1)] == [str(number)]
        client.close()


async def test_a_peer_that_sends_more_than_its_window_is_cut_off() -> None:
    async def lag(_stream: MessageStream) -> None:
        await asyncio.Event().wait()

    async with running_server(lag, limits=Limits(window_bytes=70_000, receive_queue_max_bytes=0)) as (_server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        await client.until(ResponseReceived)
        header = (16_000).to_bytes(3, "big") + bytes([0, 0]) + stream_id.to_bytes(4, "big")
        for _ in range(5):
            client.raw(header + message("x", bytes(15_900)).ljust(16_000, b"\0"))
        await client.until(ConnectionTerminated)
        await client.until_closed()
        client.close()


async def test_a_handler_that_fails_is_an_internal_error_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    async def serve(stream: MessageStream) -> None:
        raise RuntimeError("SECRET")

    with caplog.at_level(logging.ERROR, "fairledger_chaincode"):
        async with running_server(serve) as (_server, port):
            client = await Http2Client.connect(port)
            client.request()
            told = await client.status()
            assert (told["grpc-status"], told["grpc-message"]) == ("13", "RuntimeError")
            assert any(isinstance(event, StreamReset) for event in client.events) or not client.closed
            client.close()
    assert "SECRET" not in caplog.text


async def test_a_server_that_closes_tells_its_peers() -> None:
    async with running_server(echo) as (server, port):
        client = await Http2Client.connect(port)
        stream_id = client.request()
        client.send(stream_id, message("a"))
        await client.messages(1)
        await server.close()
        assert (await client.status())["grpc-status"] == "14"
        await client.until(ConnectionTerminated)
        await client.until_closed()
        client.close()
        with pytest.raises(OSError, match="111"):
            await Http2Client.connect(port)


async def test_a_peer_that_does_not_read_is_cut_off_when_its_call_ends() -> None:
    async def serve(stream: MessageStream) -> None:
        stream.send(ChaincodeMessage(payload=bytes(200_000)))  # more than the client's window

    async with running_server(serve) as (_server, port):
        client = await Http2Client.connect(port)
        client.request()
        reset = await client.until(StreamReset)
        assert reset.error_code == 2
        client.close()


async def test_drain_waits_until_the_peer_reads() -> None:
    drained = asyncio.Event()

    async def serve(stream: MessageStream) -> None:
        for _ in range(3):
            stream.send(ChaincodeMessage(payload=bytes(100_000)))
        await stream.drain()
        drained.set()
        await stream.receive()

    async with running_server(serve, limits=Limits(send_queue_max_bytes=150_000)) as (_server, port):
        client = await Http2Client.connect(port)
        client.request()
        await asyncio.sleep(0.05)
        assert not drained.is_set()
        await client.messages(3)
        async with asyncio.timeout(20):
            await drained.wait()
        client.close()


async def test_an_idle_peer_is_pinged_again_and_again_while_it_answers() -> None:
    limits = Limits(handshake_max_s=0.5, keepalive_interval_s=0.05, keepalive_answer_max_s=0.5)  # of a busy machine
    async with running_server(echo, limits=limits) as (_server, port):
        client = await Http2Client.connect(port)
        await client.until(PingReceived)  # the client's library answers it
        await client.until(PingReceived)
        client.close()


async def test_a_peer_that_does_not_answer_a_ping_is_cut_off() -> None:
    limits = Limits(handshake_max_s=0.05, keepalive_interval_s=0.05, keepalive_answer_max_s=0.05)
    async with running_server(echo, limits=limits) as (_server, port):
        silent = await Http2Client.connect(port)
        await silent.until_cut_off()
        silent.close()


@pytest.mark.parametrize("count", [1, 40])
async def test_pings_are_answered_each_with_its_own_payload(count: int) -> None:
    async with running_server(echo) as (_server, port):
        client = await Http2Client.connect(port)
        sent = [number.to_bytes(8, "big") for number in range(count)]
        for payload in sent:
            client.h2.ping(payload)
        client.flush()
        assert [(await client.until(PingAckReceived)).ping_data for _ in sent] == sent
        client.close()


async def test_a_client_that_says_nothing_is_cut_off() -> None:
    async with running_server(echo, limits=Limits(handshake_max_s=0.05)) as (_server, port):
        client = Http2Client(*await asyncio.open_connection("127.0.0.1", port))
        await client.until_cut_off()
        client.close()


async def test_connections_are_counted() -> None:
    async with running_server(echo, limits=Limits(connections_max=1)) as (_server, port):
        client = await Http2Client.connect(port)
        client.send(client.request(), message("first"))
        await client.messages(1)
        other = await Http2Client.connect(port)
        await other.until_cut_off()
        other.close()
        client.close()
        await asyncio.sleep(0.05)
        third = await Http2Client.connect(port)
        third.send(third.request(), message("third"))
        assert [read(each).txid for each in await third.messages(1)] == ["third"]
        third.close()


async def test_a_port_that_is_taken_is_a_start_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartRefused, match="can't listen"):
            await ChaincodeServer(echo, tls=None).start("127.0.0.1", taken.getsockname()[1])


async def test_a_server_that_never_started_closes() -> None:
    await ChaincodeServer(echo, tls=None).close()
