"""Reading an organisation's read model, and calling the contract in a person's name: what several commands do."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fairledger.cli.errors import CommandError
from fairledger.cli.state import State
from fairledger.deployment import CHAINCODE, CHANNEL

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fairledger.trace import TraceClient
    from fairledger.trace.client import TraceContract
    from fairledger.wallet import WalletEntry


@contextmanager
def reading(organization: str | None) -> Iterator["Connection"]:
    """One transaction on an organisation's read model; the first organisation's when none is named.

    Raises ``CommandError`` (CLI_STATE_MISSING, CLI_ORGANIZATION_UNKNOWN), ``StoreError``.
    """
    from fairledger.readmodel.database import Database  # noqa: PLC0415  only commands that read pay for it

    state = State.find()
    home = organization or next(iter(state.organizations), "")
    database = Database.open(state.readmodel_url(home), create=False)
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


def known_item(connection: "Connection", epc: str) -> str:
    """The canonical id of goods that some event names.

    Raises ``CommandError`` (TRACE_ITEM_UNKNOWN), ``QueryError`` (QUERY_VALUE).
    """
    from fairledger.readmodel.registers import is_known  # noqa: PLC0415
    from fairledger.readmodel.values import check_value  # noqa: PLC0415  only commands that read pay for these
    from fairledger_contracts.records.item_id import canonical_item  # noqa: PLC0415

    check_value("epc", epc)
    item = canonical_item(epc).id
    if not is_known(connection, item):
        raise CommandError("TRACE_ITEM_UNKNOWN", f"no event names {epc}", "check the EPC's spelling")
    return item


@asynccontextmanager
async def signing(state: State, home: str, name: str) -> AsyncIterator["TraceClient"]:
    """The contract ``trace`` in the name of ``name`` of the organisation ``home``, whose wallet has the key.

    Raises ``WalletError``, and the errors of profile and gateway.
    """
    from fairledger.trace import TraceClient  # noqa: PLC0415  only commands that write pay for it

    async with calling(state, home, name, "trace") as contract:
        yield TraceClient(contract)


@asynccontextmanager
async def calling(state: State, home: str, name: str, contract_name: str) -> AsyncIterator["TraceContract"]:
    """A contract in the name of ``name`` of the organisation ``home``. Raises as ``signing`` does."""
    from fairledger.wallet import Wallet  # noqa: PLC0415  only commands that write pay for it

    entry = Wallet(state.wallet(home)).get(name)
    async with connected(state.profile(home), entry, contract_name) as contract:
        yield contract


@asynccontextmanager
async def connected(
    profile: Path, entry: "WalletEntry", contract_name: str = "trace"
) -> AsyncIterator["TraceContract"]:
    """A contract behind the gateway of a connection profile. Raises the errors of profile and gateway."""
    from fairledger.gateway import Gateway  # noqa: PLC0415  only commands that write pay for these
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415

    async with Gateway.connect(ConnectionProfile.load(profile), entry.identity, entry.signer) as gateway:
        yield gateway.network(CHANNEL).contract(CHAINCODE, contract_name)
