"""``/monitoring`` and ``/anomalies``: who is watched more closely, and what is out of line with the others."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import PROSE, Body, json_only
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.security import Person
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.monitoring import (
    EVIDENCE_MAX,
    REASON_LENGTH_MAX,
    Anomaly,
    AnomalyKind,
    Count,
    Listing,
    Subject,
)
from fairledger_contracts.records.standard import ParameterName

router = APIRouter(tags=["Supervision"])


class NewListing(Body):
    """Whom to monitor, by which rule of the standard ``supervision``, on what ground (ids of records)."""

    subject: Annotated[Subject, Field(examples=["platform:PlatformAMSP"])]
    rule: ParameterName
    ground: Annotated[str, Field(pattern=r"^[!-~ ]{1,300}$")]


class Removal(Body):
    """Why an authority takes somebody off the list; empty where its review is overdue."""

    reason: Annotated[str, Field(max_length=REASON_LENGTH_MAX, pattern=rf"^$|{PROSE}")] = ""


class NewAnomaly(Body):
    """What was observed of a platform or node, with the hashes of the evidence."""

    subject: Annotated[Subject, Field(examples=["node:PlatformA"])]
    name: AnomalyKind
    observed: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Count]
    evidence: Annotated[tuple[Sha256, ...], Field(max_length=EVIDENCE_MAX)] = ()


class Cleared(Body):
    """Which anomaly is over."""

    subject: Subject
    name: AnomalyKind


@router.get(
    "/monitoring",
    summary="The monitoring list, and who was on it.",
    dependencies=[takes("subject", "inForce", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Listing),
)
def monitoring(
    request: Request,
    *,
    subject: lists.Term = None,
    in_force: Annotated[Literal["true", "false"] | None, lists.named("inForce")] = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model."""
    return lists.page(request, Listing, {"subject": subject, "in_force": in_force}, per_page, token)


@router.post(
    "/monitoring",
    status_code=201,
    summary="Put somebody on the monitoring list, as an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Listing, 201),
)
async def enlist(request: Request, body: NewListing, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("supervision:enlist", body), status=201)


@router.post(
    "/monitoring/{id}/confirm",
    summary="Confirm an entry at its review, as an authority.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Listing),
)
async def confirm(request: Request, listing_id: lists.RecordId, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("supervision:confirm_listing", listing_id))


@router.post(
    "/monitoring/{id}/remove",
    summary="Remove an entry, as an authority, with the reason; anybody may without one once its review is overdue.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Listing),
)
async def remove(request: Request, listing_id: lists.RecordId, body: Removal, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("supervision:delist", listing_id, body.reason))


@router.get(
    "/anomalies",
    summary="Anomalies of platforms and nodes.",
    dependencies=[takes("subject", "name", "open", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Anomaly),
)
def anomalies(
    request: Request,
    *,
    subject: lists.Term = None,
    name: AnomalyKind | None = None,
    is_open: Annotated[Literal["true", "false"] | None, lists.named("open")] = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model."""
    return lists.page(request, Anomaly, {"subject": subject, "name": name, "open": is_open}, per_page, token)


@router.post(
    "/anomalies",
    status_code=201,
    summary="Record an anomaly, as a service or the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Anomaly, 201),
)
async def observe(request: Request, body: NewAnomaly, person: Person, once: Once) -> Response:
    """Endorse and order it; one that is open already is refused."""
    return await lists.write(request, person, once, ("supervision:observe", body), status=201)


@router.post(
    "/anomalies/clear",
    summary="Record that an anomaly is over, as a service or the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Anomaly),
)
async def clear(request: Request, body: Cleared, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("supervision:clear", body.subject, f'"{body.name}"'))
