"""``fairledger tag``: links for QR codes, signed by who made the goods, and what a scanned one is worth."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer
from rich.text import Text

from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Epcs, Json, Name, Organization
from fairledger.cli.plain import OUTCOME_STYLES
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger.digital_link.link import DigitalLink

EXIT_CONTRADICTED: Final = 1

tag = typer.Typer(help="Sign identity tags, and check scanned ones.", no_args_is_help=True)


@tag.command()
def sign(
    *,
    epcs: Epcs,
    name: Name,
    resolver: Annotated[
        str | None, typer.Option(help="Address that links lead to; left out, the organisation's own service.")
    ] = None,
    qr: Annotated[Path | None, typer.Option(help="Folder for QR codes, a SVG file for each item.")] = None,
    organization: Organization = None,
) -> None:
    """Print a signed link for each item, to be put on it as QR code.

    A tag holds when the person's business made the goods, or holds the licence of their GTIN.
    """
    from fairledger.digital_link.qr import qr_svg  # noqa: PLC0415  only this command pays for these
    from fairledger.tags import Tag  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    state = State.find()
    home = state.home_of(name, organization)
    address = resolver_address(state, home, resolver)
    links = [link_of(epc) for epc in epcs]
    person = Wallet(state.wallet(home)).get(name)
    for link in links:
        text = Tag.sign(link, person.identity.certificate, person.signer).on(address)
        if qr is not None:
            write_picture(qr / f"{picture_name(link)}.svg", qr_svg(text))
        typer.echo(text)


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


def picture_name(link: "DigitalLink") -> str:
    """A file's name for a link, such as ``01-09521000001107-21-FP26100001``."""
    return link.on("").strip("/").replace("/", "-")


def write_picture(path: Path, content: bytes) -> None:
    """Write a picture, and make its folder. Raises ``CommandError`` (TAG_PICTURE)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise CommandError("TAG_PICTURE", f"{path} can't be written: {error.strerror}") from error


def _services(state: State) -> dict[str, str]:
    if not state.services.is_file():
        return {}
    addresses: dict[str, str] = json.loads(state.services.read_text("utf-8"))
    return addresses
