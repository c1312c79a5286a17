"""Complaints, evidence, proposals and votes."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, RuleBroken, WrongState
from fairledger_contracts.escrow import panel
from fairledger_contracts.escrow.case import open_case
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.escrow.settling import settle
from fairledger_contracts.escrow.verdict import PRICE_TO_SELLER, Verdict
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.evidence import Evidence, EvidenceKind, Finding
from fairledger_contracts.records.money import Permille
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import REASON_LENGTH_MAX, Claim, Dispute, Order, OrderState, Proposal, Vote
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.settlement import Liable, RuleCode

PROPOSALS_MAX = 10  # of each side
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=PROSE)]


async def confirm(ctx: Context, order_id: str) -> Order:
    """The buyer is content, and waives what is left of the time for complaints."""
    case = await open_case(ctx, order_id, Move.CONFIRM)
    return await settle(case, Verdict(RuleCode.CONFIRMED, Liable.NOBODY, PRICE_TO_SELLER))


async def dispute(ctx: Context, order_id: str, claim: Claim, reason: str) -> Order:
    """Complain; the time for evidence begins.

    A refusal that the carrier told the buyer contests by a claim of its own, once; that wins no time.
    """
    case = await open_case(ctx, order_id, Move.DISPUTE)
    if claim is Claim.REFUSED:
        raise RuleBroken("ESCROW_CLAIM", "what is refused at the door the carrier tells")
    told = case.order.dispute
    if told is None:
        return await case.enter(OrderState.DISPUTED, dispute=Dispute(claim=claim, reason=reason, raised_at=ctx.time))
    if told.claim is not Claim.REFUSED:
        raise WrongState("ESCROW_CLAIMED", "the buyer has complained already; the first claim counts")
    contested = told.model_copy(update={"claim": claim, "reason": reason})
    return await case.enter(case.order.state, dispute=contested, due_at=case.order.due_at)


async def inspect(ctx: Context, order_id: str, finding: Finding, report_sha256: Sha256) -> Evidence:
    """Report what an inspection of the goods found."""
    case = await open_case(ctx, order_id, Move.INSPECT)
    return await case.tell(EvidenceKind.INSPECTED, finding=finding, sha256=report_sha256)


async def propose(ctx: Context, order_id: str, price_permille: Permille, bond_permille: Permille) -> Order:
    """Propose shares; the last proposal counts. The parties may go on while the panel sits, whose time stays."""
    case = await open_case(ctx, order_id, Move.PROPOSE)
    order = case.order
    if has_proposed_enough(order, owner_of(case.person)):
        raise WrongState("ESCROW_PROPOSALS", f"each side proposes {PROPOSALS_MAX} times at most: agree, or let it be")
    new = Proposal(by=owner_of(case.person), price_permille=price_permille, bond_permille=bond_permille)
    state = OrderState.PANEL if order.state is OrderState.PANEL else OrderState.PROPOSED
    return await case.enter(state, proposals=(*order.proposals, new))


def has_proposed_enough(order: Order, owner: str) -> bool:
    """Whether the side of a person, by their name as an owner, has made all its proposals."""
    buyer = owner_of(order.buyer)
    return sum((each.by == buyer) == (owner == buyer) for each in order.proposals) >= PROPOSALS_MAX


async def agree(ctx: Context, order_id: str, price_permille: Permille, bond_permille: Permille) -> Order:
    """Agree to the other side's last proposal, whose shares are named again: it may have changed on the way."""
    case = await open_case(ctx, order_id, Move.AGREE)
    if not case.order.proposals:
        raise WrongState("ESCROW_WRONG_STATE", "nobody has proposed anything yet: propose")
    last = case.order.proposals[-1]
    if (last.price_permille, last.bond_permille) != (price_permille, bond_permille):
        raise WrongState("ESCROW_PROPOSAL_OTHER", "the last proposal has other shares: read it again")
    is_own = last.by == owner_of(case.order.buyer)
    if is_own == (owner_of(case.person) == owner_of(case.order.buyer)):
        raise NotAllowed("ESCROW_DENIED", "a proposal is agreed to by the other side")
    return await settle(case, panel.agreed(last))


async def vote(
    ctx: Context, order_id: str, price_permille: Permille, bond_permille: Permille, carrier_permille: Permille
) -> Order:
    """Vote as an officer; the vote that makes the quorum decides."""
    case = await open_case(ctx, order_id, Move.VOTE)
    if any(owner_of(each.by) == owner_of(case.person) for each in case.order.votes):
        raise WrongState("ESCROW_VOTED", "an officer votes once")
    own = Vote(
        by=case.person,
        price_permille=price_permille,
        bond_permille=bond_permille,
        carrier_permille=carrier_permille,
    )
    votes = (*case.order.votes, own)
    verdict = panel.counted(votes, (await case.numbers.read()).panel_quorum)
    if verdict is None:
        return await case.enter(OrderState.PANEL, votes=votes)
    voted = replace(case, order=case.order.model_copy(update={"votes": votes}))
    return await settle(voted, verdict)
