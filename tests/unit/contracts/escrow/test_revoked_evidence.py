"""Evidence of somebody who may not act any more: it counts as it was told, and there is no more of it.

Peers refuse a revoked certificate when they endorse and when they validate; here one that has expired stands for it,
which is refused alike.
"""

from datetime import timedelta

import pytest

from fairledger_chaincode.simulator.errors import ProposalRefused
from fairledger_contracts.records.evidence import EvidenceKind
from fairledger_contracts.records.settlement import RuleCode
from tests.support.escrow import EscrowLedger

REPORT = '"counterfeit"', "ab" * 32


def enrol_until(escrow: EscrowLedger, name: str, days: int) -> None:
    """The person has a certificate that is good for so many days from now."""
    now = escrow.ledger.clock.now()
    escrow.people[name] = escrow.ledger.authority("AssociationMSP").issue(
        name,
        attributes={"role": "inspector"},
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=days),
    )


async def test_a_verdict_counts_what_was_told_before(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    enrol_until(escrow, "inspector", days=1)
    await escrow.license("inspector")
    told = await escrow.ledger.submit(escrow.person("inspector"), "escrow:inspect", order.id, *REPORT)
    assert order.due_at is not None
    escrow.ledger.clock.set(order.due_at)
    with pytest.raises(ProposalRefused, match="access denied"):
        await escrow.submit("inspector", "inspect", order.id, *REPORT)
    await escrow.overdue(order)
    settlement = await escrow.settlement(order)
    (report,) = [each for each in (await escrow.told(order)).evidence if each.evidence is EvidenceKind.INSPECTED]
    assert (settlement.rule, settlement.evidence) == (RuleCode.COUNTERFEIT, (report.id,))
    assert report.id == told.tx_id


async def test_a_verdict_does_not_count_what_nobody_could_tell(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    enrol_until(escrow, "inspector", days=1)
    escrow.ledger.clock.advance(timedelta(days=2))
    with pytest.raises(ProposalRefused, match="access denied"):
        await escrow.submit("inspector", "inspect", order.id, *REPORT)
    await escrow.overdue(order)
    assert (await escrow.told(order)).settlement is None  # no rule decides: it is the panel's
