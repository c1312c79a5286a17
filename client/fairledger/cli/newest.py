"""The newest records of a kind, as the commands named ``list`` show them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from fairledger.cli.model import reading

if TYPE_CHECKING:
    from fairledger_chaincode.record import Record

SHOWN_MAX: Final = 200
AnyRecord = TypeVar("AnyRecord", bound="Record")


def newest(organization: str | None, model: type[AnyRecord], terms: Sequence[tuple[str, str]] = ()) -> list[AnyRecord]:
    """At most ``SHOWN_MAX`` records that have all ``terms``, the last changed first. Raises as ``reading``."""
    from fairledger.readmodel.records import list_records  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        return [each for each, _ in list_records(connection, model, terms, limit=SHOWN_MAX)]


def echo_json(records: Iterable["Record"]) -> None:
    """Print records as a JSON array."""
    typer.echo(f"[{','.join(each.model_dump_json() for each in records)}]")
