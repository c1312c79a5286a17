"""``/escrow/listings`` and ``/escrow/orders``: agreements, and orders on their way to their settlement."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection

from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.escrow_bodies import MOVES, Call, NewOrder
from fairledger.api.idempotency import Once
from fairledger.api.paging import next_page
from fairledger.api.parameters import takes
from fairledger.api.parties import check_party, sees_all, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.record_pages import PerPage, Token, page_of
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel.escrow_terms import OPEN
from fairledger.readmodel.records import find_record, list_records
from fairledger_contracts.records.agreement import Listing, Terms
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.signatory import Signatory

JSON: Final = "application/json"
EVIDENCE_MAX: Final = 500
LISTINGS: Final = TypeAdapter(list[Listing])
ORDERS: Final = TypeAdapter(list[Order])
WRITES: Final = (400, 401, 403, 404, 409, 413, 415, 502, 503, 504)
READS: Final = (400, 401, 403, 404, 414, 503)
router = APIRouter(prefix="/escrow", tags=["Escrow"])

RecordId = Annotated[
    str, Path(alias="recordID", description="The id of the transaction that made it.", pattern=r"^[0-9a-f]{64}$")
]


class ToldOrder(BaseModel):
    """An order with its evidence by time, and its settlement if it has ended."""

    order: Order
    evidence: tuple[Evidence, ...]
    settlement: Settlement | None


def own_orders(person: Signatory) -> list[tuple[str, str]]:
    """The terms by which a person's own orders are found; authorities see all."""
    if sees_all(person):
        return []
    if person.role == "carrier":
        return [("carrier", ":".join(person.party))]
    return [("party", owner_of(person))]


def told_order(connection: Connection, person: Signatory, order_id: str) -> ToldOrder:
    """An order as it is shown to a person. Raises ``Problem`` (ESCROW_ORDER_UNKNOWN, ESCROW_DENIED)."""
    found = find_record(connection, Order, order_id)
    if found is None:
        raise Problem("ESCROW_ORDER_UNKNOWN", "no order has this id")
    check_party(person, found)
    evidence = [each for each, _ in list_records(connection, Evidence, [("order", order_id)], limit=EVIDENCE_MAX)]
    return ToldOrder(
        order=found,
        evidence=tuple(sorted(evidence, key=lambda each: (each.told_at, each.id))),
        settlement=find_record(connection, Settlement, order_id),
    )


@router.get(
    "/listings",
    summary="Goods on offer, the latest first.",
    dependencies=[takes("perPage", "nextPageToken", "seller", "gtin")],
    response_class=Response,
    responses={200: {"description": "A page of listings.", "model": list[Listing]}, **problems(400, 414, 503)},
)
def listings(
    request: Request,
    per_page: PerPage = 30,
    token: Token = None,
    seller: Annotated[str | None, Query(max_length=1_024, description="``<MSP>:<id>``")] = None,
    gtin: Annotated[str | None, Query(pattern=r"^[0-9]{14}$")] = None,
) -> Response:
    """Answer from the read model; what is withdrawn is not shown."""
    terms = [("state", OPEN), *(("seller", seller),) * bool(seller), *(("gtin", gtin),) * bool(gtin)]
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Listing, [(name, value or "") for name, value in terms], per_page, token)
    return Response(LISTINGS.dump_json(found), media_type=JSON, headers=next_page(request, more))


@router.post(
    "/listings",
    status_code=201,
    summary="Offer goods; the transaction is the seller's signature under the terms.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "On the ledger.", "model": Listing}, **problems(*WRITES)},
)
async def list_goods(request: Request, body: Terms, person: Person, once: Once) -> Response:
    """Endorse and order the listing."""

    async def work() -> Response:
        written = await service_of(request).writes.write(person, "escrow:list_goods", body.model_dump_json())
        headers = {**written.headers, "Location": f"/escrow/listings/{written.tx_id}"}
        return Response(written.result, 201, headers, JSON)

    return await once.answer(work)


