"""``fairledger document``: papers about goods, kept in the organisation's store and vouched for on the ledger."""

import asyncio
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.model import signing
from fairledger.cli.options import Epcs, Name, Organization
from fairledger.cli.plain import party
from fairledger.cli.state import State

if TYPE_CHECKING:
    from fairledger_contracts.records.anchor import Anchor, DocumentDescription

Kind = Literal[
    "quality_report",
    "inspection_certificate",
    "certificate_of_origin",
    "customs_declaration",
    "invoice",
    "bill_of_lading",
    "sensor_log",
    "recall_notice",
    "picture",
    "statement",
    "other",
]
UNKNOWN_TYPE: Final = "application/octet-stream"
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")

document = typer.Typer(help="Anchor documents about goods, and fetch them.", no_args_is_help=True)


@document.command()
def anchor(
    *,
    file: Annotated[Path, typer.Argument(help="The document.")],
    epcs: Epcs,
    name: Name,
    kind: Annotated[Kind, typer.Option(help="What it is.")],
    title: Annotated[str, typer.Option(help="Its title, which the ledger keeps and everybody can read.")],
    media_type: Annotated[str | None, typer.Option(help="Such as application/pdf; else by the file's name.")] = None,
    organization: Organization = None,
) -> None:
    """Keep a document in the organisation's store, and vouch on the ledger that it is about these goods.

    Everybody can fetch it from the organisation's REST service, and check it by its SHA-256.
    """
    from fairledger.documents import open_store  # noqa: PLC0415  only this command pays for it

    state = State.find()
    home = state.home_of(name, organization)
    content = read_document(file)
    about = description_of(content, kind, title, media_type or mimetypes.guess_type(file.name)[0] or UNKNOWN_TYPE)
    open_store(state.api(home)).put(content)
    anchors = asyncio.run(_anchor(state, home, name, about, epcs))
    typer.echo(f"{file}: SHA-256 {about.sha256}")
    for each in anchors:
        typer.echo(f"anchored for {each.item} by {party(each.recorder)} (transaction {each.id[:12]}…)")


@document.command()
def fetch(
    *,
    sha256: Annotated[str, typer.Argument(help="The document's SHA-256, as its anchors have it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    organization: Organization = None,
) -> None:
    """Fetch a document from the organisation's store, else from the others' services, and check it."""
    from fairledger.api.archive import Archive  # noqa: PLC0415  only this command pays for these
    from fairledger.api.settings import Settings  # noqa: PLC0415
    from fairledger.api.witnesses import others  # noqa: PLC0415
    from fairledger.documents import open_store  # noqa: PLC0415

    address = sha256.lower()
    if not _ADDRESS.fullmatch(address):
        raise CommandError("DOCUMENT_ADDRESS", f"{sha256} is no SHA-256 of 64 hexadecimal digits", "copy it whole")
    state = State.find()
    home = organization or next(iter(state.organizations), "")
    settings = Settings(
        organization=home,
        profile=state.profile(home),
        wallet=state.wallet(home),
        data=state.api(home),
        host="",
        port=0,
        services=state.services,
    )
    archive = Archive(open_store(settings.data), others(settings))
    content = asyncio.run(archive.get(address, ask_others=True))
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CommandError("DOCUMENT_FILE", f"{output} can't be written: {error.strerror}") from error
    typer.echo(f"{output}: {len(content)} bytes, as anchored")


def read_document(file: Path) -> bytes:
    """The file's content. Raises ``CommandError``: DOCUMENT_FILE, DOCUMENT_EMPTY, DOCUMENT_TOO_LARGE."""
    from fairledger.documents import DOCUMENT_BYTES_MAX  # noqa: PLC0415  only this command pays for it

    try:
        with file.open("rb") as stream:
            content = stream.read(DOCUMENT_BYTES_MAX + 1)
    except OSError as error:
        raise CommandError("DOCUMENT_FILE", f"{file} can't be read: {error.strerror}") from error
    if not content:
        raise CommandError("DOCUMENT_EMPTY", f"{file} is empty")
    if len(content) > DOCUMENT_BYTES_MAX:
        raise CommandError(
            "DOCUMENT_TOO_LARGE", f"{file} has more than {DOCUMENT_BYTES_MAX} bytes", "anchor it in several parts"
        )
    return content


def description_of(content: bytes, kind: Kind, title: str, media_type: str) -> "DocumentDescription":
    """The document as the ledger describes it. Raises ``CommandError``: DOCUMENT_TITLE, DOCUMENT_MEDIA_TYPE."""
    from fairledger_contracts.records.anchor import (  # noqa: PLC0415  only this command pays for these
        TITLE_LENGTH_MAX,
        DocumentDescription,
        DocumentKind,
    )

    if not 1 <= len(title) <= TITLE_LENGTH_MAX:
        raise CommandError("DOCUMENT_TITLE", f"a title has between 1 and {TITLE_LENGTH_MAX} characters")
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise CommandError("DOCUMENT_MEDIA_TYPE", f"{media_type} is no media type", "such as application/pdf")
    return DocumentDescription(
        sha256=hashlib.sha256(content).hexdigest(),
        kind=DocumentKind(kind),
        title=title,
        media_type=media_type,
        size_bytes=len(content),
    )


async def _anchor(state: State, home: str, name: str, about: "DocumentDescription", epcs: list[str]) -> list["Anchor"]:
    async with signing(state, home, name) as client:
        return await client.anchor(about, epcs)
