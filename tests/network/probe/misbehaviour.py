"""What a contract must not do, reached by ways that the runtime's look at contracts' sources does not see."""

import email.utils
import logging
import string
from collections import Counter

from fairledger_chaincode import Context, Contract, transaction

SETTLES_AFTER = 2  # differing answers
ASKED: Counter[str] = Counter()
WORDS = frozenset(string.ascii_letters)


class Misbehaviour(Contract):
    """Each function gives every endorser a value of its own, but for the last two, which are refused."""

    name = "misbehaviour"

    @transaction
    async def clock(self, ctx: Context, key: str) -> None:
        """Write the endorser's own time."""
        await ctx.stub.put_state(key, str(logging.time.time_ns()).encode())  # type: ignore[attr-defined]

    @transaction
    async def chance(self, ctx: Context, key: str) -> None:
        """Write a random number."""
        await ctx.stub.put_state(key, email.utils.make_msgid().encode())

    @transaction
    async def unsettled(self, ctx: Context, key: str) -> None:
        """Write a random number, until the endorser was asked for ``key`` often enough to have settled."""
        ASKED[key] += 1
        settled = ASKED[key] > SETTLES_AFTER
        await ctx.stub.put_state(key, b"settled" if settled else email.utils.make_msgid().encode())

    @transaction
    async def set_order(self, ctx: Context, key: str) -> None:
        """Write the elements of a set in the order in which this process has them."""
        await ctx.stub.put_state(key, "".join(letter for letter in WORDS).encode())

    @transaction
    async def float_result(self, _ctx: Context) -> list[float]:
        """Answer a binary floating-point number."""
        return [0.1 + 0.2]

    @transaction
    async def float_event(self, ctx: Context) -> None:
        """Emit a binary floating-point number."""
        ctx.set_event("sum", {"sum": 0.1 + 0.2})
