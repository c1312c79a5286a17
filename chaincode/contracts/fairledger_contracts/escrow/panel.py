"""The association's panel: what no rule decides, officers vote on."""

from collections.abc import Sequence

from fairledger_contracts.escrow.numbers import Shares
from fairledger_contracts.escrow.verdict import Verdict
from fairledger_contracts.records.order import Order, Proposal, Vote
from fairledger_contracts.records.settlement import RuleCode


def counted(votes: Sequence[Vote], quorum: int) -> Verdict | None:
    """The verdict once as many have voted as the standard asks: the lower median of each share; None until then.

    By a median, one officer who votes at an end moves nothing as long as most agree.
    """
    if len(votes) < quorum:
        return None
    shares = Shares(
        price_permille=_median([vote.price_permille for vote in votes]),
        bond_permille=_median([vote.bond_permille for vote in votes]),
        carrier_permille=_median([vote.carrier_permille for vote in votes]),
    )
    return Verdict(RuleCode.PANEL, None, shares)


def default(order: Order) -> Verdict:
    """What the parties agreed on in advance for a panel that does not decide in time; the bond's rest goes back."""
    shares = Shares(price_permille=order.terms.undecided_price_permille, bond_permille=0)
    return Verdict(RuleCode.PANEL_DEFAULT, None, shares)


def agreed(proposal: Proposal) -> Verdict:
    """What both sides agreed on."""
    shares = Shares(price_permille=proposal.price_permille, bond_permille=proposal.bond_permille)
    return Verdict(RuleCode.AGREED, None, shares)


def _median(values: Sequence[int]) -> int:
    return sorted(values)[(len(values) - 1) // 2]
