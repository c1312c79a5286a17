"""Complaints on the ledger."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.disclosure.callers import (
    OFFICER,
    PLATFORM_OFFICER,
    REGULATORS,
    ROLE_OF_SERVICES,
    anyone,
    official,
)
from fairledger_contracts.records.anchor import DocumentDescription, Sha256
from fairledger_contracts.records.complaint import (
    CATEGORIES,
    DOCUMENTS_MAX,
    STANDARD,
    About,
    AboutKind,
    Complaint,
    ComplaintState,
    ComplaintStep,
    Matter,
    Verdict,
)
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.signatory import MspId, Signatory
from fairledger_contracts.records.standard import Standard, standard_in_force
from fairledger_contracts.supervision import complaint_rules as rules
from fairledger_contracts.supervision.whose import platforms_of

Documents = Annotated[tuple[DocumentDescription, ...], Field(max_length=DOCUMENTS_MAX)]
GLN_DIGITS = 13


class NewComplaint(BaseModel):
    """A complaint as it is filed. Its text is a document; ``platform`` (MSP) is the one that has to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: About
    platform: MspId
    matter: Matter
    documents: Documents = ()


async def file(ctx: Context, new: NewComplaint, receipt_sha256: Sha256 | None) -> Complaint:
    """File one. Who has an identity does so in their own name; a service files for others, against a receipt.

    Raises ``NotAllowed`` (SUPERVISION_ROLE_DENIED), ``NotFound`` (SUPERVISION_PLATFORM_UNKNOWN,
    DISCLOSURE_STANDARD_UNKNOWN), ``RuleBroken`` (SUPERVISION_ABOUT, SUPERVISION_RECEIPT_MISSING).
    """
    by = anyone(ctx) if receipt_sha256 is None else official(ctx, {ROLE_OF_SERVICES}, "receipts are given")
    if receipt_sha256 is None and by.role == ROLE_OF_SERVICES:
        raise RuleBroken("SUPERVISION_RECEIPT_MISSING", "a service files for others, who need a receipt")
    if await ctx.ledger.find(Member, new.platform) is None:
        raise NotFound("SUPERVISION_PLATFORM_UNKNOWN", f"{new.platform} is no platform of this consortium")
    about = _canonical(new.about)
    platforms = await platforms_of(ctx, about)
    if platforms and new.platform not in platforms:
        raise RuleBroken("SUPERVISION_ABOUT", f"for this answers {', '.join(sorted(platforms))}, not {new.platform}")
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    complaint = Complaint(
        id=ctx.tx_id,
        about=about,
        platform=new.platform,
        category=CATEGORIES[new.matter],
        matter=new.matter,
        state=ComplaintState.FILED,
        filed_at=ctx.time,
        due_at=standard.deadline(rules.TIME[ComplaintState.FILED], ctx.time),
        standard=standard.reference,
        receipt_sha256=receipt_sha256,
        steps=(ComplaintStep(state=ComplaintState.FILED, at=ctx.time, by=by, documents=new.documents),),
        recorder=by,
    )
    return await _saved(ctx, complaint)


async def answer(ctx: Context, complaint_id: str, documents: Documents) -> Complaint:
    """Answer for the platform. Raises as ``complaint_rules.answer``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {PLATFORM_OFFICER}, "complaints are answered")
    complaint, standard = await _load(ctx, complaint_id)
    return await _saved(ctx, rules.answer(complaint, standard, Act(by, ctx.time, documents)))


async def escalate(ctx: Context, complaint_id: str, documents: Documents, code: str) -> Complaint:
    """Escalate as the complainant. Raises as ``complaint_rules.escalate``, ``NotAllowed``, ``NotFound``."""
    by, complaint, standard = await _complainants(ctx, complaint_id, code)
    return await _saved(ctx, rules.escalate(complaint, standard, Act(by, ctx.time, documents)))


async def settle(ctx: Context, complaint_id: str, code: str) -> Complaint:
    """End it as the complainant. Raises as ``complaint_rules.settle``, ``NotAllowed``, ``NotFound``."""
    by, complaint, standard = await _complainants(ctx, complaint_id, code)
    return await _saved(ctx, rules.settle(complaint, standard, Act(by, ctx.time)))


async def decide(ctx: Context, complaint_id: str, verdict: Verdict, documents: Documents) -> Complaint:
    """Decide for the association. Raises as ``complaint_rules.decide``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {OFFICER}, "complaints are decided")
    complaint, standard = await _judged(ctx, complaint_id, by, verdict)
    return await _saved(ctx, rules.decide(complaint, standard, Act(by, ctx.time, documents), verdict))


