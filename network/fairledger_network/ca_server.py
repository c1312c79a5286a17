"""Configuration of an organisation's fabric-ca-server."""

import secrets
from typing import Any

from fairledger_network.fabric_config import write_settings
from fairledger_network.files import SECRET, write_atomically
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.ports import LOOPBACK

REGISTRAR = "registrar"
SECRET_BYTES = 24
HOSTS = ("localhost", LOOPBACK)
SIGNING_EXPIRY = "8760h"  # a year; Fabric CA writes attributes under its default profile only, so nodes share it
TLS_EXPIRY = "43800h"  # five years
CA_EXPIRY = "131400h"  # fifteen years
CRL_EXPIRY = "8760h"  # the list stays in the channel's configuration until the next revocation
PASSWORD_ATTEMPTS = 10


def ca_settings(node: Node, registrar_secret: str) -> dict[str, Any]:
    """The whole of fabric-ca-server-config.yaml."""
    return {
        "port": node.port,
        "address": LOOPBACK,
        "debug": False,
        "cors": {"enabled": False},
        "tls": {"enabled": True, "clientauth": {"type": "noclientcert"}},
        "ca": {"name": node.name, "certfile": "ca-cert.pem"},
        "crl": {"expiry": CRL_EXPIRY},
        "registry": {
            "maxenrollments": -1,
            "identities": [
                {
                    "name": REGISTRAR,
                    "pass": registrar_secret,
                    "type": "client",
                    "affiliation": "",
                    "attrs": {
                        "hf.Registrar.Roles": "*",
                        "hf.Registrar.DelegateRoles": "*",
                        "hf.Registrar.Attributes": "*",
                        "hf.Revoker": True,
                        "hf.GenCRL": True,
                        "hf.IntermediateCA": False,
                        "hf.AffiliationMgr": False,
                    },
                }
            ],
        },
        "db": {"type": "sqlite3", "datasource": "fabric-ca-server.db"},
        "affiliations": {},
        "signing": {
            "default": {"usage": ["digital signature"], "expiry": SIGNING_EXPIRY},
            "profiles": {
                "tls": {
                    "usage": ["signing", "key encipherment", "server auth", "client auth", "key agreement"],
                    "expiry": TLS_EXPIRY,
                },
            },
        },
        "csr": {
            "cn": node.name,
            "keyrequest": {"algo": "ecdsa", "size": 256},
            "names": [{"O": node.organization.name}],
            "hosts": list(HOSTS),
            "ca": {"expiry": CA_EXPIRY, "pathlength": 0},
        },
        "bccsp": {
            "default": "SW",
            "sw": {"hash": "SHA2", "security": 256, "filekeystore": {"keystore": "msp/keystore"}},
        },
        "cfg": {"identities": {"passwordattempts": PASSWORD_ATTEMPTS}},
        "operations": {"listenAddress": f"{LOOPBACK}:{node.operations_port}", "tls": {"enabled": False}},
        "metrics": {"provider": "disabled"},
    }


def configure_ca(node: Node, layout: Layout) -> None:
    """Write the CA's configuration; its registrar gets a random secret the first time."""
    secret_file = layout.registrar_secret(node.organization.name)
    if not secret_file.is_file():
        write_atomically(secret_file, secrets.token_urlsafe(SECRET_BYTES).encode(), mode=SECRET)
    settings = ca_settings(node, secret_file.read_text(encoding="utf-8"))
    write_settings(layout.ca(node.organization.name) / "fabric-ca-server-config.yaml", settings)
