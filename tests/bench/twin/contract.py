"""Exactly what the Go chaincode of the bench does."""

from fairledger_chaincode import Context, Contract, query, transaction


class Twin(Contract):
    """The functions that are compared."""

    name = "twin"

    @query
    async def noop(self, _ctx: Context) -> None:
        """Do nothing."""

    @transaction
    async def put(self, ctx: Context, key: str, value: bytes) -> None:
        """Write one state."""
        await ctx.stub.put_state(key, value)

    @transaction
    async def get2put2event(self, ctx: Context, first: str, second: str, value: bytes) -> None:
        """Read two states, write both, and say so."""
        for key in (first, second):
            await ctx.stub.get_state(key)
        for key in (first, second):
            await ctx.stub.put_state(key, value)
        ctx.stub.set_event("done", value)
