"""``/licences``: who may move money in and out, carry parcels, and inspect, as the association licenses them."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import PROSE, Body, json_only
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.security import Person
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.records.licence import NAME_LENGTH_MAX
from fairledger_contracts.records.service_licence import GROUND_LENGTH_MAX, Keys, Service, ServiceLicence
from fairledger_contracts.records.signatory import MspId, PlaceName

router = APIRouter(prefix="/licences", tags=["Licences"])


class Licensee(Body):
    """A party: ``place`` is its GLN, or its person's id (Fabric's) where the certificate names no GLN."""

    service: Annotated[Service, Field(examples=["carrier"])]
    msp_id: Annotated[MspId, Field(examples=["PlatformBMSP"])]
    place: Annotated[PlaceName, Field(examples=["9521000000032"])]


class NewLicence(Licensee):
    """``keys`` are those of its people's certificates: SHA-256 of each public key (SubjectPublicKeyInfo, DER)."""

    name: Annotated[
        str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=PROSE, examples=["Express of Chengdu"])
    ]
    keys: Annotated[Keys, Field(examples=[["ab" * 32]])]
    valid_from: AwareDatetime | None = None


class LicenceEnd(Licensee):
    """Why the licence ends, and when; without ``valid_until`` at once."""

    ground: Annotated[
        str, Field(min_length=1, max_length=GROUND_LENGTH_MAX, pattern=PROSE, examples=["it has stopped trading"])
    ]
    valid_until: AwareDatetime | None = None


@router.get(
    "",
    summary="Licences of services, those that ended too.",
    dependencies=[takes("service", "mspID", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(ServiceLicence),
)
def licences(
    request: Request,
    *,
    service: Service | None = None,
    msp_id: Annotated[MspId | None, lists.named("mspID")] = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model."""
    return lists.page(request, ServiceLicence, {"service": service, "msp_id": msp_id}, per_page, token)


@router.post(
    "",
    status_code=201,
    summary="License a party, or change its name and keys, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(ServiceLicence, 201),
)
async def license_service(request: Request, body: NewLicence, person: Person, once: Once) -> Response:
    """Endorse and order it. A licence that is in force stays so; an end that was told for it is taken back."""
    return await lists.write(request, person, once, ("escrow:license_service", body), status=201, at="/licences")


@router.post(
    "/end",
    summary="End a licence, as an officer of the association; what was done under it stays.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(ServiceLicence),
)
async def end_licence(request: Request, body: LicenceEnd, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("escrow:end_licence", body))
