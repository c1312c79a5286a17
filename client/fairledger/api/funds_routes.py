"""``/escrow/notes``, ``/escrow/payouts`` and ``/escrow/flow``: money, and where it came from and went."""

import dataclasses
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, TypeAdapter

from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.escrow_bodies import NewNote, NewPayout, Redemption, Spending
from fairledger.api.escrow_routes import JSON, READS, WRITES, RecordId
from fairledger.api.evidence_routes import ANYBODY
from fairledger.api.flows import (
    DRAWN_MAX,
    NAMES,
    AskedDirection,
    AskedId,
    AskedNote,
    AskedReference,
    asked,
    told_flow,
    view_of,
)
from fairledger.api.idempotency import Idempotent, Once
from fairledger.api.paging import next_page
from fairledger.api.parameters import Flag, takes
from fairledger.api.parties import account_for, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.record_pages import PerPage, Token, page_of
from fairledger.api.scan.words import language_of
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.flow.telling import drawn
from fairledger.readmodel.funds import circulation
from fairledger.readmodel.projector import position_in
from fairledger.wallet import WalletEntry
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.payment import Payout, provider_of
from fairledger_contracts.records.signatory import Signatory

NOTES: Final = TypeAdapter(list[Note])
SVG: Final = "image/svg+xml"
BLOCK: Final = "Fairledger-Block"
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


OfAccount = Annotated[Flag, Query(description="The organisation's, for its officials.")]


def _of_account(person: Signatory) -> list[tuple[str, str]]:
    """The terms of what is an organisation's account's. Raises ``Problem`` (ESCROW_DENIED) for who is no official."""
    owner = account_for(person)
    if not owner:
        raise Problem("ESCROW_DENIED", "an organisation's account is shown to its officials")
    return [("owner", owner)]


def own_payouts(person: Signatory) -> list[tuple[str, str]]:
    """The terms by which the payouts are found that a person asked for or, for a provider, is asked for."""
    is_provider = person.role == "provider"
    return [("provider", provider_of(person)) if is_provider else ("owner", owner_of(person))]


@router.get(
    "/notes",
    summary="One's own unspent notes, or those of one's organisation's account, the last made first.",
    dependencies=[takes("perPage", "nextPageToken", "currency", "account")],
    response_class=Response,
    responses={200: {"description": "A page of notes.", "model": list[Note]}, **problems(400, 401, 403, 414, 503)},
)
def notes(
    request: Request,
    person: Person,
    *,
    per_page: PerPage = 30,
    token: Token = None,
    currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None,
    account: OfAccount = False,
) -> Response:
    """Answer from the read model."""
    signatory = signatory_of(person)
    terms = _of_account(signatory) if account else [("owner", owner_of(signatory))]
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
    summary="Payouts that one asked for, or one's organisation's account; for a provider, those that it is asked for.",
    dependencies=[takes("perPage", "nextPageToken", "account")],
    response_class=Response,
    responses={200: {"description": "A page of payouts.", "model": list[Payout]}, **problems(400, 401, 403, 414, 503)},
)
def payouts(
    request: Request, person: Person, *, per_page: PerPage = 30, token: Token = None, account: OfAccount = False
) -> Response:
    """Answer from the read model."""
    signatory = signatory_of(person)
    terms = _of_account(signatory) if account else own_payouts(signatory)
    with service_of(request).database.reading() as connection:
        found, more = page_of(connection, Payout, terms, per_page, token)
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
    responses={
        200: {
            "description": "As of the block that the header names; readable from pages of other organisations.",
            "model": list[InCirculation],
            "headers": {"Fairledger-Block": {"description": "The last block counted.", "schema": {"type": "integer"}}},
        },
        **problems(400, 414, 503),
    },
)
def in_circulation(request: Request) -> Response:
    """Answer from the read model: anybody can check a published total by it, at each organisation."""
    with service_of(request).database.reading() as connection:
        found, position = circulation(connection), position_in(connection)
    headers = {**ANYBODY, "Access-Control-Expose-Headers": BLOCK, BLOCK: str(position.next_block - 1)}
    told = [InCirculation(**dataclasses.asdict(each), conserved=each.is_conserved) for each in found]
    return Response(TOTALS.dump_json(told), media_type=JSON, headers=headers)


@router.get(
    "/flow",
    summary="Where money came from, or went: of a note, an order, a payout or a payment reference.",
    dependencies=[takes(*NAMES, "direction")],
    response_class=Response,
    responses={200: {"description": "Movements by time.", "model": ToldFlow}, **problems(*READS)},
)
def flow(
    request: Request,
    person: Person,
    *,
    direction: AskedDirection = "back",
    note: AskedNote = None,
    order: AskedId = None,
    payout: AskedId = None,
    reference: AskedReference = None,
) -> Response:
    """Answer from the read model. Who has no part in where the walk begins is refused.

    People are named to who has a part in the movement or its order, and to the regulator by a warrant in force.
    """
    with service_of(request).database.reading() as connection:
        walked = told_flow(connection, signatory_of(person), asked(note, order, payout, reference), direction)
    return Response(ToldFlow(movements=walked.movements, cut=walked.cut).model_dump_json(), media_type=JSON)


@router.get(
    "/flow.svg",
    summary="The same as a picture, from the payment on the left to the payout on the right.",
    dependencies=[takes(*NAMES, "direction", "lang")],
    response_class=Response,
    responses={200: {"description": "SVG.", "content": {SVG: {"schema": {"type": "string"}}}}, **problems(*READS, 413)},
)
def flow_picture(
    request: Request,
    person: Person,
    *,
    direction: AskedDirection = "both",
    lang: Annotated[Language | None, Query(description="Else the browser's.")] = None,
    note: AskedNote = None,
    order: AskedId = None,
    payout: AskedId = None,
    reference: AskedReference = None,
) -> Response:
    """Answer from the read model, to whom the list is answered."""
    signatory = signatory_of(person)
    with service_of(request).database.reading() as connection:
        walked = told_flow(connection, signatory, asked(note, order, payout, reference), direction)
        language = language_of(lang, request.headers.get("accept-language", ""))
        view = view_of(connection, walked, language)
    if not walked.movements:
        raise Problem("RESOURCE_UNKNOWN", "nothing on the ledger moved for it")
    if len(walked.movements) > DRAWN_MAX:
        raise Problem("QUERY_TOO_LARGE", f"a picture has at most {DRAWN_MAX} movements: the list has them")
    return Response(drawn(walked.movements, view), media_type=SVG, headers={"Content-Language": language})


async def _write(
    request: Request, person: WalletEntry, once: Idempotent, status: int, function: str, *arguments: str | bytes
) -> Response:
    async def work() -> Response:
        written = await service_of(request).writes.write(person, function, *arguments)
        return Response(written.result, status, written.headers, JSON)

    return await once.answer(work)
