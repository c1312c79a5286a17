"""Calling any contract's function in a person's name, and reading records: what commands of supervision do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from fairledger.cli.state import State
from fairledger.deployment import CHAINCODE, CHANNEL

if TYPE_CHECKING:
    from fairledger.gateway import ConflictRetry
    from fairledger.wallet import WalletEntry
    from fairledger_chaincode.record import Record

Answer = TypeVar("Answer", bound="Record")


class AnyContract(Protocol):
    """What is needed of a gateway's chaincode; functions are named with their contract."""

    async def submit(self, function: str, *arguments: str | bytes, retry: "ConflictRetry" = ...) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...


@asynccontextmanager
async def connected(profile: Path, entry: "WalletEntry") -> AsyncIterator[AnyContract]:
    """The chaincode behind the gateway of a connection profile. Raises the errors of profile and gateway."""
    from fairledger.gateway import Gateway  # noqa: PLC0415  only commands that write pay for these
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415

    async with Gateway.connect(ConnectionProfile.load(profile), entry.identity, entry.signer) as gateway:
        yield gateway.network(CHANNEL).contract(CHAINCODE)


def call(kind: type[Answer], name: str, organization: str | None, function: str, *arguments: str) -> Answer:
    """Submit one transaction as ``name``, and read what the contract answered.

    Raises ``CommandError`` (CLI_…), ``WalletError``, and the errors of profile and gateway.
    """
    state = State.find()
    home = state.home_of(name, organization)
    return kind.model_validate_json(asyncio.run(submit(state, home, name, function, *arguments)))


async def submit(state: State, home: str, name: str, function: str, *arguments: str) -> bytes:
    """What the contract answers ``name`` of the organisation ``home``. Raises as ``call``."""
    from fairledger.trace.client import RETRY  # noqa: PLC0415  only commands that write pay for these
    from fairledger.wallet import Wallet  # noqa: PLC0415

    entry = Wallet(state.wallet(home)).get(name)
    async with connected(state.profile(home), entry) as contract:
        return await contract.submit(function, *arguments, retry=RETRY)
