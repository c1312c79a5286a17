"""Who calls: the certificate behind a proposal, read as Fabric reads it."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import NameOID
from fabric_protos.msp.identities_pb2 import SerializedIdentity
from google.protobuf.message import DecodeError
from pydantic import BaseModel

from fairledger_chaincode.certificate import read_certificate
from fairledger_chaincode.errors import IdentityRefused

FABRIC_ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")  # the extension in which Fabric's CA puts attributes
IDENTITIES_REMEMBERED = 1_024  # parsed certificates, some 10 kB each

# Fabric prints names as Go's pkix.Name does: these attributes and no others, those of one type together in one
# relative name, the last of this list first; of the two that are single, the last one in the certificate counts.
NAME_ATTRIBUTES = (
    ("C", NameOID.COUNTRY_NAME),
    ("O", NameOID.ORGANIZATION_NAME),
    ("OU", NameOID.ORGANIZATIONAL_UNIT_NAME),
    ("L", NameOID.LOCALITY_NAME),
    ("ST", NameOID.STATE_OR_PROVINCE_NAME),
    ("STREET", NameOID.STREET_ADDRESS),
    ("POSTALCODE", NameOID.POSTAL_CODE),
    ("CN", NameOID.COMMON_NAME),
    ("SERIALNUMBER", NameOID.SERIAL_NUMBER),
)
SINGLE_ATTRIBUTES = frozenset({"CN", "SERIALNUMBER"})
ESCAPED = frozenset(',+"\\<>;')


@dataclass(frozen=True, slots=True)
class ClientIdentity:
    """The client that signed the proposal; the peer has already checked its signature and its certificate.

    ``id`` is Fabric's: base64 of ``x509::<subject>::<issuer>``; it stays the same when the certificate is renewed.
    ``attributes`` are those that the organisation's CA vouches for.
    """

    msp_id: str
    id: str
    attributes: Mapping[str, str]
    certificate: x509.Certificate
    expires_s: float  # when the certificate ends, in seconds since 1970 UTC

    @classmethod
    def from_creator(cls, creator: bytes) -> "ClientIdentity":
        """Read a serialised identity. Raises ``IdentityRefused`` when it holds no X.509 certificate."""
        return _read_identity(creator)


class _Extension(BaseModel):
    """What Fabric's CA puts into its extension."""

    attrs: dict[str, str] | None = None


@lru_cache(maxsize=IDENTITIES_REMEMBERED)
def _read_identity(creator: bytes) -> ClientIdentity:
    try:
        identity = SerializedIdentity.FromString(creator)
        certificate = read_certificate(identity.id_bytes)
        fabric_id = f"x509::{_name(certificate.subject)}::{_name(certificate.issuer)}"
        attributes = _attributes(certificate)
        expires_s = certificate.not_valid_after_utc.timestamp()
    except (DecodeError, ValueError) as error:
        raise IdentityRefused("the creator has no X.509 certificate that can be read") from error
    return ClientIdentity(
        identity.mspid, base64.b64encode(fabric_id.encode()).decode(), attributes, certificate, expires_s
    )


def _attributes(certificate: x509.Certificate) -> Mapping[str, str]:
    try:
        extension = certificate.extensions.get_extension_for_oid(FABRIC_ATTRIBUTES)
    except x509.ExtensionNotFound:
        return MappingProxyType({})
    return MappingProxyType(_Extension.model_validate_json(extension.value.public_bytes(), strict=True).attrs or {})


def _name(name: x509.Name) -> str:
    relative_names = []
    for label, oid in reversed(NAME_ATTRIBUTES):
        values = [str(attribute.value) for attribute in name.get_attributes_for_oid(oid)]
        if label in SINGLE_ATTRIBUTES:
            values = [value for value in values[-1:] if value]
        if values:
            relative_names.append("+".join(f"{label}={_escaped(value)}" for value in values))
    return ",".join(relative_names)


def _escaped(value: str) -> str:
    return "".join(_escaped_characters(value))


def _escaped_characters(value: str) -> Iterable[str]:
    last = len(value) - 1
    for position, character in enumerate(value):
        at_start = position == 0 and character in " #"
        at_end = position == last and character == " "
        yield f"\\{character}" if at_start or at_end or character in ESCAPED else character
