"""The contract ``escrow`` in a person's name, and that person's money, for commands."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.model import calling, reading
from fairledger.cli.record_id import check_record_id
from fairledger.cli.state import State

if TYPE_CHECKING:
    from fairledger.escrow import EscrowClient
    from fairledger_chaincode.record import Record
    from fairledger_contracts.records.signatory import Signatory

Done = TypeVar("Done")
Found = TypeVar("Found", bound="Record")
Amount = Annotated[
    tuple[str, str], typer.Option(metavar="AMOUNT CURRENCY", help="In the currency's units, such as 2999.00 CNY.")
]
Reference = Annotated[str, typer.Option(help="The provider's own number of the payment outside.")]


def call_escrow(name: str, organization: str | None, act: "Callable[[EscrowClient], Awaitable[Done]]") -> Done:
    """What ``act`` answers, signed by ``name``. Raises as ``calling``, and what the contract refuses."""
    state = State.find()
    return asyncio.run(_call(state, state.home_of(name, organization), name, act))


async def _call(state: State, home: str, name: str, act: "Callable[[EscrowClient], Awaitable[Done]]") -> Done:
    from fairledger.escrow import EscrowClient  # noqa: PLC0415  only commands that write pay for it

    async with calling(state, home, name, "escrow") as contract:
        return await act(EscrowClient(contract))


def known(organization: str | None, kind: type[Found], code: str, record_id: str) -> Found:
    """The record with this id. Raises ``CommandError`` (``code``) for what is none."""
    from fairledger.readmodel.records import find_record  # noqa: PLC0415  only commands that read pay for it

    check_record_id(record_id, code)
    with reading(organization) as connection:
        found = find_record(connection, kind, record_id)
    if found is None:
        raise CommandError(code, "no record has this id", "copy it whole from the list, or try again in a moment")
    return found


def signatory(name: str, organization: str | None = None) -> "Signatory":
    """A person in a wallet here, as records name them. Raises as ``State.home_of``, and ``WalletError``."""
    from fairledger.api.parties import signatory_of  # noqa: PLC0415  only some commands pay for these
    from fairledger.wallet import Wallet  # noqa: PLC0415

    state = State.find()
    return signatory_of(Wallet(state.wallet(state.home_of(name, organization))).get(name))


def owner_named(told: str) -> str:
    """The owner of notes that ``<MSP>:<id>``, or the name of somebody in a wallet here, tells."""
    from fairledger_contracts.records.note import owner_of  # noqa: PLC0415  only some commands pay for it

    return told if ":" in told else owner_of(signatory(told))


def notes_for(name: str, organization: str | None, amount_minor: int, currency: str) -> list[str]:
    """Notes of ``name`` that pay so much. Raises ``PurseError``, and as ``reading``."""
    return [note_id for note_id, _ in purse(name, organization, amount_minor, currency)]


def purse(name: str, organization: str | None, amount_minor: int, currency: str) -> list[tuple[str, int]]:
    """Notes of ``name`` that pay so much, each with its amount in minor units. Raises ``PurseError``."""
    from fairledger.escrow.purse import choose  # noqa: PLC0415  only commands that pay pay for these
    from fairledger.readmodel.records import all_records  # noqa: PLC0415
    from fairledger_contracts.records.note import Note, owner_of  # noqa: PLC0415

    home = State.find().home_of(name, organization)
    own = [("owner", owner_of(signatory(name, home))), ("currency", currency)]
    with reading(home) as connection:
        chosen = choose(all_records(connection, Note, own), amount_minor, currency, datetime.now(UTC))
    return [(note.id, note.amount_minor) for note in chosen]
