"""``/inspections``: ordered by an authority, reported by an inspector, mended by the platform, closed."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from fairledger.api import record_lists as lists
from fairledger.api.anchor_routes import Described
from fairledger.api.bodies import Body, json_only
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.security import Person
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.records.inspection import FINDINGS_MAX, Inspection, Place, Severity, Subject, Target

router = APIRouter(prefix="/inspections", tags=["Inspections"])
Documents = Annotated[tuple[Described, ...], Field(max_length=10)]


class NewInspection(Body):
    """What is inspected, where, and after which complaint; ``platform`` (MSP) answers for it."""

    target: Target
    platform: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$", examples=["PlatformAMSP"])]
    place: Place
    complaint_id: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


class NewFinding(Body):
    """One thing that was found; its text is a document by its hash."""

    subject: Subject
    severity: Severity
    documents: Annotated[tuple[Described, ...], Field(max_length=5)] = ()


class Report(Body):
    """All that was found; nothing is fine too."""

    findings: Annotated[tuple[NewFinding, ...], Field(max_length=FINDINGS_MAX)] = ()


class Papers(Body):
    """Documents that show what was mended, or still has to be."""

    documents: Documents = ()


class End(Body):
    """The recall that it led to, if it did."""

    recall_id: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


@router.get(
    "",
    summary="Inspections.",
    dependencies=[takes("platform", "state", "target", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Inspection),
)
def inspections(
    request: Request,
    *,
    platform: lists.Term = None,
    state: lists.Term = None,
    target: lists.Term = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model; ``target`` is a kind and an id, such as ``merchant:9521000000018``."""
    return lists.page(request, Inspection, {"platform": platform, "state": state, "target": target}, per_page, token)


@router.get(
    "/{id}",
    summary="An inspection.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Inspection),
)
def inspection(request: Request, inspection_id: lists.RecordId) -> Response:
    """Answer from the read model."""
    return lists.one(request, Inspection, "SUPERVISION_INSPECTION_UNKNOWN", inspection_id)


@router.post(
    "",
    status_code=201,
    summary="Order an inspection, as an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Inspection, 201),
)
async def order(request: Request, body: NewInspection, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    call = ("supervision:order_inspection", body)
    return await lists.write(request, person, once, call, status=201, at="/inspections/{id}")


@router.post(
    "/{id}/report",
    summary="Report what was found, as an inspector or an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Inspection),
)
async def report(request: Request, inspection_id: lists.RecordId, body: Report, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    call = ("supervision:report_inspection", inspection_id, body.findings)
    return await lists.write(request, person, once, call)


@router.post(
    "/{id}/mend",
    summary="Show what was mended, as the platform concerned.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Inspection),
)
async def mend(request: Request, inspection_id: lists.RecordId, body: Papers, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    call = ("supervision:mend_inspection", inspection_id, body.documents)
    return await lists.write(request, person, once, call)


@router.post(
    "/{id}/send_back",
    summary="Have it mended better, as an authority, with the document that says why.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Inspection),
)
async def send_back(
    request: Request, inspection_id: lists.RecordId, body: Papers, person: Person, once: Once
) -> Response:
    """Endorse and order it."""
    call = ("supervision:send_back_inspection", inspection_id, body.documents)
    return await lists.write(request, person, once, call)


@router.post(
    "/{id}/close",
    summary="Close an inspection, as an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Inspection),
)
async def close(request: Request, inspection_id: lists.RecordId, body: End, person: Person, once: Once) -> Response:
    """Endorse and order it; name the recall that it led to."""
    call = ("supervision:close_inspection", inspection_id, body.recall_id)
    return await lists.write(request, person, once, call)


@router.post(
    "/{id}/deadline/push",
    summary="Let a passed deadline have its effect.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Inspection),
)
async def push(request: Request, inspection_id: lists.RecordId, person: Person, once: Once) -> Response:
    """Anybody may."""
    return await lists.write(request, person, once, ("supervision:push_inspection", inspection_id))
