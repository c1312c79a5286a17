"""A peer over real gRPC and TLS: what the official library could not do, and what a wire can do to a server."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import grpc
import pytest
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage, GetState

from fairledger_chaincode import ChaincodeHandler, Limits
from fairledger_chaincode.server import ChaincodeServer
from fairledger_chaincode.simulator import SimulatorError
from fairledger_chaincode.tls import server_context
from tests.fakes.fake_peer import FakePeer, PeerTls
from tests.unit.chaincode.certificates import Issued, TlsWorld, common_name, issue
from tests.unit.chaincode.conftest import running_server
from tests.unit.chaincode.h2_client import Http2Client
from tests.unit.chaincode.scripted_peer import answer_to, result_of, signed_proposal, transaction_message
from tests.unit.chaincode.served_contract import Served

ORGANIZATION = "Org1MSP"
MEBIBYTE = 1024 * 1024


def peer_tls(world: TlsWorld, client: Issued | None) -> PeerTls:
    if client is None:
        return PeerTls(world.ca.certificate_pem, name="localhost")
    return PeerTls(world.ca.certificate_pem, client.certificate_pem, client.key_pem, name="localhost")


@pytest.fixture
async def peer(tls_world: TlsWorld) -> AsyncIterator[FakePeer]:
    handler = ChaincodeHandler([Served()], "served:1")
    async with (
        running_server(handler.run, tls=tls_world) as (_server, port),
        FakePeer(f"127.0.0.1:{port}", tls=peer_tls(tls_world, tls_world.client)) as peer,
    ):
        yield peer


async def test_of_two_hundred_transactions_in_flight_none_is_lost(peer: FakePeer) -> None:
    alice = peer.ledger.identity(ORGANIZATION, "alice")
    results = await asyncio.gather(
        *(peer.ledger.endorse(alice, "get2put2event", f"a{n}", f"b{n}", str(n)) for n in range(1_000))
    )
    assert len(results) == 1_000
    assert peer.connections == 1


async def test_what_was_submitted_is_there(peer: FakePeer) -> None:
    alice = peer.ledger.identity(ORGANIZATION, "alice")
    committed = await peer.ledger.submit(alice, "served:get2put2event", "a", "b", "value")
    assert committed.result == b"0"
    assert await peer.ledger.evaluate(alice, "get", "a") == b"value"


async def test_large_values_pass_both_ways(peer: FakePeer) -> None:
    alice = peer.ledger.identity(ORGANIZATION, "alice")
    value = bytes(range(256)) * 4 * 1024 * 8  # 8 MiB
    await peer.ledger.submit(alice, "put", "large", value)
    assert await peer.ledger.evaluate(alice, "get", "large") == value


async def test_two_peers_are_served_at_the_same_time(tls_world: TlsWorld) -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run, tls=tls_world) as (_server, port):
        tls = peer_tls(tls_world, tls_world.client)
        async with FakePeer(f"127.0.0.1:{port}", tls=tls) as one, FakePeer(f"127.0.0.1:{port}", tls=tls) as other:
            for peer, value in ((one, b"one"), (other, b"other")):
                alice = peer.ledger.identity(ORGANIZATION, "alice")
                await peer.ledger.submit(alice, "put", "k", value)
            for peer, value in ((one, b"one"), (other, b"other")):
                alice = peer.ledger.identity(ORGANIZATION, "alice")
                assert await peer.ledger.evaluate(alice, "get", "k") == value


# TLS


def client_context(world: TlsWorld, client: Issued | None, alpn: str = "h2") -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=world.ca.certificate_pem.decode())
    context.set_alpn_protocols([alpn])
    if client is not None:
        key, certificate = client.write(world.folder, "some-client")
        context.load_cert_chain(certificate, key)
    return context


async def refused(port: int, context: ssl.SSLContext | None) -> bool:
    """Whether a client gets no word of HTTP/2 out of the server."""
    try:
        client = await Http2Client.connect(port, context)
        await client.read()
    except (OSError, ssl.SSLError):
        return True
    client.close()
    return client.closed


@pytest.mark.parametrize("who", ["nobody", "stranger", "plain", "other protocol"])
async def test_who_has_no_certificate_of_ours_or_no_tls_is_refused(tls_world: TlsWorld, who: str) -> None:
    served: list[object] = []

    async def serve(stream: object) -> None:
        served.append(stream)

    async with running_server(serve, tls=tls_world) as (_server, port):
        contexts = {
            "nobody": client_context(tls_world, None),
            "stranger": client_context(tls_world, tls_world.stranger),
            "plain": None,
            "other protocol": client_context(tls_world, tls_world.client, alpn="http/1.1"),
        }
        assert await refused(port, contexts[who])
        assert not await refused(port, client_context(tls_world, tls_world.client))
    assert served == []


async def test_of_the_peers_authority_nobody_is_taken_but_who_is_named(tls_world: TlsWorld) -> None:
    """With a client's own certificate in the authority's place."""
    _key, certificate = tls_world.client.write(tls_world.folder, "named")
    context = server_context(replace(tls_world.files, client_ca=certificate))

    async def serve(stream: object) -> None:
        raise AssertionError(stream)

    server = ChaincodeServer(serve, tls=context)
    port = await server.start("127.0.0.1", 0)
    try:
        for client in (issue(common_name("person"), tls_world.ca), tls_world.server, None):
            assert await refused(port, client_context(tls_world, client))
        assert not await refused(port, client_context(tls_world, tls_world.client))
    finally:
        await server.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
async def test_old_tls_is_refused(tls_world: TlsWorld, version: ssl.TLSVersion) -> None:
    async def serve(_stream: object) -> None:
        return None

    async with running_server(serve, tls=tls_world) as (_server, port):
        context = client_context(tls_world, tls_world.client)
        context.minimum_version = context.maximum_version = version
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        assert await refused(port, context)


@pytest.mark.parametrize("client", ["nobody", "stranger"])
async def test_a_grpc_client_without_our_certificate_gets_no_stream(tls_world: TlsWorld, client: str) -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run, tls=tls_world) as (_server, port):
        tls = peer_tls(tls_world, None if client == "nobody" else tls_world.stranger)
        async with FakePeer(f"127.0.0.1:{port}", tls=tls, connect_max_s=1.0) as peer:
            alice = peer.ledger.identity(ORGANIZATION, "alice")
            with pytest.raises((SimulatorError, ConnectionError)):
                await peer.ledger.evaluate(alice, "get", "k")
            assert peer.connections == 0


# a peer that is no simulator: message by message over grpc.aio


class RawPeer:
    """A gRPC client that a test plays."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
        self.call = self._channel.stream_stream(
            "/protos.Chaincode/Connect",
            request_serializer=ChaincodeMessage.SerializeToString,
            response_deserializer=ChaincodeMessage.FromString,
        )()

    async def close(self) -> None:
        self.call.cancel()
        await self._channel.close()


