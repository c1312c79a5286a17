"""``fairledger disclosure``: what platforms publish about themselves, its review, and what is late."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.papers import Documents, papers
from fairledger.cli.plain import table, when
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.disclosure import Disclosure

Subject = Literal["licence", "operator", "figures", "rules"]
disclosure = typer.Typer(help="Disclose, review disclosures, and see what is late.", no_args_is_help=True)
Platform = Annotated[str, typer.Argument(help="The platform, by name or MSP id.")]
OfSubject = Annotated[Subject, typer.Argument(help="What is disclosed.")]
Period = Annotated[str, typer.Argument(help="The period by its first month, such as 2026-10.")]


@disclosure.command()
def file(
    *,
    published: Annotated[Path, typer.Argument(help="JSON of what is published; docs/supervision.md shows one.")],
    period: Annotated[str, typer.Option(help="The period by its first month, such as 2026-10.")],
    name: Name,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Disclose for your platform, as its officer; everybody can read it."""
    attached = papers(documents, name, organization)
    _tell(_call(name, organization, "file", period, read_published(published), attached))


@disclosure.command()
def review(
    *,
    platform: Platform,
    subject: OfSubject,
    period: Period,
    accept: Annotated[bool, typer.Option("--accept/--reject", help="What the association finds.")],
    name: Name,
    reasons: Annotated[str, typer.Option(help="Why it is rejected, and what has to be mended.")] = "",
    organization: Organization = None,
) -> None:
    """Accept a disclosure, or reject it with reasons, as an officer of the association."""
    opinion = json.dumps({"accepted": accept, "reasons": reasons})
    _tell(_call(name, organization, "review", *_key(platform, subject, period), opinion))


@disclosure.command()
def late(
    *, platform: Platform, subject: OfSubject, period: Period, name: Name, organization: Organization = None
) -> None:
    """Put on record that a disclosure is late; anybody may, once it is due."""
    _tell(_call(name, organization, "late", *_key(platform, subject, period)))


@disclosure.command()
def unreviewed(
    *, platform: Platform, subject: OfSubject, period: Period, name: Name, organization: Organization = None
) -> None:
    """Have accepted what the association did not review in time; anybody may."""
    _tell(_call(name, organization, "accept_unreviewed", *_key(platform, subject, period)))


@disclosure.command("list")
def show_all(
    *,
    platform: Annotated[str | None, typer.Option(help="Only this platform's, by name or MSP id.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List disclosures, the last changed first."""
    from fairledger_contracts.records.disclosure import Disclosure  # noqa: PLC0415

    terms = [("msp_id", _msp_id(platform))] if platform else []
    terms += [("state", state)] if state else []
    found = newest(organization, Disclosure, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (
            *(each.msp_id, each.subject, each.period, each.state, when(each.due_at), when(each.late_at)),
            each.review.reasons if each.review else "",
        )
        for each in found
    )
    headings = ("platform", "subject", "period", "state", "due (UTC)", "late since (UTC)", "reasons")
    output_console().print(table("disclosures", headings, rows))


@disclosure.command()
def missing(*, organization: Organization = None) -> None:
    """List what is due and not there, the longest due first, and whether that is on record yet."""
    from fairledger.readmodel.late_disclosures import late_disclosures  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        found = late_disclosures(connection, datetime.now(UTC))
    rows = (
        (each.msp_id, each.subject, each.period, when(each.due_at), "on record" if each.on_record else "not yet")
        for each in found
    )
    output_console().print(table("late", ("platform", "subject", "period", "due (UTC)", "on record"), rows))


def read_published(file: Path) -> str:
    """What is published (JSON). Raises ``CommandError`` (DISCLOSURE_FILE), which names the members that don't fit."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger_contracts.records.disclosure import Published  # noqa: PLC0415

    adapter: TypeAdapter[Published] = TypeAdapter(Published)
    try:
        return adapter.dump_json(adapter.validate_json(file.read_bytes())).decode()
    except OSError as error:
        raise CommandError("DISCLOSURE_FILE", f"{file} can't be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, each["loc"])) or "the file" for each in error.errors()}))
        remedy = "see docs/supervision.md"
        raise CommandError("DISCLOSURE_FILE", f"not what is disclosed: {wrong}", remedy) from error


def _msp_id(platform: str) -> str:
    return f"{platform.removesuffix('MSP')}MSP"


def _key(platform: str, subject: Subject, period: str) -> tuple[str, str, str]:
    return _msp_id(platform), json.dumps(subject), period


def _call(name: str, organization: str | None, function: str, *arguments: str) -> "Disclosure":
    from fairledger_contracts.records.disclosure import Disclosure  # noqa: PLC0415  only these commands pay for it

    return call(Disclosure, name, organization, f"disclosure:{function}", *arguments)


def _tell(changed: "Disclosure") -> None:
    typer.echo(f"disclosure {changed.msp_id} {changed.subject} {changed.period}: {changed.state}")
