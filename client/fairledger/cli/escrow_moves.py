"""What each move of an order asks for on the command line: one table, as the contract's machine has one.

A function tells what is asked by its parameters, and answers with the call of the contract; ``as_command`` adds what
all moves ask for: the order, and who signs.
"""

import hashlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import call_escrow, known, notes_for
from fairledger.cli.goods_files import path_of, read_file, read_key, seal_file
from fairledger.cli.options import Name, Organization
from fairledger.cli.plain import when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.state import State

if TYPE_CHECKING:
    from fairledger.escrow import EscrowClient
    from fairledger_contracts.records.evidence import Evidence
    from fairledger_contracts.records.order import Order

    Act = Callable[[EscrowClient], Awaitable[Order | Evidence]]

UNKNOWN: Final = "ESCROW_ORDER_UNKNOWN"
OrderId = Annotated[str, typer.Argument(help="The order's id, as `fairledger escrow order list` shows it.")]
Area = Annotated[str, typer.Option(help="Where: a geohash, as the order's area; no address.")]
Weight = Annotated[int, typer.Option("--weight", metavar="GRAMS", help="The parcel's weight in grams.", min=1)]
Serial = Annotated[str, typer.Option(help="The serial number on the goods.")]
Price = Annotated[
    int, typer.Option("--price", metavar="PERMILLE", help="Of the price to the seller.", min=0, max=1_000)
]
Bond = Annotated[int, typer.Option("--bond", metavar="PERMILLE", help="Of the bond to the buyer.", min=0, max=1_000)]
CarrierBond = Annotated[
    int,
    typer.Option("--carrier-bond", metavar="PERMILLE", help="Of the carrier's bond to the seller.", min=0, max=1_000),
]
Sealed = Annotated[Path, typer.Option(help="The file of sealed goods that the seller sent.")]


@dataclass(frozen=True)
class Mover:
    """Who moves which order; what is known of it is from the read model of the person's organisation."""

    order_id: str
    name: str
    home: str

    def order(self) -> "Order":
        """The order as it is. Raises ``CommandError`` (ESCROW_ORDER_UNKNOWN)."""
        from fairledger_contracts.records.order import Order  # noqa: PLC0415  only some moves pay for it

        return known(self.home, Order, UNKNOWN, self.order_id)

    def notes(self, amount_minor: int, currency: str) -> list[str]:
        """Notes of the person that pay so much. Raises ``PurseError``."""
        return notes_for(self.name, self.home, amount_minor, currency)


def accept(
    of: Mover,
    goods: Annotated[
        Path | None, typer.Option(help="Virtual goods: sealed beside this file for the buyer, with a key of mode 600.")
    ] = None,
) -> "Act":
    """Accept an order as its seller, and lock the bond from your notes."""
    order = of.order()
    notes = of.notes(order.terms.bond_minor, order.terms.currency)
    if (goods is None) == (order.terms.kind == "virtual"):
        raise CommandError("ESCROW_COMMITMENT", "virtual goods are sealed on acceptance, others not", "see --goods")
    if goods is None:
        return lambda client: client.accept(of.order_id, notes)
    commitment = seal_file(goods, of.order_id)
    typer.echo(f"send the buyer {path_of(goods, of.order_id, 'sealed')}; keep {path_of(goods, of.order_id, 'key')}")
    return lambda client: client.accept(of.order_id, notes, commitment)


def decline(of: Mover) -> "Act":
    """Decline an order as its seller; the buyer has the price back."""
    return lambda client: client.decline(of.order_id)


def cancel(of: Mover) -> "Act":
    """Cancel an order in time, as its buyer."""
    return lambda client: client.cancel(of.order_id)


def hold(of: Mover, sealed: Sealed) -> "Act":
    """Confirm, as the buyer, to hold the sealed goods that the seller is bound to."""
    commitment = of.order().commitment
    if commitment is None or hashlib.sha256(read_file(sealed)).hexdigest() != commitment.ciphertext_sha256:
        remedy = "ask the seller for the right file before you confirm"
        raise CommandError("ESCROW_GOODS_OTHER", f"{sealed} is not what the seller is bound to", remedy)
    return lambda client: client.hold(of.order_id)


def release_key(of: Mover, key: Annotated[Path, typer.Option(help="The file of the key.")]) -> "Act":
    """Hand the key over as the seller, and be paid."""
    secret = read_key(key)
    return lambda client: client.release_key(of.order_id, secret)


def prove_wrong_key(of: Mover, sealed: Sealed) -> "Act":
    """Prove that the key does not open the goods; anybody who has them can."""
    ciphertext = read_file(sealed)
    return lambda client: client.prove_wrong_key(of.order_id, ciphertext)


def ship(
    of: Mover,
    serial: Serial,
    parcel: Annotated[str, typer.Option(help="The carrier's number of the parcel.")],
    carrier: Annotated[str, typer.Option(help="Organisation and GLN, such as PlatformB:9521000000032.")],
) -> "Act":
    """Bind goods and parcel to an order, as its seller."""
    from pydantic import ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger_contracts.records.order import CarrierParty  # noqa: PLC0415

    organization, _, place = carrier.partition(":")
    try:
        party = CarrierParty(msp_id=f"{organization.removesuffix('MSP')}MSP", place=place)
    except ValidationError as error:
        remedy = "name it as PlatformB:9521000000032"
        raise CommandError("ESCROW_CARRIER", f"{carrier} is no organisation and place", remedy) from error
    return lambda client: client.ship(of.order_id, serial, parcel, party)


