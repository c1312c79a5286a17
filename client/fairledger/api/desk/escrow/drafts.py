"""Forms about money: made of what somebody wrote, and shown once more before they sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from fairledger.api.desk.escrow.fields import Field, Form, as_json
from fairledger.api.desk.escrow.forms import locks
from fairledger.api.desk.escrow.purse import choose
from fairledger.api.desk.escrow.words import texts
from fairledger.api.problems import Problem
from fairledger.escrow.amounts import AmountError, read_amount, show_amount
from fairledger.words import Language
from fairledger_contracts.records.note import Note, is_holder, owner_of
from fairledger_contracts.records.signatory import Signatory

DRAFT, TO, SUM, IN, REFERENCE = "draft", "to", "sum", "in", "number"
INPUTS: Final = (DRAFT, TO, SUM, IN, REFERENCE)


@dataclass(frozen=True)
class Draft:
    """So much to ``to``, a person's account or a provider; ``notes`` are those of the payer in the currency."""

    to: str
    reference: str
    amount_minor: int
    currency: str
    payer: Signatory
    notes: tuple[Note, ...]
    names: Mapping[str, str]  # of payment providers
    language: Language

    def said(self, name: str) -> str:
        """What it comes to, in words."""
        amount = show_amount(self.amount_minor, self.currency)
        provider = self.names.get(self.to, self.to)
        return texts(self.language)[name].format(payee=self.to, provider=provider, amount=amount)


def form_of(
    told: Mapping[str, str],
    person: Signatory,
    notes: tuple[Note, ...],
    names: Mapping[str, str],
    language: Language,
) -> Form | None:
    """The form to sign for a draft; None where there is none. ``names`` are those of payment providers.

    Raises ``Problem`` (REQUEST_INVALID, ESCROW_AMOUNT, ESCROW_NOTE_OWNER, ESCROW_NOTE_SHORT, ESCROW_NOTE_INPUTS).
    """
    function = told.get(DRAFT, "")
    if function not in _MAKERS:
        return None
    currency = told.get(IN, "").strip().upper()
    try:
        amount_minor = read_amount(told.get(SUM, "").strip(), currency)
    except AmountError as error:
        raise Problem(error.code, f"{error}: {error.remedy}") from error
    if not amount_minor:
        raise Problem("REQUEST_INVALID", "write an amount above nothing")
    draft = Draft(
        to=told.get(TO, "").strip(),
        reference=told.get(REFERENCE, "").strip(),
        amount_minor=amount_minor,
        currency=currency,
        payer=person,
        notes=tuple(note for note in notes if note.currency == currency),
        names=names,
        language=language,
    )
    kept = tuple((name, told[name]) for name in INPUTS if name in told)
    return replace(_MAKERS[function](draft), title=texts(language)[function], kept=kept)


def _check_payee(draft: Draft) -> None:
    if not is_holder(draft.to):
        raise Problem(
            "ESCROW_NOTE_OWNER", "an account is told by its owner's page of money, such as PlatformAMSP:eDUw…"
        )


def _pay(draft: Draft) -> Form:
    _check_payee(draft)
    chosen = choose(draft.notes, draft.amount_minor, draft.currency)
    payments = [{"owner": draft.to, "amount_minor": draft.amount_minor}]
    if chosen.change_minor:
        payments.append({"owner": owner_of(draft.payer), "amount_minor": chosen.change_minor})
    fields = (Field("notes", chosen.argument), Field("payments", as_json(payments)))
    return Form("pay", "", fields, told=(draft.said("pay_told"),))


def _payout(draft: Draft) -> Form:
    chosen = choose(draft.notes, draft.amount_minor, draft.currency)
    fields = (
        Field("notes", chosen.argument),
        Field("amount_minor", as_json(draft.amount_minor)),
        Field("currency", draft.currency),
        Field("provider", draft.to),
    )
    told = (draft.said("payout_told"), locks(chosen, draft.currency, draft.language))
    return Form("ask_payout", "", fields, told=told)


def _issue(draft: Draft) -> Form:
    _check_payee(draft)
    payment = as_json({"owner": draft.to, "amount_minor": draft.amount_minor})
    fields = (Field("reference", draft.reference), Field("payment", payment), Field("currency", draft.currency))
    return Form("issue", "", fields, told=(draft.said("issue_told"),))


_MAKERS: Final[dict[str, Callable[[Draft], Form]]] = {"pay": _pay, "ask_payout": _payout, "issue": _issue}
