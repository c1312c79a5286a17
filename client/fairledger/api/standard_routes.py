"""``/standards`` and ``/members``: what the association prescribes, who votes on it, and what counts now."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import PROSE, Body, json_only
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel.queries import PER_PAGE
from fairledger.readmodel.records import list_records
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.ballot import Ballot
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName, Standard, StandardName, in_force

VERSIONS_MAX = 9_999
PARAMETERS_MAX = 200
router = APIRouter(tags=["Standards"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Version = Annotated[str, Path(pattern=r"^[0-9]{4}$")]
OfMember = Annotated[str, Path(alias="mspID", pattern=r"^[A-Za-z0-9.-]{1,100}$")]
MspId = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$", examples=["PlatformAMSP"])]
Number = Annotated[int, Field(strict=True, ge=-PARAMETER_MAX, le=PARAMETER_MAX)]


class StandardFile(Body):
    """A standard as its file tells it; the folder ``standards`` has some."""

    name: Annotated[StandardName, Field(examples=["complaints"])]
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE, examples=["Who answers until when"])]
    parameters: Annotated[dict[ParameterName, Number], Field(min_length=1, max_length=PARAMETERS_MAX)]


class NewStandard(StandardFile):
    """A version to vote on until ``votes_until``. Its text is a document by its hash."""

    text_sha256: Annotated[Sha256, Field(examples=["ab" * 32])]
    effective_from: AwareDatetime
    votes_until: AwareDatetime


class NewMember(Body):
    """A platform that joins, as its certificates and as people name it."""

    msp_id: MspId
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE, examples=["Shop of Shenzhen"])]


class Choice(Body):
    """How an organisation votes."""

    approves: bool


@router.get(
    "/standards",
    summary="Standards in all versions.",
    dependencies=[takes("name", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Standard),
)
def standards(
    request: Request, name: lists.Term = None, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model."""
    return lists.page(request, Standard, {"name": name}, per_page, token)


@router.get(
    "/standards/{name}",
    summary="The version of a standard that counts now.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Standard),
)
def standard(request: Request, name: Name) -> Response:
    """Answer from the read model, by this service's clock."""
    with service_of(request).database.reading() as connection:
        found = list_records(connection, Standard, [("name", name)], limit=VERSIONS_MAX)
    counts = in_force([each for each, _ in found], datetime.now(UTC))
    if counts is None:
        raise Problem("DISCLOSURE_STANDARD_UNKNOWN", "no version of this standard is in force")
    return Response(counts.model_dump_json(), media_type=lists.JSON)


@router.get(
    "/standards/{name}/{version}/ballot",
    summary="How the members voted on a version.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Ballot),
)
def ballot(request: Request, name: Name, version: Version) -> Response:
    """Answer from the read model."""
    return lists.one(request, Ballot, "DISCLOSURE_BALLOT_UNKNOWN", name, version)


@router.post(
    "/standards",
    status_code=201,
    summary="Propose a standard's next version, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Standard, 201),
)
async def propose(request: Request, body: NewStandard, person: Person, once: Once) -> Response:
    """Endorse and order it; the members vote."""
    return await lists.write(
        request, person, once, ("disclosure:propose", body), status=201, at=f"/standards/{body.name}"
    )


@router.post(
    "/standards/{name}/{version}/votes",
    status_code=201,
    summary="Vote for your organisation, as its officer.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Ballot, 201),
)
async def vote(request: Request, *, name: Name, version: Version, body: Choice, person: Person, once: Once) -> Response:
    """Endorse and order the vote; the one that makes the majority adopts."""
    return await lists.write(request, person, once, ("disclosure:vote", name, version, body.approves), status=201)


@router.post(
    "/standards/{name}/{version}/close",
    summary="Let a ballot lapse whose time is over.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Ballot),
)
async def close(request: Request, name: Name, version: Version, person: Person, once: Once) -> Response:
    """Anybody may."""
    return await lists.write(request, person, once, ("disclosure:close_ballot", name, version))


@router.get(
    "/members",
    summary="The platforms of the consortium.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Member),
)
def members(request: Request, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None) -> Response:
    """Answer from the read model."""
    return lists.page(request, Member, {}, per_page, token)


@router.post(
    "/members",
    status_code=201,
    summary="Enrol a platform, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Member, 201),
)
async def enrol(request: Request, body: NewMember, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("disclosure:enrol", body.msp_id, body.name), status=201)


@router.post(
    "/members/{mspID}/strike",
    summary="Strike a platform off, as the regulator.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Member),
)
async def strike(request: Request, msp_id: OfMember, person: Person, once: Once) -> Response:
    """Endorse and order it; the platform neither votes nor discloses from then on."""
    return await lists.write(request, person, once, ("disclosure:strike", msp_id))
