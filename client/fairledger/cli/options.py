"""Options that several commands have."""

from typing import Annotated

import typer

Organization = Annotated[str | None, typer.Option(help="Whose wallet or read model, if several could be meant.")]
Name = Annotated[str, typer.Option("--as", help="Whose key signs, by name in the wallet.")]
Epc = Annotated[str, typer.Argument(help="EPC or EPC class, as URN or GS1 Digital Link.")]
Epcs = Annotated[list[str], typer.Argument(help="EPCs or EPC classes, as URNs or GS1 Digital Links.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, as the REST service answers.")]
