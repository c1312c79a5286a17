"""``/desk/listings``: goods on offer, with the form to order them, and the form to offer some."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.desk.escrow import fields, reading
from fairledger.api.desk.escrow.fields import Field, Form
from fairledger.api.desk.escrow.forms import with_notes
from fairledger.api.desk.escrow.offer import INPUTS, periods_of, terms_of
from fairledger.api.desk.escrow.once import FUNCTION, act
from fairledger.api.desk.escrow.purse import notes_of
from fairledger.api.desk.escrow.show import now, show, show_problem
from fairledger.api.desk.escrow.times import DAY_S
from fairledger.api.desk.escrow.words import texts
from fairledger.api.desk.page import DESK, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.records import find_record
from fairledger.wallet import WalletEntry
from fairledger.words import Language, word
from fairledger_contracts.escrow.callers import ROLES_THAT_BUY, ROLES_THAT_SELL
from fairledger_contracts.escrow.numbers import Numbers
from fairledger_contracts.records.agreement import Binding, GoodsKind, Listing
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.signatory import Signatory

CALLS: Final = frozenset({"order", "withdraw"})
LISTINGS: Final = f"{DESK}/listings/"
ORDERS: Final = f"{DESK}/orders/"
router = APIRouter(prefix=f"{DESK}/listings", include_in_schema=False)


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang")])
def all_goods(request: Request, visitor: Visitor) -> HTMLResponse:
    """Show the goods on offer, the latest first, and the visitor's own."""
    person = signatory_of(visitor)
    with service_of(request).database.reading() as connection:
        found = reading.goods_on_offer(connection, reading.SHOWN_MAX)
        own = reading.goods_on_offer(connection, reading.SHOWN_MAX, owner_of(person))
    goods = [each for each in found if not each.recorder.shares_business(person)]
    return show(request, "listings.html", visitor, goods=goods, own=own, sells=person.role in ROLES_THAT_SELL)


@router.get("/new", response_class=HTMLResponse, dependencies=[takes("lang", "done", *INPUTS)])
def new_offer(request: Request, visitor: Visitor) -> HTMLResponse:
    """Ask for the terms; once they are told, show them as they will be signed."""
    return _offer(request, visitor, dict(request.query_params))


@router.post("/new", response_class=Response, dependencies=[takes("lang", "done", *INPUTS)])
async def offer(request: Request, visitor: Visitor) -> Response:
    """Offer the goods."""
    language = shown_language(request)

    def refused(problem: Problem, form: dict[str, str]) -> HTMLResponse:
        return _offer(request, visitor, form, problem)

    def then(_: str, tx_id: str) -> str:
        return f"{LISTINGS}{tx_id}?lang={language}&done={tx_id}"

    return await act(request, visitor, {"list_goods"}, then, refused)


