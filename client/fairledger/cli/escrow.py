"""``fairledger escrow``: money, goods on offer, and orders."""

import typer

from fairledger.cli.escrow_goods import goods
from fairledger.cli.escrow_listing import listing
from fairledger.cli.escrow_note import note
from fairledger.cli.escrow_order import order
from fairledger.cli.escrow_payout import payout

escrow = typer.Typer(help="Money, goods on offer, and orders that settle themselves.", no_args_is_help=True)
for _name, _group in {"listing": listing, "order": order, "note": note, "payout": payout, "goods": goods}.items():
    escrow.add_typer(_group, name=_name)