@router.get(
    "/listings/{recordID}",
    summary="A listing, withdrawn or not.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As of now.", "model": Listing}, **problems(400, 404, 414, 503)},
)
def one_listing(request: Request, record_id: RecordId) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found = find_record(connection, Listing, record_id)
    if found is None:
        raise Problem("ESCROW_LISTING_UNKNOWN", "no listing has this id")
    return Response(found.model_dump_json(), media_type=JSON)


@router.post(
    "/listings/{recordID}/withdraw",
    summary="Withdraw a listing; orders under way go on.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "Withdrawn.", "model": Listing}, **problems(*WRITES)},
)
async def withdraw(request: Request, record_id: RecordId, person: Person, once: Once) -> Response:
    """Endorse and order the withdrawal."""

    async def work() -> Response:
        written = await service_of(request).writes.write(person, "escrow:withdraw", record_id)
        return Response(written.result, 200, written.headers, JSON)

    return await once.answer(work)


@router.get(
    "/orders",
    summary="One's own orders, the last changed first; authorities see all.",
    dependencies=[takes("perPage", "nextPageToken", "state")],
    response_class=Response,
    responses={200: {"description": "A page of orders.", "model": list[Order]}, **problems(400, 401, 414, 503)},
)
def orders(
    request: Request,
    person: Person,
    per_page: PerPage = 30,
    token: Token = None,
    state: Annotated[str | None, Query(pattern=r"^[a-z]{3,20}$", description="Only orders in this state.")] = None,
) -> Response:
    """Answer from the read model."""
    terms = own_orders(signatory_of(person))
    if state:
        terms.append(("state", state))
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Order, terms, per_page, token)
    return Response(ORDERS.dump_json(found), media_type=JSON, headers=next_page(request, more))


@router.post(
    "/orders",
    status_code=201,
    summary="Order on a listing's terms; the transaction is the buyer's signature, and locks the price.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "On the ledger.", "model": Order}, **problems(*WRITES)},
)
async def order(request: Request, body: NewOrder, person: Person, once: Once) -> Response:
    """Endorse and order the order."""

    async def work() -> Response:
        written = await service_of(request).writes.write(person, "escrow:order", *body.arguments())
        headers = {**written.headers, "Location": f"/escrow/orders/{written.tx_id}"}
        return Response(written.result, 201, headers, JSON)

    return await once.answer(work)


@router.get(
    "/orders/{recordID}",
    summary="An order, its evidence and its settlement; for its parties and the authorities.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As of now.", "model": ToldOrder}, **problems(*READS)},
)
def one_order(request: Request, record_id: RecordId, person: Person) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        told = told_order(connection, signatory_of(person), record_id)
    return Response(told.model_dump_json(), media_type=JSON)


def _moving(move: str, body_type: type[Call]) -> Callable[..., Awaitable[Response]]:
    async def act(request: Request, record_id: RecordId, body: Any, person: Person, once: Once) -> Response:
        async def work() -> Response:
            arguments = (record_id, *body.arguments())
            written = await service_of(request).writes.write(person, f"escrow:{move}", *arguments)
            return Response(written.result, 200, written.headers, JSON)

        return await once.answer(work)

    act.__name__ = move
    act.__annotations__["body"] = body_type
    act.__doc__ = "Endorse and order the move; the bearer of the token signs."
    return act


for _move, (_body, _summary) in MOVES.items():
    _answer = Evidence if _move in {"scan", "check_tag", "inspect"} else Order
    router.add_api_route(
        f"/orders/{{recordID}}/{_move}",
        _moving(_move, _body),
        methods=["POST"],
        summary=_summary,
        dependencies=[takes(), json_only()],
        response_class=Response,
        responses={200: {"description": "On the ledger.", "model": _answer}, **problems(*WRITES)},
    )
