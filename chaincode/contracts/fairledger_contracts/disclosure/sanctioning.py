"""Sanctions on the ledger: opened on a fact, decided, appealed, ended; and the suspensions that follow from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure import sanction_rules as rules
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.disclosure.callers import (
    ASSOCIATION,
    OFFICER,
    PLATFORM_OFFICER,
    REGULATORS,
    anyone,
    official,
)
from fairledger_contracts.disclosure.sanction_grounds import RECORDS, RULES
from fairledger_contracts.escrow.spending import with_change
from fairledger_contracts.escrow.till import Occasion, move, owned
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.money import CURRENCIES
from fairledger_contracts.records.movement import MovementKind
from fairledger_contracts.records.note import NoteId, Payment, account_of
from fairledger_contracts.records.sanction import (
    EVIDENCE_MAX,
    STANDARD,
    Ground,
    Penalty,
    Sanction,
    Sanctioned,
    SanctionState,
    Step,
)
from fairledger_contracts.records.signatory import MspId, Signatory
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName, Standard, standard_in_force
from fairledger_contracts.records.suspension import Suspension

Documents = tuple[DocumentDescription, ...]


class NewSanction(BaseModel):
    """A sanction as it is opened: against whom, for what fact and which rule, with what penalty and evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: MspId
    penalty: Penalty
    ground: Ground
    rule: ParameterName
    evidence: Annotated[Documents, Field(max_length=EVIDENCE_MAX)] = ()
    amount_minor: Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)] = 0
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    suspension_s: Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)] = 0


async def open_hearing(ctx: Context, new: NewSanction) -> Sanction:
    """Open one, and hear the platform. An officer does.

    What the penalty may be says the standard that counted when the rule was broken, how long everything may take the
    one that counts now. Raises ``NotAllowed``, ``NotFound`` (DISCLOSURE_MEMBER_UNKNOWN, DISCLOSURE_RULE_UNKNOWN,
    DISCLOSURE_GROUND_UNKNOWN, DISCLOSURE_STANDARD_UNKNOWN where none counted), ``RuleBroken`` (DISCLOSURE_PENALTY,
    DISCLOSURE_GROUND), ``WrongState`` (DISCLOSURE_SANCTIONED).
    """
    officer = official(ctx, {OFFICER}, "sanctions are opened")
    if await ctx.ledger.find(Member, new.msp_id) is None:
        raise NotFound("DISCLOSURE_MEMBER_UNKNOWN", f"{new.msp_id} is no member")
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    tariff = await standard_in_force(ctx, STANDARD, await _broken_at(ctx, new))
    _check_penalty(new, tariff)
    await _mark_sanctioned(ctx, new, officer)
    hearing_until = standard.deadline("hearing_s", ctx.time)
    sanction = Sanction(
        **new.model_dump(exclude={"evidence"}),
        id=ctx.tx_id,
        standard=standard.reference,
        tariff=tariff.reference,
        state=SanctionState.HEARING,
        due_at=hearing_until,
        decide_until=standard.deadline("decide_s", hearing_until),
        steps=(Step(state=SanctionState.HEARING, at=ctx.time, by=officer, documents=new.evidence),),
        payment_reference=f"fine-{ctx.tx_id}" if new.penalty is Penalty.FINE else "",
        recorder=officer,
    )
    await ctx.ledger.save(sanction)
    return sanction


