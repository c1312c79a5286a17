"""Typed records: load, save, delete, and what is refused."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

from fairledger_chaincode import Context, Contract, NotFound, Record, transaction
from fairledger_chaincode.errors import FloatRefused, KeyRefused, StartRefused, StateUnreadable
from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.ledger import Ledger
from tests.unit.chaincode.memory_stub import MemoryStub


class Note(Record, kind="note", key=("owner", "id")):
    owner: str
    id: str
    amount_minor: Annotated[int, Field(gt=0, strict=True)]
    event_id: Annotated[str, Field(alias="eventID")] = ""


class Anything(Record, kind="anything", key=("id",)):
    id: str
    value: object = None


class Keyless(Record):
    text: str


NOTE = Note(owner="alice", id="n1", amount_minor=5, event_id="e")
STATE = b'{"amount_minor":5,"eventID":"e","id":"n1","owner":"alice"}'
COLLECTIONS = ["", "private"]


@pytest.fixture(params=COLLECTIONS)
def stub(request: pytest.FixtureRequest) -> MemoryStub:
    return MemoryStub(request.param)


def ledger_of(stub: MemoryStub) -> Ledger:
    ctx = Context(stub.as_stub(), "c", "f")
    return ctx.private(stub.collection) if stub.collection else ctx.ledger


async def test_a_record_is_kept_under_its_key_as_canonical_json(stub: MemoryStub) -> None:
    await ledger_of(stub).save(NOTE)
    assert stub.states == {"\x00note\x00alice\x00n1\x00": STATE}


async def test_a_saved_record_is_loaded_and_a_deleted_one_is_not(stub: MemoryStub) -> None:
    ledger = ledger_of(stub)
    await ledger.save(NOTE)
    assert await ledger.load(Note, "alice", "n1") == NOTE
    assert await ledger.exists(Note, "alice", "n1")
    await ledger.delete(NOTE)
    assert await ledger.find(Note, "alice", "n1") is None
    assert not await ledger.exists(Note, "alice", "n1")
    with pytest.raises(NotFound) as refusal:
        await ledger.load(Note, "alice", "n1")
    assert refusal.value.code == "NOTE_UNKNOWN"


async def test_a_range_holds_the_records_of_one_kind_that_begin_so(stub: MemoryStub) -> None:
    ledger = ledger_of(stub)
    bobs = Note(owner="bob", id="n2", amount_minor=7)
    await ledger.save(bobs)
    await ledger.save(NOTE)
    await ledger.save(Anything(id="x"))
    assert [note async for note in ledger.range(Note)] == [NOTE, bobs]
    assert [note async for note in ledger.range(Note, "bob")] == [bobs]


@pytest.mark.parametrize(
    "state", [b"{", b"\xff", b"{}", b'{"amount_minor":5,"eventID":"e","id":"n1","owner":"alice","more":1}']
)
async def test_a_state_that_is_no_such_record_is_corrupt_and_not_missing(state: bytes) -> None:
    stub = MemoryStub("")
    stub.states[NOTE.ledger_key] = state
    with pytest.raises(StateUnreadable) as refusal:
        await ledger_of(stub).load(Note, "alice", "n1")
    assert refusal.value.code == "CHAINCODE_STATE"


class Notes(Contract):
    name = "notes"

    @transaction
    async def keep(self, ctx: Context, note: Note) -> Note:
        await ctx.ledger.save(note)
        return note


async def test_a_saved_record_is_answered_as_it_was_written() -> None:
    stub = MemoryStub("")
    ctx = Context(stub.as_stub(), "notes", "keep")
    keep = FunctionTable([Notes()]).find(b"keep")
    assert await keep.run(ctx, [NOTE]) == STATE
    assert list(stub.states.values()) == [STATE]


async def test_a_field_of_another_type_than_declared_does_not_reach_the_ledger(stub: MemoryStub) -> None:
    with pytest.raises(PydanticSerializationError):
        await ledger_of(stub).save(NOTE.model_copy(update={"id": 1}))
    assert stub.states == {}


async def test_the_state_of_the_record_that_was_saved_last_is_known(stub: MemoryStub) -> None:
    ledger = ledger_of(stub)
    assert ledger.state_of(NOTE) is None
    await ledger.save(NOTE)
    assert ledger.state_of(NOTE) == STATE
    assert ledger.state_of(NOTE.model_copy()) is None
    await ledger.save(Anything(id="a"))
    assert ledger.state_of(NOTE) is None


async def test_a_float_does_not_reach_the_ledger() -> None:
    stub = MemoryStub("")
    with pytest.raises(FloatRefused) as refusal:
        await ledger_of(stub).save(Anything(id="x", value={"deep": [0.5]}))
    assert refusal.value.code == "CHAINCODE_FLOAT"
    assert stub.states == {}


@pytest.mark.parametrize("parts", [(), ("alice",), ("alice", "n1", "more"), ("alice", ""), ("alice", "a\x00b")])
async def test_a_key_of_other_parts_is_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(KeyRefused):
        await ledger_of(MemoryStub("")).find(Note, *parts)


def test_a_record_without_a_key_can_not_be_kept() -> None:
    with pytest.raises(KeyRefused):
        _ = Keyless(text="a").ledger_key


def test_records_are_frozen_and_refuse_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        NOTE.owner = "bob"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Note.model_validate({**NOTE.model_dump(), "more": 1})


def test_the_key_is_made_of_fields_that_exist() -> None:
    with pytest.raises(StartRefused, match="'nowhere'"):

        class Bad(Record, kind="bad", key=("nowhere",)):
            id: str


def test_a_field_declared_as_float_is_refused_at_once() -> None:
    with pytest.raises(StartRefused, match="'price'"):

        class Priced(Record, kind="priced", key=("id",)):
            id: str
            price: dict[str, list[float]] | None = None


class Receipt(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    event_id: Annotated[str, Field(alias="eventID")]


@pytest.mark.parametrize(
    ("payload", "sent"),
    [
        (b"\xff", b"\xff"),
        ("ä", "ä".encode()),
        ({"b": 1, "a": None}, b'{"a":null,"b":1}'),
        (Receipt(event_id="e"), b'{"eventID":"e"}'),
    ],
)
def test_an_event_carries_bytes_text_or_canonical_json(payload: bytes | str | dict[str, object], sent: bytes) -> None:
    stub = MemoryStub("").as_stub()
    Context(stub, "c", "f").set_event("name", payload)
    assert stub.event is not None
    assert (stub.event.event_name, stub.event.payload) == ("name", sent)


def test_an_event_carries_no_float() -> None:
    with pytest.raises(FloatRefused):
        Context(MemoryStub("").as_stub(), "c", "f").set_event("name", {"a": 0.5})
