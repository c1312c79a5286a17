"""Members: the organisations that vote on standards, and the platforms that have to disclose."""

from datetime import datetime

from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory


class Member(Record, kind="disclosure-member", key=("msp_id",)):
    """A platform from ``since`` on, until it left. The association and the regulator are members without a record."""

    msp_id: str
    name: str
    since: datetime
    recorder: Signatory
    left_at: datetime | None = None
    changed_by: Signatory | None = None

    def belongs(self, at: datetime) -> bool:
        """Whether it is a member at a moment."""
        return self.since <= at and (self.left_at is None or at < self.left_at)
