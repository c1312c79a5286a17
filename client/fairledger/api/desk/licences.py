"""``/desk/licences``: who may move money in and out, carry and inspect; the association's officers license and end."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api import service_routes as rest
from fairledger.api.desk.acting import back_to, body_of, status_of
from fairledger.api.desk.fields import utc_of
from fairledger.api.desk.licence_words import texts
from fairledger.api.desk.moves import Asked, Move, MoveName, made
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.waiting import Desk
from fairledger.api.forms import form_of
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.identity import Identity
from fairledger.readmodel.records import all_records
from fairledger.wallet import WalletEntry
from fairledger_chaincode.certificate import unreadable_as_value_error
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.escrow.callers import anyone
from fairledger_contracts.records.licence import NAME_LENGTH_MAX
from fairledger_contracts.records.service_licence import (
    CARRIER,
    GROUND_LENGTH_MAX,
    INSPECTOR,
    PROVIDER,
    SERVICES,
    ServiceLicence,
    signing_key,
)

ADDRESS: Final = f"{DESK}/licences"
PEM_LENGTH_MAX: Final = 200_000  # a hundred certificates
SHOWN: Final = (PROVIDER, CARRIER, INSPECTOR)
NOTHING: Final[Mapping[str, str]] = {}
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def licences(request: Request, visitor: Visitor) -> HTMLResponse:
    """Those in force, and those that are over."""
    return await _page(request, visitor)


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def act(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """License or end, and go back to the page; or show the page with the reason why not, and what was filled in."""
    if problem := await made(request, visitor, move, MOVES_HERE):
        return await _page(request, visitor, problem, await form_of(request))
    return back_to(ADDRESS, lang=shown_language(request))


async def _license(asked: Asked) -> Response:
    msp_id = asked.told("msp_id")
    people = [await _certified(asked.request, msp_id, each) for each in _certificates(asked.told("certificates"))]
    parties = {(person.role, *person.party) for person in map(anyone, people)}
    if len(parties) != 1:
        raise Problem("ESCROW_LICENCE_PARTIES", "license each party and each service by itself")
    ((service, _, place),) = parties
    if service not in SERVICES:
        raise Problem("ESCROW_LICENCE_ROLE", f"the certificates have the role {service or 'of nobody'}")
    told = {
        "service": service,
        "msp_id": msp_id,
        "place": place,
        "name": asked.told("name"),
        "keys": list(dict.fromkeys(signing_key(person.certificate) for person in people)),
        "valid_from": _moment(asked, "valid_from"),
    }
    return await rest.license_service(body=body_of(rest.NewLicence, told), **asked.by)


async def _end(asked: Asked) -> Response:
    told = {name: asked.told(name) for name in ("service", "msp_id", "place", "ground")}
    body = body_of(rest.LicenceEnd, {**told, "valid_until": _moment(asked, "valid_until")})
    return await rest.end_licence(body=body, **asked.by)


MOVES_HERE: Final = {"license": Move(_license), "end_licence": Move(_end)}


def _moment(asked: Asked, name: str) -> str | None:
    return utc_of(asked.form, name) if asked.told(name) else None


def _certificates(pem: str) -> list[bytes]:
    """Each of those that somebody pasted one after the other. Raises ``Problem`` (SIGNING_CERTIFICATE)."""
    try:
        with unreadable_as_value_error():
            found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise Problem("SIGNING_CERTIFICATE", "paste certificates as they are in PEM files") from error
    return [each.public_bytes(Encoding.PEM) for each in found]


async def _certified(request: Request, msp_id: str, certificate_pem: bytes) -> ClientIdentity:
    """Who has a certificate, if the organisation issued it. Raises ``Problem`` (SIGNING_CERTIFICATE)."""
    creator = Identity(msp_id, certificate_pem).serialized
    await service_of(request).signing.member(creator)
    return ClientIdentity.from_creator(creator)


async def _page(
    request: Request,
    visitor: WalletEntry,
    problem: Problem | None = None,
    sent: Mapping[str, str] = NOTHING,
) -> HTMLResponse:
    language, now, service = shown_language(request), datetime.now(UTC), service_of(request)
    may_license = Desk(signatory_of(visitor), now).is_officer
    found = await asyncio.to_thread(_found, service, now)
    return page(
        request,
        "licences.html",
        language,
        visitor,
        status=status_of(problem),
        address=ADDRESS,
        w=texts(language),
        now=now,
        licences={each: [licence for licence in found if licence.service == each] for each in SHOWN},
        may_license=may_license,
        organizations=sorted(await service.ledger.organizations()) if may_license else [],
        sent=sent,
        name_length_max=NAME_LENGTH_MAX,
        ground_length_max=GROUND_LENGTH_MAX,
        pem_length_max=PEM_LENGTH_MAX,
        problem=problem,
        done=problem is None and request.query_params.get("done") == "yes",
    )


def _found(service: Service, now: datetime) -> list[ServiceLicence]:
    """Those in force first, each by name."""
    with service.database.reading() as connection:
        known = list(all_records(connection, ServiceLicence))
    return sorted(known, key=lambda each: (not each.in_force(now), each.name, each.msp_id, each.place))
