"""What one sees of a person's identity: who, in which organisation, with which certificate, in which state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

ATTRIBUTES_OID = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")  # Fabric CA's extension for certificate attributes


class State(StrEnum):
    """Where an identity is in its life."""

    REGISTERED = "registered"  # known to the CA, no certificate yet
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class PersonRecord:
    """One line of the list. ``serial`` is hexadecimal; serial and ``expires`` (UTC) are None before enrolment."""

    name: str
    organization: str
    role: str
    gln: str | None
    serial: str | None
    expires: datetime | None
    state: State


def registered(name: str, organization: str, attributes: Mapping[str, str]) -> PersonRecord:
    """The record of somebody who has an enrolment secret but no certificate."""
    role, gln = attributes.get("role", ""), attributes.get("gln")
    return PersonRecord(name, organization, role, gln, serial=None, expires=None, state=State.REGISTERED)


def enrolled(
    name: str, organization: str, certificate: x509.Certificate, *, revoked: frozenset[int], now: datetime
) -> PersonRecord:
    """The record of a certificate's holder. Who has no role attribute is called by the organisational unit."""
    attributes = certificate_attributes(certificate)
    units = certificate.subject.get_attributes_for_oid(x509.OID_ORGANIZATIONAL_UNIT_NAME)
    expires = certificate.not_valid_after_utc
    state = State.EXPIRED if expires < now else State.VALID
    return PersonRecord(
        name=name,
        organization=organization,
        role=attributes.get("role") or (str(units[0].value) if units else ""),
        gln=attributes.get("gln"),
        serial=f"{certificate.serial_number:x}",
        expires=expires,
        state=State.REVOKED if certificate.serial_number in revoked else state,
    )


def certificate_attributes(certificate: x509.Certificate) -> dict[str, str]:
    """The attributes that Fabric CA put into a certificate; empty when there are none or they can't be read."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID).value
        attributes = json.loads(extension.public_bytes())["attrs"]
    except (x509.ExtensionNotFound, ValueError, KeyError, TypeError):
        return {}
    return {str(name): str(value) for name, value in attributes.items()} if isinstance(attributes, dict) else {}
