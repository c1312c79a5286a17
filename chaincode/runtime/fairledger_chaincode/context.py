"""What a contract function is given: who calls, when, in which transaction, and the ledger."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from pydantic import BaseModel

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.identity import ClientIdentity
from fairledger_chaincode.ledger import Ledger
from fairledger_chaincode.stub import PUBLIC, Stub


class Context:
    """One transaction's view. All of it is the same at every endorser, so what is computed from it is too."""

    def __init__(self, stub: Stub, contract: str, function: str) -> None:
        self.stub = stub
        self.contract = contract
        self.function = function

    @property
    def tx_id(self) -> str:
        """The transaction's id: unique, and known before anything is endorsed."""
        return self.stub.tx_id

    @property
    def channel_id(self) -> str:
        """The channel that the transaction belongs to."""
        return self.stub.channel_id

    @property
    def time(self) -> datetime:
        """The proposal's time, UTC; at most ``Limits.clock_skew_max_s`` off each endorser's own clock."""
        return self.stub.proposal.time

    @cached_property
    def caller(self) -> ClientIdentity:
        """Who signed the proposal. Raises ``IdentityRefused`` when the certificate can't be read."""
        return ClientIdentity.from_creator(self.stub.creator)

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Data for the endorsers only; never put them into public state, results, events or errors."""
        return self.stub.transient

    @cached_property
    def ledger(self) -> Ledger:
        """Typed records in the public state."""
        return Ledger(self.stub, PUBLIC)

    def private(self, collection: str) -> Ledger:
        """Typed records in a private collection."""
        return Ledger(self.stub, collection)

    def set_event(self, name: str, payload: bytes | str | BaseModel | Mapping[str, object]) -> None:
        """Emit the transaction's one event when it commits; a model or mapping travels as canonical JSON."""
        if isinstance(payload, BaseModel):
            payload = canonical_json(payload.model_dump(mode="json", by_alias=True))
        elif isinstance(payload, str):
            payload = payload.encode()
        elif not isinstance(payload, bytes):
            payload = canonical_json(dict(payload))
        self.stub.set_event(name, payload)
