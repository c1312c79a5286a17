"""Every ledger call of the runtime, each by a function of its own."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel

from fairledger_chaincode import Context, Contract, ContractError, query, transaction
from fairledger_chaincode.endorsement import organizations_of, require_all
from fairledger_chaincode.results import KeyValue


class Row(BaseModel):
    """One state; ``value`` is text."""

    key: str
    value: str


class Rows(BaseModel):
    """One page of states."""

    rows: list[Row]
    bookmark: str = ""


class Change(BaseModel):
    """What one transaction made of a key."""

    tx_id: str
    value: str
    deleted: bool


class Caller(BaseModel):
    """Who calls, as the contract sees it."""

    msp_id: str
    id: str
    attributes: dict[str, str]
    subject: str


class LedgerCalls(Contract):
    """Asks everything of the ledger that the runtime can."""

    name = "calls"

    # public state

    @transaction
    async def put(self, ctx: Context, key: str, value: bytes) -> None:
        """Write one state."""
        await ctx.stub.put_state(key, value)

    @query
    async def get(self, ctx: Context, key: str) -> bytes:
        """Read one state; empty when there is none."""
        return await ctx.stub.get_state(key) or b""

    @transaction
    async def delete(self, ctx: Context, key: str) -> None:
        """Delete one state."""
        await ctx.stub.delete_state(key)

    @transaction
    async def put_then_get(self, ctx: Context, key: str, value: bytes) -> bytes:
        """What a transaction reads after its own write."""
        await ctx.stub.put_state(key, value)
        return await ctx.stub.get_state(key) or b""

    @transaction
    async def move(self, ctx: Context, source: str, target: str) -> None:
        """Read one key, write its value to another: the shape in which transactions conflict."""
        value = await ctx.stub.get_state(source)
        await ctx.stub.put_state(target, value or b"")
        await ctx.stub.delete_state(source)

    @transaction
    async def wait_then_put(self, ctx: Context, key: str, value: bytes, wait_ms: int) -> None:
        """Be in the middle of a transaction for so long."""
        await ctx.stub.get_state(key)
        await asyncio.sleep(wait_ms / 1000)
        await ctx.stub.put_state(key, value)

    @transaction
    async def put_large(self, ctx: Context, key: str, size_bytes: int) -> None:
        """Write a value of so many bytes."""
        await ctx.stub.put_state(key, b"x" * size_bytes)

    # ranges

    @query
    async def range(self, ctx: Context, start: str, end: str) -> Rows:
        """All states of a simple range."""
        return Rows(rows=await _rows(ctx.stub.get_state_by_range(start, end)))

    @query
    async def first_of_range(self, ctx: Context, start: str, end: str) -> Rows:
        """The first state of a range, which is then closed."""
        states = ctx.stub.get_state_by_range(start, end)
        first = await anext(states)
        await states.close()
        return Rows(rows=[_row(first)])

    @query
    async def range_page(self, ctx: Context, start: str, end: str, page_size: int, bookmark: str = "") -> Rows:
        """One page of a simple range."""
        page = await ctx.stub.get_state_by_range_page(start, end, page_size, bookmark)
        return Rows(rows=[_row(state) for state in page.items], bookmark=page.bookmark)

    @transaction
    async def put_fact(self, ctx: Context, kind: str, parts: list[str], value: bytes) -> str:
        """Write one state under a composite key."""
        key = ctx.stub.create_composite_key(kind, parts)
        await ctx.stub.put_state(key, value)
        return key

    @query
    async def facts(self, ctx: Context, kind: str, parts: list[str]) -> Rows:
        """All states whose composite key begins so."""
        return Rows(rows=await _rows(ctx.stub.get_state_by_partial_composite_key(kind, parts)))

    @query
    async def facts_page(self, ctx: Context, kind: str, parts: list[str], page_size: int, bookmark: str = "") -> Rows:
        """One page of the same."""
        page = await ctx.stub.get_state_by_partial_composite_key_page(kind, parts, page_size, bookmark)
        return Rows(rows=[_row(state) for state in page.items], bookmark=page.bookmark)

    @transaction
    async def count_facts(self, ctx: Context, kind: str, target: str) -> int:
        """Count a range and write the number: the shape in which phantoms show."""
        rows = await _rows(ctx.stub.get_state_by_partial_composite_key(kind))
        await ctx.stub.put_state(target, str(len(rows)).encode())
        return len(rows)

    @transaction
    async def page_then_put(self, ctx: Context, key: str) -> None:
        """Write after a page was read, which a peer refuses."""
        await ctx.stub.get_state_by_range_page("", "", 1)
        await ctx.stub.put_state(key, b"1")

    @query
    async def history(self, ctx: Context, key: str) -> list[Change]:
        """What became of a key, the newest first."""
        return [
            Change(tx_id=change.tx_id, value=change.value.decode(), deleted=change.is_delete)
            async for change in ctx.stub.get_history(key)
        ]

    # private data; values come as transient data and never leave but by a query

    @transaction
    async def put_private(self, ctx: Context, collection: str, key: str) -> None:
        """Write the transient ``value``."""
        await ctx.stub.put_private_data(collection, key, ctx.transient["value"])

    @query
    async def get_private(self, ctx: Context, collection: str, key: str) -> bytes:
        """Read a private state; empty when there is none."""
        return await ctx.stub.get_private_data(collection, key) or b""

    @query
    async def private_hash(self, ctx: Context, collection: str, key: str) -> str:
        """SHA-256 of a private state in hex; empty when there is none."""
        return (await ctx.stub.get_private_data_hash(collection, key) or b"").hex()

    @transaction
    async def delete_private(self, ctx: Context, collection: str, key: str) -> None:
        """Delete a private state."""
        await ctx.stub.delete_private_data(collection, key)

    @transaction
    async def purge_private(self, ctx: Context, collection: str, key: str) -> None:
        """Delete a private state and its history."""
        await ctx.stub.purge_private_data(collection, key)

    @query
    async def private_range(self, ctx: Context, collection: str, start: str, end: str) -> Rows:
        """All states of a simple range of a collection."""
        return Rows(rows=await _rows(ctx.stub.get_private_data_by_range(collection, start, end)))

    @transaction
    async def put_private_fact(self, ctx: Context, collection: str, kind: str, parts: list[str]) -> None:
        """Write the transient ``value`` under a composite key."""
        key = ctx.stub.create_composite_key(kind, parts)
        await ctx.stub.put_private_data(collection, key, ctx.transient["value"])

    @query
    async def private_facts(self, ctx: Context, collection: str, kind: str, parts: list[str]) -> Rows:
        """All states of a collection whose composite key begins so."""
        return Rows(rows=await _rows(ctx.stub.get_private_data_by_partial_composite_key(collection, kind, parts)))

    # endorsement policies of keys

    @transaction
    async def require(self, ctx: Context, key: str, msp_ids: list[str]) -> None:
        """From now on all of these organisations endorse a change of the key."""
        await ctx.stub.set_state_validation_parameter(key, require_all(msp_ids))

    @query
    async def required(self, ctx: Context, key: str) -> list[str]:
        """Who must endorse a change of the key; empty when the chaincode's policy applies."""
        return list(organizations_of(await ctx.stub.get_state_validation_parameter(key) or b""))

    @transaction
    async def require_private(self, ctx: Context, collection: str, key: str, msp_ids: list[str]) -> None:
        """The same for a private key."""
        await ctx.stub.set_private_data_validation_parameter(collection, key, require_all(msp_ids))

    @query
    async def required_private(self, ctx: Context, collection: str, key: str) -> list[str]:
        """The same for a private key."""
        policy = await ctx.stub.get_private_data_validation_parameter(collection, key)
        return list(organizations_of(policy or b""))

    # events, other chaincodes, the call itself

    @transaction
    async def emit(self, ctx: Context, names: list[str], payload: bytes) -> None:
        """Set one event after the other."""
        for name in names:
            ctx.set_event(name, payload)

    @query
    async def call(self, ctx: Context, chaincode: str, args: list[str], channel: str = "") -> bytes:
        """Call another chaincode."""
        return await ctx.stub.invoke_chaincode(chaincode, args, channel)

    @query
    async def call_and_forgive(self, ctx: Context, chaincode: str, args: list[str]) -> str:
        """Call another chaincode and go on when it refuses."""
        try:
            await ctx.stub.invoke_chaincode(chaincode, args)
        except ContractError:
            return "forgiven"
        return "answered"

    @query
    async def get_private_and_forgive(self, ctx: Context, collection: str, key: str) -> str:
        """Read private data and go on when the peer refuses."""
        try:
            await ctx.stub.get_private_data(collection, key)
        except ContractError:
            return "forgiven"
        return "answered"

    @query
    async def caller(self, ctx: Context) -> Caller:
        """Who calls."""
        identity = ctx.caller
        return Caller(
            msp_id=identity.msp_id,
            id=identity.id,
            attributes=dict(identity.attributes),
            subject=identity.certificate.subject.rfc4514_string(),
        )

    @query
    async def call_facts(self, ctx: Context) -> dict[str, str]:
        """What is known of the call."""
        return {
            "tx_id": ctx.tx_id,
            "channel_id": ctx.channel_id,
            "time": ctx.time.isoformat(),
            "function": f"{ctx.contract}:{ctx.function}",
            "binding": ctx.stub.binding.hex(),
            "transient": ",".join(sorted(ctx.transient)),
        }

    # refusals

    @query
    async def put_in_query(self, ctx: Context, key: str) -> None:
        """Write where only reading was promised."""
        await ctx.stub.put_state(key, b"1")

    @transaction
    async def refuse(self, ctx: Context, code: str) -> None:
        """Put an event and a state, then refuse."""
        await ctx.stub.put_state("refused", b"1")
        ctx.set_event("refused", b"")
        raise ContractError(code, "as asked")

    @transaction
    async def fail(self, _ctx: Context, secret: str) -> None:
        """Raise what no contract should."""
        raise ValueError(secret)

    @query
    async def add(self, _ctx: Context, first: int, second: int) -> int:
        """Take numbers, so that arguments of another type are refused."""
        return first + second


async def _rows(states: AsyncIterator[KeyValue]) -> list[Row]:
    return [_row(state) async for state in states]


def _row(state: KeyValue) -> Row:
    return Row(key=state.key, value=state.value.decode())
