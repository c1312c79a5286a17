"""An enrolment: a certificate, the key that belongs to it, and the chain of the CA that issued it."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from fairledger_network.ca_errors import CaArgument, CaError

_HOST_NAME = re.compile(r"[A-Za-z0-9*]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_COMMON_NAME_CHARACTERS_MAX = 64  # RFC 5280, ub-common-name


@dataclass(frozen=True)
class Enrollment:
    """Certificate, private key (PKCS#8) and CA chain (root last), all PEM. The key never appears in ``repr``."""

    certificate_pem: bytes
    private_key_pem: bytes = field(repr=False)
    ca_chain_pem: bytes

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate, parsed."""
        return x509.load_pem_x509_certificate(self.certificate_pem)

    @property
    def enrollment_id(self) -> str:
        """The common name, which Fabric CA requires to be the enrolment id."""
        (name,) = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(name.value)

    @property
    def serial(self) -> str:
        """Serial number in lower-case hexadecimal without leading zeros, as Fabric CA keeps it."""
        return f"{self.certificate.serial_number:x}"

    @property
    def authority_key_id(self) -> str:
        """The issuer's key identifier, written as the serial is: the two name a certificate to Fabric CA."""
        extension = self.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        return (extension.value.key_identifier or b"").hex().lstrip("0")


def new_key() -> bytes:
    """A new P-256 private key, PKCS#8 PEM, unencrypted: for memory, and for files only their owner may read."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signing_request(enrollment_id: str, private_key_pem: bytes, hosts: Sequence[str]) -> str:
    """A PEM certificate signing request for ``enrollment_id``, with ``hosts`` as subject alternative names.

    Addresses become IP names, everything else DNS names. Raises ``CaArgument`` for an id or host that is neither.
    """
    if not 1 <= len(enrollment_id) <= _COMMON_NAME_CHARACTERS_MAX:
        raise CaArgument(f"an enrolment id has 1 to {_COMMON_NAME_CHARACTERS_MAX} characters")
    try:
        key = load_pem_private_key(private_key_pem, password=None)
    except ValueError:
        raise CaArgument("not a PEM private key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CaArgument("Fabric needs an elliptic curve key")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, enrollment_id)])
    builder = x509.CertificateSigningRequestBuilder(subject)
    if hosts:
        names = x509.SubjectAlternativeName([_alternative_name(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        if _HOST_NAME.fullmatch(host) is None:
            raise CaArgument(f"{host!r} is neither an address nor a host name") from None
        return x509.DNSName(host)


def check_pair(enrollment: Enrollment) -> Enrollment:
    """The enrolment itself, once certificate and key are known to belong together; raises ``CaError`` (CA_ANSWER)."""
    key = load_pem_private_key(enrollment.private_key_pem, password=None)
    if key.public_key() != enrollment.certificate.public_key():
        raise CaError("the CA answers with the certificate of another key", code="CA_ANSWER")
    return enrollment
