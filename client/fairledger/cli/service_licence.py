"""``fairledger licence grant``, ``end`` and ``services``: who moves money in and out, carries parcels, and inspects."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import plain, table, when
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_chaincode.identity import ClientIdentity
    from fairledger_contracts.records.service_licence import ServiceLicence

Service = Annotated[str, typer.Argument(help="provider (of payments), carrier or inspector.")]
From = Annotated[datetime | None, typer.Option("--from", help="UTC; now, if it is left out.")]
Until = Annotated[datetime | None, typer.Option("--until", help="UTC; now, if it is left out.")]
HolderOrg = Annotated[str | None, typer.Option("--org", help="The party's organisation, for certificates in files.")]


def grant(
    *,
    service: Service,
    holders: Annotated[list[str], typer.Argument(help="Its people: certificates (PEM files), or names in wallets.")],
    name: Name,
    party_name: Annotated[str, typer.Option("--name", help="The party's name, which everybody can read.")],
    holder_org: HolderOrg = None,
    valid_from: From = None,
    organization: Organization = None,
) -> None:
    """License a party for a service, with the keys of its people, as an officer of the association.

    Again, it replaces name and keys of the licence: do so when a certificate is renewed with another key.
    """
    from fairledger_contracts.records.service_licence import signing_key  # noqa: PLC0415  only this command pays for it

    people = [_holder(told, holder_org) for told in holders]
    parties = {(person.msp_id, person.attributes.get("gln") or person.id) for person in people}
    if len(parties) != 1:
        raise CommandError("LICENCE_PARTIES", "these certificates are of several parties", "license each by itself")
    roles = {person.attributes.get("role", "") for person in people}
    if roles != {service}:
        told = ", ".join(sorted(role or "no role" for role in roles))
        raise CommandError("LICENCE_ROLE", f"these certificates have {told}, not {plain(service)}", "have them renewed")
    ((msp_id, place),) = parties
    keys = list(dict.fromkeys(signing_key(person.certificate) for person in people))
    party = {"service": service, "msp_id": msp_id, "place": place, "name": party_name}
    _tell(_call(name, organization, "license_service", {**party, "keys": keys, "valid_from": _utc(valid_from)}))


def end(
    *,
    service: Service,
    party: Annotated[str, typer.Argument(help="Organisation and GLN, or a name in a wallet here.")],
    name: Name,
    ground: Annotated[str, typer.Option(help="Why, which everybody can read.")],
    valid_until: Until = None,
    organization: Organization = None,
) -> None:
    """End a party's licence, as an officer of the association; what was done under it stays."""
    told = {"service": service, **_party(party), "ground": ground, "valid_until": _utc(valid_until)}
    _tell(_call(name, organization, "end_licence", told))


def services(*, organization: Organization = None, as_json: Json = False) -> None:
    """List licences of services, those that ended too."""
    from fairledger.readmodel.records import all_records  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.service_licence import ServiceLicence  # noqa: PLC0415

    with reading(organization) as connection:
        found = sorted(all_records(connection, ServiceLicence), key=lambda each: (each.service, each.name))
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in found)}]")
        return
    headings = ("service", "name", "organisation", "GLN or id", "keys", "since (UTC)", "until (UTC)", "ground")
    rows = (
        (
            *(each.service, each.name, each.msp_id.removesuffix("MSP"), each.place, str(len(each.keys))),
            *(when(validity.since), when(validity.until), validity.ground),
        )
        for each in found
        for validity in each.validities
    )
    output_console().print(table("licences of services", headings, rows))


def _holder(told: str, organization: str | None) -> "ClientIdentity":
    """A person, by the file of their certificate or their name in a wallet here."""
    from fairledger.identity import Identity, IdentityError  # noqa: PLC0415  only this command pays for these
    from fairledger.wallet import Wallet  # noqa: PLC0415
    from fairledger_chaincode.errors import IdentityRefused  # noqa: PLC0415
    from fairledger_chaincode.identity import ClientIdentity  # noqa: PLC0415

    state = State.find()
    if not Path(told).is_file():
        identity = Wallet(state.wallet(state.home_of(told, organization))).get(told).identity
        return ClientIdentity.from_creator(identity.serialized)
    if organization is None:
        raise CommandError("LICENCE_ORG", "a certificate does not tell its organisation", "add --org")
    try:
        identity = Identity(f"{organization.removesuffix('MSP')}MSP", Path(told).read_bytes())
        return ClientIdentity.from_creator(identity.serialized)
    except (OSError, IdentityError, IdentityRefused) as error:
        raise CommandError("LICENCE_CERTIFICATE", f"{plain(told)} holds no certificate", "give a PEM file") from error


def _party(told: str) -> dict[str, str]:
    from fairledger.cli.escrow_client import signatory  # noqa: PLC0415  only this command pays for it

    organization, separator, place = told.partition(":")
    if separator:
        return {"msp_id": f"{organization.removesuffix('MSP')}MSP", "place": place}
    return signatory(told).party._asdict()


def _call(name: str, organization: str | None, function: str, told: object) -> "ServiceLicence":
    from fairledger_contracts.records.service_licence import ServiceLicence  # noqa: PLC0415  only these commands pay for it

    return call(ServiceLicence, name, organization, f"escrow:{function}", json.dumps(told))


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=UTC).isoformat()


def _tell(licence: "ServiceLicence") -> None:
    last = licence.validities[-1]
    until = f" until {when(last.until)} UTC" if last.until else ""
    party = f"{plain(licence.name)} ({licence.msp_id}:{licence.place})"
    typer.echo(f"{party}: {licence.service} from {when(last.since)} UTC{until}, {len(licence.keys)} key(s)")
