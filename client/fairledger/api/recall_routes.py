"""``/trace/recalls``: goods that have to come back, how far that reaches, and who is concerned."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from fairledger.api import record_lists as lists
from fairledger.api.bodies import PROSE, Body, Item, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.paging import next_page, read_moment_mark, write_moment_mark
from fairledger.api.parameters import Flag, takes
from fairledger.api.places import Place, place_of
from fairledger.api.problems import Problem
from fairledger.api.reaches import Reach, ReachSummary
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel import registers
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.lineage.history import ToldLink
from fairledger_contracts.lineage.recall_scope import Affected
from fairledger_contracts.records.recall import REASON_LENGTH_MAX, RECALLED_ITEMS_MAX, Measure, Recall

JSON: Final = "application/json"
PER_PAGE_MAX: Final = 200
REACHED: Final = "As of the first page."
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
    """A recall, how far it reaches now, and the first page of the goods that it reaches and of what carries them."""

    recall: Recall
    scope: ReachSummary
    affected: tuple[Affected, ...]


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
    summary="A recall, how far it reaches, the parties concerned, and the first page of the goods.",
    dependencies=[takes("perPage")],
    response_class=Response,
    responses={
        200: {"description": "As of now.", "model": ToldRecall, "headers": lists.PAGE_LINK},
        **problems(400, 404, 414, 503),
    },
)
def one_recall(request: Request, recall_id: RecallId, per_page: lists.PerPage = PER_PAGE) -> Response:
    """Answer from the read model. The header Link leads to the next page of ``/trace/recalls/{recallID}/affected``."""
    recall, reach, place = _looked_up(request, recall_id, None)
    page, more = _page(reach.affected, place, per_page)
    headers = next_page(request, more, f"{request.url.path}/affected")
    told = f'{{"recall":{recall.model_dump_json()},"scope":{reach.summary.model_dump_json()},"affected":{page}}}'
    return Response(told, media_type=JSON, headers=headers)


@router.get(
    "/{recallID}/affected",
    summary="The goods that a recall reaches, and what carries them: where each was last, and with whom.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses={**lists.listed(Affected, REACHED), **problems(404)},
)
def affected(
    request: Request, recall_id: RecallId, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model, in the order in which the goods are reached. Link leads to the next page."""
    return _listed(request, recall_id, per_page, token, lambda reach: reach.affected)


@router.get(
    "/{recallID}/links",
    summary="What leads from recalled items to all that a recall reaches.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses={**lists.listed(ToldLink, REACHED), **problems(404)},
)
def links(
    request: Request, recall_id: RecallId, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model, in the order of time. Link leads to the next page."""
    return _listed(request, recall_id, per_page, token, lambda reach: reach.links)


def _listed(
    request: Request, recall_id: str, per_page: int, token: str | None, rows_of: Callable[[Reach], Sequence[str]]
) -> Response:
    """A page of what a recall reaches. Raises ``Problem``."""
    _recall, reach, place = _looked_up(request, recall_id, token)
    page, more = _page(rows_of(reach), place, per_page)
    return Response(page, media_type=JSON, headers=next_page(request, more))


def _looked_up(request: Request, recall_id: str, token: str | None) -> tuple[Recall, Reach, Place]:
    """A recall, and how far it reached when the page before was answered. Raises ``Problem``."""
    service = service_of(request)
    with service.database.reading() as connection:
        place = place_of(connection, token)
        recall = registers.find_recall(connection, recall_id)
    if recall is None:
        raise Problem("TRACE_RECALL_UNKNOWN", "no recall has this id")
    return recall, service.reaches.of(recall, place.events), place


def _page(rows: Sequence[str], place: Place, per_page: int) -> tuple[str, str | None]:
    """A page, and the token of the next one, if there is one. Raises ``Problem`` (QUERY_TOKEN)."""
    more = place.next(per_page, len(rows))
    return f"[{','.join(rows[place.rows : place.rows + per_page])}]", more


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
