"""``fairledger tag``: links for QR codes, signed by who made the goods, and what a scanned one is worth."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import urlsplit

import typer
from rich.text import Text

from fairledger.cli.commissioning import commission as commission_items
from fairledger.cli.errors import CommandError
from fairledger.cli.label_folder import label_name, make_folder, write_file
from fairledger.cli.model import reading
from fairledger.cli.options import Epcs, Json, Name, Organization
from fairledger.cli.plain import OUTCOME_STYLES
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger.digital_link.link import DigitalLink

EXIT_CONTRADICTED: Final = 1

tag = typer.Typer(help="Sign identity tags, and check scanned ones.", no_args_is_help=True)


Resolver = Annotated[
    str | None, typer.Option(help="Address that links lead to; left out, the organisation's own service.")
]
Picture = Annotated[Literal["svg", "png"], typer.Option("--format", help="Of the pictures.")]


@tag.command()
def sign(
    *,
    epcs: Epcs,
    name: Name,
    resolver: Resolver = None,
    qr: Annotated[Path | None, typer.Option(help="Folder for QR codes, a picture for each item.")] = None,
    picture: Picture = "svg",
    organization: Organization = None,
) -> None:
    """Print a signed link for each item, to be put on it as QR code.

    A tag holds when the person's business made the goods, or holds the licence of their GTIN.
    """
    state = State.find()
    home = state.home_of(name, organization)
    address = resolver_address(state, home, resolver)
    links = [link_of(epc) for epc in epcs]
    _sign(state, home, name, links, address=address, folder=qr, picture=picture)


@tag.command()
def commission(
    *,
    epcs: Annotated[list[str] | None, typer.Argument(help="Things by serial number, and lots.")] = None,
    file: Annotated[Path | None, typer.Option(help="File of further ones, one a line.")] = None,
    name: Name,
    qr: Annotated[Path, typer.Option(help="Folder for the QR codes, a picture for each item.")],
    picture: Picture = "svg",
    resolver: Resolver = None,
    quantity: Annotated[str, typer.Option(help="How much of each lot.")] = "",
    unit: Annotated[str, typer.Option(help="Its unit, as UN/CEFACT code such as KGM; left out, pieces.")] = "",
    place: Annotated[str, typer.Option(help="Where, as URI; left out, the place of the person's GLN.")] = "",
    organization: Organization = None,
) -> None:
    """Record that goods were given their identity, sign their tags, and draw the QR codes.

    The organisation's REST service records it in the person's name. What the person's business has commissioned
    already is signed and drawn only, so the command can be repeated at will, also after it was broken off.
    """
    from fairledger.tags.commissioning import items_of  # noqa: PLC0415  only this command pays for it

    state = State.find()
    home = state.home_of(name, organization)
    address = resolver_address(state, home, resolver)
    items = items_of([*(epcs or ()), *(lines_of(file) if file else ())])
    if not items:
        raise CommandError("TAG_EPC", "no goods are named", "name them, or a --file with one a line")
    links = [link_of(item) for item in items]
    make_folder(qr)
    commission_items(state, home, name, items, qr, quantity=quantity, unit=unit, place=place)
    _sign(state, home, name, links, address=address, folder=qr, picture=picture)


@tag.command()
def check(
    *,
    link: Annotated[str, typer.Argument(help="What the tag's QR code says, whole.")],
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """Check whether who made the goods signed a tag.

    Exit status 1: the tag contradicts the ledger, as forged ones do.
    """
    from fairledger.api.tag_routes import Checked  # noqa: PLC0415  only this command pays for these
    from fairledger.digital_link.link import DigitalLink  # noqa: PLC0415
    from fairledger.readmodel import lineage  # noqa: PLC0415
    from fairledger.tags.check import check_tag  # noqa: PLC0415
    from fairledger.words import finding_text, word  # noqa: PLC0415
    from fairledger_contracts.lineage.grade import Outcome, grade_of  # noqa: PLC0415

    item = DigitalLink.parse(link).canonical
    with reading(organization) as connection:
        history = lineage.history(connection, item)
        finding = check_tag(connection, link, history)
    checked = Checked(item=history.item, finding=finding, grade=grade_of((*history.findings, finding)))
    if as_json:
        typer.echo(checked.model_dump_json(indent=2))
    else:
        style = OUTCOME_STYLES.get(finding.outcome, "")
        output_console().print(Text(f"{finding.code}: {finding_text(finding, 'en')}", style=style))
        typer.echo(f"{checked.item}: grade {checked.grade} with this tag, {word(checked.grade, 'en')}")
    if finding.outcome is Outcome.CONTRADICTED:
        raise typer.Exit(EXIT_CONTRADICTED)


def link_of(epc: str) -> "DigitalLink":
    """The Digital Link of goods. Raises ``CommandError`` (TAG_LINK), ``DigitalLinkError``."""
    from fairledger.digital_link.link import DigitalLink  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.item_id import canonical_item  # noqa: PLC0415

    item = canonical_item(epc).id
    if not item.startswith(("https://", "http://")):
        raise CommandError("TAG_LINK", f"{epc} has no GS1 Digital Link", "name goods by EPC or GS1 Digital Link")
    return DigitalLink.parse(item)


def lines_of(file: Path) -> list[str]:
    """The lines of a file that are not empty. Raises ``CommandError`` (TAG_FILE)."""
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CommandError("TAG_FILE", f"{file} can't be read: {reason}") from error


def resolver_address(state: State, organization: str, given: str | None) -> str:
    """Where links lead: what is ``given``, or the organisation's service. Raises ``CommandError`` (TAG_RESOLVER)."""
    address = given or _services(state).get(organization, "")
    remedy = "add --resolver, such as --resolver https://id.example.com"
    if not address:
        raise CommandError("TAG_RESOLVER", f"the address of {organization}'s service is not known", remedy)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise CommandError("TAG_RESOLVER", f"{address} is no address that links can begin with", remedy)
    return address


def _sign(
    state: State,
    home: str,
    name: str,
    links: "Iterable[DigitalLink]",
    *,
    address: str,
    folder: Path | None,
    picture: Literal["svg", "png"],
) -> None:
    """Print a signed tag for each link, and draw it where there is a folder for pictures."""
    from fairledger.digital_link.qr import qr_png, qr_svg  # noqa: PLC0415  only these commands pay for these
    from fairledger.tags import Tag  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    person = Wallet(state.wallet(home)).get(name)
    draw = {"svg": qr_svg, "png": qr_png}[picture]
    if folder is not None:
        make_folder(folder)
    for link in links:
        text = Tag.sign(link, person.identity.certificate, person.signer).on(address)
        if folder is not None:
            write_file(folder / f"{label_name(link)}.{picture}", draw(text))
        typer.echo(text)


def _services(state: State) -> dict[str, str]:
    if not state.services.is_file():
        return {}
    addresses: dict[str, str] = json.loads(state.services.read_text("utf-8"))
    return addresses
