"""The form for each move of an order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fairledger.api.desk.escrow import fields
from fairledger.api.desk.escrow.amounts import shares_of
from fairledger.api.desk.escrow.fields import Field, Form, Option, Tool, as_json, subject
from fairledger.api.desk.escrow.purse import NOTHING, Chosen, choose
from fairledger.api.desk.escrow.words import TOLD, texts
from fairledger.api.problems import Problem
from fairledger.escrow.amounts import show_amount
from fairledger.words import Language, problem_in_full, word
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.agreement import WEIGHT_G_MAX, GoodsKind
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.money import WHOLE_PERMILLE
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import REASON_LENGTH_MAX, Claim, Order, Proposal

GRAVE: Final = frozenset({Move.DECLINE, Move.CANCEL, Move.LOSE, Move.REFUSE, Move.PROVE_WRONG_KEY})
HEX: Final = "[0-9a-f]{64}"
_TOOLS: Final[dict[Move, Tool]] = {
    Move.ACCEPT: "seal",
    Move.HOLD: "compare",
    Move.RELEASE_KEY: "key",
    Move.PROVE_WRONG_KEY: "prove",
}


@dataclass(frozen=True)
class Situation:
    """An order, and what the person who looks at it has: notes of its currency, carriers to choose from."""

    order: Order
    notes: tuple[Note, ...]
    carriers: tuple[Option, ...]
    language: Language

    def said(self, name: str) -> str:
        """A text in the reader's language."""
        return texts(self.language)[name]


def form_of_move(move: Move, situation: Situation) -> Form:
    """The form for a move that is permitted."""
    about = TOLD.get(move)
    told = (about.said(situation.language),) if about else ()
    form = Form(
        move,
        word(move, situation.language),
        (subject(situation.order.id), *_FIELDS.get(move, _nothing)(situation)),
        told=(division_words(situation.order.proposals[-1], situation),) if move is Move.AGREE else told,
        tool=_TOOLS.get(move) if situation.order.terms.kind is GoodsKind.VIRTUAL else None,
        is_grave=move in GRAVE,
    )
    terms = situation.order.terms
    if move is Move.ACCEPT:
        return with_notes(form, situation.notes, terms.bond_minor, terms.currency, situation.language)
    if move is Move.SHIP and not situation.carriers:
        return replace(form, lacks=situation.said("no_carrier"))
    if move is Move.TAKE_OVER:
        return with_notes(form, situation.notes, terms.carrier_bond_minor, terms.currency, situation.language)
    return form


def with_notes(form: Form, notes: tuple[Note, ...], amount_minor: int, currency: str, language: Language) -> Form:
    """The form with the notes that pay an amount, and what that locks; or why they don't."""
    try:
        chosen = choose(notes, amount_minor, currency)
    except Problem as problem:
        missing = Field("notes", NOTHING)
        lacks = problem_in_full(problem.code, problem.detail, language)
        return replace(form, fields=(*form.fields, missing), lacks=lacks)
    told = (*form.told, locks(chosen, currency, language))
    return replace(form, fields=(*form.fields, Field("notes", chosen.argument)), told=told)


def locks(chosen: Chosen, currency: str, language: Language) -> str:
    """What will be locked, in words."""
    said = texts(language)
    if not chosen.amount_minor:
        return said["locks_nothing"]
    return said["locks"].format(
        amount=show_amount(chosen.amount_minor, currency),
        count=len(chosen.notes),
        total=show_amount(chosen.total_minor, currency),
        change=show_amount(chosen.change_minor, currency),
    )


def division_words(told: Proposal, situation: Situation) -> str:
    """The shares that were proposed, as amounts."""
    division, currency = shares_of(told, situation.order), situation.order.terms.currency
    price, bond = show_amount(division.price_minor, currency), show_amount(division.bond_minor, currency)
    return situation.said("shares").format(price=price, bond=bond)


def _nothing(_: Situation) -> tuple[Field, ...]:
    return ()


