"""Identities with real X.509 certificates, as Fabric's CA makes them: roles as units, attributes in an extension."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from fabric_protos.msp.identities_pb2 import SerializedIdentity

from fairledger_chaincode.certificate import read_certificate
from fairledger_chaincode.simulator.policy import Signer

ATTRIBUTES_OID = ObjectIdentifier("1.2.3.4.5.6.7.8.1")  # where Fabric's CA puts {"attrs": {...}}
ROLES = ("admin", "client", "orderer", "peer")
LIFETIME = timedelta(days=365)
LEEWAY = timedelta(days=1)  # issued so long ago, so that a clock that a test sets back a little still finds it valid


@dataclass(frozen=True, slots=True)
class SimulatedIdentity:
    """A member of an organisation: certificate, and the key that signs its proposals."""

    msp_id: str
    name: str
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        """The certificate, as it travels."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def serialized(self) -> bytes:
        """The creator field of a proposal: ``msp.SerializedIdentity``."""
        identity = SerializedIdentity(mspid=self.msp_id, id_bytes=self.certificate_pem)
        return bytes(identity.SerializeToString(deterministic=True))

    @property
    def signer(self) -> Signer:
        """Who a policy takes this identity for; the role is the certificate's organisational unit."""
        units = [
            str(unit.value)
            for unit in self.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        ]
        return Signer(self.msp_id, next((unit for unit in units if unit in ROLES), "client"), self.name)

    def sign(self, message: bytes) -> bytes:
        """Sign ``message`` with ECDSA over its SHA-256 digest (DER)."""
        return self.private_key.sign(message, ec.ECDSA(SHA256()))


class CertificateAuthority:
    """The root CA of one simulated organisation."""

    def __init__(self, msp_id: str) -> None:
        self.msp_id = msp_id
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"ca.{msp_id}")])
        now = datetime.now(tz=UTC)
        self.certificate = (
            self._builder(name, name, self.private_key.public_key(), now - LEEWAY, now + LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self.private_key, SHA256())
        )

    def issue(
        self,
        name: str,
        *,
        unit: str = "client",
        attributes: Mapping[str, str] | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> SimulatedIdentity:
        """Issue a certificate; ``unit`` is the role that policies see, ``attributes`` what a contract sees."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        now = datetime.now(tz=UTC)
        builder = self._builder(
            subject,
            self.certificate.subject,
            key.public_key(),
            not_before or now - LEEWAY,
            not_after or now + LIFETIME,
        ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        if attributes:
            encoded = json.dumps({"attrs": dict(attributes)}).encode()
            builder = builder.add_extension(x509.UnrecognizedExtension(ATTRIBUTES_OID, encoded), critical=False)
        return SimulatedIdentity(self.msp_id, name, builder.sign(self.private_key, SHA256()), key)

    def signer(self, id_bytes: bytes, message: bytes, signature: bytes, now: datetime) -> Signer | None:
        """Return who signed ``message``; ``None`` unless a certificate of this CA, valid ``now``, did."""
        try:
            certificate = read_certificate(id_bytes)
            certificate.verify_directly_issued_by(self.certificate)
            key = certificate.public_key()
            if not isinstance(key, ec.EllipticCurvePublicKey):
                return None
            key.verify(signature, message, ec.ECDSA(SHA256()))
        except (ValueError, TypeError, InvalidSignature):
            return None
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return None
        name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return SimulatedIdentity(self.msp_id, str(name[0].value) if name else "", certificate, self.private_key).signer

    @staticmethod
    def _builder(
        subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )
