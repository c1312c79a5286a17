"""How a complaint goes from state to state. Pure.

    FILED ── answer ─▶ ANSWERED ── content, or time over ─▶ RESOLVED
      │ time over          └── escalate ─▶ ESCALATED ── decide ─▶ DECIDED ── content, or time over ─▶ CLOSED
      └───────────────────────────────────▶ │ time over              └── escalate ─▶ APPEALED ── close ─▶ CLOSED
                                            └──────────────────────────────────────▶ │ time over ─────────▶ CLOSED

Who has to act and does not, loses the matter to the next instance; anybody may push it there. Before its time is over
nobody can take it away.
"""

import hashlib
from datetime import datetime

from fairledger_chaincode.errors import NotAllowed, WrongState
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.records.complaint import ENDS, Complaint, ComplaintState, ComplaintStep, Verdict
from fairledger_contracts.records.standard import Standard

State = ComplaintState

# What follows when the time of a state is over, and which parameter of the standard gives the next state its time.
NEXT = {
    State.FILED: State.ESCALATED,
    State.ANSWERED: State.RESOLVED,
    State.ESCALATED: State.APPEALED,
    State.DECIDED: State.CLOSED,
    State.APPEALED: State.CLOSED,
}
TIME = {
    State.FILED: "answer_s",
    State.ANSWERED: "reaction_s",
    State.ESCALATED: "association_s",
    State.DECIDED: "appeal_s",
    State.APPEALED: "regulator_s",
}
HIGHER = {State.ANSWERED: State.ESCALATED, State.DECIDED: State.APPEALED}


def answer(complaint: Complaint, standard: Standard, act: Act) -> Complaint:
    """The platform's answer. Raises ``WrongState``, ``NotAllowed`` (SUPERVISION_COMPLAINT_DENIED)."""
    if act.by.msp_id != complaint.platform:
        raise NotAllowed("SUPERVISION_COMPLAINT_DENIED", "the platform concerned answers")
    _in_time(complaint, State.FILED, act.at)
    return _step(complaint, standard, State.ANSWERED, act)


def escalate(complaint: Complaint, standard: Standard, act: Act) -> Complaint:
    """The complainant is not content: to the association, and from its decision to the regulator.

    Raises ``WrongState`` (SUPERVISION_COMPLAINT_STATE, SUPERVISION_TOO_LATE).
    """
    higher = HIGHER.get(complaint.state)
    if higher is None:
        raise WrongState("SUPERVISION_COMPLAINT_STATE", f"nothing can be escalated of what is {complaint.state}")
    _in_time(complaint, complaint.state, act.at)
    return _step(complaint, standard, higher, act)


def settle(complaint: Complaint, standard: Standard, act: Act) -> Complaint:
    """The complainant is content, or gives up; at any time before the end. Raises ``WrongState``."""
    if complaint.state in ENDS:
        raise WrongState("SUPERVISION_COMPLAINT_STATE", f"this complaint is {complaint.state}")
    end = State.CLOSED if complaint.verdict else State.RESOLVED
    return _step(complaint, standard, end, act)


def decide(complaint: Complaint, standard: Standard, act: Act, verdict: Verdict) -> Complaint:
    """The association's decision. Raises ``WrongState`` (SUPERVISION_COMPLAINT_STATE, SUPERVISION_TOO_LATE)."""
    _in_time(complaint, State.ESCALATED, act.at)
    return _step(complaint, standard, State.DECIDED, act, verdict=verdict)


def close(complaint: Complaint, standard: Standard, act: Act, verdict: Verdict) -> Complaint:
    """The regulator's decision, which is the last. Raises as ``decide``."""
    _in_time(complaint, State.APPEALED, act.at)
    return _step(complaint, standard, State.CLOSED, act, verdict=verdict)


def push(complaint: Complaint, standard: Standard, act: Act) -> Complaint:
    """What follows from a deadline that has passed. Raises ``WrongState`` (…_STATE, SUPERVISION_NOT_DUE)."""
    following = NEXT.get(complaint.state)
    if following is None:
        raise WrongState("SUPERVISION_COMPLAINT_STATE", f"this complaint is {complaint.state}")
    if act.at <= complaint.due_at:
        raise WrongState("SUPERVISION_NOT_DUE", f"there is time until {complaint.due_at.isoformat()}")
    nobody_found = complaint.state is State.APPEALED and complaint.verdict is None
    verdict = Verdict.OVERDUE if nobody_found else None
    return _step(complaint, standard, following, act, verdict=verdict, overdue=True)


def of_receipt(complaint: Complaint, code: str) -> Complaint:
    """The complaint with ``code`` used up. Raises ``NotAllowed`` (SUPERVISION_RECEIPT) for a code that is not it."""
    if complaint.receipt_sha256 is None or receipt_hash(code) != complaint.receipt_sha256:
        raise NotAllowed("SUPERVISION_RECEIPT", "this is not the code of the complaint's receipt")
    return complaint.model_copy(update={"receipt_sha256": code})


def receipt_hash(code: str) -> str:
    """SHA-256 of a receipt's code. Raises ``NotAllowed`` (SUPERVISION_RECEIPT) for what is no code."""
    try:
        secret = bytes.fromhex(code)
    except ValueError:
        secret = b""
    if len(secret) != hashlib.sha256().digest_size or code != secret.hex():
        raise NotAllowed("SUPERVISION_RECEIPT", "a receipt's code has 64 hexadecimal digits in small letters")
    return hashlib.sha256(secret).hexdigest()


def _in_time(complaint: Complaint, state: ComplaintState, at: datetime) -> None:
    if complaint.state is not state:
        raise WrongState("SUPERVISION_COMPLAINT_STATE", f"this complaint is {complaint.state}")
    if at > complaint.due_at:
        raise WrongState("SUPERVISION_TOO_LATE", f"there was time until {complaint.due_at.isoformat()}")


def _step(
    complaint: Complaint,
    standard: Standard,
    state: ComplaintState,
    act: Act,
    *,
    verdict: Verdict | None = None,
    overdue: bool = False,
) -> Complaint:
    step = ComplaintStep(state=state, at=act.at, by=act.by, documents=act.documents, verdict=verdict, overdue=overdue)
    due = standard.deadline(TIME[state], act.at) if state in TIME else complaint.due_at
    update = {
        "state": state,
        "due_at": due,
        "steps": (*complaint.steps, step),
        "verdict": verdict or complaint.verdict,
        "changed_by": act.by,
    }
    return complaint.model_copy(update=update)
