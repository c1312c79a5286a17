"""``/epcis/events``: the simple event query, answered by the read model."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from fairledger.api import versions
from fairledger.api.answers import query_document
from fairledger.api.descriptions import QUERY_DOCUMENT, problems
from fairledger.api.paging import link_next
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel import queries
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.filters import PARAMETERS, Parameter
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX, VALUES_MAX, shown

COUNT_MAX: Final = (1 << 31) - 1
_OWN: Final = frozenset({"perPage", "nextPageToken", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount"})
router = APIRouter(prefix="/epcis", tags=["Events"])

_DOCUMENT: Final[dict[str, Any]] = {"content": {"application/ld+json": {"schema": QUERY_DOCUMENT}}}


def _described(parameter: Parameter) -> dict[str, Any]:
    """The OpenAPI description of a query parameter of the standard."""
    described = {"name": parameter.name, "in": "query", "required": False, "description": parameter.description}
    if not parameter.several:
        return {**described, "schema": parameter.value}
    schema = {"type": "array", "minItems": 1, "maxItems": VALUES_MAX, "items": parameter.value}
    return {**described, "style": "pipeDelimited", "explode": False, "schema": schema}


@router.get(
    "/events",
    summary="Events by the simple event query of EPCIS 2.0.",
    dependencies=[Depends(versions.understood)],
    response_class=Response,
    responses={
        200: {
            "description": "A page of events, in the ledger's order unless `orderBy` says otherwise.",
            "headers": {"Link": {"description": 'rel="next": the next page.', "schema": {"type": "string"}}},
            **_DOCUMENT,
        },
        **problems(400, 406, 413, 414, 501, 503),
    },
    openapi_extra={"parameters": [_described(parameter) for parameter in PARAMETERS.values()]},
)
def events(
    request: Request,
    *,
    per_page: Annotated[
        int, Query(alias="perPage", ge=1, le=queries.PER_PAGE_MAX, description="Events a page, at most.")
    ] = queries.PER_PAGE,
    token: Annotated[str | None, Query(alias="nextPageToken", description="From the Link of the page before.")] = None,
    order_by: Annotated[
        str | None,
        Query(alias="orderBy", description="Order by this field.", json_schema_extra={"enum": list(queries.ORDERS)}),
    ] = None,
    order_direction: Annotated[
        str | None,
        Query(alias="orderDirection", description="Descending without.", json_schema_extra={"enum": ["ASC", "DESC"]}),
    ] = None,
    event_count_limit: Annotated[
        int | None, Query(alias="eventCountLimit", ge=1, le=COUNT_MAX, description="The first so many; needs orderBy.")
    ] = None,
    max_event_count: Annotated[
        int | None, Query(alias="maxEventCount", ge=0, le=COUNT_MAX, description="Refuse when there are more.")
    ] = None,
) -> Response:
    """Answer from this organisation's read model; several values of a parameter stand between ``|``."""
    query = queries.Query(
        filters=_filters(request),
        order_by=_one_of("orderBy", order_by, tuple(queries.ORDERS)),
        descending=_descending(order_by, _one_of("orderDirection", order_direction, queries.DIRECTIONS)),
        limit=event_count_limit,
        most=max_event_count,
        per_page=per_page,
    )
    with service_of(request).database.reading() as connection:
        page = queries.find(connection, query, token)
    headers = dict(versions.ANSWERED)
    if page.next_token is not None:
        headers["Link"] = link_next(request, page.next_token)
    return Response(query_document(page.events), media_type="application/ld+json", headers=headers)


@router.get(
    "/events/{eventID:path}",  # ids of the standard have slashes, which come decoded
    summary="What was recorded under one event id.",
    dependencies=[takes(), Depends(versions.understood)],
    response_class=Response,
    responses={200: {"description": "The event.", **_DOCUMENT}, **problems(400, 404, 406, 414, 503)},
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
) -> Response:
    """Answer with the event of that id, then its error declaration if there is one.

    Several events mean that somebody claimed the id of another's; the one recorded first comes first.
    """
    with service_of(request).database.reading() as connection:
        found = queries.events_by_id(connection, event_id)
    if not found:
        raise Problem("EVENT_UNKNOWN", "no event with this id is on the ledger")
    return Response(query_document(found), media_type="application/ld+json", headers=versions.ANSWERED)


def _filters(request: Request) -> dict[str, str]:
    filters: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name in seen:
            raise QueryError(
                "QUERY_PARAMETER_REPEATED", f"{shown(name)} stands twice; put several values between |", name
            )
        seen.add(name)
        if name not in _OWN:
            filters[name] = value
    return filters


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise QueryError("QUERY_VALUE", f"{name} is one of {', '.join(allowed)}, not {shown(value)}", name)
    return value


def _descending(order_by: str | None, direction: str | None) -> bool:
    """The standard's default is DESC where an order is asked for; the ledger's own order is ascending."""
    return direction == "DESC" if direction is not None else order_by is not None
