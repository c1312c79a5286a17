"""Endorsed transactions on their way into a block, and what became of them there."""

from dataclasses import dataclass
from datetime import datetime

from fairledger_chaincode.simulator.endorsement import Endorsement, Event
from fairledger_chaincode.simulator.policy import Signer
from fairledger_chaincode.simulator.rwset import PrivateChange, ReadWriteSet


@dataclass(frozen=True, slots=True)
class Endorsed:
    """A transaction that may be committed: what the endorsers agreed on, and who they are."""

    tx_id: str
    chaincode: str
    time: datetime
    endorsements: tuple[Endorsement, ...]

    @property
    def agreed(self) -> Endorsement:
        """What all endorsers answered; they are equal but for who they are."""
        return self.endorsements[0]

    @property
    def result(self) -> bytes:
        """The chaincode's response payload."""
        return self.agreed.payload

    @property
    def event(self) -> Event | None:
        """The event that is emitted if the transaction commits as valid."""
        return self.agreed.event

    @property
    def rwset(self) -> ReadWriteSet:
        """What was read and written, private data as hashes."""
        return self.agreed.rwset

    @property
    def private_changes(self) -> tuple[PrivateChange, ...]:
        """Private writes in clear, for members of the collections."""
        return self.agreed.private_changes

    @property
    def endorsers(self) -> tuple[Signer, ...]:
        """Whose signatures the transaction carries."""
        return tuple(endorsement.peer for endorsement in self.endorsements)


@dataclass(frozen=True, slots=True)
class ChaincodeEvent:
    """An event of a valid transaction, as a client's event stream gives it."""

    block_number: int
    tx_id: str
    chaincode: str
    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Committed:
    """A transaction in a block. ``validation_code`` is Fabric's name; ``events`` is empty unless it is ``VALID``."""

    tx_id: str
    result: bytes
    block_number: int
    position: int
    validation_code: str
    events: tuple[ChaincodeEvent, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the transaction had an effect."""
        return self.validation_code == "VALID"


@dataclass(frozen=True, slots=True)
class Block:
    """A committed block: its transactions in order, valid or not."""

    number: int
    transactions: tuple[Committed, ...]
