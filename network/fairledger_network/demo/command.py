"""``fairledger demo``."""

import time
from pathlib import Path
from typing import Annotated

import typer

from fairledger.cli.terminal import output_console
from fairledger_network.commands import reported
from fairledger_network.demo.chain import chains_in
from fairledger_network.demo.story import examples_of, tell
from fairledger_network.site import Site

demo = typer.Typer(help="The whole story on a real consortium, from nothing.")


@demo.command()
def main(
    epcis: Annotated[Path | None, typer.Option(help="A folder of EPCIS 2.0 JSON documents to record instead.")] = None,
) -> None:
    """Bring the consortium up, record supply chains, trade, lose a peer, tamper with another, and find it all out."""
    console = output_console()
    with reported():
        site = Site.from_environment(say=lambda text: console.print(f"  {text}", markup=False, soft_wrap=True))
        people = [person for organization in site.consortium.organizations for person in organization.people]
        chains = chains_in(epcis or examples_of(site), people)
        began = time.monotonic()
        tell(site, console, chains, examples=epcis is None)
    console.print(f"\n  told in {time.monotonic() - began:.0f} s; everything goes on running", style="dim")
