"""The consortium's nodes: their names, owners and ports; and where their files lie."""

from pathlib import Path

import pytest

from fairledger_network.consortium import Consortium
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node, all_nodes

FILE = Path(__file__).resolve().parents[3] / "network" / "consortium.yaml"
OFFSET = 100


@pytest.fixture(scope="module")
def consortium() -> Consortium:
    return Consortium.load(FILE, port_offset=OFFSET)


@pytest.fixture(scope="module")
def nodes(consortium: Consortium) -> tuple[Node, ...]:
    return all_nodes(consortium)


def test_each_organisation_has_its_nodes_and_three_have_orderers(nodes: tuple[Node, ...]) -> None:
    assert [node.name for node in nodes] == [
        "ca.PlatformA",
        "ca.PlatformB",
        "ca.Association",
        "ca.Regulator",
        "orderer0.PlatformA",
        "orderer0.Association",
        "orderer0.Regulator",
        "peer0.PlatformA",
        "peer0.PlatformB",
        "peer0.Association",
        "peer0.Regulator",
        "credit.PlatformA",
        "credit.PlatformB",
        "credit.Association",
        "credit.Regulator",
        "api.PlatformA",
        "api.PlatformB",
        "api.Association",
        "api.Regulator",
    ]


def test_the_nth_node_of_a_kind_has_the_kind_s_base_plus_n(consortium: Consortium, nodes: tuple[Node, ...]) -> None:
    by_name = {node.name: node for node in nodes}
    base = {kind: port + OFFSET for kind, port in consortium.ports.items()}

    regulator = by_name["orderer0.Regulator"]
    assert (regulator.port, regulator.admin_port) == (base["orderer"] + 2, base["orderer_admin"] + 2)
    association = by_name["peer0.Association"]
    assert (association.port, association.chaincode_port) == (base["peer"] + 2, base["peer_chaincode"] + 2)
    assert by_name["credit.Regulator"].port == base["chaincode"] + 3
    assert by_name["api.PlatformB"].endpoint == f"127.0.0.1:{base['api'] + 1}"


def test_no_port_is_given_twice(nodes: tuple[Node, ...]) -> None:
    ports = [use.port for node in nodes for use in node.port_uses]

    assert len(ports) == 4 * 2 + 3 * 3 + 4 * 3 + 4 + 4
    assert len(set(ports)) == len(ports)


def test_servers_of_a_further_chaincode_come_after_those_of_the_first(consortium: Consortium) -> None:
    further = consortium.chaincode("credit").model_copy(update={"name": "probe"})
    both = consortium.model_copy(update={"chaincodes": (*consortium.chaincodes, further), "api": False})

    servers = {node.name: node.port for node in all_nodes(both) if node.kind == "chaincode"}

    base = consortium.ports["chaincode"] + OFFSET
    assert servers["credit.PlatformA"] == base
    assert servers["probe.PlatformA"] == base + 4
    assert not [node for node in all_nodes(both) if node.kind == "api"]


def test_where_things_lie() -> None:
    layout = Layout(Path("/state"))

    assert layout.ca_certificate("PlatformA") == Path("/state/organizations/PlatformA/ca/ca-cert.pem")
    assert layout.msp("PlatformA") == Path("/state/organizations/PlatformA/msp")
    assert layout.credentials("PlatformA", "peer0.PlatformA") == Path(
        "/state/organizations/PlatformA/nodes/peer0.PlatformA"
    )
    assert layout.person("PlatformA", "producer") == Path("/state/organizations/PlatformA/people/producer")
    assert layout.wallet("PlatformA") == Path("/state/wallets/PlatformA")
    assert layout.profile("PlatformA") == Path("/state/profiles/PlatformA.json")
    assert layout.node_data("peer0.PlatformA") == Path("/state/nodes/peer0.PlatformA/data")
    assert layout.log("peer0.PlatformA") == Path("/state/logs/peer0.PlatformA.log")
    assert layout.run("peer0.PlatformA") == Path("/state/run/peer0.PlatformA.json")
    assert layout.api("PlatformA") == Path("/state/api/PlatformA")