async def hear(ctx: Context, sanction_id: str, documents: Documents) -> Sanction:
    """Speak for the platform concerned. Raises as ``sanction_rules.hear``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {PLATFORM_OFFICER}, "platforms are heard")
    sanction, _ = await _load(ctx, sanction_id)
    return await _saved(ctx, rules.hear(sanction, Act(by, ctx.time, documents)))


async def decide(ctx: Context, sanction_id: str, *, imposed: bool, documents: Documents) -> Sanction:
    """Impose or drop; a suspension is in force at once.

    Raises as ``sanction_rules.decide``, ``NotAllowed``, ``NotFound``, and ``WrongState`` (DISCLOSURE_SUSPENDED) where
    the platform is suspended already.
    """
    by = official(ctx, {OFFICER}, "sanctions are decided")
    sanction, standard = await _load(ctx, sanction_id)
    after = rules.decide(sanction, standard, Act(by, ctx.time, documents), imposed=imposed)
    if after.state is SanctionState.IMPOSED and after.penalty is Penalty.SUSPENSION:
        await _suspend(ctx, after, by)
    return await _saved(ctx, after)


async def appeal(ctx: Context, sanction_id: str, documents: Documents) -> Sanction:
    """Appeal for the platform concerned. Raises as ``sanction_rules.appeal``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {PLATFORM_OFFICER}, "appeals are made")
    sanction, standard = await _load(ctx, sanction_id)
    return await _saved(ctx, rules.appeal(sanction, standard, Act(by, ctx.time, documents)))


async def judge(ctx: Context, sanction_id: str, *, upheld: bool, documents: Documents) -> Sanction:
    """Decide an appeal, as the regulator. Raises as ``sanction_rules.judge``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {REGULATORS}, "appeals are decided")
    sanction, standard = await _load(ctx, sanction_id)
    return await _finished(ctx, rules.judge(sanction, standard, Act(by, ctx.time, documents), upheld=upheld), by)


async def push(ctx: Context, sanction_id: str) -> Sanction:
    """Let a passed deadline have its effect; anyone may. Raises as ``sanction_rules.push``, ``NotFound``."""
    by = anyone(ctx)
    sanction, standard = await _load(ctx, sanction_id)
    return await _finished(ctx, rules.push(sanction, standard, Act(by, ctx.time)), by)


async def pay(ctx: Context, sanction_id: str, note_ids: Sequence[NoteId]) -> Sanction:
    """Pay a fine from the platform's account into the association's, which ends it: one transaction does both.

    Raises as ``sanction_rules.pay``, ``till.owned`` and ``spending.with_change``, and ``NotAllowed``, ``NotFound``.
    """
    by = official(ctx, {PLATFORM_OFFICER}, "fines are paid")
    sanction, _ = await _load(ctx, sanction_id)
    paid = rules.pay(sanction, Act(by, ctx.time), ctx.tx_id)
    notes = await owned(ctx, note_ids, account_of(by.msp_id))
    fine = Payment(owner=account_of(ASSOCIATION), amount_minor=sanction.amount_minor)
    occasion = Occasion(MovementKind.PAY, reference=sanction.payment_reference, reason="fine")
    await move(ctx, by, occasion, notes, with_change(notes, fine, sanction.currency))
    return await _saved(ctx, paid)


async def end(ctx: Context, sanction_id: str, documents: Documents) -> Sanction:
    """End one before its time. Raises as ``sanction_rules.end``, ``NotAllowed``, ``NotFound``."""
    by = official(ctx, {OFFICER}, "sanctions are ended")
    sanction, _ = await _load(ctx, sanction_id)
    return await _finished(ctx, rules.end(sanction, Act(by, ctx.time, documents)), by)


async def _load(ctx: Context, sanction_id: str) -> tuple[Sanction, Standard]:
    """A sanction, and the standard by which it was opened: a new one does not change what is under way."""
    sanction = await ctx.ledger.find(Sanction, sanction_id)
    if sanction is None:
        raise NotFound("DISCLOSURE_SANCTION_UNKNOWN", "no sanction has this id")
    return sanction, await ctx.ledger.load(Standard, sanction.standard.name, sanction.standard.version)


async def _suspend(ctx: Context, sanction: Sanction, by: Signatory) -> None:
    before = await ctx.ledger.find(Suspension, sanction.msp_id)
    if before is not None and before.holds(ctx.time):
        raise WrongState("DISCLOSURE_SUSPENDED", f"{sanction.msp_id} is suspended already; end that one first")
    until = rules.suspended_until(sanction, ctx.time)
    await ctx.ledger.save(Suspension(msp_id=sanction.msp_id, since=ctx.time, until=until, recorder=by))


async def _finished(ctx: Context, sanction: Sanction, by: Signatory) -> Sanction:
    """Save it; what ended or was lifted suspends no more."""
    if sanction.penalty is Penalty.SUSPENSION and sanction.state in (SanctionState.ENDED, SanctionState.LIFTED):
        suspension = await ctx.ledger.load(Suspension, sanction.msp_id)
        if suspension.holds(ctx.time) and suspension.since == rules.imposed_at(sanction):
            await ctx.ledger.save(suspension.model_copy(update={"until": ctx.time, "recorder": by}))
    return await _saved(ctx, sanction)


async def _saved(ctx: Context, sanction: Sanction) -> Sanction:
    await ctx.ledger.save(sanction)
    return sanction


def _check_penalty(new: NewSanction, tariff: Standard) -> None:
    """A fine has an amount in the standard's currency, a suspension a time, within the standard; a warning neither."""
    is_fine, is_suspension = new.penalty is Penalty.FINE, new.penalty is Penalty.SUSPENSION
    if bool(new.amount_minor) != is_fine or bool(new.currency) != is_fine or bool(new.suspension_s) != is_suspension:
        raise RuleBroken("DISCLOSURE_PENALTY", "a fine has amount and currency, a suspension its seconds; no other has")
    currency = CURRENCIES.get(tariff.parameter("fine_currency"), "")
    if is_fine and (new.currency != currency or new.amount_minor > tariff.parameter(new.rule)):
        most = f"{tariff.parameter(new.rule)} {currency}, in its smallest unit"
        raise RuleBroken("DISCLOSURE_PENALTY", f"the fine for {new.rule} is at most {most}")
    if is_suspension and new.suspension_s > tariff.parameter("suspension_max_s"):
        raise RuleBroken("DISCLOSURE_PENALTY", f"suspend for at most {tariff.parameter('suspension_max_s')} seconds")


