"""A CA that enrols people's own keys for a service on a simulated ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.api.enrolment import Enrolment, check_request, enrolment_id
from fairledger.api.problems import Problem
from fairledger.identity import Identity
from fairledger.profile import CertificateAuthority
from fairledger_chaincode.simulator import identity as simulated


@dataclass(frozen=True)
class SimulatedCa(Enrolment):
    """Certifies the keys of registered people (name → secret and attributes), each once, as a simulated CA."""

    issuer: simulated.CertificateAuthority
    registered: dict[str, tuple[str, dict[str, str]]]
    requests: list[str] = field(default_factory=list)
    enrolled: dict[str, dict[str, str]] = field(default_factory=dict)
    valid_for: timedelta = timedelta(days=365)

    async def certificate(self, name: str, secret: str, request_pem: str) -> bytes:
        request = check_request(name, request_pem)
        self.requests.append(request_pem)
        known, attributes = self.registered.get(name, ("", {}))
        if not known or known != secret:
            raise Problem("ENROLMENT_DENIED", "enrolment id or secret is wrong, or was used")
        del self.registered[name]
        self.enrolled[name] = attributes
        return self._issued(request, attributes)

    async def renewed(self, identity: Identity, request_pem: str, signature: bytes) -> bytes:
        del signature  # which the service has checked
        name = enrolment_id(identity)
        self.requests.append(request_pem)
        return self._issued(check_request(name, request_pem), self.enrolled[name])

    def _issued(self, request: x509.CertificateSigningRequest, attributes: dict[str, str]) -> bytes:
        made = issued(self.issuer, request, attributes, datetime.now(UTC) + self.valid_for)
        return made.public_bytes(Encoding.PEM)


def simulated_ca(
    issuer: simulated.CertificateAuthority,
    registered: Mapping[str, tuple[str, dict[str, str]]],
    valid_for: timedelta = timedelta(days=365),
) -> SimulatedCa:
    """A CA that knows these people."""
    nowhere = CertificateAuthority("ca", "https://nowhere.invalid", "ca", None)
    return SimulatedCa(nowhere, issuer, dict(registered), valid_for=valid_for)


def issued(
    issuer: simulated.CertificateAuthority,
    request: x509.CertificateSigningRequest,
    attributes: dict[str, str],
    until: datetime,
) -> x509.Certificate:
    """The certificate that a CA makes of a request."""
    (name,) = request.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    unit = x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "client")
    now = datetime.now(UTC)
    told = json.dumps({"attrs": attributes}).encode()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([unit, name]))
        .issuer_name(issuer.certificate.subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(until)
        .add_extension(x509.UnrecognizedExtension(simulated.ATTRIBUTES_OID, told), critical=False)
        .sign(issuer.private_key, SHA256())
    )
