"""``/escrow/freezes``: money that is in dispute, kept where it is for a time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import Body, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.paging import next_page
from fairledger.api.parameters import takes
from fairledger.api.parties import follows, is_platform_officer, sees_all, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.record_pages import page_of
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.escrow.freezing import new_freeze
from fairledger.readmodel.queries import PER_PAGE
from fairledger.readmodel.records import find_record
from fairledger_contracts.records.agreement import Seconds
from fairledger_contracts.records.freeze import Freeze, Ground, Origin
from fairledger_contracts.records.note import INPUTS_MAX, Note, NoteId

router = APIRouter(prefix="/escrow", tags=["Money"])


class NewFreeze(Body):
    """Notes that came out of an order or a payment, the ground, and for how many seconds they are kept."""

    origin: Origin
    ground: Ground
    notes: Annotated[tuple[NoteId, ...], Field(min_length=1, max_length=INPUTS_MAX)]
    seconds: Seconds


@router.get(
    "/freezes",
    summary="Freezes by one's own platform, as its officer; authorities see all.",
    dependencies=[takes("perPage", "nextPageToken", "note")],
    response_class=Response,
    responses={200: {"description": "The last changed first.", "model": list[Freeze]}, **problems(400, 401, 403, 503)},
)
def freezes(
    request: Request,
    person: Person,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
    note: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}:[0-9]{1,2}$")] = None,
) -> Response:
    """Answer from the read model."""
    signatory = signatory_of(person)
    terms = [("note", note)] if note else []
    if is_platform_officer(signatory):
        terms.append(("msp_id", signatory.msp_id))
    elif not sees_all(signatory):
        raise Problem("ESCROW_DENIED", "freezes are listed to those who can freeze; one's own are told by its id")
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Freeze, terms, per_page, token)
    text = ",".join(each.model_dump_json() for each in found)
    return Response(f"[{text}]", media_type=lists.JSON, headers=next_page(request, more))


@router.get(
    "/freezes/{id}",
    summary="A freeze, for the owners of the notes, the platform that froze, and the authorities.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As it is now.", "model": Freeze}, **problems(400, 401, 403, 404, 503)},
)
def one_freeze(request: Request, freeze_id: lists.RecordId, person: Person) -> Response:
    """Answer from the read model."""
    signatory = signatory_of(person)
    with service_of(request).database.reading() as connection:
        found = find_record(connection, Freeze, freeze_id)
        if found is None:
            raise Problem("ESCROW_FREEZE_UNKNOWN", "no freeze has this id")
        notes = [find_record(connection, Note, note) for note in found.notes]
    froze = is_platform_officer(signatory) and signatory.msp_id == found.recorder.msp_id
    if not froze and not follows(signatory, [note.owner for note in notes if note is not None]):
        raise Problem("ESCROW_DENIED", "a freeze is told to whom it concerns")
    return Response(found.model_dump_json(), media_type=lists.JSON)


@router.post(
    "/freezes",
    status_code=201,
    summary="Freeze money, as an officer of a platform that is concerned or as the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Freeze, 201),
)
async def freeze(request: Request, body: NewFreeze, person: Person, once: Once) -> Response:
    """Endorse and order it; how the notes came from the origin is looked up here, and checked by the contract."""
    with service_of(request).database.reading() as connection:
        new = new_freeze(connection, signatory_of(person), body.origin, body.ground, body.notes, seconds=body.seconds)
    return await lists.write(request, person, once, ("escrow:freeze", new), status=201, at="/escrow/freezes/{id}")


@router.post(
    "/freezes/{id}/release",
    summary="End a freeze before its time, as an officer of the platform that froze or as the regulator.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Freeze),
)
async def release(request: Request, freeze_id: lists.RecordId, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("escrow:release", freeze_id))
