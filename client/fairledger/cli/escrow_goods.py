"""``fairledger escrow goods``: virtual goods that a key of the ledger opens."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import known
from fairledger.cli.escrow_moves import UNKNOWN, OrderId, Sealed
from fairledger.cli.goods_files import read_file, write_new
from fairledger.cli.options import Organization

goods = typer.Typer(help="Open virtual goods.", no_args_is_help=True)


@goods.callback()
def group() -> None:
    """Open virtual goods."""


@goods.command("open")
def open_sealed(
    *,
    order_id: OrderId,
    sealed: Sealed,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write the goods to, of mode 600.")],
    organization: Organization = None,
) -> None:
    """Open sealed goods with the key that the seller released."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  only this command pays for these

    from fairledger.escrow.goods import unseal  # noqa: PLC0415
    from fairledger_contracts.records.order import Order  # noqa: PLC0415

    order = known(organization, Order, UNKNOWN, order_id)
    if not order.key:
        raise CommandError("ESCROW_WRONG_STATE", "the seller has not released the key")
    remedy = f"prove it: fairledger escrow order prove-wrong-key {order_id} --sealed {sealed} --as NAME"
    try:
        content = unseal(read_file(sealed), bytes.fromhex(order.key))
    except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce
        raise CommandError("ESCROW_KEY_WRONG", "the key does not open these goods", remedy) from error
    if order.commitment is None or hashlib.sha256(content).hexdigest() != order.commitment.plaintext_sha256:
        raise CommandError("ESCROW_KEY_WRONG", "the key opens other goods than the seller is bound to", remedy)
    write_new(output, content, 0o600)
    typer.echo(f"{output}: {len(content)} bytes")
