"""Inspections on the ledger: ordered, reported, mended, closed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure.callers import AUTHORITIES, PLATFORM_OFFICER, anyone, official
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.inspection import (
    BY_TIME,
    FINDINGS_MAX,
    STANDARD,
    Finding,
    Inspection,
    InspectionState,
    Place,
    Severity,
    Target,
)
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.service_licence import INSPECTOR, refuse_unlicensed
from fairledger_contracts.records.signatory import MspId
from fairledger_contracts.records.standard import Standard, standard_in_force
from fairledger_contracts.supervision.complaining import Documents

INSPECTORS = frozenset({INSPECTOR, *AUTHORITIES})
Findings = Annotated[tuple[Finding, ...], Field(max_length=FINDINGS_MAX)]
State = InspectionState


class NewInspection(BaseModel):
    """What is inspected, where, and after which complaint; ``platform`` (MSP) answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    platform: MspId
    place: Place
    complaint_id: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


async def order(ctx: Context, new: NewInspection) -> Inspection:
    """Order one, as an authority. Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_PLATFORM_UNKNOWN, …_COMPLAINT_…)."""
    by = official(ctx, AUTHORITIES, "inspections are ordered")
    if await ctx.ledger.find(Member, new.platform) is None:
        raise NotFound("SUPERVISION_PLATFORM_UNKNOWN", f"{new.platform} is no platform of this consortium")
    if new.complaint_id and await ctx.ledger.find(Complaint, new.complaint_id) is None:
        raise NotFound("SUPERVISION_COMPLAINT_UNKNOWN", "no complaint has this id")
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    inspection = Inspection(
        id=ctx.tx_id,
        target=new.target,
        platform=new.platform,
        place=new.place,
        complaint_id=new.complaint_id,
        standard=standard.reference,
        state=State.ORDERED,
        due_at=standard.deadline("inspection_s", ctx.time),
        ordered_at=ctx.time,
        recorder=by,
    )
    await ctx.ledger.save(inspection)
    return inspection


async def report(ctx: Context, inspection_id: str, findings: Findings) -> Inspection:
    """Report what was found, in time or late. Who is inspected certifies no inspector of themselves.

    Raises ``NotAllowed`` (SUPERVISION_ROLE_DENIED, SUPERVISION_INSPECTION_DENIED, SUPERVISION_NOT_LICENSED of an
    inspector), ``NotFound``, ``WrongState``.

    What is major or critical has to be mended in the standard's time; without it the inspection is closed.
    """
    by = official(ctx, INSPECTORS, "inspections are reported")
    inspection, standard = await _load(ctx, inspection_id)
    if inspection.is_of(by):
        raise NotAllowed("SUPERVISION_INSPECTION_DENIED", "an inspector of another organisation and business reports")
    if by.role == INSPECTOR:
        await refuse_unlicensed(ctx, by)
    if inspection.state not in (State.ORDERED, State.OVERDUE) or inspection.reported_by is not None:
        raise _wrong(inspection)
    told = {"findings": findings, "reported_by": by, "reported_at": ctx.time, "changed_by": by}
    reported = inspection.model_copy(update=told)
    to_mend = reported.worst in (Severity.MAJOR, Severity.CRITICAL)
    update = {
        "state": State.REPORTED if to_mend else State.CLOSED,
        "due_at": standard.deadline(_follow_up(reported), ctx.time),
    }
    return await _saved(ctx, reported.model_copy(update=update))


async def mend(ctx: Context, inspection_id: str, documents: Documents) -> Inspection:
    """Show what was mended, as the platform. Raises ``NotAllowed``, ``NotFound``, ``WrongState``."""
    by = official(ctx, {PLATFORM_OFFICER}, "findings are mended")
    inspection, standard = await _load(ctx, inspection_id)
    if by.msp_id != inspection.platform:
        raise NotAllowed("SUPERVISION_INSPECTION_DENIED", "the platform concerned mends")
    overdue = inspection.state is State.OVERDUE and inspection.reported_by is not None
    if inspection.state is not State.REPORTED and not overdue:
        raise _wrong(inspection)
    due = standard.deadline("review_s", ctx.time)
    update = {"state": State.MENDED, "mended": documents, "due_at": due, "changed_by": by}
    return await _saved(ctx, inspection.model_copy(update=update))


