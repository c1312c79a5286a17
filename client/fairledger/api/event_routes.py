"""``/epcis/events``: the simple event query, answered by the read model, and single events, in and out."""

import asyncio
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response

from fairledger.api import event_query, versions
from fairledger.api.answers import query_document
from fairledger.api.capture_routes import document_in
from fairledger.api.descriptions import CAPTURE_EVENT, QUERY_DOCUMENT, problems
from fairledger.api.documents import SoleEvent, sole_event
from fairledger.api.event_query import EventQuery, answer_events
from fairledger.api.idempotency import Once
from fairledger.api.jobs import ROLLBACK
from fairledger.api.negotiation import MEDIA_TYPES, EpcFormat, MediaType, content
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem, problem_of
from fairledger.api.security import Person
from fairledger.api.service import Service, service_of
from fairledger.api.settings import EVENT_DEADLINE_S
from fairledger.gateway.errors import GatewayError
from fairledger.readmodel import queries
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX
from fairledger.trace.errors import TraceError
from fairledger.wallet import WalletEntry

router = APIRouter(prefix="/epcis", tags=["Events"])
_LOCATION: Final[dict[str, Any]] = {"Location": {"description": "The event.", "schema": {"type": "string"}}}


@router.get(
    "/events",
    summary="Events by the simple event query of EPCIS 2.0.",
    dependencies=[Depends(versions.understood)],
    **event_query.described(),
)
def events(request: Request, asking: EventQuery) -> Response:
    """Answer from this organisation's read model; several values of a parameter stand between ``|``.

    Beside the parameters listed there are those whose names end in a unit, a type or the name of an extension field,
    such as `GE_value_CEL`, `EQ_bizTransaction_po` and `EQ_ILMD_ext:weight` with the header `GS1-Extensions`.
    """
    return answer_events(request, asking)


@router.post(
    "/events",
    status_code=201,
    summary="Capture one event on the ledger.",
    dependencies=[takes(), Depends(versions.written)],
    response_class=Response,
    responses={
        201: {"description": "On the ledger, and at Location.", "headers": _LOCATION},
        **problems(400, 401, 403, 406, 409, 413, 415, 502, 503, 504),
    },
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, CAPTURE_EVENT)}},
)
async def capture_event(request: Request, person: Person, once: Once) -> Response:
    """Check, endorse and order one event, and wait until it is on the ledger; the bearer of the token signs.

    Refused as 409 when the ledger has an event with this id; an error declaration has the id of its event.
    """
    return await once.answer(lambda: _captured(request, person))


async def _captured(request: Request, person: WalletEntry) -> Response:
    service = service_of(request)
    try:
        sole = await asyncio.to_thread(sole_event, await document_in(request))
        await asyncio.to_thread(_refuse_known, service, sole)
        job = await service.captures.accept(person, sole.document, ROLLBACK)
    except (Problem, GatewayError, TraceError) as error:
        raise problem_of(error).alone() from error
    finished = await service.captures.finished(job, EVENT_DEADLINE_S)
    if finished.running:
        raise Problem("CAPTURE_UNFINISHED", f"see /epcis/capture/{job.capture_id}, where it goes on")
    if finished.errors:
        raise Problem(finished.errors[0]["code"], finished.errors[0]["detail"])
    location = f"/epcis/events/{quote(sole.event_id, safe='')}"
    return Response(status_code=201, headers={**versions.ANSWERED, "Location": location})


def _refuse_known(service: Service, sole: SoleEvent) -> None:
    with service.database.reading() as connection:
        if queries.has_event(connection, sole.event_id, is_declaration=sole.is_declaration):
            raise Problem("EVENT_EXISTS", "the ledger has an event with this id")


@router.get(
    "/events/{eventID:path}",  # ids of the standard have slashes, which come decoded
    summary="What was recorded under one event id.",
    dependencies=[takes(), Depends(versions.understood)],
    response_class=Response,
    responses={
        200: {"description": "The event.", "content": content(QUERY_DOCUMENT)},
        **problems(400, 404, 406, 414, 503),
    },
)
def event(
    request: Request,
    event_id: Annotated[
        str,
        Path(
            alias="eventID",
            description="The event's id, percent-encoded.",
            max_length=VALUE_LENGTH_MAX,
            json_schema_extra={"pattern": IDENTIFIER},
        ),
    ],
    epc_format: EpcFormat,
    media_type: MediaType,
) -> Response:
    """Answer with the event of that id, then its error declaration if there is one.

    Several events mean that somebody claimed the id of another's; the one recorded first comes first.
    """
    with service_of(request).database.reading() as connection:
        found = queries.events_by_id(connection, event_id)
    if not found:
        raise Problem("EVENT_UNKNOWN", "no event with this id is on the ledger")
    headers = {**versions.ANSWERED, "GS1-EPC-Format": epc_format}
    return Response(query_document(found, epc_format=epc_format), media_type=media_type, headers=headers)