@router.get("/{listing_id}", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
def listing_page(request: Request, listing_id: str, visitor: Visitor) -> HTMLResponse:
    """Show a listing, with its terms in full."""
    return _listing(request, listing_id, visitor)


@router.post("/{listing_id}", response_class=Response, dependencies=[takes("lang", "done")])
async def call(request: Request, listing_id: str, visitor: Visitor) -> Response:
    """Order the goods, or withdraw them."""
    language = shown_language(request)

    def refused(problem: Problem, form: dict[str, str]) -> HTMLResponse:
        return _listing(request, listing_id, visitor, problem, form)

    def then(function: str, tx_id: str) -> str:
        there = f"{ORDERS}{tx_id}" if function == "order" else request.url.path
        return f"{there}?lang={language}&done={tx_id}"

    return await act(request, visitor, CALLS, then, refused, about=listing_id)


def _listing(
    request: Request,
    listing_id: str,
    visitor: WalletEntry,
    problem: Problem | None = None,
    sent: dict[str, str] | None = None,
) -> HTMLResponse:
    person = signatory_of(visitor)
    with service_of(request).database.reading() as connection:
        found = find_record(connection, Listing, listing_id)
        if found is None:
            return show_problem(request, visitor, Problem("ESCROW_LISTING_UNKNOWN", "no listing has this id"))
        notes = tuple(notes_of(connection, owner_of(person), found.terms.currency))
    form = _form(found, person, notes, shown_language(request))
    if form and sent and sent.get(FUNCTION) == form.function:
        form = form.filled(sent)
    return show(request, "listing.html", visitor, problem=problem, listing=found, terms=found.terms, form=form)


def _form(listing: Listing, person: Signatory, notes: tuple[Note, ...], language: Language) -> Form | None:
    """To withdraw one's own, or to order what others offer."""
    said, terms = texts(language), listing.terms
    if listing.withdrawn_at is not None:
        return None
    if person.party == listing.recorder.party and person.role in ROLES_THAT_SELL:
        told = (said["withdraw_told"],)
        return Form("withdraw", said["withdraw"], (fields.subject(listing.id),), told=told, is_grave=True)
    if person.role not in ROLES_THAT_BUY or person.shares_business(listing.recorder):
        return None
    place = fields.area(said["delivery_area"], language) if terms.kind is GoodsKind.STANDARD else Field("area")
    own = (Field("listing", listing.id), Field("terms_sha256", terms.sha256), place)
    form = Form("order", said["order_goods"], own, told=(said["order_told"],), makes=ORDERS)
    return with_notes(form, notes, terms.price_minor, terms.currency, language)


def _offer(
    request: Request, visitor: WalletEntry, told: dict[str, str], problem: Problem | None = None
) -> HTMLResponse:
    language, person = shown_language(request), signatory_of(visitor)
    if person.role not in ROLES_THAT_SELL:
        permitted = ", ".join(sorted(ROLES_THAT_SELL))
        return show_problem(request, visitor, Problem("ESCROW_ROLE_DENIED", f"goods are listed by {permitted}"))
    with service_of(request).database.reading() as connection:
        numbers = reading.numbers_now(connection, now())
    terms = form = None
    if numbers is not None and "model" in told:
        try:
            terms = terms_of(told, numbers)
            form = Form(
                "list_goods",
                texts(language)["sign_terms"],
                (Field("terms", terms.model_dump_json()),),
                kept=tuple((name, told[name]) for name in INPUTS if name in told),
                makes=LISTINGS,
            )
        except Problem as refusal:
            problem = problem or refusal
    asked = tuple(replace(each, value=told.get(each.name, each.value)) for each in _inputs(numbers, language))
    return show(request, "offer.html", visitor, problem=problem, asked=asked, terms=terms, form=form)


def _inputs(numbers: Numbers | None, language: Language) -> tuple[Field, ...]:
    """What is asked for; none where there is no standard to sell by."""
    if numbers is None:
        return ()
    said = texts(language)
    kinds = [(kind.value, word(kind, language)) for kind in (GoodsKind.STANDARD, GoodsKind.VIRTUAL)]
    bindings = [(each.value, word(each, language)) for each in (Binding.TAG, Binding.SERIAL)]
    least = f"{said['bond_least']}; {said['virtual_bond_least'].format(least=numbers.virtual_bond_min_permille)}"
    periods = (
        Field(
            each.name,
            str(each.least),
            "number",
            said["in_days" if each.unit_s == DAY_S else "in_hours"].format(
                label=said["evidence_period" if each.name == "evidence" else each.name],
                least=each.least,
                most=each.most,
            ),
            least=each.least,
            most=each.most,
        )
        for each in periods_of(numbers)
    )
    not_virtual = said["zero_for_virtual"]
    return (
        fields.choice("kind", said["kind"], kinds),
        Field("model", "", "text", said["model"], length_max=200),
        Field("gtin", "", "text", said["gtin"], pattern="[0-9]{14}", length_max=14, hint=not_virtual, needed=False),
        fields.choice("binding", said["binding"], bindings),
        Field("weight_g", "", "text", said["weight_g"], pattern="[0-9]+", length_max=8, hint=not_virtual, needed=False),
        Field("currency", "CNY", "text", said["currency"], pattern="[A-Za-z]{3}", length_max=3),
        Field("price", "", "text", said["price"], pattern="[0-9.]+", length_max=20),
        Field(
            "bond",
            "",
            "text",
            said["bond"],
            pattern="[0-9.]+",
            length_max=20,
            hint=least.format(least=numbers.bond_min_permille),
        ),
        Field("carrier_bond", "0", "text", said["carrier_bond"], pattern="[0-9.]+", length_max=20, hint=not_virtual),
        *periods,
        Field("undecided", "50", "number", f"{said['undecided']} %", least=0, most=100),
    )
