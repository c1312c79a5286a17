"""Public keys that field keys are wrapped for, as their owners offer them."""

from datetime import datetime

from fairledger_chaincode.record import Record
from fairledger_contracts.records.personal_data import KeyId
from fairledger_contracts.records.signatory import Signatory


class EncryptionKey(Record, kind="privacy-key", key=("id",)):
    """A key of the association's key service: P-256, as PEM. The one that was offered last is for new records."""

    id: KeyId
    public_key: str
    offered_at: datetime
    recorder: Signatory
