"""``/trace``: where goods come from, what became of them, and how far that can be believed."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from fairledger.api.descriptions import problems
from fairledger.api.paging import next_page
from fairledger.api.parameters import takes
from fairledger.api.places import place_of
from fairledger.api.record_lists import PAGE_LINK, PageToken
from fairledger.api.service import service_of
from fairledger.readmodel import lineage
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX
from fairledger_contracts.lineage.history import History, ToldLink
from fairledger_contracts.lineage.walk import Heading

JSON: Final = "application/json"
PER_PAGE: Final = 1_000
PER_PAGE_MAX: Final = 10_000
ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
router = APIRouter(prefix="/trace", tags=["Trace"])

Epc = Annotated[
    str,
    Query(
        max_length=VALUE_LENGTH_MAX,
        description="EPC, EPC class or GS1 Digital Link.",
        examples=["urn:epc:id:sgtin:9521000.000110.FP26100001"],
        json_schema_extra={"pattern": IDENTIFIER, "minLength": 1},
    ),
]


class Walked(BaseModel):
    """Items that a walk reached, in that order, and links between them, in the order of time: a page of each.

    ``complete`` is false where the walk ended at its bound.
    """

    item: str
    items: tuple[str, ...]
    links: tuple[ToldLink, ...]
    complete: bool


@router.get(
    "/history",
    summary="An item's journey, holders, origin, papers and warnings, and its grade with reasons.",
    dependencies=[takes("epc")],
    response_class=Response,
    responses={200: {"description": "Alike at every organisation.", "model": History}, **problems(400, 414, 503)},
)
def history(request: Request, epc: Epc) -> Response:
    """Answer from the read model, as the contract's own ``history`` does; an unknown item has grade D and no events."""
    with service_of(request).database.reading() as connection:
        told = lineage.history(connection, epc)
    return Response(told.model_dump_json(), media_type=JSON, headers=ANYBODY)


_WALKED: Final[dict[str, Any]] = {
    "dependencies": [takes("epc", "perPage", "nextPageToken")],
    "response_class": Response,
    "responses": {
        200: {"description": "A page of items and links.", "model": Walked, "headers": PAGE_LINK},
        **problems(400, 414, 503),
    },
}
PerPage = Annotated[int, Query(alias="perPage", ge=1, le=PER_PAGE_MAX, description="Of items, and of links.")]


@router.get("/upstream", summary="What an item was made of, back to raw materials.", **_WALKED)
def upstream(request: Request, epc: Epc, per_page: PerPage = PER_PAGE, token: PageToken = None) -> Response:
    """Walk through transformations, contents, parts and lots, against the direction of time.

    The header Link leads to the next page, which is as of the first.
    """
    return _walked(request, "upstream", epc, per_page, token)


@router.get("/downstream", summary="What became of an item, to all products.", **_WALKED)
def downstream(request: Request, epc: Epc, per_page: PerPage = PER_PAGE, token: PageToken = None) -> Response:
    """Walk through transformations, containers, assemblies and things of a lot, in the direction of time.

    The header Link leads to the next page, which is as of the first.
    """
    return _walked(request, "downstream", epc, per_page, token)


def _walked(request: Request, heading: Heading, epc: str, per_page: int, token: str | None) -> Response:
    """A page of a walk's items and links. Raises ``Problem`` (QUERY_TOKEN), ``QueryError`` (QUERY_VALUE)."""
    service = service_of(request)
    with service.database.reading() as connection:
        place = place_of(connection, token)
    walk = service.reaches.walk(heading, epc, place.events)
    more = place.next(per_page, max(len(walk.items), len(walk.links)))
    shown = slice(place.rows, place.rows + per_page)
    items, links = json.dumps(walk.items[shown], ensure_ascii=False), ",".join(walk.links[shown])
    told = (
        f'{{"item":{json.dumps(walk.item)},"items":{items},"links":[{links}],"complete":{json.dumps(walk.complete)}}}'
    )
    return Response(told, media_type=JSON, headers=next_page(request, more))
