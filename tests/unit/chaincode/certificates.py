"""Certificates for tests, made in memory."""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from fairledger_chaincode.identity import FABRIC_ATTRIBUTES
from fairledger_chaincode.tls import TlsFiles


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Key and certificate as files."""
        key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
        key.write_bytes(self.key_pem)
        certificate.write_bytes(self.certificate_pem)
        return key, certificate


def name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def common_name(text: str) -> x509.Name:
    return name((NameOID.COMMON_NAME, text))


def issue(
    subject: x509.Name,
    issuer: Issued | None = None,
    *,
    fabric_attributes: object = None,
    extensions: Sequence[x509.ExtensionType] = (),
) -> Issued:
    """A certificate of ``issuer``, or a CA's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if fabric_attributes is not None:
        content = json.dumps(fabric_attributes).encode()
        builder = builder.add_extension(x509.UnrecognizedExtension(FABRIC_ATTRIBUTES, content), critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign(key if issuer is None else issuer.key, hashes.SHA256()), key)


@dataclass(frozen=True)
class TlsWorld:
    """A CA with a server and a client, and a stranger of another CA."""

    folder: Path
    ca: Issued
    server: Issued
    client: Issued
    stranger: Issued

    @property
    def files(self) -> TlsFiles:
        return TlsFiles(self.folder / "server.key", self.folder / "server.pem", self.folder / "ca.pem")


def make_tls_world(folder: Path) -> TlsWorld:
    """All of it in memory, and the server's part in files of ``folder``."""
    ca = issue(common_name("ca"))
    loopback = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    server = issue(common_name("server"), ca, extensions=[loopback])
    world = TlsWorld(
        folder, ca, server, issue(common_name("peer"), ca), issue(common_name("stranger"), issue(common_name("other")))
    )
    ca.write(folder, "ca")
    server.write(folder, "server")
    return world
