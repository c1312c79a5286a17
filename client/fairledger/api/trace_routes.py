"""``/trace``: where goods come from, what became of them, and how far that can be believed."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from fairledger.api.descriptions import problems
from fairledger.api.parameters import takes
from fairledger.api.service import service_of
from fairledger.readmodel import lineage
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX
from fairledger_contracts.lineage.history import History, ToldLink, told_links
from fairledger_contracts.lineage.walk import Lineage

JSON: Final = "application/json"
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
    """All items that a walk reached, in that order, and the links between them, in the order of time.

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
    "dependencies": [takes("epc")],
    "response_class": Response,
    "responses": {200: {"description": "Items and links.", "model": Walked}, **problems(400, 414, 503)},
}


@router.get("/upstream", summary="What an item was made of, back to raw materials.", **_WALKED)
def upstream(request: Request, epc: Epc) -> Response:
    """Walk through transformations, contents, parts and lots, against the direction of time."""
    with service_of(request).database.reading() as connection:
        return _lineage(lineage.upstream(connection, epc))


@router.get("/downstream", summary="What became of an item, to all products.", **_WALKED)
def downstream(request: Request, epc: Epc) -> Response:
    """Walk through transformations, containers, assemblies and things of a lot, in the direction of time."""
    with service_of(request).database.reading() as connection:
        return _lineage(lineage.downstream(connection, epc))


def _lineage(walked: Lineage) -> Response:
    told = Walked(item=walked.start, items=walked.items, links=told_links(walked), complete=walked.complete)
    return Response(told.model_dump_json(), media_type=JSON)
