"""The contract ``disclosure``: standards by vote, what platforms must publish, and sanctions."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_contracts.disclosure import disclosing, sanctioning, standards
from fairledger_contracts.disclosure.sanctioning import NewSanction
from fairledger_contracts.disclosure.standards import NewStandard
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.ballot import Ballot
from fairledger_contracts.records.disclosure import (
    Disclosure,
    Opinion,
    Period,
    Published,
    Subject,
)
from fairledger_contracts.records.key_part import KeyPart
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.note import INPUTS_MAX, NoteId
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.sanction import EVIDENCE_MAX, Sanction
from fairledger_contracts.records.signatory import MspId
from fairledger_contracts.records.standard import Standard, standard_in_force

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE)]
NoteIds = Annotated[tuple[NoteId, ...], Field(max_length=INPUTS_MAX)]
Documents = Annotated[tuple[DocumentDescription, ...], Field(max_length=EVIDENCE_MAX)]


class DisclosureContract(Contract):
    """Each function says in its module whom it refuses, and with which code."""

    name = "disclosure"

    @transaction
    async def enrol(self, ctx: Context, msp_id: MspId, name: Name) -> Member:
        """Make a platform a member, as an officer of the association. See ``standards.enrol``."""
        return await standards.enrol(ctx, msp_id, name)

    @transaction
    async def strike(self, ctx: Context, msp_id: MspId) -> Member:
        """End a membership, as the regulator. See ``standards.strike``."""
        return await standards.strike(ctx, msp_id)

    @transaction
    async def propose(self, ctx: Context, proposed: NewStandard) -> Standard:
        """Propose a standard's next version, as an officer. See ``standards.propose``."""
        return await standards.propose(ctx, proposed)

    @transaction
    async def vote(
        self,
        ctx: Context,
        name: KeyPart,
        version: KeyPart,
        approves: bool,  # noqa: FBT001  on the wire
    ) -> Ballot:
        """Vote for the caller's organisation. See ``standards.vote``."""
        return await standards.vote(ctx, name, version, approves=approves)

    @transaction
    async def close_ballot(self, ctx: Context, name: KeyPart, version: KeyPart) -> Ballot:
        """Let a ballot lapse whose time is over. See ``standards.close``."""
        return await standards.close(ctx, name, version)

    @query
    async def standard(self, ctx: Context, name: KeyPart) -> Standard:
        """The version in force now. Raises ``NotFound`` (DISCLOSURE_STANDARD_UNKNOWN)."""
        return await standard_in_force(ctx, name, ctx.time)

    @transaction
    async def file(
        self, ctx: Context, period: Period, published: Published, attachments: Sequence[DocumentDescription]
    ) -> Disclosure:
        """Publish for the caller's platform. See ``disclosing.file``."""
        return await disclosing.file(ctx, period, published, attachments)

    @transaction
    async def review(
        self, ctx: Context, msp_id: KeyPart, subject: Subject, period: Period, opinion: Opinion
    ) -> Disclosure:
        """Accept, or reject with reasons, as an officer. See ``disclosing.review``."""
        return await disclosing.review(ctx, msp_id, subject, period, opinion)

    @transaction
    async def accept_unreviewed(self, ctx: Context, msp_id: KeyPart, subject: Subject, period: Period) -> Disclosure:
        """Accept what was not reviewed in time. See ``disclosing.accept_unreviewed``."""
        return await disclosing.accept_unreviewed(ctx, msp_id, subject, period)

    @transaction
    async def late(self, ctx: Context, msp_id: KeyPart, subject: Subject, period: Period) -> Disclosure:
        """Find a disclosure late. See ``disclosing.late``."""
        return await disclosing.late(ctx, msp_id, subject, period)

    @transaction
    async def open_sanction(self, ctx: Context, new: NewSanction) -> Sanction:
        """Open a sanction and hear the platform, as an officer. See ``sanctioning.open_hearing``."""
        return await sanctioning.open_hearing(ctx, new)

    @transaction
    async def hear(self, ctx: Context, sanction_id: KeyPart, documents: Documents) -> Sanction:
        """Speak for the platform concerned. See ``sanctioning.hear``."""
        return await sanctioning.hear(ctx, sanction_id, documents)

    @transaction
    async def decide(
        self,
        ctx: Context,
        sanction_id: KeyPart,
        imposed: bool,  # noqa: FBT001  on the wire
        documents: Documents,
    ) -> Sanction:
        """Impose or drop, as an officer. See ``sanctioning.decide``."""
        return await sanctioning.decide(ctx, sanction_id, imposed=imposed, documents=documents)

    @transaction
    async def appeal(self, ctx: Context, sanction_id: KeyPart, documents: Documents) -> Sanction:
        """Appeal to the regulator, as the platform concerned. See ``sanctioning.appeal``."""
        return await sanctioning.appeal(ctx, sanction_id, documents)

    @transaction
    async def judge(
        self,
        ctx: Context,
        sanction_id: KeyPart,
        upheld: bool,  # noqa: FBT001  on the wire
        documents: Documents,
    ) -> Sanction:
        """Decide an appeal, as the regulator. See ``sanctioning.judge``."""
        return await sanctioning.judge(ctx, sanction_id, upheld=upheld, documents=documents)

    @transaction
    async def push_sanction(self, ctx: Context, sanction_id: KeyPart) -> Sanction:
        """Let a passed deadline have its effect. See ``sanctioning.push``."""
        return await sanctioning.push(ctx, sanction_id)

    @transaction
    async def pay_fine(self, ctx: Context, sanction_id: KeyPart, note_ids: NoteIds) -> Sanction:
        """Pay a fine with notes of the platform concerned, as its officer. See ``sanctioning.pay``."""
        return await sanctioning.pay(ctx, sanction_id, note_ids)

    @transaction
    async def end_sanction(self, ctx: Context, sanction_id: KeyPart, documents: Documents) -> Sanction:
        """End a sanction before its time, as an officer. See ``sanctioning.end``."""
        return await sanctioning.end(ctx, sanction_id, documents)