async def send_back(ctx: Context, inspection_id: str, documents: Documents) -> Inspection:
    """Have it mended better, as an authority, which says why; the platform has the time that it had at first.

    Raises ``NotAllowed``, ``NotFound``, ``WrongState`` (…_STATE, SUPERVISION_TOO_LATE), ``RuleBroken``
    (SUPERVISION_REASON).
    """
    by = official(ctx, AUTHORITIES, "what was mended is looked at")
    inspection, standard = await _load(ctx, inspection_id)
    if inspection.state is not State.MENDED:
        raise _wrong(inspection)
    if ctx.time > inspection.due_at:
        raise WrongState("SUPERVISION_TOO_LATE", f"there was time until {inspection.due_at.isoformat()}")
    if not documents:
        raise RuleBroken("SUPERVISION_REASON", "name the document that says what is still to be mended")
    due = standard.deadline(_follow_up(inspection), ctx.time)
    update = {"state": State.REPORTED, "sent_back": documents, "due_at": due, "changed_by": by}
    return await _saved(ctx, inspection.model_copy(update=update))


async def close(ctx: Context, inspection_id: str, recall_id: str) -> Inspection:
    """Close it, as an authority; perhaps with the recall that it led to.

    Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_RECALL_UNKNOWN), ``WrongState``, ``RuleBroken``.
    """
    by = official(ctx, AUTHORITIES, "inspections are closed")
    inspection, _ = await _load(ctx, inspection_id)
    if inspection.state is State.CLOSED:
        raise _wrong(inspection)
    if inspection.reported_by is None and not recall_id and inspection.state is State.ORDERED:
        raise RuleBroken("SUPERVISION_INSPECTION_OPEN", "nothing is reported yet")
    if recall_id and await ctx.ledger.find(Recall, recall_id) is None:
        raise NotFound("SUPERVISION_RECALL_UNKNOWN", "no recall has this id")
    update = {"state": State.CLOSED, "recall_id": recall_id, "changed_by": by}
    return await _saved(ctx, inspection.model_copy(update=update))


async def push(ctx: Context, inspection_id: str) -> Inspection:
    """Let a passed deadline have its effect; anyone may. Raises ``NotFound``, ``WrongState`` (SUPERVISION_NOT_DUE, …).

    What was not reported or mended is overdue; what was mended and not looked at is closed.
    """
    inspection, _ = await _load(ctx, inspection_id)
    following = BY_TIME.get(inspection.state)
    if following is None:
        raise _wrong(inspection)
    if ctx.time <= inspection.due_at:
        raise WrongState("SUPERVISION_NOT_DUE", f"there is time until {inspection.due_at.isoformat()}")
    return await _saved(ctx, inspection.model_copy(update={"state": following, "changed_by": anyone(ctx)}))


def _follow_up(inspection: Inspection) -> str:
    """Which time of the standard a platform has to mend what was found."""
    return "critical_follow_up_s" if inspection.worst is Severity.CRITICAL else "follow_up_s"


async def _load(ctx: Context, inspection_id: str) -> tuple[Inspection, Standard]:
    inspection = await ctx.ledger.find(Inspection, inspection_id)
    if inspection is None:
        raise NotFound("SUPERVISION_INSPECTION_UNKNOWN", "no inspection has this id")
    return inspection, await ctx.ledger.load(Standard, inspection.standard.name, inspection.standard.version)


async def _saved(ctx: Context, inspection: Inspection) -> Inspection:
    await ctx.ledger.save(inspection)
    return inspection


def _wrong(inspection: Inspection) -> WrongState:
    return WrongState("SUPERVISION_INSPECTION_STATE", f"this inspection is {inspection.state}")