async def _broken_at(ctx: Context, new: NewSanction) -> datetime:
    """When the rule was broken: the fact is on the ledger, is the platform's own, and shows it."""
    rule = RULES.get(new.rule)
    if rule is None:
        raise NotFound("DISCLOSURE_RULE_UNKNOWN", f"the rules are {', '.join(RULES)}")
    if new.ground.kind is not rule.kind:
        raise RuleBroken("DISCLOSURE_GROUND", f"{new.rule} is shown by a {rule.kind}")
    record = RECORDS[rule.kind]
    if len(new.ground.key) != len(record.key_fields):
        raise RuleBroken("DISCLOSURE_GROUND", f"name the fact by its {', '.join(record.key_fields)}")
    found = await ctx.ledger.find(record, *new.ground.key)
    if found is None:
        raise NotFound("DISCLOSURE_GROUND_UNKNOWN", "the ledger has no such fact")
    if getattr(found, "platform", None) != new.msp_id and getattr(found, "msp_id", None) != new.msp_id:
        raise RuleBroken("DISCLOSURE_GROUND", f"the fact does not concern {new.msp_id}")
    broken_at = rule.broken_at(found, ctx.time)
    if broken_at is None:
        raise RuleBroken("DISCLOSURE_GROUND", f"this {rule.kind} does not show {new.rule}, or not yet")
    return broken_at


async def _mark_sanctioned(ctx: Context, new: NewSanction, officer: Signatory) -> None:
    fact = "/".join(new.ground.key)
    before = await ctx.ledger.find(Sanctioned, new.ground.kind.value, fact, new.rule)
    if before is not None:
        raise WrongState("DISCLOSURE_SANCTIONED", f"sanction {before.sanction} rests on this already")
    mark = Sanctioned(ground=new.ground.kind.value, fact=fact, rule=new.rule, sanction=ctx.tx_id, recorder=officer)
    await ctx.ledger.save(mark)
