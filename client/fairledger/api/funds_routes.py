"""``/escrow/notes``, ``/escrow/payouts`` and ``/escrow/flow``: money, and where it came from and went."""

import dataclasses
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection

from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.escrow_bodies import NewNote, NewPayout, Redemption, Spending
from fairledger.api.escrow_routes import JSON, READS, WRITES, RecordId
from fairledger.api.idempotency import Idempotent, Once
from fairledger.api.paging import next_page
from fairledger.api.parameters import takes
from fairledger.api.parties import check_party, sees_all, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.record_pages import PerPage, Token, page_of
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel.funds import Direction, Flow, circulation, flow_of, flow_of_note
from fairledger.readmodel.records import find_record
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import Payout, provider_of
from fairledger_contracts.records.signatory import Signatory

NOTES: Final = TypeAdapter(list[Note])
PAYOUTS: Final = TypeAdapter(list[Payout])
router = APIRouter(prefix="/escrow", tags=["Money"])


class InCirculation(BaseModel):
    """Amounts of a currency in minor units; ``conserved`` tells whether issued less redeemed is what is unspent."""

    currency: str
    issued_minor: int
    redeemed_minor: int
    unspent_minor: int
    conserved: bool


TOTALS: Final = TypeAdapter(list[InCirculation])


class ToldFlow(BaseModel):
    """Movements by time; ``cut`` tells that there are more."""

    movements: tuple[Movement, ...]
    cut: bool


def own_payouts(person: Signatory) -> list[tuple[str, str]]:
    """The terms by which the payouts are found that a person asked for or, for a provider, is asked for."""
    is_provider = person.role == "provider"
    return [("provider", provider_of(person)) if is_provider else ("owner", owner_of(person))]


@router.get(
    "/notes",
    summary="One's own unspent notes, the last made first.",
    dependencies=[takes("perPage", "nextPageToken", "currency")],
    response_class=Response,
    responses={200: {"description": "A page of notes.", "model": list[Note]}, **problems(400, 401, 414, 503)},
)
def notes(
    request: Request,
    person: Person,
    per_page: PerPage = 30,
    token: Token = None,
    currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None,
) -> Response:
    """Answer from the read model."""
    terms = [("owner", owner_of(signatory_of(person)))]
    if currency:
        terms.append(("currency", currency))
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Note, terms, per_page, token)
    return Response(NOTES.dump_json(found), media_type=JSON, headers=next_page(request, more))


@router.post(
    "/notes",
    status_code=201,
    summary="Make a note for money received, as a payment provider; each reference counts once.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "On the ledger.", "model": Note}, **problems(*WRITES)},
)
async def issue(request: Request, body: NewNote, person: Person, once: Once) -> Response:
    """Endorse and order the issue."""
    return await _write(request, person, once, 201, "escrow:issue", *body.arguments())


@router.post(
    "/notes/pay",
    summary="Spend notes whole: pay, split, merge.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "The notes made.", "model": list[Note]}, **problems(*WRITES)},
)
async def pay(request: Request, body: Spending, person: Person, once: Once) -> Response:
    """Endorse and order the payment."""
    return await _write(request, person, once, 200, "escrow:pay", *body.arguments())


@router.get(
    "/payouts",
    summary="Payouts that one asked for, or, for a provider, is asked for.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses={200: {"description": "A page of payouts.", "model": list[Payout]}, **problems(400, 401, 414, 503)},
)
def payouts(request: Request, person: Person, per_page: PerPage = 30, token: Token = None) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Payout, own_payouts(signatory_of(person)), per_page, token)
    return Response(PAYOUTS.dump_json(found), media_type=JSON, headers=next_page(request, more))


@router.post(
    "/payouts",
    status_code=201,
    summary="Have money paid out by a provider.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "On the ledger.", "model": Payout}, **problems(*WRITES)},
)
async def ask_payout(request: Request, body: NewPayout, person: Person, once: Once) -> Response:
    """Endorse and order the payout."""
    return await _write(request, person, once, 201, "escrow:ask_payout", *body.arguments())


