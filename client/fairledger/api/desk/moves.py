"""What people may do about disclosures, sanctions, complaints, inspections, the monitoring list and ballots.

Each move is the REST operation of the same effect, with a form in the place of the JSON document.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Path, Request, Response

from fairledger.api import complaint_routes as complaints
from fairledger.api import disclosure_routes as disclosures
from fairledger.api import inspection_routes as inspections
from fairledger.api import standard_routes as standards
from fairledger.api import supervision_routes as supervision
from fairledger.api.desk.acting import body_of, once_of, own_form, problem_in
from fairledger.api.desk.escrow.purse import choose, notes_of
from fairledger.api.desk.fields import Field, amount_of, documents_of, number_of, seconds_of
from fairledger.api.idempotency import Idempotent
from fairledger.api.parties import account_for, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.records import find_record
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.complaint import Verdict
from fairledger_contracts.records.inspection import Place, Severity, Subject, TargetKind
from fairledger_contracts.records.sanction import Penalty, Sanction

FINDINGS: Final = ("1", "2", "3")  # rows of the form; REST takes more
YES_NO: Final = ("yes", "no")
CURRENCY: Final = "currency"
MoveName = Annotated[str, Path(alias="move", pattern=r"^[a-z_]{1,40}$")]
STATEMENT: Final = Field("statement", "statement", required=False)


@dataclass(frozen=True)
class Asked:
    """A move that somebody makes: the form, its sender, and that it takes effect once."""

    request: Request
    form: dict[str, str]
    person: WalletEntry
    once: Idempotent

    def told(self, name: str) -> str:
        """What a field says, empty where it is missing."""
        return self.form.get(name, "").strip()

    @property
    def by(self) -> dict[str, Any]:
        """What every REST operation is told."""
        return {"request": self.request, "person": self.person, "once": self.once}

    async def documents(self) -> dict[str, Any]:
        """The statement as the document that it becomes."""
        return {"documents": [each.model_dump() for each in await documents_of(self.request, self.form)]}


@dataclass(frozen=True)
class Move:
    """The form's fields, and what it does. Raises ``Problem``, and whatever the REST operation raises."""

    do: Callable[[Asked], Awaitable[Response]]
    fields: tuple[Field, ...] = ()


async def made(request: Request, visitor: WalletEntry, name: str, moves: Mapping[str, Move]) -> Problem | None:
    """Make the move that a page's form names, of those that the page has; why it had no effect, None when it had.

    Raises ``Problem`` (FORM_FOREIGN, REQUEST_MEDIA_TYPE, REQUEST_INVALID) for what is no form of the page.
    """
    form = await own_form(request)

    async def work() -> Response:
        if name not in moves:
            raise Problem("REQUEST_INVALID", "send the page's form")
        return await moves[name].do(Asked(request, form, visitor, once_of(request, visitor, form)))

    return await problem_in(work)


def _file(subject: str, *fields: Field) -> Move:
    """Publish for the sender's platform: text as it is, numbers as numbers, amounts in minor units."""

    async def do(asked: Asked) -> Response:
        told: dict[str, str | int] = {}
        for each in fields:
            if each.kind == "amount":
                told[f"{each.name}_minor"] = amount_of(asked.form, each.name, _currency(asked))
            elif each.name == CURRENCY:
                told[CURRENCY] = _currency(asked)
            else:
                told[each.name] = number_of(asked.form, each.name) if each.kind == "number" else asked.told(each.name)
        body = {"period": asked.told("period"), "published": {"subject": subject, **told}}
        return await disclosures.disclose(body=body_of(disclosures.NewDisclosure, body), **asked.by)

    return Move(do, fields)


def _of_disclosure(asked: Asked) -> dict[str, Any]:
    return {name: asked.told(name) for name in ("msp_id", "subject", "period")} | asked.by


async def _review(asked: Asked) -> Response:
    told = {"accepted": asked.told("accepted") == "yes", "reasons": asked.told("reasons")}
    return await disclosures.review(body=body_of(disclosures.NewReview, told), **_of_disclosure(asked))


async def _late(asked: Asked) -> Response:
    return await disclosures.find(found="late", **_of_disclosure(asked))


async def _unreviewed(asked: Asked) -> Response:
    return await disclosures.find(found="unreviewed", **_of_disclosure(asked))


def _currency(asked: Asked) -> str:
    return asked.told(CURRENCY).upper()