def take_over(of: Mover, weight_g: Weight, area: Area) -> "Act":
    """Weigh and take the parcel over as its carrier, and lock the bond from your notes."""
    terms = of.order().terms
    notes = of.notes(terms.carrier_bond_minor, terms.currency)
    return lambda client: client.take_over(of.order_id, weight_g, area, notes)


def scan(of: Mover, area: Area) -> "Act":
    """Tell where the parcel is, as its carrier."""
    return lambda client: client.scan(of.order_id, area)


def deliver(of: Mover, weight_g: Weight, area: Area) -> "Act":
    """Deliver the parcel, as its carrier."""
    return lambda client: client.deliver(of.order_id, weight_g, area)


def lose(of: Mover) -> "Act":
    """Tell that the parcel is lost, as its carrier."""
    return lambda client: client.lose(of.order_id)


def refuse(of: Mover, weight_g: Weight, area: Area) -> "Act":
    """Tell that the buyer refused the parcel, as its carrier."""
    return lambda client: client.refuse(of.order_id, weight_g, area)


def check_tag(
    of: Mover,
    *,
    serial: Serial,
    genuine: Annotated[bool, typer.Option("--genuine/--forged", help="As `fairledger tag check` found it.")],
) -> "Act":
    """Tell what the tag on the goods says, as the buyer."""
    return lambda client: client.check_tag(of.order_id, serial, genuine=genuine)


def confirm(of: Mover) -> "Act":
    """Be content as the buyer; the seller is paid now."""
    return lambda client: client.confirm(of.order_id)


def dispute(
    of: Mover,
    claim: Annotated[
        Literal["not_received", "empty", "other_item", "forged", "defect", "unopenable", "other"],
        typer.Option(help="What is wrong."),
    ],
    reason: Annotated[str, typer.Option(help="In words that everybody can read: name nobody.")],
) -> "Act":
    """Complain in time, as the buyer."""
    from fairledger_contracts.records.order import Claim  # noqa: PLC0415  only this command pays for it

    return lambda client: client.dispute(of.order_id, Claim(claim), reason)


def inspect_goods(
    of: Mover,
    finding: Annotated[Literal["defect", "counterfeit", "conformant"], typer.Option(help="What was found.")],
    report: Annotated[Path, typer.Option(help="The report; its hash goes to the ledger.")],
) -> "Act":
    """Report on the goods, as an inspector."""
    from fairledger_contracts.records.evidence import Finding  # noqa: PLC0415  only this command pays for it

    sha256 = hashlib.sha256(read_file(report)).hexdigest()
    return lambda client: client.inspect(of.order_id, Finding(finding), sha256)


def propose(of: Mover, price: Price, bond: Bond) -> "Act":
    """Propose how to divide price and bond, as buyer or seller."""
    return lambda client: client.propose(of.order_id, price, bond)


def agree(of: Mover, price: Price, bond: Bond) -> "Act":
    """Agree to the other side's last proposal, whose shares you name."""
    return lambda client: client.agree(of.order_id, price, bond)


def vote(of: Mover, price: Price, bond: Bond, carrier: CarrierBond = 0) -> "Act":
    """Vote on what no rule decides, as an officer of the association."""
    return lambda client: client.vote(of.order_id, price, bond, carrier)


def due(of: Mover) -> "Act":
    """Have an order decided whose deadline has passed; anybody can."""
    return lambda client: client.due(of.order_id)


MOVES: Final[Mapping[str, Callable[..., "Act"]]] = {
    "accept": accept,
    "decline": decline,
    "cancel": cancel,
    "hold": hold,
    "release_key": release_key,
    "prove_wrong_key": prove_wrong_key,
    "ship": ship,
    "take_over": take_over,
    "scan": scan,
    "deliver": deliver,
    "lose": lose,
    "refuse": refuse,
    "check_tag": check_tag,
    "confirm": confirm,
    "dispute": dispute,
    "inspect": inspect_goods,
    "propose": propose,
    "agree": agree,
    "vote": vote,
    "due": due,
}


def as_command(asks: Callable[..., "Act"]) -> Callable[..., None]:
    """The command of a move: its order, what ``asks`` asks for, who signs, and what is told of the answer."""

    def run(*, order_id: str, name: str, organization: str | None = None, **asked: Any) -> None:
        check_record_id(order_id, UNKNOWN)
        home = State.find().home_of(name, organization)
        _tell(call_escrow(name, home, asks(Mover(order_id, name, home), **asked)))

    common = inspect.signature(_common, eval_str=True).parameters
    own = [each for name, each in inspect.signature(asks, eval_str=False).parameters.items() if name != "of"]
    order_id, *signer = common.values()
    by_name = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (order_id, *own, *signer)]
    run.__signature__ = inspect.Signature(by_name)  # type: ignore[attr-defined]  # inspect and typer look there
    run.__annotations__ = {each.name: each.annotation for each in by_name}
    run.__doc__ = asks.__doc__
    return run


def _common(*, order_id: OrderId, name: Name, organization: Organization = None) -> None:
    """What all moves ask for."""


def _tell(answer: "Order | Evidence") -> None:
    from fairledger_contracts.records.order import Order  # noqa: PLC0415  only these commands pay for it

    if isinstance(answer, Order):
        until = f"; due {when(answer.due_at)} UTC" if answer.due_at else ""
        typer.echo(f"order {answer.id}: {answer.state}{until}")
    else:
        typer.echo(f"order {answer.order}: {answer.evidence}")
