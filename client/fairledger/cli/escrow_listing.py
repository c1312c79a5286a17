"""``fairledger escrow listing``: goods on offer, on terms that the seller signs."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import call_escrow, known
from fairledger.cli.model import reading
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, plain, table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.agreement import Terms

UNKNOWN: Final = "ESCROW_LISTING_UNKNOWN"
AMOUNTS: Final = ("price", "bond", "carrier_bond")  # as a file of terms has them, in the currency's units
listing = typer.Typer(help="Offer goods, and see what is on offer.", no_args_is_help=True)
ListingId = Annotated[str, typer.Argument(help="The listing's id, as `fairledger escrow listing list` shows it.")]
Money = Annotated[
    tuple[str, str] | None, typer.Option(metavar="AMOUNT CURRENCY", help="In place of the file's, such as 2999.00 CNY.")
]


@listing.command()
def new(
    *,
    file: Annotated[Path, typer.Argument(help="The terms as JSON; docs/escrow.md shows one.")],
    name: Name,
    price: Money = None,
    bond: Money = None,
    carrier_bond: Money = None,
    organization: Organization = None,
) -> None:
    """Offer goods: your signature is under the terms. The standard in force is added where the file names none."""
    given = {"price": price, "bond": bond, "carrier_bond": carrier_bond}
    terms = read_terms(file, {key: value for key, value in given.items() if value is not None}, organization)
    made = call_escrow(name, organization, lambda client: client.list_goods(terms))
    typer.echo(f"listing {made.id}: {_goods(made.terms)}")


@listing.command()
def withdraw(*, listing_id: ListingId, name: Name, organization: Organization = None) -> None:
    """End a listing, as its seller; orders under way go on."""
    check_record_id(listing_id, UNKNOWN)
    call_escrow(name, organization, lambda client: client.withdraw(listing_id))
    typer.echo(f"listing {listing_id} is withdrawn")


@listing.command("list")
def show_all(
    *,
    gtin: Annotated[str | None, typer.Option(help="Only goods of this GTIN.")] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those that are withdrawn instead.")] = False,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List goods on offer, the latest first."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.escrow_terms import OPEN, WITHDRAWN  # noqa: PLC0415
    from fairledger_contracts.records.agreement import Listing  # noqa: PLC0415

    terms = [("state", WITHDRAWN if withdrawn else OPEN), *([("gtin", gtin)] if gtin else [])]
    found = newest(organization, Listing, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (each.id, each.terms.model, show_amount(each.terms.price_minor, each.terms.currency), party(each.recorder))
        for each in found
    )
    output_console().print(table("listings", ("id", "goods", "price", "seller"), rows))


@listing.command()
def show(*, listing_id: ListingId, organization: Organization = None, as_json: Json = False) -> None:
    """Show the terms of a listing, and the hash that a buyer signs."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.agreement import Listing  # noqa: PLC0415

    found = known(organization, Listing, UNKNOWN, listing_id)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    terms = found.terms
    typer.echo(f"listing {found.id}: {_goods(terms)}, by {party(found.recorder)} on {when(found.listed_at)} UTC")
    typer.echo(f"terms {found.terms_sha256}, by {terms.standard.name} {terms.standard.version}")
    for what, amount_minor in (("bond", terms.bond_minor), ("carrier's bond", terms.carrier_bond_minor)):
        typer.echo(f"{what} {show_amount(amount_minor, terms.currency)}")
    for period, seconds in terms.periods.model_dump().items():
        typer.echo(f"{period.removesuffix('_s').replace('_', ' ')}: {timedelta(seconds=seconds)}")
    if found.withdrawn_at is not None:
        typer.echo(f"withdrawn on {when(found.withdrawn_at)} UTC")


def read_terms(file: Path, given: dict[str, tuple[str, str]], organization: str | None) -> "Terms":
    """The terms in a file, with the amounts ``given`` in place of the file's, in minor units.

    Raises ``CommandError`` (ESCROW_TERMS_FILE), which names the members that don't fit, and ``AmountError``.
    """
    from pydantic import ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger.escrow.amounts import read_amount  # noqa: PLC0415
    from fairledger_contracts.records.agreement import Terms  # noqa: PLC0415

    told = _read(file)
    currencies = {currency for _, currency in given.values()} or {str(told.get("currency", ""))}
    if len(currencies) > 1:
        raise CommandError("ESCROW_TERMS_FILE", f"amounts are of one currency, not {', '.join(sorted(currencies))}")
    told["currency"] = currency = currencies.pop()
    for name in AMOUNTS:
        text = given[name][0] if name in given else str(told.get(name, "0"))
        told.pop(name, None)
        told[f"{name}_minor"] = read_amount(text, currency)
    if "standard" not in told:
        told["standard"] = _standard(organization)
    try:
        return Terms.model_validate_json(json.dumps(told))
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, each["loc"])) or "the file" for each in error.errors()}))
        raise CommandError("ESCROW_TERMS_FILE", f"not the terms of goods: {wrong}", "see docs/escrow.md") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_bytes())
    except OSError as error:
        raise CommandError("ESCROW_TERMS_FILE", f"{file} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError("ESCROW_TERMS_FILE", f"{file} is no JSON", "see docs/escrow.md") from error
    if not isinstance(told, dict):
        raise CommandError("ESCROW_TERMS_FILE", f"{file} holds no terms", "see docs/escrow.md")
    return told


def _standard(organization: str | None) -> dict[str, str]:
    from fairledger.readmodel.records import all_records  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.agreement import ESCROW_STANDARD  # noqa: PLC0415
    from fairledger_contracts.records.standard import Standard, in_force  # noqa: PLC0415

    with reading(organization) as connection:
        found = in_force(all_records(connection, Standard, [("name", ESCROW_STANDARD)]), datetime.now(UTC))
    if found is None:
        remedy = "propose standards/escrow.json by `fairledger standard propose`"
        raise CommandError("ESCROW_STANDARD_UNKNOWN", "no standard for escrow is in force", remedy)
    return found.reference.model_dump()


def _goods(terms: "Terms") -> str:
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only these commands pay for it

    return f"{plain(terms.model)} for {show_amount(terms.price_minor, terms.currency)}"