async def _open_sanction(asked: Asked) -> Response:
    """What the penalty does not have is left out: the form has fields for all penalties."""
    penalty = asked.told("penalty")
    currency = _currency(asked) if penalty == Penalty.FINE else ""
    told = {
        "msp_id": asked.told("msp_id"),
        "penalty": penalty,
        "ground": {"kind": asked.told("ground"), "key": asked.told("ground_key").split("/")},
        "rule": asked.told("rule"),
        "evidence": (await asked.documents())["documents"],
        "amount_minor": amount_of(asked.form, "fine", currency) if penalty == Penalty.FINE else 0,
        "currency": currency,
        "suspension_s": seconds_of(asked.form, "suspension_days") if penalty == Penalty.SUSPENSION else 0,
    }
    return await disclosures.open_sanction(body=body_of(disclosures.NewSanction, told), **asked.by)


def _of_sanction(step: disclosures.Step) -> Move:
    async def do(asked: Asked) -> Response:
        body = body_of(disclosures.Papers, await asked.documents())
        return await disclosures.act(sanction_id=asked.told("id"), step=step, body=body, **asked.by)

    return Move(do, (STATEMENT,))


def _sanction_decision(instance: str) -> Move:
    async def do(asked: Asked) -> Response:
        told = {"stands": asked.told("stands") == "yes", **await asked.documents()}
        body = body_of(disclosures.Decision, told)
        instances: Any = instance
        return await disclosures.decide(sanction_id=asked.told("id"), instance=instances, body=body, **asked.by)

    return Move(do, (Field("stands", "choice", YES_NO), STATEMENT))


async def _pay(asked: Asked) -> Response:
    sanction_id = asked.told("id")
    notes = await asyncio.to_thread(_notes_for, asked, sanction_id)
    return await disclosures.pay(
        sanction_id=sanction_id, body=body_of(disclosures.Payment, {"notes": notes}), **asked.by
    )


def _notes_for(asked: Asked, sanction_id: str) -> list[str]:
    """As few notes of the platform's account as pay a fine. Raises ``Problem`` (…_UNKNOWN, ESCROW_NOTE_…)."""
    with service_of(asked.request).database.reading() as connection:
        fine = find_record(connection, Sanction, sanction_id)
        if fine is None:
            raise Problem("DISCLOSURE_SANCTION_UNKNOWN", "no sanction has this id")
        notes = notes_of(connection, account_for(signatory_of(asked.person)), fine.currency)
    return [note.id for note in choose(notes, fine.amount_minor, fine.currency).notes]


async def _push_sanction(asked: Asked) -> Response:
    return await disclosures.push(sanction_id=asked.told("id"), **asked.by)


async def _answer(asked: Asked) -> Response:
    body = body_of(complaints.Papers, await asked.documents())
    return await complaints.act(complaint_id=asked.told("id"), step="answer", body=body, **asked.by)


def _complaint_decision(instance: str) -> Move:
    async def do(asked: Asked) -> Response:
        body = body_of(complaints.Decision, {"verdict": asked.told("verdict"), **await asked.documents()})
        instances: Any = instance
        return await complaints.decide(complaint_id=asked.told("id"), instance=instances, body=body, **asked.by)

    verdicts = tuple(each for each in Verdict if each is not Verdict.OVERDUE)
    return Move(do, (Field("verdict", "choice", verdicts), STATEMENT))


async def _push_complaint(asked: Asked) -> Response:
    return await complaints.push(complaint_id=asked.told("id"), **asked.by)


async def _order_inspection(asked: Asked) -> Response:
    told = {
        "target": {"kind": asked.told("target"), "id": asked.told("target_id")},
        "platform": asked.told("platform"),
        "place": asked.told("place"),
        "complaint_id": asked.told("complaint_id"),
    }
    return await inspections.order(body=body_of(inspections.NewInspection, told), **asked.by)


async def _report(asked: Asked) -> Response:
    found = []
    for row in FINDINGS:
        if asked.told(f"subject{row}"):
            documents = await documents_of(asked.request, asked.form, f"statement{row}")
            severity = asked.told(f"severity{row}")
            told = {"subject": asked.told(f"subject{row}"), "severity": severity}
            found.append({**told, "documents": [each.model_dump() for each in documents]})
    body = body_of(inspections.Report, {"findings": found})
    return await inspections.report(inspection_id=asked.told("id"), body=body, **asked.by)


async def _mend(asked: Asked) -> Response:
    body = body_of(inspections.Papers, await asked.documents())
    return await inspections.mend(inspection_id=asked.told("id"), body=body, **asked.by)


async def _send_back(asked: Asked) -> Response:
    body = body_of(inspections.Papers, await asked.documents())
    return await inspections.send_back(inspection_id=asked.told("id"), body=body, **asked.by)


