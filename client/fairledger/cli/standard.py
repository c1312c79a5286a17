"""``fairledger standard``: what the association prescribes, with its numbers, and how the members vote on it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, table, when
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

standard = typer.Typer(help="Propose standards, vote on them, and list them.", no_args_is_help=True)
StandardName = Annotated[str, typer.Argument(help="The standard's name, such as complaints.")]
Version = Annotated[str, typer.Argument(help="Its version, such as 0001.")]


@standard.command()
def propose(
    *,
    file: Annotated[Path, typer.Argument(help="JSON with name, title and parameters; see the folder standards.")],
    name: Name,
    in_s: Annotated[int, typer.Option("--in", help="Seconds until it takes effect.", min=5)] = 5,
    votes_s: Annotated[int, typer.Option("--votes", help="Seconds in which votes are taken.", min=60)] = 2_592_000,
    organization: Organization = None,
) -> None:
    """Propose a standard's next version, as an officer of the association. The file itself is its text, in public."""
    from fairledger.documents import open_store  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.standard import Standard  # noqa: PLC0415

    try:
        content = file.read_bytes()
        told = json.loads(content)
    except (OSError, ValueError) as error:
        raise CommandError(
            "STANDARD_FILE", f"{file} is no JSON that can be read", "see the folder standards"
        ) from error
    now = datetime.now(UTC)
    dates = {
        "effective_from": (now + timedelta(seconds=in_s)).isoformat(),
        "votes_until": (now + timedelta(seconds=votes_s)).isoformat(),
    }
    state = State.find()
    open_store(state.api(state.home_of(name, organization))).put(content)
    proposed = {**told, "text_sha256": hashlib.sha256(content).hexdigest(), **dates}
    made = call(Standard, name, organization, "disclosure:propose", json.dumps(proposed))
    typer.echo(f"{made.name} {made.version}: proposed; vote by `fairledger standard vote {made.name} {made.version}`")


@standard.command()
def vote(
    *,
    standard_name: StandardName,
    version: Version,
    name: Name,
    against: Annotated[bool, typer.Option("--against", help="Vote against it.")] = False,
    organization: Organization = None,
) -> None:
    """Vote for your organisation, as its officer."""
    from fairledger_contracts.records.ballot import Ballot  # noqa: PLC0415  only this command pays for it

    ballot = call(Ballot, name, organization, "disclosure:vote", standard_name, version, "false" if against else "true")
    typer.echo(f"{ballot.name} {ballot.version}: {ballot.state}, {len(ballot.votes)} of {len(ballot.electorate)} voted")


@standard.command()
def close(*, standard_name: StandardName, version: Version, name: Name, organization: Organization = None) -> None:
    """Let a ballot lapse whose time is over; anybody may."""
    from fairledger_contracts.records.ballot import Ballot  # noqa: PLC0415  only this command pays for it

    ballot = call(Ballot, name, organization, "disclosure:close_ballot", standard_name, version)
    typer.echo(f"{ballot.name} {ballot.version}: {ballot.state}")


@standard.command()
def show(
    *, standard_name: StandardName, version: Version, organization: Organization = None, as_json: Json = False
) -> None:
    """Show the numbers of a version, and who voted how on it."""
    from fairledger.readmodel.records import find_record  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.ballot import Ballot  # noqa: PLC0415
    from fairledger_contracts.records.standard import Standard  # noqa: PLC0415

    with reading(organization) as connection:
        found = find_record(connection, Standard, standard_name, version)
        ballot = find_record(connection, Ballot, standard_name, version)
    if found is None:
        raise CommandError("DISCLOSURE_STANDARD_UNKNOWN", "no such version", "see `fairledger standard list`")
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    numbers = ((parameter, str(value)) for parameter, value in sorted(found.parameters.items()))
    output_console().print(table(f"{found.name} {found.version}: {found.title}", ("number", "value"), numbers))
    for vote in ballot.votes if ballot else ():
        typer.echo(f"{'for' if vote.approves else 'against'} it: {party(vote.by)} on {when(vote.at)} UTC")


@standard.command("list")
def show_all(*, organization: Organization = None, as_json: Json = False) -> None:
    """List all standards in all versions, and which counts now."""
    from fairledger.readmodel.records import list_records  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.standard import Standard, in_force  # noqa: PLC0415

    with reading(organization) as connection:
        found = [each for each, _ in list_records(connection, Standard, limit=1_000)]
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in found)}]")
        return
    names = sorted({each.name for each in found})
    now = datetime.now(UTC)
    counts = {name: in_force([each for each in found if each.name == name], now) for name in names}
    rows = (
        (
            each.name,
            each.version,
            "in force" if counts[each.name] == each else "adopted" if each.adopted_at else "proposed",
            when(each.effective_from),
            party(each.recorder),
        )
        for each in sorted(found, key=lambda each: (each.name, each.version))
    )
    output_console().print(table("standards", ("name", "version", "state", "from (UTC)", "proposed by"), rows))
