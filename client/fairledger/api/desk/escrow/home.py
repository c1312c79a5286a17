"""``/desk``: what waits for the visitor, by their part in it, what is due soonest first."""

from importlib.resources import files
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api.desk.escrow import reading
from fairledger.api.desk.escrow.moves import waits_for
from fairledger.api.desk.escrow.notes import payouts_to_make
from fairledger.api.desk.escrow.purse import notes_of, sums
from fairledger.api.desk.escrow.show import now, show
from fairledger.api.desk.licensed import lacks_licence
from fairledger.api.desk.page import DESK
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.supervision import tasks_of
from fairledger.api.desk.waiting import Desk
from fairledger.api.desk.warrant_view import row_of
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.service import service_of
from fairledger.readmodel.records import all_records
from fairledger_contracts.escrow.callers import ROLES_THAT_BUY, ROLES_THAT_SELL
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import Warrant

ENDED_MAX: Final = 10
GOODS_MAX: Final = 6
router = APIRouter(prefix=DESK, include_in_schema=False)
_STYLE: Final = files("fairledger.api.desk.escrow").joinpath("escrow.css").read_text("utf-8")


class Card(NamedTuple):
    """An order under way, and the moves with which it waits for the visitor."""

    order: Order
    moves: tuple[Move, ...]
    quorum: int  # of the panel


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang")])
def desk(request: Request, visitor: Visitor) -> HTMLResponse:
    """Show what waits for the visitor, and for others."""
    person = signatory_of(visitor)
    with service_of(request).database.reading() as connection:
        is_licensed = not lacks_licence(connection, visitor, now())
        cards = _cards(connection, person, is_licensed=is_licensed)
        ended = reading.orders_ended(connection, person, ENDED_MAX)
        own = reading.goods_on_offer(connection, GOODS_MAX, owner_of(person)) if person.role in ROLES_THAT_SELL else []
        goods = reading.goods_on_offer(connection, GOODS_MAX) if person.role in ROLES_THAT_BUY else []
        money = sums(notes_of(connection, owner_of(person)))
        payouts = payouts_to_make(connection, person)
        elsewhere = _elsewhere(connection, Desk(person, now(), is_licensed=is_licensed))
    return show(
        request,
        "home.html",
        visitor,
        waiting=[card for card in cards if card.moves],
        others=[card for card in cards if not card.moves],
        ended=ended,
        sells=person.role in ROLES_THAT_SELL,
        own=own,
        goods=[each for each in goods if not each.recorder.shares_business(person)],
        buys=person.role in ROLES_THAT_BUY,
        money=money,
        payouts=payouts,
        elsewhere=elsewhere,
    )


@router.get("/escrow.css")
def style() -> Response:
    """The style sheet of these pages, beside the desk's."""
    return Response(_STYLE, media_type="text/css")


def _elsewhere(connection: Connection, desk: Desk) -> dict[str, int]:
    """How much the visitor can act on at other pages of the desk, by the page's name, where there is something."""
    if not (desk.is_member or desk.inspects):
        return {}
    supervised = [each for tasks in tasks_of(connection, desk).values() for each in tasks if each.offers]
    warrants = [each for each in all_records(connection, Warrant) if row_of(each, desk.person, desk.now).may_confirm]
    found = {"supervision": len(supervised), "warrants": len(warrants)}
    return {name: count for name, count in found.items() if count}


def _cards(connection: Connection, person: Signatory, *, is_licensed: bool) -> list[Card]:
    known = {}
    cards = []
    for order in reading.orders_under_way(connection, person):
        version = order.terms.standard
        if version not in known:
            known[version] = reading.numbers_named(connection, version)
        numbers = known[version]
        if numbers is not None:
            moves = waits_for(order, person, numbers, now(), is_licensed=is_licensed)
            cards.append(Card(order, moves, numbers.panel_quorum))
    return cards
