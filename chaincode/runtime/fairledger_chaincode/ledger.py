"""Typed records on the ledger: load, save, delete."""

from collections.abc import AsyncIterator
from typing import TypeVar

from pydantic import ValidationError

from fairledger_chaincode.errors import NotFound, StateUnreadable
from fairledger_chaincode.record import Record
from fairledger_chaincode.stub import PUBLIC, Stub

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Ledger:
    """Records in the public state, or in one private collection.

    What is loaded is what was committed before this transaction: a record that it saved or deleted itself is still
    loaded as it was.
    """

    def __init__(self, stub: Stub, collection: str) -> None:
        self._stub = stub
        self._collection = collection
        self._saved: tuple[Record, bytes] | None = None  # the last one

    async def find(self, record: type[AnyRecord], *key: str) -> AnyRecord | None:
        """The record with this key, or None. Raises ``StateUnreadable`` when it does not fit."""
        name = record.key_of(*key)
        if self._collection == PUBLIC:
            state = await self._stub.get_state(name)
        else:
            state = await self._stub.get_private_data(self._collection, name)
        return None if state is None else _read(record, state)

    async def load(self, record: type[AnyRecord], *key: str) -> AnyRecord:
        """The record with this key. Raises ``NotFound`` with code ``<KIND>_UNKNOWN`` when there is none."""
        found = await self.find(record, *key)
        if found is None:
            raise NotFound(f"{record.kind.upper()}_UNKNOWN", f"no {record.kind} has this key")
        return found

    async def exists(self, record: type[AnyRecord], *key: str) -> bool:
        """Whether a record with this key was committed."""
        name = record.key_of(*key)
        if self._collection == PUBLIC:
            return await self._stub.get_state(name) is not None
        return await self._stub.get_private_data_hash(self._collection, name) is not None

    async def save(self, record: Record) -> None:
        """Write the record when the transaction commits. Raises as ``Record.to_state`` does."""
        state = record.to_state()
        if self._collection == PUBLIC:
            await self._stub.put_state(record.ledger_key, state)
        else:
            await self._stub.put_private_data(self._collection, record.ledger_key, state)
        self._saved = record, state

    def state_of(self, record: object) -> bytes | None:
        """As what ``record`` was written, if this very object was saved last."""
        return self._saved[1] if self._saved is not None and self._saved[0] is record else None

    async def delete(self, record: Record) -> None:
        """Delete the record when the transaction commits."""
        if self._collection == PUBLIC:
            await self._stub.delete_state(record.ledger_key)
        else:
            await self._stub.delete_private_data(self._collection, record.ledger_key)

    async def range(self, record: type[AnyRecord], *prefix: str) -> AsyncIterator[AnyRecord]:
        """All records whose key begins with ``prefix``, in the order of their keys."""
        if self._collection == PUBLIC:
            found = self._stub.get_state_by_partial_composite_key(record.kind, prefix)
        else:
            found = self._stub.get_private_data_by_partial_composite_key(self._collection, record.kind, prefix)
        async for state in found:
            yield _read(record, state.value)


def _read(record: type[AnyRecord], state: bytes) -> AnyRecord:
    try:
        return record.model_validate_json(state)
    except ValidationError as error:
        raise StateUnreadable(f"a stored {record.kind} does not fit its declaration: {_fields(error)}") from error


def _fields(error: ValidationError) -> str:
    details = error.errors(include_input=False, include_url=False, include_context=False)
    return ", ".join(sorted({".".join(map(str, detail["loc"])) for detail in details}))
