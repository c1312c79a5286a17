"""The top-level resources of EPCIS 2.0's REST binding: what the events name, value by value, and its events.

/epcis                          the resources
/epcis/bizSteps                 the values of one
/epcis/bizSteps/{bizStep}       what there is of a value: its events
/epcis/bizSteps/{bizStep}/events
"""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from fairledger.api import event_query, versions
from fairledger.api.answers import collection
from fairledger.api.descriptions import COLLECTION, problems
from fairledger.api.event_query import EventQuery, PageToken, PerPage, answer_events
from fairledger.api.negotiation import DIGITAL_LINK, MediaType, content, links_accepted
from fairledger.api.paging import NEXT_PAGE, next_page, read_place, write_place
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.listings import LISTINGS, Listing, knows, values
from fairledger.readmodel.queries import PER_PAGE
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX

RESOURCES: Final = ("capture", "events", *LISTINGS)
SUB_RESOURCES: Final = ("events",)
VALUES: Final = {name: name.removesuffix("s") for name in LISTINGS}  # a value's name in the path, such as bizStep
router = APIRouter(prefix="/epcis", tags=["Top-level"])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A page of values.", "headers": NEXT_PAGE, "content": content(COLLECTION)}
}
_LIST: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "Names.", "content": content(COLLECTION)}}


def value_path(name: str) -> dict[str, Any]:
    """The OpenAPI description of a value in the path."""
    schema = {"type": "string", "minLength": 1, "maxLength": VALUE_LENGTH_MAX, "pattern": IDENTIFIER}
    return {"name": name, "in": "path", "required": True, "description": "Percent-encoded.", "schema": schema}


@router.get(
    "",
    summary="The top-level resources.",
    dependencies=[takes(), Depends(versions.understood)],
    response_class=Response,
    responses={**_LIST, **problems(400, 406)},
)
def resources(media_type: MediaType) -> Response:
    """Name the resources of EPCIS's REST binding that are here."""
    return Response(collection(RESOURCES), media_type=media_type, headers=versions.ANSWERED)


def _add(name: str, listing: Listing) -> None:
    """The three routes of one resource; a value may have slashes, so the longer path is asked first."""
    parameter = VALUES[name]
    Value = Annotated[  # noqa: N806  a type
        str,
        Path(
            alias=parameter,
            description="Percent-encoded.",
            min_length=1,
            max_length=VALUE_LENGTH_MAX,
            json_schema_extra={"pattern": IDENTIFIER},
        ),
    ]

    def list_values(
        request: Request,
        media_type: MediaType,
        *,
        per_page: PerPage = PER_PAGE,
        token: PageToken = None,
    ) -> Response:
        """List them, those that many events name once; identifiers of GS1 as Digital Links."""
        after = "" if token is None else read_place(token)
        with service_of(request).database.reading() as connection:
            found, more = values(connection, listing, after, per_page)
        headers = {**versions.ANSWERED, **next_page(request, write_place(found[-1]) if more else None)}
        return Response(collection(found), media_type=media_type, headers={**headers, "GS1-EPC-Format": DIGITAL_LINK})

    def list_events(request: Request, value: Value, asking: EventQuery) -> Response:
        """The simple event query, of the events that name it."""
        _known(request, listing, value)
        if listing.parameter in asking.query.filters:
            raise QueryError("QUERY_PARAMETER_REPEATED", f"the path says {listing.parameter}", listing.parameter)
        query = replace(asking.query, filters={**asking.query.filters, listing.parameter: value})
        return answer_events(request, replace(asking, query=query))

    def list_parts(request: Request, value: Value, media_type: MediaType) -> Response:
        """Name what there is of it."""
        _known(request, listing, value)
        return Response(collection(SUB_RESOURCES), media_type=media_type, headers=versions.ANSWERED)

    plain = [takes(), Depends(versions.understood)]
    paged = [takes("perPage", "nextPageToken"), Depends(versions.understood), Depends(links_accepted)]
    described = event_query.described(404, without=listing.parameter)
    errors = problems(400, 404, 406, 414, 503)
    common: dict[str, Any] = {"response_class": Response}
    add = router.add_api_route
    responses = {**_PAGE, **problems(400, 406, 414, 503)}
    add(f"/{name}", list_values, summary=f"All {name}.", dependencies=paged, responses=responses, **common)
    path = f"/{name}/{{{parameter}:path}}"
    understood = [Depends(versions.understood)]
    add(f"{path}/events", list_events, summary=f"The events of one of {name}.", dependencies=understood, **described)
    add(path, list_parts, summary=f"One of {name}.", dependencies=plain, responses={**_LIST, **errors}, **common)


def _known(request: Request, listing: Listing, value: str) -> None:
    with service_of(request).database.reading() as connection:
        if not knows(connection, listing, value):
            raise Problem("RESOURCE_UNKNOWN", "no event names this")


for _name, _listing in LISTINGS.items():
    _add(_name, _listing)