async def test_a_peer_that_half_closes_gets_what_was_said_and_status_ok() -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run) as (_server, port):
        peer = RawPeer(port)
        assert (await peer.call.read()).type == ChaincodeMessage.REGISTER
        await peer.call.write(ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE))
        await peer.call.done_writing()
        assert (await peer.call.read()).type == ChaincodeMessage.KEEPALIVE
        assert await peer.call.read() is grpc.aio.EOF
        assert await peer.call.code() == grpc.StatusCode.OK
        await peer.close()


async def test_a_peer_that_breaks_the_greeting_is_told_and_the_stream_ends() -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run) as (_server, port):
        peer = RawPeer(port)
        await peer.call.read()
        await peer.call.write(ChaincodeMessage(type=ChaincodeMessage.READY, txid="tx1"))
        told = await peer.call.read()
        assert (told.type, told.txid) == (ChaincodeMessage.ERROR, "tx1")
        assert await peer.call.read() is grpc.aio.EOF
        assert await peer.call.code() == grpc.StatusCode.OK
        await peer.close()


async def test_a_message_beyond_the_limit_ends_the_stream_with_its_status() -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run, limits=Limits(message_max_bytes=1_000)) as (_server, port):
        peer = RawPeer(port)
        await peer.call.read()
        await peer.call.write(ChaincodeMessage(payload=bytes(2_000)))
        assert await peer.call.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await peer.call.details() == "a message of more than 1000 bytes"
        await peer.close()


async def test_another_service_is_unimplemented() -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run) as (_server, port):
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await channel.unary_unary("/grpc.health.v1.Health/Check")(b"")
        assert refusal.value.code() == grpc.StatusCode.UNIMPLEMENTED
        await channel.close()


async def test_a_server_that_goes_down_tells_unavailable() -> None:
    handler = ChaincodeHandler([Served()], "served:1")
    async with running_server(handler.run) as (server, port):
        peer = RawPeer(port)
        await peer.call.read()
        await server.close()
        assert await peer.call.code() == grpc.StatusCode.UNAVAILABLE
        await peer.close()


async def test_requests_and_answers_match_over_the_wire_in_any_order() -> None:
    handler = ChaincodeHandler([Served()], "served:1", clock=lambda: 0.0)
    proposal = signed_proposal(at=datetime.fromtimestamp(0, UTC))
    async with running_server(handler.run) as (_server, port):
        peer = RawPeer(port)
        await peer.call.read()
        for kind in (ChaincodeMessage.REGISTERED, ChaincodeMessage.READY):
            await peer.call.write(ChaincodeMessage(type=kind))
        for number in range(50):
            await peer.call.write(transaction_message(f"tx{number}", "get", f"k{number}", proposal=proposal))
        requests = [await peer.call.read() for _ in range(50)]
        for request in reversed(requests):
            key = GetState.FromString(request.payload).key
            await peer.call.write(answer_to(request, f"of {key}".encode()))
        answered = {message.txid: result_of(message) for message in [await peer.call.read() for _ in range(50)]}
        assert answered == {f"tx{number}": f"of k{number}".encode() for number in range(50)}
        await peer.close()
