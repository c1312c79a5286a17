"""``fairledger verify``: check a proof with no network and no server's word."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from fairledger.cli.errors import CommandError

if TYPE_CHECKING:
    from fairledger.proof import Step

Roots = Annotated[
    Path,
    typer.Option(help="Folder with the organisations' root certificates: <MSP id or organisation>.pem, or MSPs."),
]
Genesis = Annotated[
    str, typer.Option(help="The channel's genesis block as a file, or its hash as 64 hexadecimal digits.")
]
Steps: TypeAlias = "Callable[[bytes, dict[str, bytes]], Iterator[Step]]"
EXIT_REFUTED: Final = 1
EXIT_UNREADABLE: Final = 2
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")

verify = typer.Typer(help="Verify a proof's file with nothing but root certificates.")


@verify.command()
def check(
    bundle: Annotated[Path, typer.Argument(help="File that `fairledger proof` wrote.")],
    roots: Roots,
    genesis: Genesis = "",
) -> None:
    """Verify a proof step by step.

    Exit status 0: it holds. 1: it does not. 2: the file can't be read as a proof.
    """
    from fairledger.proof import verify as steps  # noqa: PLC0415  only this command pays for it

    first_block = read_genesis(genesis) if genesis else None
    print_steps(bundle, lambda data, given: steps(data, given, first_block), roots)


def print_steps(bundle: Path, steps: "Steps", roots: Path) -> None:
    """A line for each step over the file ``bundle``, with the root certificates in ``roots``.

    Raises ``typer.Exit`` (1: refuted, 2: unreadable) and ``CommandError`` (PROOF_ROOTS_MISSING).
    """
    from fairledger.proof import ProofError  # noqa: PLC0415  only commands that verify pay for it

    certificates = read_roots(roots)
    try:
        data = bundle.read_bytes()
    except OSError as error:
        typer.echo(f"✗ {bundle} can't be read: {error.strerror}", err=True)
        raise typer.Exit(EXIT_UNREADABLE) from error
    try:
        for step in steps(data, certificates):
            typer.echo(f"{step.number} ok {step.name}: {step.found}")
            for line in step.details:
                typer.echo(f"     {line}")
    except ProofError as error:
        typer.echo(f"✗ step {error.step}: {error.code}: {error.message}", err=True)
        unreadable = error.code == "PROOF_UNREADABLE"
        raise typer.Exit(EXIT_UNREADABLE if unreadable else EXIT_REFUTED) from error


def read_genesis(given: str) -> bytes:
    """The hash of a genesis block that is given by its hash or as a file.

    Raises ``CommandError`` (PROOF_GENESIS_FILE).
    """
    from fairledger.proof import ProofError, genesis_hash  # noqa: PLC0415  only this command pays for it

    if _HASH.fullmatch(given):
        return bytes.fromhex(given)
    remedy = "give the block that `peer channel fetch 0` writes, or its hash"
    try:
        return genesis_hash(Path(given).read_bytes())
    except OSError as error:
        raise CommandError("PROOF_GENESIS_FILE", f"{given} can't be read: {error.strerror}", remedy) from error
    except ProofError as error:
        raise CommandError("PROOF_GENESIS_FILE", f"{given} is {error.message}", remedy) from error


def read_roots(folder: Path) -> dict[str, bytes]:
    """Root certificates (PEM) by MSP id, from ``<name>.pem`` or ``<name>/msp/cacerts/ca.pem``.

    ``name`` is an MSP id or an organisation's name. Raises ``CommandError`` (PROOF_ROOTS_MISSING).
    """
    found = {path.stem: path for path in sorted(folder.glob("*.pem"))}
    found |= {path.parents[2].name: path for path in sorted(folder.glob("*/msp/cacerts/ca.pem"))}
    if not found:
        raise CommandError(
            "PROOF_ROOTS_MISSING", f"no root certificates in {folder}", "put <MSP id>.pem of each organisation there"
        )
    return {f"{name.removesuffix('MSP')}MSP": path.read_bytes() for name, path in found.items()}