@router.post(
    "/payouts/{recordID}/redeem",
    summary="End a payout that was made, as its provider.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "The money is off the ledger.", "model": Payout}, **problems(*WRITES)},
)
async def redeem(request: Request, record_id: RecordId, body: Redemption, person: Person, once: Once) -> Response:
    """Endorse and order the redemption."""
    return await _write(request, person, once, 200, "escrow:redeem", record_id, *body.arguments())


@router.post(
    "/payouts/{recordID}/return",
    summary="Give a payout's money back: its provider at once, anybody after its time.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "The money is its owner's again.", "model": Payout}, **problems(*WRITES)},
)
async def return_payout(request: Request, record_id: RecordId, person: Person, once: Once) -> Response:
    """Endorse and order the return."""
    return await _write(request, person, once, 200, "escrow:return_payout", record_id)


@router.get(
    "/circulation",
    summary="What is in circulation, by currency, added up from this organisation's copy of the ledger.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As of now.", "model": list[InCirculation]}, **problems(400, 414, 503)},
)
def in_circulation(request: Request) -> Response:
    """Answer from the read model: anybody can check a published total by it, at each organisation."""
    with service_of(request).database.reading() as connection:
        found = circulation(connection)
    told = [InCirculation(**dataclasses.asdict(each), conserved=each.is_conserved) for each in found]
    return Response(TOTALS.dump_json(told), media_type=JSON)


@router.get(
    "/flow",
    summary="Where money came from, or went: of a note, an order, a payout or a payment reference.",
    dependencies=[takes("note", "order", "payout", "reference", "direction")],
    response_class=Response,
    responses={200: {"description": "Movements by time.", "model": ToldFlow}, **problems(*READS)},
)
def flow(
    request: Request,
    person: Person,
    *,
    direction: Annotated[Literal["back", "forward"], Query()] = "back",
    note: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}:[0-9]{1,2}$")] = None,
    order: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
    payout: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
    reference: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{3,79}$")] = None,
) -> Response:
    """Answer from the read model. Who has no part in where the walk begins is refused; authorities see all."""
    given = [(name, value) for name, value in _named(note, order, payout, reference) if value]
    if len(given) != 1:
        raise Problem("QUERY_ORDER", "name one of note, order, payout and reference")
    ((name, value),) = given
    signatory = signatory_of(person)
    with service_of(request).database.reading() as connection:
        if name == "order":
            found = find_record(connection, Order, value)
            if found is None:
                raise Problem("ESCROW_ORDER_UNKNOWN", "no order has this id")
            check_party(signatory, found)
        walked = _walked(connection, name, value, direction)
    if name != "order":
        _check_part(signatory, walked, value)
    return Response(ToldFlow(movements=walked.movements, cut=walked.cut).model_dump_json(), media_type=JSON)


def _named(*values: str | None) -> list[tuple[str, str | None]]:
    return list(zip(("note", "order", "payout", "reference"), values, strict=True))


def _walked(connection: Connection, name: str, value: str, direction: Direction) -> Flow:
    match name:
        case "note":
            return flow_of_note(connection, value, direction)
        case "order" | "payout" | "reference":
            return flow_of(connection, name, value, direction)
        case _:
            raise AssertionError(name)


def _check_part(person: Signatory, walked: Flow, value: str) -> None:
    """Raise ``Problem`` (ESCROW_DENIED) for who has no part in the movements that the walk began with."""
    owner = owner_of(person)
    begun = [
        movement
        for movement in walked.movements
        if value in (movement.reference, movement.payout)
        or any(piece.note == value for piece in (*movement.taken, *movement.made))
    ]
    parts = {owner_of(movement.recorder) for movement in begun}
    parts |= {piece.owner for movement in begun for piece in (*movement.taken, *movement.made)}
    if begun and owner not in parts and not sees_all(person):
        raise Problem("ESCROW_DENIED", "the flow of funds is shown to who has a part in it, and to the authorities")


async def _write(
    request: Request, person: WalletEntry, once: Idempotent, status: int, function: str, *arguments: str | bytes
) -> Response:
    async def work() -> Response:
        written = await service_of(request).writes.write(person, function, *arguments)
        return Response(written.result, status, written.headers, JSON)

    return await once.answer(work)
