"""Showing a page of escrow: what all of them need beside their own values."""

from datetime import UTC, datetime
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from fairledger.api.desk.acting import status_of
from fairledger.api.desk.escrow import times
from fairledger.api.desk.escrow.fields import area_word
from fairledger.api.desk.escrow.once import FUNCTION
from fairledger.api.desk.escrow.reading import is_on_ledger
from fairledger.api.desk.escrow.words import texts
from fairledger.api.desk.page import page, shown_language
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.escrow.amounts import show_amount
from fairledger.wallet import WalletEntry
from fairledger.words import role_word, word
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.signatory import Signatory

MSP: Final = "MSP"


def now() -> datetime:
    """The time by which pages count what is left."""
    return datetime.now(UTC)


def show(
    request: Request,
    template: str,
    visitor: WalletEntry,
    *,
    problem: Problem | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page of ``template``, with the problem that its form met."""
    language, me = shown_language(request), signatory_of(visitor)

    def who(person: Signatory) -> str:
        own = texts(language)["you"] if owner_of(person) == owner_of(me) else ""
        place = person.gln or ""
        parts = [role_word(person.role, language), person.msp_id.removesuffix(MSP), place, f"({own})" if own else ""]
        return " ".join(part for part in parts if part)

    return page(
        request,
        f"escrow/{template}",
        language,
        visitor,
        status=status_of(problem),
        w=texts(language),
        q=f"?lang={language}",
        word=lambda member: word(member, language),
        who=who,
        amount=show_amount,
        area=lambda code: area_word(code, language),
        period=lambda seconds: times.period(seconds, language),
        remaining=lambda due_at: times.remaining(due_at, now(), language),
        function_name=FUNCTION,
        problem=problem,
        done=_done(request),
        **values,
    )


def show_problem(request: Request, visitor: WalletEntry, problem: Problem) -> HTMLResponse:
    """A page that is not for this person, or is none."""
    return show(request, "problem.html", visitor, problem=problem)


def _done(request: Request) -> str:
    """The transaction that brought the visitor here, if it is one."""
    tx_id = request.query_params.get("done", "")
    if not tx_id:
        return ""
    with service_of(request).database.reading() as connection:
        return tx_id if is_on_ledger(connection, tx_id) else ""
