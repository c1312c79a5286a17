"""``/desk/supervision``: what waits for officers of the association, the regulator and platforms, and their moves."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api.desk.acting import back_to, status_of
from fairledger.api.desk.moves import MOVES, MoveName, made
from fairledger.api.desk.owed import owed_now
from fairledger.api.desk.page import DESK, is_unlicensed, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.supervision_words import CHOICES, FIELDS, MOVE_WORDS, texts
from fairledger.api.desk.waiting import Desk, Task, sanctioned, sorted_tasks
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.readmodel.records import AnyRecord, all_records, list_records
from fairledger.readmodel.statements import public_papers
from fairledger.wallet import WalletEntry
from fairledger.words import name_word, subject_word, word
from fairledger.words.amounts import money
from fairledger.words.text import Language
from fairledger_contracts.records import sanction as sanctions
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.complaint import ENDS as COMPLAINT_ENDS
from fairledger_contracts.records.complaint import Complaint, ComplaintState, Verdict
from fairledger_contracts.records.disclosure import Disclosure, DisclosureState
from fairledger_contracts.records.inspection import Inspection, InspectionState, Severity
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.monitoring import Anomaly, AnomalyKind, Listing
from fairledger_contracts.records.standard import Standard

SHOWN_MAX: Final = 100  # of each state; the lists of the REST interface have all
ADDRESS: Final = f"{DESK}/supervision"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def supervision(request: Request, visitor: Visitor) -> HTMLResponse:
    """What waits for the visitor, the oldest deadline first."""
    return await _page(request, visitor)


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def act(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """Make a move, and go back to the page; or show the page with the reason why not."""
    if problem := await made(request, visitor, move, MOVES):
        return await _page(request, visitor, problem)
    return back_to(ADDRESS, lang=shown_language(request))


async def _page(request: Request, visitor: WalletEntry, problem: Problem | None = None) -> HTMLResponse:
    language, person = shown_language(request), signatory_of(visitor)
    desk = Desk(person, datetime.now(UTC), is_licensed=not is_unlicensed(request, visitor))
    denied = not (desk.is_member or desk.inspects)
    shown = {} if denied else await asyncio.to_thread(_waiting, service_of(request), desk)
    nothing: dict[str, Any] = {"sections": {}, "offers": (), "members": [], "titles": {}}
    return page(
        request,
        "supervision.html",
        language,
        visitor,
        status=403 if denied else status_of(problem),
        address=ADDRESS,
        w=texts(language),
        moves=MOVES,
        move_word=lambda name: MOVE_WORDS[name].said(language),
        field_word=lambda name: FIELDS[name.rstrip("123")].said(language),
        choice_word=lambda choice: _choice_word(choice, language),
        word=lambda member: word(member, language),
        anomaly_word=lambda kind: word(AnomalyKind(kind), language),
        name_word=lambda name: name_word(name, language),
        money=money,
        subject_word=lambda subject: subject_word(subject, language),
        stated=lambda record: [sha256 for _, sha256 in public_papers(record)],
        denied=denied,
        problem=problem,
        done=problem is None and request.query_params.get("done") == "yes",
        **{**nothing, **shown},
    )


def tasks_of(connection: Connection, desk: Desk) -> dict[str, list[Task]]:
    """What concerns the visitor, section by section of the page, the oldest deadline first."""
    found = replace(desk, sanctioned=sanctioned(all_records(connection, sanctions.Sanction)))
    sections = {
        "disclosures": [
            *map(found.owed, owed_now(connection, _members(connection), desk.now)),
            *map(found.disclosure, _in_states(connection, Disclosure, _but(DisclosureState, _ACCEPTED))),
        ],
        "sanctions": map(found.sanction, _in_states(connection, sanctions.Sanction, _SANCTIONS)),
        "complaints": map(found.complaint, _complaints(connection)),
        "inspections": map(found.inspection, _inspections(connection)),
        "listings": map(found.listing, _having(connection, Listing, ("in_force", "true"))),
        "anomalies": map(found.anomaly, _having(connection, Anomaly, ("open", "true"))),
        "ballots": map(found.ballot, _having(connection, Ballot, ("state", BallotState.OPEN))),
    }
    return {name: sorted_tasks(each, desk) for name, each in sections.items()}


def _waiting(service: Service, desk: Desk) -> dict[str, Any]:
    with service.database.reading() as connection:
        tasks, members = tasks_of(connection, desk), _members(connection)
        titles = {(each.name, each.version): each.title for each in all_records(connection, Standard)}
    return {"sections": tasks, "offers": desk.new(), "members": members, "titles": titles}


def _members(connection: Connection) -> list[Member]:
    return [each for each in all_records(connection, Member) if each.left_at is None]


_ACCEPTED: Final = {DisclosureState.ACCEPTED}
_SANCTIONS: Final = [each for each in sanctions.SanctionState if each not in sanctions.ENDS]


def _but(states: Iterable[Any], ends: Iterable[Any]) -> list[str]:
    return [each for each in states if each not in ends]


def _complaints(connection: Connection) -> list[Complaint]:
    """Those under way, and those that are facts for a sanction."""
    under_way = _in_states(connection, Complaint, _but(ComplaintState, COMPLAINT_ENDS))
    facts = [("verdict", Verdict.UPHELD.value), ("answered_late", "true")]
    return _once([*under_way, *(each for term in facts for each in _having(connection, Complaint, term))])


def _inspections(connection: Connection) -> list[Inspection]:
    under_way = _in_states(connection, Inspection, _but(InspectionState, {InspectionState.CLOSED}))
    bad = [("worst", each.value) for each in (Severity.MAJOR, Severity.CRITICAL)]
    return _once([*under_way, *(each for term in bad for each in _having(connection, Inspection, term))])


def _once(records: Iterable[Any]) -> list[Any]:
    return list({each.id: each for each in records}.values())


def _in_states(connection: Connection, kind: type[AnyRecord], states: Iterable[str]) -> list[AnyRecord]:
    return [each for state in states for each in _having(connection, kind, ("state", str(state)))]


def _having(connection: Connection, kind: type[AnyRecord], term: tuple[str, str]) -> list[AnyRecord]:
    name, value = term
    return [each for each, _ in list_records(connection, kind, [(name, str(value))], limit=SHOWN_MAX)]


def _choice_word(choice: Any, language: Language) -> str:
    return CHOICES[choice].said(language) if type(choice) is str else word(choice, language)
