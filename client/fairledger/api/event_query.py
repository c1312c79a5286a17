"""A simple event query as a request: its parameters, and the page of events that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from fairledger.api import versions
from fairledger.api.answers import query_document
from fairledger.api.descriptions import QUERY_DOCUMENT, problems
from fairledger.api.negotiation import EpcFormat, Extensions, MediaType, content
from fairledger.api.paging import NEXT_PAGE, next_page
from fairledger.api.service import service_of
from fairledger.readmodel import queries
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.filters import PARAMETERS, Parameter
from fairledger.readmodel.values import VALUES_MAX, shown

COUNT_MAX: Final = (1 << 31) - 1
_OWN: Final = frozenset({"perPage", "nextPageToken", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount"})

PerPage = Annotated[int, Query(alias="perPage", ge=1, le=queries.PER_PAGE_MAX, description="Entries a page, at most.")]
PageToken = Annotated[
    str | None, Query(alias="nextPageToken", description="From the Link of the page before; it never expires.")
]


@dataclass(frozen=True)
class Asked:
    """A query as the request asks it, the form of its answer, and which page."""

    query: queries.Query
    token: str | None
    epc_format: str
    media_type: str


def asked(
    request: Request,
    terms: Extensions,
    epc_format: EpcFormat,
    media_type: MediaType,
    *,
    per_page: PerPage = queries.PER_PAGE,
    token: PageToken = None,
    order_by: Annotated[
        str | None,
        Query(
            alias="orderBy",
            description="Order by this field; also by an extension field's name.",
            json_schema_extra={"enum": list(queries.ORDERS)},
        ),
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
) -> Asked:
    """The query that the request's parameters make; several values of one stand between ``|``."""
    query = queries.Query(
        filters=_filters(request),
        terms=terms,
        order_by=order_by,
        descending=_descending(order_by, _one_of("orderDirection", order_direction, queries.DIRECTIONS)),
        limit=event_count_limit,
        most=max_event_count,
        per_page=per_page,
    )
    return Asked(query, token, epc_format, media_type)


EventQuery = Annotated[Asked, Depends(asked)]


def answer_events(request: Request, asking: Asked) -> Response:
    """The page that is asked for, from this organisation's read model."""
    with service_of(request).database.reading() as connection:
        page = queries.find(connection, asking.query, asking.token)
    headers = {**versions.ANSWERED, "GS1-EPC-Format": asking.epc_format, **next_page(request, page.next_token)}
    document = query_document(page.events, epc_format=asking.epc_format)
    return Response(document, media_type=asking.media_type, headers=headers)


def described(*statuses: int, without: str = "") -> dict[str, Any]:
    """What all event queries have in their descriptions; ``without`` is the parameter that the path stands for."""
    return {
        "response_class": Response,
        "responses": {
            200: {
                "description": "A page of events, in the ledger's order unless `orderBy` says otherwise.",
                "headers": NEXT_PAGE,
                "content": content(QUERY_DOCUMENT),
            },
            **problems(400, 406, 413, 414, 503, *statuses),
        },
        "openapi_extra": {
            "parameters": [_described(parameter) for parameter in PARAMETERS.values() if parameter.name != without]
        },
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    """The OpenAPI description of a query parameter of the standard."""
    described = {"name": parameter.name, "in": "query", "required": False, "description": parameter.description}
    if not parameter.several:
        return {**described, "schema": parameter.value}
    schema = {"type": "array", "minItems": 1, "maxItems": VALUES_MAX, "items": parameter.value}
    return {**described, "style": "pipeDelimited", "explode": False, "schema": schema}


def _filters(request: Request) -> Mapping[str, str]:
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
