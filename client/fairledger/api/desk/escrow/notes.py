"""``/desk/notes``: the visitor's money, with forms to pay, to have it paid out, and for providers to pay in and out."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api.desk.escrow import drafts, fields
from fairledger.api.desk.escrow.calls import SUBJECT
from fairledger.api.desk.escrow.fields import Field, Form
from fairledger.api.desk.escrow.once import FUNCTION, act
from fairledger.api.desk.escrow.purse import notes_of, sums
from fairledger.api.desk.escrow.reading import SHOWN_MAX, provider_names, providers
from fairledger.api.desk.escrow.show import now, show
from fairledger.api.desk.escrow.words import texts
from fairledger.api.desk.licensed import lacks_licence
from fairledger.api.desk.page import DESK, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.funds_routes import own_payouts
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.funds import frozen_until
from fairledger.readmodel.records import list_records
from fairledger.wallet import WalletEntry
from fairledger.words import Language
from fairledger_contracts.records.note import OWNER_LENGTH_MAX, owner_of
from fairledger_contracts.records.payment import Payout, PayoutState, provider_of
from fairledger_contracts.records.signatory import Signatory

CALLS: Final = frozenset({"pay", "ask_payout", "issue", "redeem", "return_payout"})
REFERENCE: Final = "[A-Za-z0-9][A-Za-z0-9._\\/\\-]{3,79}"
PROVIDER: Final = "provider"
router = APIRouter(prefix=f"{DESK}/notes", include_in_schema=False)


def payouts_to_make(connection: Connection, person: Signatory) -> list[Payout]:
    """The payouts that wait for a provider, by their deadline; none for others."""
    if person.role != PROVIDER:
        return []
    terms = [("provider", provider_of(person)), ("state", PayoutState.ASKED)]
    found = [payout for payout, _ in list_records(connection, Payout, terms, limit=SHOWN_MAX)]
    return sorted(found, key=lambda payout: (payout.due_at, payout.id))


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done", *drafts.INPUTS)])
def money(request: Request, visitor: Visitor) -> HTMLResponse:
    """Show the visitor's money, and the draft that is asked for, as it will be signed."""
    return _shown(request, visitor, dict(request.query_params))


@router.post("", response_class=Response, dependencies=[takes("lang", "done", *drafts.INPUTS)])
async def call(request: Request, visitor: Visitor) -> Response:
    """Move the money."""
    language = shown_language(request)

    def refused(problem: Problem, form: dict[str, str]) -> HTMLResponse:
        return _shown(request, visitor, form, problem)

    return await act(request, visitor, CALLS, lambda _, tx: f"{DESK}/notes?lang={language}&done={tx}", refused)


def _shown(
    request: Request, visitor: WalletEntry, told: dict[str, str], problem: Problem | None = None
) -> HTMLResponse:
    language, person = shown_language(request), signatory_of(visitor)
    with service_of(request).database.reading() as connection:
        notes = tuple(notes_of(connection, owner_of(person)))
        waiting = payouts_to_make(connection, person)
        own = [payout for payout, _ in list_records(connection, Payout, own_payouts(person), limit=SHOWN_MAX)]
        known, names = providers(connection, now()), provider_names(connection)
        is_provider = person.role == PROVIDER and not lacks_licence(connection, visitor, now())
        frozen = {each.id: until for each in (*waiting, *own) if (until := frozen_until(connection, each, now()))}
    form = None
    try:
        form = drafts.form_of(told, person, notes, names, language)
    except Problem as refusal:
        problem = problem or refusal
    rows = [*waiting, *(payout for payout in own if payout not in waiting)]
    forms = {
        each.id: _forms(each, told, language, is_provider=is_provider and each.provider == provider_of(person))
        for each in rows
        if each.id not in frozen
    }
    return show(
        request,
        "notes.html",
        visitor,
        problem=problem,
        form=form,
        notes=notes,
        sums=sums(notes),
        account=owner_of(person),
        payouts=[(payout, forms.get(payout.id, [])) for payout in rows],
        provider_name=lambda provider: names.get(provider, provider),
        no_provider=bool(notes) and not known,
        frozen=frozen,
        asked=_asked(told, sums(notes), known, language, is_provider=is_provider),
        draft_name=drafts.DRAFT,
    )


def _forms(payout: Payout, sent: dict[str, str], language: Language, *, is_provider: bool) -> list[Form]:
    """To redeem a payout or to give it back; ``is_provider`` tells whether it is the visitor's to pay."""
    if payout.state is not PayoutState.ASKED:
        return []
    said, about = texts(language), fields.subject(payout.id)
    is_over = now() > payout.due_at
    forms = []
    if is_provider and not is_over:
        number = Field("reference", "", "text", said["reference"], pattern=REFERENCE, length_max=80)
        forms.append(Form("redeem", said["redeem"], (about, replace(number, hint=said["reference_hint"]))))
    if is_provider or is_over:
        forms.append(Form("return_payout", said["return_payout"], (about,), is_grave=True))
    is_sent = sent.get(SUBJECT) == payout.id
    return [form.filled(sent) if is_sent and form.function == sent.get(FUNCTION) else form for form in forms]


def _asked(
    told: dict[str, str],
    own: dict[str, int],
    known: tuple[fields.Option, ...],
    language: Language,
    *,
    is_provider: bool,
) -> list[tuple[str, str, list[Field]]]:
    """What is asked for a draft of each call that is for this person: function, title, inputs."""
    said = texts(language)
    amount = Field(drafts.SUM, "", "text", said["amount"], pattern="[0-9.]+", length_max=20)
    payee = Field(drafts.TO, "", "text", said["payee"], length_max=OWNER_LENGTH_MAX)
    any_currency = Field(drafts.IN, "CNY", "text", said["currency"], pattern="[A-Za-z]{3}", length_max=3)
    inputs: list[tuple[str, list[Field]]] = []
    if own:
        currency = fields.choice(drafts.IN, said["currency"], [(each, each) for each in own])
        to_provider = fields.choice(drafts.TO, said["provider"], list(known))
        inputs += [("ask_payout", [amount, currency, to_provider])] if known else []
        inputs.append(("pay", [payee, amount, currency]))
    if is_provider:
        number = Field(drafts.REFERENCE, "", "text", said["reference"], pattern=REFERENCE, length_max=80)
        inputs.append(("issue", [replace(number, hint=said["reference_hint"]), payee, amount, any_currency]))
    return [
        (
            function,
            said[function],
            [
                replace(each, value=told.get(each.name, each.value)) if told.get(drafts.DRAFT) == function else each
                for each in asked
            ],
        )
        for function, asked in inputs
    ]
