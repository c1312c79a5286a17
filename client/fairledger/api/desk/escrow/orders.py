"""``/desk/orders/{id}``: an order with all that is known of it, and a form for each move that is the visitor's now."""

import json
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.desk.escrow.amounts import rows_of, shares_of
from fairledger.api.desk.escrow.forms import Situation, form_of_move
from fairledger.api.desk.escrow.moves import after_deadline, moves_now
from fairledger.api.desk.escrow.once import FUNCTION, act
from fairledger.api.desk.escrow.purse import notes_of
from fairledger.api.desk.escrow.reading import carriers, numbers_named
from fairledger.api.desk.escrow.show import now, show, show_problem
from fairledger.api.desk.escrow.story import story_of
from fairledger.api.desk.escrow.way import way_of
from fairledger.api.desk.escrow.words import GOODS, after_words
from fairledger.api.desk.licensed import lacks_licence
from fairledger.api.desk.page import DESK, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.escrow_routes import told_order
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.wallet import WalletEntry
from fairledger.words.text import in_language
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import GOODS_BYTES_MAX

CALLS: Final = frozenset(Move)
router = APIRouter(prefix=f"{DESK}/orders", include_in_schema=False)


@router.get("/{order_id}", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
def order_page(request: Request, order_id: str, visitor: Visitor) -> HTMLResponse:
    """Show the order."""
    return _shown(request, order_id, visitor)


@router.post("/{order_id}", response_class=Response, dependencies=[takes("lang", "done")])
async def move(request: Request, order_id: str, visitor: Visitor) -> Response:
    """Make a move, and show the order after it."""
    there = f"{request.url.path}?lang={shown_language(request)}&done="

    def refused(problem: Problem, form: dict[str, str]) -> HTMLResponse:
        return _shown(request, order_id, visitor, problem, form)

    return await act(request, visitor, CALLS, lambda _, tx_id: there + tx_id, refused, about=order_id)


def _shown(
    request: Request,
    order_id: str,
    visitor: WalletEntry,
    problem: Problem | None = None,
    sent: dict[str, str] | None = None,
) -> HTMLResponse:
    language, person, moment = shown_language(request), signatory_of(visitor), now()
    with service_of(request).database.reading() as connection:
        try:
            told = told_order(connection, person, order_id)
        except Problem as refusal:
            return show_problem(request, visitor, refusal)
        order = told.order
        numbers = numbers_named(connection, order.terms.standard)
        notes = tuple(notes_of(connection, owner_of(person), order.terms.currency))
        story = story_of(connection, told, language)
        known = carriers(connection, order, moment)
        is_licensed = not lacks_licence(connection, visitor, moment)
    moves = moves_now(order, person, numbers, moment, told.evidence, is_licensed=is_licensed) if numbers else ()
    situation = Situation(order, notes, known, language)
    forms = [form_of_move(each, situation) for each in moves]
    if sent is not None:
        forms = [form.filled(sent) if form.function == sent.get(FUNCTION) else form for form in forms]
    return show(
        request,
        "order.html",
        visitor,
        problem=problem,
        order=order,
        settlement=told.settlement,
        evidence={each.id: each for each in told.evidence},
        terms=order.terms,
        forms=forms,
        goods_words=json.dumps(in_language(GOODS, language)),
        goods_bytes_max=GOODS_BYTES_MAX,
        way=way_of(told),
        story=story,
        rows=rows_of(told),
        proposals=[shares_of(each, order) for each in order.proposals],
        votes=[shares_of(each, order) for each in order.votes],
        after=after_words(order, language),
        afterwards=after_deadline(order),
        numbers=numbers,
    )
