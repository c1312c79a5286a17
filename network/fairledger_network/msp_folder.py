"""MSP and TLS folders as Fabric reads them."""

from pathlib import Path

import yaml

from fairledger_network.ca_enrollment import Enrollment
from fairledger_network.files import SECRET, write_atomically

ROLES = ("client", "peer", "admin", "orderer")  # organisational units that Fabric tells members apart by


def node_units() -> bytes:
    """config.yaml of an MSP: a certificate's organisational unit says what its holder is."""
    identifiers = {
        f"{role.capitalize()}OUIdentifier": {
            "Certificate": "cacerts/ca.pem",
            "OrganizationalUnitIdentifier": role,
        }
        for role in ROLES
    }
    return yaml.safe_dump({"NodeOUs": {"Enable": True, **identifiers}}, sort_keys=False).encode()


def write_organization_msp(folder: Path, ca_pem: bytes) -> None:
    """The public MSP of an organisation whose one CA issues identities and TLS certificates."""
    write_atomically(folder / "cacerts" / "ca.pem", ca_pem)
    write_atomically(folder / "tlscacerts" / "ca.pem", ca_pem)
    write_atomically(folder / "config.yaml", node_units())


def write_member_msp(folder: Path, enrollment: Enrollment) -> None:
    """The MSP of one member: the organisation's, with the member's certificate and key."""
    write_organization_msp(folder, enrollment.ca_chain_pem)
    write_atomically(folder / "keystore" / "key.pem", enrollment.private_key_pem, mode=SECRET)
    write_atomically(folder / "signcerts" / "cert.pem", enrollment.certificate_pem)


def write_tls(folder: Path, enrollment: Enrollment) -> None:
    """``cert.pem``, ``key.pem`` and ``ca.pem`` of a TLS server or client."""
    write_atomically(folder / "ca.pem", enrollment.ca_chain_pem)
    write_atomically(folder / "key.pem", enrollment.private_key_pem, mode=SECRET)
    write_atomically(folder / "cert.pem", enrollment.certificate_pem)


def read_member(folder: Path) -> Enrollment:
    """The enrolment that ``write_member_msp`` wrote. Raises ``FileNotFoundError`` when there is none."""
    return Enrollment(
        certificate_pem=(folder / "signcerts" / "cert.pem").read_bytes(),
        private_key_pem=(folder / "keystore" / "key.pem").read_bytes(),
        ca_chain_pem=(folder / "cacerts" / "ca.pem").read_bytes(),
    )
