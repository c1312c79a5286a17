"""The contract ``supervision``: complaints, inspections, the monitoring list, and anomalies."""

from typing import Annotated

from pydantic import Field

from fairledger_chaincode import Context, Contract, transaction
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.complaint import Complaint, Verdict
from fairledger_contracts.supervision import complaining
from fairledger_contracts.supervision.complaining import Documents, NewComplaint

Code = Annotated[str, Field(max_length=64)]  # of a receipt; empty for who has an identity


class Supervision(Contract):
    """Each function says in its module whom it refuses, and with which code."""

    name = "supervision"

    @transaction
    async def complain(self, ctx: Context, new: NewComplaint) -> Complaint:
        """Complain in one's own name. See ``complaining.file``."""
        return await complaining.file(ctx, new, None)

    @transaction
    async def complain_for(self, ctx: Context, new: NewComplaint, receipt_sha256: Sha256) -> Complaint:
        """Complain for somebody who has no identity, as a service, against a receipt. See ``complaining.file``."""
        return await complaining.file(ctx, new, receipt_sha256)

    @transaction
    async def answer_complaint(self, ctx: Context, complaint_id: str, documents: Documents) -> Complaint:
        """Answer, as the platform concerned. See ``complaining.answer``."""
        return await complaining.answer(ctx, complaint_id, documents)

    @transaction
    async def escalate_complaint(
        self, ctx: Context, complaint_id: str, documents: Documents, code: Code = ""
    ) -> Complaint:
        """Bring it to the next instance, as who complained. See ``complaining.escalate``."""
        return await complaining.escalate(ctx, complaint_id, documents, code)

    @transaction
    async def settle_complaint(self, ctx: Context, complaint_id: str, code: Code = "") -> Complaint:
        """End it content, as who complained. See ``complaining.settle``."""
        return await complaining.settle(ctx, complaint_id, code)

    @transaction
    async def decide_complaint(
        self, ctx: Context, complaint_id: str, verdict: Verdict, documents: Documents
    ) -> Complaint:
        """Decide, as an officer of the association. See ``complaining.decide``."""
        return await complaining.decide(ctx, complaint_id, verdict, documents)

    @transaction
    async def close_complaint(
        self, ctx: Context, complaint_id: str, verdict: Verdict, documents: Documents
    ) -> Complaint:
        """Decide for good, as the regulator. See ``complaining.close``."""
        return await complaining.close(ctx, complaint_id, verdict, documents)

    @transaction
    async def push_complaint(self, ctx: Context, complaint_id: str) -> Complaint:
        """Let a passed deadline have its effect. See ``complaining.push``."""
        return await complaining.push(ctx, complaint_id)