async def close(ctx: Context, complaint_id: str, verdict: Verdict, documents: Documents) -> Complaint:
    """Decide for the regulator. Raises as ``complaint_rules.close``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {REGULATORS}, "complaints are decided for good")
    complaint, standard = await _judged(ctx, complaint_id, by, verdict)
    return await _saved(ctx, rules.close(complaint, standard, Act(by, ctx.time, documents), verdict))


async def push(ctx: Context, complaint_id: str) -> Complaint:
    """Let a passed deadline have its effect; anyone may. Raises as ``complaint_rules.push``, ``NotFound``."""
    complaint, standard = await _load(ctx, complaint_id)
    return await _saved(ctx, rules.push(complaint, standard, Act(anyone(ctx), ctx.time)))


async def _judged(ctx: Context, complaint_id: str, by: Signatory, verdict: Verdict) -> tuple[Complaint, Standard]:
    """Raises ``RuleBroken`` (SUPERVISION_VERDICT), ``NotAllowed`` (SUPERVISION_COMPLAINT_DENIED), ``NotFound``."""
    if verdict is Verdict.OVERDUE:
        raise RuleBroken("SUPERVISION_VERDICT", "nobody finds that they are overdue themselves")
    complaint, standard = await _load(ctx, complaint_id)
    if by.is_person(complaint.recorder):
        raise NotAllowed("SUPERVISION_COMPLAINT_DENIED", "nobody decides what they complained of themselves")
    return complaint, standard


async def _complainants(ctx: Context, complaint_id: str, code: str) -> tuple[Signatory, Complaint, Standard]:
    """Who acts as the complainant: by their identity, or anybody's service by the receipt's code.

    Raises ``NotAllowed`` (SUPERVISION_COMPLAINT_DENIED, SUPERVISION_RECEIPT).
    """
    by = anyone(ctx)
    complaint, standard = await _load(ctx, complaint_id)
    if complaint.receipt_sha256 is not None:
        return by, rules.of_receipt(complaint, code), standard
    if not by.is_person(complaint.recorder):
        raise NotAllowed("SUPERVISION_COMPLAINT_DENIED", "this is for who complained")
    return by, complaint, standard


async def _load(ctx: Context, complaint_id: str) -> tuple[Complaint, Standard]:
    """A complaint, and the standard in force when it was filed: a new one moves no deadline of what is under way."""
    complaint = await ctx.ledger.find(Complaint, complaint_id)
    if complaint is None:
        raise NotFound("SUPERVISION_COMPLAINT_UNKNOWN", "no complaint has this id")
    return complaint, await ctx.ledger.load(Standard, complaint.standard.name, complaint.standard.version)


async def _saved(ctx: Context, complaint: Complaint) -> Complaint:
    await ctx.ledger.save(complaint)
    return complaint


def _canonical(about: About) -> About:
    """What it is about, by its canonical id. Raises ``RuleBroken`` (SUPERVISION_ABOUT)."""
    if about.kind is AboutKind.TAG:
        return about.model_copy(update={"id": canonical_item(about.id).id})
    if about.kind is AboutKind.MERCHANT and not (about.id.isdecimal() and len(about.id) == GLN_DIGITS):
        raise RuleBroken("SUPERVISION_ABOUT", "name a merchant by its GLN of 13 digits")
    if about.kind is AboutKind.PAYMENT and "@" not in about.id:
        raise RuleBroken("SUPERVISION_ABOUT", "name a payment by reference and provider, as in bank-1@PlatformAMSP:GLN")
    return about
