"""A chaincode server as a process of its own: ``python -m tests.unit.chaincode.served_contract``."""

import asyncio
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from fairledger_chaincode import (
    Context,
    Contract,
    ServerSettings,
    StartRefused,
    query,
    serve,
    server_digest,
    transaction,
)

BEGUN: Final = "begun"  # a file in the folder of its sources, once a transaction waits


class Served(Contract):
    name = "served"

    @transaction
    async def put(self, ctx: Context, key: str, value: bytes) -> None:
        await ctx.stub.put_state(key, value)

    @query
    async def get(self, ctx: Context, key: str) -> bytes:
        return await ctx.stub.get_state(key) or b""

    @transaction
    async def get2put2event(self, ctx: Context, first: str, second: str, value: bytes) -> int:
        found = [await ctx.stub.get_state(key) for key in (first, second)]
        for key in (first, second):
            await ctx.stub.put_state(key, value)
        ctx.set_event("done", value)
        return sum(value is not None for value in found)

    @transaction
    async def wait_then_put(self, ctx: Context, key: str, value: bytes, wait_s: int) -> None:
        await ctx.stub.get_state(key)
        (Path(sys.argv[1]) / BEGUN).touch()
        await asyncio.sleep(wait_s)
        await ctx.stub.put_state(key, value)

    @transaction
    async def save_secret(self, ctx: Context, key: str) -> None:
        await ctx.stub.put_private_data("private", key, ctx.transient["value"])

    @query
    async def fail_with(self, _ctx: Context, secret: str) -> None:
        raise LookupError(secret)


if __name__ == "__main__":
    this = ModuleType("tests.unit.chaincode")
    this.__path__ = [sys.argv[1]]
    if sys.argv[2:] == ["digest"]:
        print(server_digest([this]))
    else:
        try:
            settings = ServerSettings.from_environment()
        except StartRefused as refusal:
            sys.exit(str(refusal))
        serve([Served()], settings, [this])
