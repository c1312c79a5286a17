"""The chaincode runtime under real peers: what only they can show."""

import asyncio
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from fairledger.gateway import Contract, Gateway, Network
from fairledger.gateway.errors import EndorseError, EvaluateError, GatewayError
from fairledger_network.nodes import Node, chaincode_client, chaincode_identity
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.suite.ledger import PROBE

SETTINGS: Final = b"\x04\x00"  # the frame with which an HTTP/2 server begins, which acknowledges nothing


@pytest.fixture
def misbehaviour(network: Network) -> Contract:
    return network.contract(PROBE, "misbehaviour")


async def asked(contract: Contract, function: str, *arguments: str | bytes) -> Any:
    return json.loads(await contract.evaluate(function, *arguments))


async def test_the_peers_error_fails_the_transaction_with_the_peers_message(calls: Contract) -> None:
    for function in ("get_private", "get_private_and_forgive"):
        with pytest.raises(EvaluateError) as refusal:
            await calls.evaluate(function, "nowhere", "k")
        assert refusal.value.code == "CHAINCODE_PEER"
        assert "collection" in str(refusal.value)


@pytest.mark.parametrize("function", ["clock", "chance", "set_order"])
async def test_what_differs_between_endorsers_is_never_submitted(misbehaviour: Contract, function: str) -> None:
    with pytest.raises(EndorseError) as refusal:
        await misbehaviour.submit(function, "k", endorsing_organizations=["PlatformAMSP", "AssociationMSP"])
    assert "ProposalResponsePayloads do not match" in str(refusal.value)


@pytest.mark.parametrize("function", ["float_result", "float_event"])
async def test_floats_are_refused(misbehaviour: Contract, function: str) -> None:
    with pytest.raises(EndorseError) as refusal:
        await misbehaviour.submit(function)
    assert refusal.value.code == "CHAINCODE_FLOAT"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("nothing",), "CHAINCODE_FUNCTION_UNKNOWN"),
        (("get",), "CHAINCODE_ARGUMENTS"),
        (("get", "k", "extra"), "CHAINCODE_ARGUMENTS"),
        (("get", b"\xff"), "CHAINCODE_ARGUMENTS"),
        (("add", "1", "{"), "CHAINCODE_ARGUMENTS"),
        (("add", "1", '"2"'), "CHAINCODE_ARGUMENTS"),
        (("get", bytes(16 * 1024 * 1024 + 1)), "CHAINCODE_ARGUMENT_TOO_LARGE"),
        (("get", "a\x00b"), "CHAINCODE_KEY"),
        (("put_fact", "note", '["a","b\\u0000"]', "v"), "CHAINCODE_KEY"),
        (("put_fact", "note", '["\U0010ffff"]', "v"), "CHAINCODE_KEY"),
        (("put_fact", "note", '["a",""]', "v"), "CHAINCODE_KEY"),
        (("put_in_query", "k"), "CHAINCODE_READ_ONLY"),
        (("fail", "SECRET"), "CHAINCODE_INTERNAL"),
        (("refuse", "PROBE_NO"), "PROBE_NO"),
    ],
)
async def test_a_refusal_has_a_stable_code_and_comes_at_once(
    calls: Contract, call: tuple[str | bytes, ...], code: str
) -> None:
    function, *arguments = call
    assert isinstance(function, str)
    async with asyncio.timeout(20):
        with pytest.raises(GatewayError) as refusal:
            await calls.evaluate(function, *arguments)
    assert refusal.value.code == code
    assert "SECRET" not in str(refusal.value)


async def test_another_chaincode_is_called_by_its_name(calls: Contract) -> None:
    assert await calls.evaluate("call", "probe-callee", '["calls:add","1","2"]') == b"3"
    assert await calls.evaluate("call", "probe-callee", '["calls:add","1","2"]', CHANNEL) == b"3"
    with pytest.raises(EvaluateError) as refusal:
        await calls.evaluate("call_and_forgive", "probe-callee", '["calls:get"]')
    assert refusal.value.code == "CHAINCODE_CALL"
    assert "CHAINCODE_ARGUMENTS" in str(refusal.value)


async def test_the_call_is_known(calls: Contract) -> None:
    facts = await asked(calls, "call_facts")
    assert (facts["channel_id"], facts["function"]) == (CHANNEL, "calls:call_facts")
    assert abs(datetime.fromisoformat(facts["time"]) - datetime.now(UTC)) < timedelta(seconds=60)
    caller = await asked(calls, "caller")
    assert (caller["msp_id"], caller["attributes"]["role"]) == ("PlatformAMSP", "producer")


async def test_large_values_pass(calls: Contract) -> None:
    await calls.submit("put_large", "large", str(3 * 1024 * 1024))
    assert await calls.evaluate("get", "large") == b"x" * (3 * 1024 * 1024)


async def test_metadata_are_answered_under_their_conventional_name(gateway: Gateway) -> None:
    system = gateway.network(CHANNEL).contract("probe", "org.hyperledger.fabric")
    metadata = await asked(system, "GetMetadata")
    assert set(metadata["contracts"]) >= {"calls", "misbehaviour"}


async def first_frame(host: str, port: int, context: ssl.SSLContext | None) -> bytes:
    """What an HTTP/2 server says first to who may speak with it."""
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
    async with asyncio.timeout(10):
        return await reader.readexactly(9)


def shown(consortium: RunningConsortium, server: Node, folder: Path | None) -> ssl.SSLContext:
    """A client's TLS that trusts the server, and shows the certificate in ``folder`` if there is one."""
    context = ssl.create_default_context(cafile=str(consortium.layout.ca_certificate(server.organization.name)))
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    if folder is not None:
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_a_servers_port_is_open_to_its_own_peer_alone(consortium: RunningConsortium) -> None:
    """At all servers of the contracts and of the probe; what the peer shows is in the package that it has installed."""
    servers = consortium.of_kind("chaincode")
    assert {node.name for node in servers} >= {f"credit.{each.name}" for each in consortium.consortium.organizations}
    for server in servers:
        host, port = server.endpoint.split(":")
        own, layout = server.organization.name, consortium.layout
        other = "PlatformB" if own == "PlatformA" else "PlatformA"
        peers = layout.credentials(own, chaincode_client(own)) / "tls"
        outsiders = {
            "in plain": None,
            "without a certificate": shown(consortium, server, None),
            "another organisation's peer": shown(
                consortium, server, layout.credentials(other, chaincode_client(other)) / "tls"
            ),
            "a person of the organisation": shown(consortium, server, layout.person(own, "admin") / "tls"),
            "the server itself": shown(consortium, server, layout.credentials(own, chaincode_identity(own)) / "tls"),
        }
        for context in outsiders.values():
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await first_frame(host, int(port), context)
        frame = await first_frame(host, int(port), shown(consortium, server, peers))
        assert frame[3:5] == SETTINGS, server.name
