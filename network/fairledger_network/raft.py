"""Who leads the orderers, as their own metrics say."""

import http.client
import re
import ssl
import time

from fairledger_network.errors import NodeFailed
from fairledger_network.nodes import Node
from fairledger_network.ports import LOOPBACK
from fairledger_network.site import Site

ANSWER_DEADLINE_S = 3.0
ELECTION_DEADLINE_S = 30.0
POLL_S = 0.1
HTTP_OK = 200


def leader(site: Site) -> Node | None:
    """The running orderer that leads the channel; None while there is no leader."""
    for node in site.of_kind("orderer"):
        if site.runs(node) and _leads(node, site):
            return node
    return None


def wait_for_leader(site: Site) -> Node:
    """The leader, once there is one.

    Raises:
        NodeFailed: none was elected within ``ELECTION_DEADLINE_S``.
    """
    deadline = time.monotonic() + ELECTION_DEADLINE_S
    while time.monotonic() < deadline:
        found = leader(site)
        if found is not None:
            return found
        time.sleep(POLL_S)
    raise NodeFailed(f"the orderers elected no leader within {ELECTION_DEADLINE_S:.0f} s")


def _leads(node: Node, site: Site) -> bool:
    leads = rf'^consensus_etcdraft_is_leader{{channel="{re.escape(site.consortium.channel.name)}"}} 1$'
    return re.search(leads, metrics(node, site), re.MULTILINE) is not None


def metrics(node: Node, site: Site) -> str:
    """The node's metrics in Prometheus' text form; empty when it does not answer."""
    organization = node.organization.name
    admin = site.layout.person(organization, "admin") / "tls"
    context = ssl.create_default_context(cafile=str(site.layout.ca_certificate(organization)))
    context.load_cert_chain(admin / "cert.pem", admin / "key.pem")
    connection = http.client.HTTPSConnection(LOOPBACK, node.operations_port, timeout=ANSWER_DEADLINE_S, context=context)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        text = response.read().decode()
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()
    return text if response.status == HTTP_OK else ""
