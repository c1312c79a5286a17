"""Licences of services: who may move money in and out, carry parcels and inspect, as the association licenses them.

A role in a certificate is the word of the organisation that certifies it, and any organisation can certify any role. So
a role of a service counts beside a licence alone, and for the keys that the licence names: whoever else is certified in
the party's name, by its own organisation too, has none of them.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, WrongState
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.signatory import MspId, PlaceName, Signatory

KEYS_MAX = 100  # bounds what each act of a service reads
GROUND_LENGTH_MAX = 2_000
Service = Literal["provider", "carrier", "inspector"]  # the roles in the certificates of who does it; part of keys
SERVICES: frozenset[Service] = frozenset(get_args(Service))
PROVIDER: Service = "provider"  # makes money of what it received, and pays money out
CARRIER: Service = "carrier"
INSPECTOR: Service = "inspector"
Keys = Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=KEYS_MAX)]


class Validity(BaseModel):
    """That a licence is in force from ``since`` until ``until``, when it no longer is; ``ground`` says why it ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: datetime
    until: datetime | None = None
    ground: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


class ServiceLicence(Record, kind="escrow-licence", key=("service", "msp_id", "place")):
    """That a party (``place`` as in ``Party``) may act in the role of a service.

    ``keys`` are those that sign for it, each the SHA-256 of a public key (SubjectPublicKeyInfo, DER). ``validities``
    are by time, and the last one counts. ``recorder`` signed the last change.
    """

    service: Service
    msp_id: str
    place: str
    name: str
    keys: tuple[Sha256, ...]
    validities: tuple[Validity, ...]
    recorder: Signatory

    def in_force(self, at: datetime) -> bool:
        """Whether the party is licensed at a moment."""
        return any(validity.holds(at) for validity in self.validities)


class Licensee(BaseModel):
    """A party, as records name it, and the service that it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Service
    msp_id: MspId
    place: PlaceName


def signing_key(certificate: x509.Certificate) -> Sha256:
    """A certificate's public key as licences name it; a renewal may keep it or not."""
    encoded = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


async def refuse_unlicensed(ctx: Context, person: Signatory) -> None:
    """Raise ``NotAllowed`` (ESCROW_NOT_LICENSED, SUPERVISION_NOT_LICENSED) for a caller without a licence in force.

    ``person`` is the caller, whose role is a service's. The code is that of the contract called. What somebody did
    before the licence ended is not asked about again.
    """
    licence = await ctx.ledger.find(ServiceLicence, person.role, *person.party)
    if licence is None:
        problem = f"no licence as {person.role} names this party of {person.msp_id}"
    elif not licence.in_force(ctx.time):
        problem = f"the licence as {person.role} is not in force"
    elif signing_key(ctx.caller.certificate) not in licence.keys:
        problem = f"the licence as {person.role} does not name the key of this certificate"
    else:
        return
    remedy = "ask an officer of the association to license it"
    raise NotAllowed(f"{ctx.contract.upper()}_NOT_LICENSED", f"{problem}: {remedy}")


async def refuse_unlicensed_party(ctx: Context, service: Service, msp_id: str, place: str) -> None:
    """Raise ``WrongState`` (ESCROW_SERVICE_UNLICENSED) for a party without a licence in force for what it is asked."""
    licence = await ctx.ledger.find(ServiceLicence, service, msp_id, place)
    if licence is None or not licence.in_force(ctx.time):
        problem = f"{msp_id}:{place} has no licence as {service} in force: name a party that has one"
        raise WrongState("ESCROW_SERVICE_UNLICENSED", problem)
