"""A contract that does, step by step, whatever ledger calls its caller lists."""

import email.utils
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode import Context, Contract, RuleBroken, query, transaction

Answer = Any  # JSON: text, null, or lists of them

Operation = Literal[
    "get",
    "put",
    "delete",
    "range",
    "page",
    "composite_range",
    "history",
    "get_private",
    "get_private_hash",
    "put_private",
    "delete_private",
    "purge_private",
    "private_range",
    "get_policy",
    "set_policy",
    "event",
    "invoke",
    "caller",
    "refuse",
    "raise",
    "dice",
]


class Step(BaseModel):
    """What to do, and with what; fields that an operation does not need stay empty.

    A private value is taken from the transient data under the name in ``value``, so that it is in no block.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Operation
    key: str = ""
    value: str = ""
    collection: str = ""
    start: str = ""
    end: str = ""
    attributes: tuple[str, ...] = ()
    limit: int | None = None  # results to read before leaving a range; all of them by default
    page_size: int = 0
    bookmark: str = ""
    policy: str = ""  # base64 of a SignaturePolicyEnvelope
    chaincode: str = ""
    steps: tuple["Step", ...] = ()  # what the invoked chaincode does

    @property
    def policy_bytes(self) -> bytes:
        return b64decode(self.policy)

    @staticmethod
    def text(policy: bytes) -> str:
        """Spell a policy as a step carries it."""
        return b64encode(policy).decode()


class Script(Contract):
    """``run`` and ``ask`` take a list of steps and answer the list of their results."""

    name = "script"

    @transaction
    async def run(self, ctx: Context, steps: list[Step]) -> list[Answer]:
        """Do the steps."""
        return [await _OPERATIONS[step.do](ctx, step) for step in steps]

    @query
    async def ask(self, ctx: Context, steps: list[Step]) -> list[Answer]:
        """Do the steps, none of which writes."""
        return [await _OPERATIONS[step.do](ctx, step) for step in steps]


async def _get(ctx: Context, step: Step) -> Answer:
    return _text(await ctx.stub.get_state(step.key))


async def _put(ctx: Context, step: Step) -> Answer:
    await ctx.stub.put_state(step.key, step.value.encode())


async def _delete(ctx: Context, step: Step) -> Answer:
    await ctx.stub.delete_state(step.key)


async def _range(ctx: Context, step: Step) -> Answer:
    results = ctx.stub.get_state_by_range(step.start, step.end)
    found = await _read(results, step.limit)
    await results.close()
    return [[item.key, _text(item.value)] for item in found]


async def _page(ctx: Context, step: Step) -> Answer:
    page = await ctx.stub.get_state_by_range_page(step.start, step.end, step.page_size, step.bookmark)
    return [[[item.key, _text(item.value)] for item in page.items], page.bookmark]


async def _composite_range(ctx: Context, step: Step) -> Answer:
    found = await _read(ctx.stub.get_state_by_partial_composite_key(step.key, step.attributes), step.limit)
    return [[list(ctx.stub.split_composite_key(item.key)[1]), _text(item.value)] for item in found]


async def _history(ctx: Context, step: Step) -> Answer:
    found = await _read(ctx.stub.get_history(step.key), step.limit)
    return [[item.tx_id, None if item.is_delete else _text(item.value)] for item in found]


async def _get_private(ctx: Context, step: Step) -> Answer:
    return _text(await ctx.stub.get_private_data(step.collection, step.key))


async def _get_private_hash(ctx: Context, step: Step) -> Answer:
    found = await ctx.stub.get_private_data_hash(step.collection, step.key)
    return None if found is None else found.hex()


async def _put_private(ctx: Context, step: Step) -> Answer:
    await ctx.stub.put_private_data(step.collection, step.key, ctx.transient[step.value])


async def _delete_private(ctx: Context, step: Step) -> Answer:
    await ctx.stub.delete_private_data(step.collection, step.key)


async def _purge_private(ctx: Context, step: Step) -> Answer:
    await ctx.stub.purge_private_data(step.collection, step.key)


async def _private_range(ctx: Context, step: Step) -> Answer:
    found = await _read(ctx.stub.get_private_data_by_range(step.collection, step.start, step.end), step.limit)
    return [[item.key, _text(item.value)] for item in found]


async def _get_policy(ctx: Context, step: Step) -> Answer:
    if step.collection:
        found = await ctx.stub.get_private_data_validation_parameter(step.collection, step.key)
    else:
        found = await ctx.stub.get_state_validation_parameter(step.key)
    return None if found is None else Step.text(found)


async def _set_policy(ctx: Context, step: Step) -> Answer:
    if step.collection:
        await ctx.stub.set_private_data_validation_parameter(step.collection, step.key, step.policy_bytes)
    else:
        await ctx.stub.set_state_validation_parameter(step.key, step.policy_bytes)


async def _event(ctx: Context, step: Step) -> Answer:
    ctx.stub.set_event(step.key, step.value.encode())


async def _invoke(ctx: Context, step: Step) -> Answer:
    steps = "[" + ",".join(inner.model_dump_json() for inner in step.steps) + "]"
    return (await ctx.stub.invoke_chaincode(step.chaincode, ["script:run", steps])).decode()


async def _caller(ctx: Context, step: Step) -> Answer:
    return [ctx.caller.msp_id, *(ctx.caller.attributes.get(name) for name in step.attributes)]


async def _refuse(_ctx: Context, step: Step) -> Answer:
    raise RuleBroken(step.key, step.value)


async def _raise(_ctx: Context, step: Step) -> Answer:
    raise ArithmeticError(step.value)


async def _dice(_ctx: Context, _step: Step) -> Answer:
    """Do what no contract may: answer something that no other endorser will."""
    return email.utils.make_msgid()


async def _read(results: AsyncIterator[Any], limit: int | None) -> list[Any]:
    found: list[Any] = []
    while limit is None or len(found) < limit:
        try:
            found.append(await anext(results))
        except StopAsyncIteration:
            break
    return found


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


_OPERATIONS: dict[str, Callable[[Context, Step], Awaitable[Answer]]] = {
    "get": _get,
    "put": _put,
    "delete": _delete,
    "range": _range,
    "page": _page,
    "composite_range": _composite_range,
    "history": _history,
    "get_private": _get_private,
    "get_private_hash": _get_private_hash,
    "put_private": _put_private,
    "delete_private": _delete_private,
    "purge_private": _purge_private,
    "private_range": _private_range,
    "get_policy": _get_policy,
    "set_policy": _set_policy,
    "event": _event,
    "invoke": _invoke,
    "caller": _caller,
    "refuse": _refuse,
    "raise": _raise,
    "dice": _dice,
}
