"""Who is licensed for a service, as the desk names and offers them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from fairledger.api.parties import signatory_of
from fairledger.readmodel.records import all_records, find_record
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.service_licence import SERVICES, Service, ServiceLicence, signing_key


def licensed_for(connection: Connection, service: Service, at: datetime) -> list[ServiceLicence]:
    """The licences of a service that are in force at a moment, by name."""
    found = [each for each in all_records(connection, ServiceLicence, [("service", service)]) if each.in_force(at)]
    return sorted(found, key=lambda each: (each.name, each.msp_id, each.place))


def party_name(licence: ServiceLicence) -> str:
    """The party's name, its organisation, and its GLN if it has one: other places are nothing that people read."""
    return " ".join((licence.name, f"({', '.join(_known_by(licence))})"))


def needs_licence(visitor: WalletEntry) -> bool:
    """Whether the visitor's role counts beside a licence alone."""
    return signatory_of(visitor).role in SERVICES


def lacks_licence(connection: Connection, visitor: WalletEntry, at: datetime) -> bool:
    """Whether the visitor's role needs a licence, and none in force names their party and the key of their certificate.

    Contracts refuse what they do in that role (ESCROW_NOT_LICENSED, SUPERVISION_NOT_LICENSED).
    """
    if not needs_licence(visitor):
        return False
    person = signatory_of(visitor)
    licence = find_record(connection, ServiceLicence, person.role, *person.party)
    if licence is None or not licence.in_force(at):
        return True
    return signing_key(visitor.identity.certificate) not in licence.keys


def _known_by(licence: ServiceLicence) -> Iterator[str]:
    yield licence.msp_id.removesuffix("MSP")
    if licence.place.isdecimal():
        yield licence.place