def _accept(it: Situation) -> tuple[Field, ...]:
    if it.order.terms.kind is GoodsKind.STANDARD:
        return (Field("commitment", "null"),)
    return (Field("commitment", "", "prose", it.said("commitment"), length_max=1_000, hint=it.said("commitment_hint")),)


def _release(it: Situation) -> tuple[Field, ...]:
    return (Field("key", "", "text", it.said("key"), pattern=HEX, length_max=64),)


def _sealed(_: Situation) -> tuple[Field, ...]:
    return (Field("ciphertext", is_bytes=True),)


def _ship(it: Situation) -> tuple[Field, ...]:
    return (
        Field("serial", "", "text", it.said("serial"), pattern="[!-~]{1,20}", length_max=20),
        Field("parcel", "", "text", it.said("parcel"), pattern="[A-Za-z0-9\\-]{4,40}", length_max=40),
        fields.choice("carrier", it.said("carrier"), [("", it.said("choose")), *it.carriers]),
    )


def _place(it: Situation) -> tuple[Field, ...]:
    return (fields.area(it.said("area"), it.language),)


def _weighed(it: Situation) -> tuple[Field, ...]:
    return (fields.number("weight_g", it.said("parcel_weight"), 1, WEIGHT_G_MAX), *_place(it))


def _tag(it: Situation) -> tuple[Field, ...]:
    told = [("true", it.said("tag_genuine")), ("false", it.said("tag_forged"))]
    return (
        Field("serial", "", "text", it.said("serial"), pattern="[!-~]{1,20}", length_max=20),
        fields.choice("genuine", it.said("genuine"), [("", it.said("choose")), *told]),
    )


def _complaint(it: Situation) -> tuple[Field, ...]:
    claims = [(as_json(claim), word(claim, it.language)) for claim in Claim if claim is not Claim.REFUSED]
    return (
        fields.choice("claim", it.said("claim"), [("", it.said("choose")), *claims]),
        Field("reason", "", "prose", it.said("reason"), length_max=REASON_LENGTH_MAX, hint=it.said("reason_hint")),
    )


def _report(it: Situation) -> tuple[Field, ...]:
    findings = [(as_json(finding), word(finding, it.language)) for finding in Finding]
    return (
        fields.choice("finding", it.said("finding"), [("", it.said("choose")), *findings]),
        Field("report_sha256", "", "text", it.said("report_sha256"), pattern=HEX, length_max=64),
    )


def _division(it: Situation) -> tuple[Field, ...]:
    return tuple(
        fields.number(name, it.said(name), 0, WHOLE_PERMILLE, it.said("permille_hint"))
        for name in ("price_permille", "bond_permille")
    )


def _panel_division(it: Situation) -> tuple[Field, ...]:
    """The carrier's bond, too, where there is one."""
    if it.order.carrier_bond is None:
        return _division(it)
    name = "carrier_permille"
    return (*_division(it), fields.number(name, it.said(name), 0, WHOLE_PERMILLE, it.said("permille_hint")))


def _last_division(it: Situation) -> tuple[Field, ...]:
    last = it.order.proposals[-1]
    return (
        Field("price_permille", as_json(last.price_permille)),
        Field("bond_permille", as_json(last.bond_permille)),
    )


_FIELDS: Final[dict[Move, Callable[[Situation], tuple[Field, ...]]]] = {
    Move.ACCEPT: _accept,
    Move.RELEASE_KEY: _release,
    Move.PROVE_WRONG_KEY: _sealed,
    Move.SHIP: _ship,
    Move.TAKE_OVER: _weighed,
    Move.SCAN: _place,
    Move.DELIVER: _weighed,
    Move.REFUSE: _weighed,
    Move.CHECK_TAG: _tag,
    Move.DISPUTE: _complaint,
    Move.INSPECT: _report,
    Move.PROPOSE: _division,
    Move.AGREE: _last_division,
    Move.VOTE: _panel_division,
}
