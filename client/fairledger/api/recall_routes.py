"""``/trace/recalls``: goods that have to come back, how far that reaches, and who is concerned."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import PROSE, Body, Item, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.paging import next_page, read_moment_mark, write_moment_mark
from fairledger.api.parameters import Flag, takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel import lineage, registers
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.recall import REASON_LENGTH_MAX, RECALLED_ITEMS_MAX, Measure, Recall

JSON: Final = "application/json"
PER_PAGE_MAX: Final = 200
router = APIRouter(prefix="/trace/recalls", tags=["Recalls"])

RecallId = Annotated[
    str, Path(alias="recallID", description="The id of the transaction that recalled.", pattern=r"^[0-9a-f]{64}$")
]
Reason = Annotated[
    str,
    Field(
        min_length=1, max_length=REASON_LENGTH_MAX, pattern=PROSE, examples=["Listeria was found in samples of the lot"]
    ),
]


class NewRecall(Body):
    """``items`` are lots, trade items or things in any form of their ids; what was made of them is recalled, too."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=RECALLED_ITEMS_MAX)]
    measure: Measure
    reason: Reason


class End(Body):
    """Why a recall ends."""

    reason: Reason


class ToldRecall(BaseModel):
    """A recall with all that it reaches now."""

    recall: Recall
    scope: RecallScope


@router.get(
    "",
    summary="Recalls, the latest first.",
    dependencies=[takes("perPage", "nextPageToken", "inForce")],
    response_class=Response,
    responses={
        200: {
            "description": "A page of recalls.",
            "model": list[Recall],
            "headers": {"Link": {"description": 'rel="next": the next page.', "schema": {"type": "string"}}},
        },
        **problems(400, 414, 503),
    },
)
def recalls(
    request: Request,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=PER_PAGE_MAX)] = PER_PAGE,
    token: Annotated[str | None, Query(alias="nextPageToken", description="From the Link of the page before.")] = None,
    in_force: Annotated[Flag | None, Query(alias="inForce", description="Only those that did not end, or did.")] = None,
) -> Response:
    """Answer from the read model. The header Link leads to the next page."""
    mark = None if token is None else read_moment_mark(token)
    with service_of(request).database.reading() as connection:
        found = registers.recalls_before(connection, per_page + 1, mark, in_force=in_force)
    page = found[:per_page]
    more = write_moment_mark(page[-1].recalled_at, page[-1].id) if len(found) > per_page else None
    headers = next_page(request, more)
    told = ",".join(recall.model_dump_json() for recall in page)
    return Response(f"[{told}]", media_type=JSON, headers=headers)


@router.post(
    "",
    status_code=201,
    summary="Recall goods, as the holder of their licence or an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        201: {"description": "On the ledger.", "model": Recall},
        **problems(400, 401, 403, 409, 413, 415, 502, 503, 504),
    },
)
async def recall(request: Request, body: NewRecall, person: Person, once: Once) -> Response:
    """Endorse and order the recall; the bearer of the token signs. Scan pages warn from then on."""
    call = ("trace:recall", list(body.items), body.measure, body.reason)
    return await lists.write(request, person, once, call, status=201, at="/trace/recalls/{id}")


@router.get(
    "/{recallID}",
    summary="A recall, the goods that it reaches, and the parties concerned.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As of now.", "model": ToldRecall}, **problems(400, 404, 414, 503)},
)
def one_recall(request: Request, recall_id: RecallId) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found = registers.find_recall(connection, recall_id)
        if found is None:
            raise Problem("TRACE_RECALL_UNKNOWN", "no recall has this id")
        told = ToldRecall(recall=found, scope=lineage.scope_of(connection, found))
    return Response(told.model_dump_json(), media_type=JSON)


@router.post(
    "/{recallID}/end",
    summary="End a recall, as who recalled or as an authority.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "It has ended.", "model": Recall},
        **problems(400, 401, 403, 404, 409, 413, 415, 502, 503, 504),
    },
)
async def end(request: Request, recall_id: RecallId, body: End, person: Person, once: Once) -> Response:
    """Endorse and order the end; a recall that ended is still told."""
    return await lists.write(request, person, once, ("trace:end_recall", recall_id, body.reason))
