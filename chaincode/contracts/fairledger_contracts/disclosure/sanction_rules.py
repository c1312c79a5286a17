"""How a sanction goes from state to state. Pure: what holds is on the record, what is asked in the arguments.

    HEARING ── decide (yes) ─▶ IMPOSED ── appeal ─▶ APPEALED ── uphold ─▶ FINAL ── time, payment, officer ─▶ ENDED
       │ no, or too late          └── time to appeal over ──────────────▶ FINAL
       ▼                                                └── lift, or too late ─▶ LIFTED
    DROPPED

Silence never keeps a sanction alive: who has to decide and does not, loses it.
"""

from datetime import datetime, timedelta

from fairledger_chaincode.errors import NotAllowed, RuleBroken, WrongState
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.records.sanction import (
    EVIDENCE_MAX,
    STATEMENTS_MAX,
    Penalty,
    Sanction,
    SanctionState,
    Step,
)
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard


def hear(sanction: Sanction, act: Act) -> Sanction:
    """The platform's statement; it has a few, with as many documents together as any step may have.

    Raises ``WrongState``, ``NotAllowed`` (DISCLOSURE_SANCTION_DENIED), ``RuleBroken`` (DISCLOSURE_STATEMENTS).
    """
    _in(sanction, SanctionState.HEARING)
    _concerned(sanction, act.by)
    if act.at > sanction.due_at:
        raise WrongState("DISCLOSURE_TOO_LATE", f"the hearing ended at {sanction.due_at.isoformat()}")
    before = sanction.steps[1:]  # the first is the opening
    documents = sum(len(step.documents) for step in before) + len(act.documents)
    if len(before) >= STATEMENTS_MAX or documents > EVIDENCE_MAX:
        most = f"at most {STATEMENTS_MAX} statements, with {EVIDENCE_MAX} documents together"
        raise RuleBroken("DISCLOSURE_STATEMENTS", f"a hearing has {most}")
    return _step(sanction, SanctionState.HEARING, act).model_copy(update={"heard": True})


def decide(sanction: Sanction, standard: Standard, act: Act, *, imposed: bool) -> Sanction:
    """Impose or drop, not before the platform was heard or its time is over.

    Raises ``WrongState`` (DISCLOSURE_SANCTION_STATE, DISCLOSURE_NOT_DUE, DISCLOSURE_TOO_LATE).
    """
    _in(sanction, SanctionState.HEARING)
    if not imposed:
        return _step(sanction, SanctionState.DROPPED, act)
    if not sanction.heard and act.at <= sanction.due_at:
        raise WrongState("DISCLOSURE_NOT_DUE", f"the platform may speak until {sanction.due_at.isoformat()}")
    if act.at > sanction.decide_until:
        raise WrongState("DISCLOSURE_TOO_LATE", "it was not decided in time, and is dropped")
    after = _step(sanction, SanctionState.IMPOSED, act)
    return after.model_copy(update={"due_at": standard.deadline("appeal_s", act.at)})


def appeal(sanction: Sanction, standard: Standard, act: Act) -> Sanction:
    """Bring it before the regulator. Raises ``WrongState``, ``NotAllowed`` (DISCLOSURE_SANCTION_DENIED)."""
    _in(sanction, SanctionState.IMPOSED)
    _concerned(sanction, act.by)
    if act.at > sanction.due_at:
        raise WrongState("DISCLOSURE_TOO_LATE", f"the time to appeal ended at {sanction.due_at.isoformat()}")
    after = _step(sanction, SanctionState.APPEALED, act)
    return after.model_copy(update={"due_at": standard.deadline("appeal_decision_s", act.at)})


def judge(sanction: Sanction, standard: Standard, act: Act, *, upheld: bool) -> Sanction:
    """The regulator's decision on an appeal. Raises ``WrongState``."""
    _in(sanction, SanctionState.APPEALED)
    if act.at > sanction.due_at:
        raise WrongState("DISCLOSURE_TOO_LATE", "the appeal was not decided in time, and succeeds")
    if not upheld:
        return _step(sanction, SanctionState.LIFTED, act)
    return _final(sanction, standard, act).model_copy(update={"upheld": True})


