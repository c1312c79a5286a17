"""Configuration of an orderer: orderer.yaml."""

from typing import Any

from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.ports import LOOPBACK


def orderer_settings(node: Node, layout: Layout) -> dict[str, Any]:
    """What an orderer needs different from Fabric's default orderer.yaml.

    Who may administer it: the holder of the organisation's admin certificate alone. That certificate itself stands as
    the only client root, because under the CA every person of the organisation would be let in.
    """
    organization = node.organization
    credentials = layout.credentials(organization.name, node.name)
    tls = credentials / "tls"
    data = layout.node_data(node.name)
    admin = layout.person(organization.name, "admin") / "tls" / "cert.pem"
    server_tls = {
        "Enabled": True,
        "PrivateKey": str(tls / "key.pem"),
        "Certificate": str(tls / "cert.pem"),
        "ClientRootCAs": [str(admin)],
    }
    return {
        "General": {
            "ListenAddress": LOOPBACK,
            "ListenPort": node.port,
            "TLS": {
                "Enabled": True,
                "PrivateKey": str(tls / "key.pem"),
                "Certificate": str(tls / "cert.pem"),
                "RootCAs": [str(tls / "ca.pem")],
                "ClientAuthRequired": False,
            },
            "Cluster": {"ClientCertificate": str(tls / "cert.pem"), "ClientPrivateKey": str(tls / "key.pem")},
            "BootstrapMethod": "none",
            "LocalMSPDir": str(credentials / "msp"),
            "LocalMSPID": organization.msp_id,
        },
        "FileLedger": {"Location": str(data / "ledger")},
        "Operations": {"ListenAddress": f"{LOOPBACK}:{node.operations_port}", "TLS": server_tls},
        "Metrics": {"Provider": "prometheus"},
        "Admin": {
            "ListenAddress": f"{LOOPBACK}:{node.admin_port}",
            "TLS": {**server_tls, "ClientAuthRequired": True},
        },
        "ChannelParticipation": {"Enabled": True},
        "Consensus": {"WALDir": str(data / "etcdraft" / "wal"), "SnapDir": str(data / "etcdraft" / "snapshot")},
    }
