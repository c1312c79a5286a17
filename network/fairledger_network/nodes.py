"""The consortium's nodes: what each is called, to whom it belongs, where it listens."""

from dataclasses import dataclass
from typing import Literal

from fairledger_network.consortium import Chaincode, Consortium, Organization
from fairledger_network.ports import LOOPBACK, PortUse

NodeKind = Literal["ca", "orderer", "peer", "chaincode", "api"]


@dataclass(frozen=True)
class Node:
    """A long-running process of an organisation."""

    name: str
    kind: NodeKind
    organization: Organization
    port: int
    admin_port: int | None = None
    chaincode_port: int | None = None
    operations_port: int | None = None
    chaincode: Chaincode | None = None

    @property
    def endpoint(self) -> str:
        """Host and port of the node's service."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def port_uses(self) -> tuple[PortUse, ...]:
        """Every port the node listens on."""
        named = (
            ("service", self.port),
            ("admin", self.admin_port),
            ("chaincode listener", self.chaincode_port),
            ("operations", self.operations_port),
        )
        return tuple(PortUse(self.name, purpose, port) for purpose, port in named if port is not None)


def ca_name(organization: str) -> str:
    """Name of the organisation's CA, as node and as CA."""
    return f"ca.{organization}"


def orderer_name(organization: str) -> str:
    """Name of the organisation's orderer."""
    return f"orderer0.{organization}"


def peer_name(organization: str) -> str:
    """Name of the organisation's peer."""
    return f"peer0.{organization}"


def chaincode_identity(organization: str) -> str:
    """Name of the certificate that all of the organisation's chaincode servers show."""
    return f"chaincode.{organization}"


def chaincode_client(organization: str) -> str:
    """Name of the certificate with which the organisation's peer calls its chaincode servers."""
    return f"chaincode-client.{organization}"


def server_name(chaincode: str, organization: str) -> str:
    """Name of the organisation's server of one chaincode."""
    return f"{chaincode}.{organization}"


def api_name(organization: str) -> str:
    """Name of the organisation's API service."""
    return f"api.{organization}"


def all_nodes(consortium: Consortium) -> tuple[Node, ...]:
    """Every node, in the order in which they are started. The order within a kind gives the ports."""
    organizations = consortium.organizations
    nodes: list[Node] = []
    operations = 0

    def next_operations_port() -> int:
        nonlocal operations
        operations += 1
        return consortium.port("operations", operations - 1)

    for i, organization in enumerate(organizations):
        port = consortium.port("ca", i)
        nodes.append(Node(ca_name(organization.name), "ca", organization, port, operations_port=next_operations_port()))
    for i, organization in enumerate(consortium.ordering_organizations):
        nodes.append(
            Node(
                orderer_name(organization.name),
                "orderer",
                organization,
                consortium.port("orderer", i),
                admin_port=consortium.port("orderer_admin", i),
                operations_port=next_operations_port(),
            )
        )
    for i, organization in enumerate(organizations):
        nodes.append(
            Node(
                peer_name(organization.name),
                "peer",
                organization,
                consortium.port("peer", i),
                chaincode_port=consortium.port("peer_chaincode", i),
                operations_port=next_operations_port(),
            )
        )
    for c, chaincode in enumerate(consortium.chaincodes):
        for i, organization in enumerate(organizations):
            port = consortium.port("chaincode", c * len(organizations) + i)
            name = server_name(chaincode.name, organization.name)
            nodes.append(Node(name, "chaincode", organization, port, chaincode=chaincode))
    if consortium.api:
        for i, organization in enumerate(organizations):
            nodes.append(Node(api_name(organization.name), "api", organization, consortium.port("api", i)))
    return tuple(nodes)