async def _close_inspection(asked: Asked) -> Response:
    body = body_of(inspections.End, {"recall_id": asked.told("recall_id")})
    return await inspections.close(inspection_id=asked.told("id"), body=body, **asked.by)


async def _push_inspection(asked: Asked) -> Response:
    return await inspections.push(inspection_id=asked.told("id"), **asked.by)


async def _enlist(asked: Asked) -> Response:
    told = {"subject": asked.told("monitored"), "rule": asked.told("rule"), "ground": asked.told("reason")}
    return await supervision.enlist(body=body_of(supervision.NewListing, told), **asked.by)


async def _confirm_listing(asked: Asked) -> Response:
    return await supervision.confirm(listing_id=asked.told("id"), **asked.by)


async def _remove_listing(asked: Asked) -> Response:
    body = body_of(supervision.Removal, {"reason": asked.told("why")})
    return await supervision.remove(listing_id=asked.told("id"), body=body, **asked.by)


async def _clear(asked: Asked) -> Response:
    body = body_of(supervision.Cleared, {name: asked.told(name) for name in ("subject", "name")})
    return await supervision.clear(body=body, **asked.by)


async def _vote(asked: Asked) -> Response:
    body = body_of(standards.Choice, {"approves": asked.told("approves") == "yes"})
    return await standards.vote(name=asked.told("name"), version=asked.told("version"), body=body, **asked.by)


async def _close_ballot(asked: Asked) -> Response:
    return await standards.close(name=asked.told("name"), version=asked.told("version"), **asked.by)


def _finding(row: str) -> tuple[Field, ...]:
    return (
        Field(f"subject{row}", "choice", ("", *Subject)),
        Field(f"severity{row}", "choice", tuple(Severity)),
        Field(f"statement{row}", "statement", required=False),
    )


MOVES: Final[Mapping[str, Move]] = {
    "file_licence": _file("licence", Field("number"), Field("issuer"), Field("valid_until", "date")),
    "file_operator": _file("operator", Field("name"), Field("registration_number"), Field("website")),
    "file_figures": _file(
        "figures",
        *(Field(name, "number") for name in ("orders", "complaints", "complaints_resolved", "refunds")),
        Field("refunded", "amount"),
        Field(CURRENCY),
    ),
    "file_rules": _file("rules", Field("title"), Field("version"), Field("website")),
    "review": Move(_review, (Field("accepted", "choice", YES_NO), Field("reasons", required=False))),
    "find_late": Move(_late),
    "accept_unreviewed": Move(_unreviewed),
    "open_sanction": Move(
        _open_sanction,
        (
            Field("penalty", "choice", tuple(Penalty)),
            Field("rule", "rule"),
            Field("fine", "amount", required=False),
            Field(CURRENCY, required=False),
            Field("suspension_days", "number", required=False),
            STATEMENT,
        ),
    ),
    "hear": _of_sanction("hear"),
    "decide_sanction": _sanction_decision("association"),
    "appeal": _of_sanction("appeal"),
    "judge": _sanction_decision("regulator"),
    "pay": Move(_pay),
    "end_sanction": _of_sanction("end"),
    "push_sanction": Move(_push_sanction),
    "answer": Move(_answer, (STATEMENT,)),
    "decide_complaint": _complaint_decision("association"),
    "close_complaint": _complaint_decision("regulator"),
    "push_complaint": Move(_push_complaint),
    "order_inspection": Move(
        _order_inspection,
        (
            Field("target", "choice", tuple(TargetKind)),
            Field("target_id"),
            Field("platform", "platform"),
            Field("place", "choice", tuple(Place)),
            Field("complaint_id", required=False),
        ),
    ),
    "report_inspection": Move(_report, tuple(field for row in FINDINGS for field in _finding(row))),
    "mend": Move(_mend, (STATEMENT,)),
    "send_back": Move(_send_back, (Field("statement", "statement"),)),
    "close_inspection": Move(_close_inspection, (Field("recall_id", required=False),)),
    "push_inspection": Move(_push_inspection),
    "enlist": Move(_enlist, (Field("monitored"), Field("rule", "rule"), Field("reason"))),
    "confirm_listing": Move(_confirm_listing),
    "remove_listing": Move(_remove_listing, (Field("why"),)),
    "push_listing": Move(_remove_listing),
    "clear": Move(_clear),
    "vote": Move(_vote, (Field("approves", "choice", YES_NO),)),
    "close_ballot": Move(_close_ballot),
}
