"""``fairledger token NAME``: a bearer token for the REST service of that person's organisation."""

from typing import Annotated

import typer

from fairledger.cli.state import State

token = typer.Typer(help="Print a bearer token with which the REST service acts for a person.")


@token.command()
def issue(
    name: Annotated[str, typer.Argument(help="The person's name in the wallet, such as producer.")],
    hours: Annotated[float, typer.Option(help="How long the token lives.")] = 12.0,
    organization: Annotated[str | None, typer.Option(help="Whose wallet, if several know the name.")] = None,
) -> None:
    """Print a bearer token with which the REST service acts for a person.

    Whoever has it can record events in that person's name until it expires.
    """
    from fairledger.tokens import KEY_FILE, TokenAuthority  # noqa: PLC0415  only this command pays for it

    state = State.find()
    home = state.home_of(name, organization)
    authority = TokenAuthority.load(home, state.api(home) / KEY_FILE, create=True)
    typer.echo(authority.issue(name, hours))
