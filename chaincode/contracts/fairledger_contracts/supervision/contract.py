"""The contract ``supervision``: complaints, inspections, the monitoring list, and anomalies."""

from typing import Annotated

from pydantic import Field

from fairledger_chaincode import Context, Contract, transaction
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.complaint import Complaint, Verdict
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.key_part import KeyPart
from fairledger_contracts.records.monitoring import Anomaly, AnomalyKind, Listing
from fairledger_contracts.supervision import complaining, inspecting, monitoring
from fairledger_contracts.supervision.complaining import Documents, NewComplaint
from fairledger_contracts.supervision.inspecting import Findings, NewInspection
from fairledger_contracts.supervision.monitoring import NewAnomaly, NewListing, Reason

Code = Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]  # of a receipt; empty for who has an identity
RecallId = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


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
    async def answer_complaint(self, ctx: Context, complaint_id: KeyPart, documents: Documents) -> Complaint:
        """Answer, as the platform concerned. See ``complaining.answer``."""
        return await complaining.answer(ctx, complaint_id, documents)

    @transaction
    async def escalate_complaint(
        self, ctx: Context, complaint_id: KeyPart, documents: Documents, code: Code = ""
    ) -> Complaint:
        """Bring it to the next instance, as who complained. See ``complaining.escalate``."""
        return await complaining.escalate(ctx, complaint_id, documents, code)

    @transaction
    async def settle_complaint(self, ctx: Context, complaint_id: KeyPart, code: Code = "") -> Complaint:
        """End it content, as who complained. See ``complaining.settle``."""
        return await complaining.settle(ctx, complaint_id, code)

    @transaction
    async def decide_complaint(
        self, ctx: Context, complaint_id: KeyPart, verdict: Verdict, documents: Documents
    ) -> Complaint:
        """Decide, as an officer of the association. See ``complaining.decide``."""
        return await complaining.decide(ctx, complaint_id, verdict, documents)

    @transaction
    async def close_complaint(
        self, ctx: Context, complaint_id: KeyPart, verdict: Verdict, documents: Documents
    ) -> Complaint:
        """Decide for good, as the regulator. See ``complaining.close``."""
        return await complaining.close(ctx, complaint_id, verdict, documents)

    @transaction
    async def push_complaint(self, ctx: Context, complaint_id: KeyPart) -> Complaint:
        """Let a passed deadline have its effect. See ``complaining.push``."""
        return await complaining.push(ctx, complaint_id)

    @transaction
    async def order_inspection(self, ctx: Context, new: NewInspection) -> Inspection:
        """Order an inspection, as an authority. See ``inspecting.order``."""
        return await inspecting.order(ctx, new)

    @transaction
    async def report_inspection(self, ctx: Context, inspection_id: KeyPart, findings: Findings) -> Inspection:
        """Report what was found, as an inspector or an authority. See ``inspecting.report``."""
        return await inspecting.report(ctx, inspection_id, findings)

    @transaction
    async def mend_inspection(self, ctx: Context, inspection_id: KeyPart, documents: Documents) -> Inspection:
        """Show what was mended, as the platform concerned. See ``inspecting.mend``."""
        return await inspecting.mend(ctx, inspection_id, documents)

    @transaction
    async def send_back_inspection(self, ctx: Context, inspection_id: KeyPart, documents: Documents) -> Inspection:
        """Have it mended better, as an authority. See ``inspecting.send_back``."""
        return await inspecting.send_back(ctx, inspection_id, documents)

    @transaction
    async def close_inspection(self, ctx: Context, inspection_id: KeyPart, recall_id: RecallId = "") -> Inspection:
        """Close it, as an authority, perhaps with the recall that it led to. See ``inspecting.close``."""
        return await inspecting.close(ctx, inspection_id, recall_id)

    @transaction
    async def push_inspection(self, ctx: Context, inspection_id: KeyPart) -> Inspection:
        """Let a passed deadline have its effect. See ``inspecting.push``."""
        return await inspecting.push(ctx, inspection_id)

    @transaction
    async def enlist(self, ctx: Context, new: NewListing) -> Listing:
        """Put somebody on the monitoring list, as an authority. See ``monitoring.enlist``."""
        return await monitoring.enlist(ctx, new)

    @transaction
    async def confirm_listing(self, ctx: Context, listing_id: KeyPart) -> Listing:
        """Keep somebody on the list, as an authority. See ``monitoring.confirm``."""
        return await monitoring.confirm(ctx, listing_id)

    @transaction
    async def delist(self, ctx: Context, listing_id: KeyPart, reason: Reason = "") -> Listing:
        """Take somebody off the list, with a reason as an authority. See ``monitoring.delist``."""
        return await monitoring.delist(ctx, listing_id, reason)

    @transaction
    async def observe(self, ctx: Context, new: NewAnomaly) -> Anomaly:
        """Record an anomaly, as a service or the regulator. See ``monitoring.observe``."""
        return await monitoring.observe(ctx, new)

    @transaction
    async def clear(self, ctx: Context, subject: KeyPart, name: AnomalyKind) -> Anomaly:
        """Record that an anomaly is over. See ``monitoring.clear``."""
        return await monitoring.clear(ctx, subject, name)
