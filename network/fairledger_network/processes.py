"""How each kind of node is started, and how one sees that it is healthy."""

import sys
from pathlib import Path

from fairledger_network.ca_server import configure_ca
from fairledger_network.errors import NotReady
from fairledger_network.fabric_config import overlay, read_settings, write_settings
from fairledger_network.health import http_ok, https_ok
from fairledger_network.nodes import Node, chaincode_client, chaincode_identity
from fairledger_network.orderer_config import orderer_settings
from fairledger_network.package import Package, command_line
from fairledger_network.peer_config import core_settings
from fairledger_network.ports import is_listening
from fairledger_network.process import ProcessSpec
from fairledger_network.site import Site

FABRIC_LOG_LEVEL = "warn:lifecycle=info:orderer.consensus.etcdraft=info"
API_HEALTH_DEADLINE_S = 60.0
PEER_STOP_DEADLINE_S = 60.0  # a peer that catches up takes long to stop, and must not be cut off in a commit


def configure(node: Node, site: Site) -> None:
    """Write the node's own configuration files."""
    folder = site.layout.node_config(node.name)
    if node.kind == "ca":
        configure_ca(node, site.layout)
    elif node.kind == "orderer":
        defaults = read_settings(site.programs.sampleconfig / "orderer.yaml")
        write_settings(folder / "orderer.yaml", overlay(defaults, orderer_settings(node, site.layout)))
    elif node.kind == "peer":
        defaults = read_settings(site.programs.sampleconfig / "core.yaml")
        settings = core_settings(node, site.layout, network_id=site.consortium.name)
        write_settings(folder / "core.yaml", overlay(defaults, settings))


def fabric_process(node: Node, site: Site) -> ProcessSpec:
    """A CA, an orderer or a peer."""
    layout, organization = site.layout, node.organization.name
    root = layout.ca_certificate(organization)
    if node.kind == "ca":
        return ProcessSpec(
            name=node.name,
            command=(site.programs.path("fabric-ca-server"), "start", "--home", str(layout.ca(organization))),
            cwd=layout.ca(organization),
            healthy=lambda: root.is_file() and https_ok(node.port, "/cainfo", root),
        )
    environment = {
        "FABRIC_CFG_PATH": str(layout.node_config(node.name)),
        "FABRIC_LOGGING_SPEC": FABRIC_LOG_LEVEL,
    }
    port = node.operations_port or node.port
    command = (
        (site.programs.path("orderer"),) if node.kind == "orderer" else (site.programs.path("peer"), "node", "start")
    )
    return ProcessSpec(
        name=node.name,
        command=command,
        cwd=layout.node(node.name),
        environment=environment,
        healthy=lambda: https_ok(port, "/healthz", root) and all(is_listening(use.port) for use in node.port_uses),
        stop_deadline_s=PEER_STOP_DEADLINE_S,
    )


def chaincode_process(node: Node, site: Site, package: Package, digest: str) -> ProcessSpec:
    """An organisation's server of a chaincode; it refuses to start when its code is not the package's."""
    if node.chaincode is None:
        raise ValueError(f"{node.name} serves no chaincode")
    organization = node.organization.name
    tls = site.layout.credentials(organization, chaincode_identity(organization)) / "tls"
    peers = site.layout.credentials(organization, chaincode_client(organization)) / "tls"
    return ProcessSpec(
        name=node.name,
        command=tuple(command_line(node.chaincode.server, root=site.root, python=site.python)),
        cwd=site.layout.node(node.name),
        environment={
            "CHAINCODE_SERVER_ADDRESS": node.endpoint,
            "CHAINCODE_ID": package.id,
            "CHAINCODE_TLS_DISABLED": "false",
            "CHAINCODE_TLS_KEY": str(tls / "key.pem"),
            "CHAINCODE_TLS_CERT": str(tls / "cert.pem"),
            "CHAINCODE_CLIENT_CA_CERT": str(peers / "cert.pem"),  # and nobody's else of this authority
            "CHAINCODE_CODE_DIGEST": digest,
        },
        healthy=lambda: is_listening(node.port),
    )


def api_process(node: Node, site: Site) -> ProcessSpec:
    """An organisation's API service."""
    organization = node.organization.name
    return ProcessSpec(
        name=node.name,
        command=(
            *(sys.executable, "-m", "fairledger.api", "--organization", organization),
            *("--profile", str(site.layout.profile(organization))),
            *("--wallet", str(site.layout.wallet(organization))),
            *("--data", str(site.layout.api(organization))),
            *("--services", str(site.layout.services)),
            *("--host", "127.0.0.1", "--port", str(node.port)),
        ),
        cwd=Path(site.layout.api(organization)),
        healthy=lambda: http_ok(node.port, "/healthz"),
        health_deadline_s=API_HEALTH_DEADLINE_S,
    )


def process_of(node: Node, site: Site) -> ProcessSpec:
    """A node as it was last started; for a chaincode server that is what its record says of its package."""
    if node.kind == "api":
        return api_process(node, site)
    if node.kind != "chaincode":
        return fabric_process(node, site)
    record = site.supervisor.record(node.name)
    if record is None:
        raise NotReady(f"{node.name} was never started: `fairledger network up` first")
    return ProcessSpec(
        name=node.name,
        command=record.command,
        cwd=site.layout.node(node.name),
        environment=record.environment,
        healthy=lambda: is_listening(node.port),
    )