def push(sanction: Sanction, standard: Standard, act: Act) -> Sanction:
    """What follows from a deadline that has passed; anybody may ask for it.

    Raises ``WrongState`` (DISCLOSURE_NOT_DUE, DISCLOSURE_SANCTION_STATE).
    """
    state, until = sanction.state, sanction.until
    if until is None:
        raise WrongState("DISCLOSURE_SANCTION_STATE", f"no time is running out for a sanction that is {state}")
    if act.at <= until:
        raise WrongState("DISCLOSURE_NOT_DUE", f"there is time until {until.isoformat()}")
    if state is SanctionState.IMPOSED:
        return _final(sanction, standard, act)
    return _step(sanction, _BY_TIME[state], act)


def pay(sanction: Sanction, act: Act, movement: str) -> Sanction:
    """The fine was paid, by ``movement``. Raises ``WrongState``, ``NotAllowed`` (DISCLOSURE_SANCTION_DENIED)."""
    _concerned(sanction, act.by)
    if sanction.penalty is not Penalty.FINE:
        raise WrongState("DISCLOSURE_SANCTION_STATE", f"nothing is to be paid for a {sanction.penalty}")
    _in(sanction, SanctionState.FINAL)
    return _step(sanction, SanctionState.ENDED, act).model_copy(update={"paid_at": act.at, "movement": movement})


def end(sanction: Sanction, act: Act) -> Sanction:
    """The association ends it before its time. Raises ``WrongState``; a fine that is final ends by its payment."""
    is_demanded = sanction.penalty is Penalty.FINE and sanction.state is SanctionState.FINAL
    if is_demanded:
        raise WrongState("DISCLOSURE_SANCTION_STATE", "a fine that is final ends when it is paid")
    _in(sanction, SanctionState.IMPOSED, SanctionState.FINAL)
    return _step(sanction, SanctionState.ENDED, act)


_BY_TIME = {
    SanctionState.HEARING: SanctionState.DROPPED,
    SanctionState.IMPOSED: SanctionState.FINAL,
    SanctionState.APPEALED: SanctionState.LIFTED,
    SanctionState.FINAL: SanctionState.ENDED,
}


def imposed_at(sanction: Sanction) -> datetime:
    """When it was imposed. Raises ``StopIteration`` for one that never was."""
    return next(step.at for step in sanction.steps if step.state is SanctionState.IMPOSED)


def suspended_until(sanction: Sanction, since: datetime) -> datetime:
    """When the suspension that a sanction imposes at ``since`` ends by itself."""
    return since + timedelta(seconds=sanction.suspension_s)


def _final(sanction: Sanction, standard: Standard, act: Act) -> Sanction:
    """A fine is to be paid from now on; a warning stands for a time; a suspension counts from when it was imposed."""
    if sanction.penalty is Penalty.SUSPENSION:
        due = suspended_until(sanction, imposed_at(sanction))
    else:
        due = standard.deadline("pay_s" if sanction.penalty is Penalty.FINE else "warning_s", act.at)
    return _step(sanction, SanctionState.FINAL, act).model_copy(update={"due_at": due})


def _in(sanction: Sanction, *states: SanctionState) -> None:
    if sanction.state not in states:
        raise WrongState("DISCLOSURE_SANCTION_STATE", f"this sanction is {sanction.state}")


def _concerned(sanction: Sanction, by: Signatory) -> None:
    if by.msp_id != sanction.msp_id:
        raise NotAllowed("DISCLOSURE_SANCTION_DENIED", "the platform concerned speaks for itself")


def _step(sanction: Sanction, state: SanctionState, act: Act) -> Sanction:
    step = Step(state=state, at=act.at, by=act.by, documents=act.documents)
    return sanction.model_copy(update={"state": state, "steps": (*sanction.steps, step), "changed_by": act.by})
