"""The standard Fabric connection profile of an organisation, as any Fabric client reads it."""

import json
from typing import Any

from fairledger_network.consortium import Consortium
from fairledger_network.files import write_atomically
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node, all_nodes, ca_name, orderer_name, peer_name


def connection_profile(consortium: Consortium, layout: Layout, organization: str) -> dict[str, Any]:
    """Peers and CAs of all organisations, the orderers and the channel, with all roots in it."""
    nodes = {node.name: node for node in all_nodes(consortium)}

    def root(node: Node) -> str:
        return layout.ca_certificate(node.organization.name).read_text(encoding="utf-8")

    def grpc(node: Node) -> dict[str, Any]:
        options = {"ssl-target-name-override": "localhost", "hostnameOverride": "localhost"}
        return {"url": f"grpcs://{node.endpoint}", "tlsCACerts": {"pem": root(node)}, "grpcOptions": options}

    def of_kind(kind: str) -> list[Node]:
        return [node for node in nodes.values() if node.kind == kind]

    serving = {"endorsingPeer": True, "chaincodeQuery": True, "ledgerQuery": True, "eventSource": True}
    return {
        "name": f"{consortium.name}-{organization}",
        "version": "1.0.0",
        "client": {"organization": consortium.organization(organization).name},
        "organizations": {
            o.name: {
                "mspid": o.msp_id,
                "peers": [peer_name(o.name)],
                "orderers": [orderer_name(o.name)] if o.orderer else [],
                "certificateAuthorities": [ca_name(o.name)],
            }
            for o in consortium.organizations
        },
        "peers": {node.name: grpc(node) for node in of_kind("peer")},
        "orderers": {node.name: grpc(node) for node in of_kind("orderer")},
        "certificateAuthorities": {
            node.name: {
                "url": f"https://{node.endpoint}",
                "caName": node.name,
                "tlsCACerts": {"pem": [root(node)]},
                "httpOptions": {"verify": True},
            }
            for node in of_kind("ca")
        },
        "channels": {
            consortium.channel.name: {
                "orderers": [node.name for node in of_kind("orderer")],
                "peers": {node.name: serving for node in of_kind("peer")},
            }
        },
    }


def write_profiles(consortium: Consortium, layout: Layout) -> None:
    """Write every organisation's profile."""
    for organization in consortium.organizations:
        profile = connection_profile(consortium, layout, organization.name)
        write_atomically(layout.profile(organization.name), _json(profile))


def write_services(consortium: Consortium, layout: Layout) -> None:
    """Write where each organisation's REST service answers, for the pages that ask several of them."""
    services = {
        node.organization.name: f"http://localhost:{node.port}" for node in all_nodes(consortium) if node.kind == "api"
    }
    write_atomically(layout.services, _json(services))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
