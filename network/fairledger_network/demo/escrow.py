"""The acts about goods sold in escrow: a phone that arrives, and phones that don't, or that somebody lies about."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fairledger_network.demo.command_line import CommandLine
from fairledger_network.demo.money import CURRENCY, Money, amount_of
from fairledger_network.demo.people import People
from fairledger_network.demo.sale import BUYER, Sale
from fairledger_network.demo.settlement import Outcome, lines
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

SELLER = "merchant"
KEEPER = "inspector"  # anybody's key will do
GTIN = "09521000001107"
BOUGHT, EMPTY, SHIPPED, READ, FINE = "FP26100001", "FP26100003", "FP26100004", "FP26100002", "FP26100005"
PRICE, BOND, CARRIER_BOND = 299_900, 60_000, 30_000
PHONE_G, PARCEL_G, EMPTY_G = 300, 450, 90
PERIOD_S = 60  # what a run that broke off left is due after that
SHORT_S = 1
LINK = f"https://id.gs1.org/01/{GTIN}/21/"
NEEDS: Mapping[str, tuple[int, ...]] = {
    "consumer": (PRICE,) * 4,  # the fifth is paid for by itself
    "merchant": (BOND,) * 5,
    "carrier": (CARRIER_BOND,) * 4,
}


@dataclass(frozen=True)
class Case:
    """An order that goes wrong: what happens, and what should come of it."""

    title: str
    happens: Callable[[Sale, str], None]
    outcome: Outcome
    in_time: bool = True


class Escrow:
    """Sells phones as the merchant; each act fails when the ledger decides otherwise than it says."""

    def __init__(self, people: People, money: Money, teller: Teller, command_line: CommandLine, run: str) -> None:
        self._people = people
        self._money = money
        self._teller = teller
        self._command_line = command_line
        self._run = run

    def sell(self) -> None:
        """A phone with its serial and tag is sold to a happy end, and the seller paid."""
        self._teller.act("A phone is sold in escrow")
        self._money.pay_for_one(BUYER, PRICE)
        sale = Sale.begin(self._people, self._money, SELLER, self._listing(PERIOD_S))
        sale.accept()
        sale.ship(BOUGHT, f"SF-{self._run}-0")
        sale.take_over(PARCEL_G)
        sale.scan()
        sale.deliver(PARCEL_G)
        sale.read_tag(BOUGHT, genuine=self._is_genuine(BOUGHT))
        sale.confirm()
        self._tell(sale, Outcome("confirmed", "nobody", 0, PRICE + BOND, CARRIER_BOND))
        self._teller.say("Where that money came from, back to what the provider received:")
        self._money.tell_flow(sale.id, BUYER)
        self._money.pay_out(SELLER, sale.id, PRICE)
        self._people.page(BUYER, f"/desk/funds?order={sale.id}")
        page = self._people.page(BUYER, f"/desk/orders/{sale.id}")
        self._teller.came_to(f"{amount_of(PRICE + BOND)} to the seller, {amount_of(PRICE)} of it paid out", page)

    def fail(self) -> None:
        """Four orders that go wrong at once, decided by rule when their deadlines have passed."""
        self._teller.act("What can go wrong is decided by rule")
        listings = {True: self._listing(PERIOD_S), False: self._listing(SHORT_S)}
        sales = self._teller.together(
            [partial(self._happen, case, listings[case.in_time], at) for at, case in enumerate(CASES, 1)]
        )
        time.sleep(2 * SHORT_S)
        self._keep()
        for case, sale in zip(CASES, sales, strict=True):
            self._teller.say(f"[bold]{case.title}[/]")
            self._tell(sale, case.outcome)
            page = self._people.page(BUYER, f"/desk/orders/{sale.id}")
            self._teller.came_to(f"{case.title}: {case.outcome.paid}", page)

    def _listing(self, ship_s: int) -> Any:
        standard = self._people.at_home(SELLER).get("/standards/escrow")
        return self._people.write(
            SELLER, f"offers phones, {ship_s} s to ship", "/escrow/listings", terms(standard, ship_s)
        )

    def _happen(self, case: Case, listing: Mapping[str, Any], at: int) -> Sale:
        self._teller.say(f"[bold]{case.title}[/]")
        sale = Sale.begin(self._people, self._money, SELLER, listing)
        sale.accept()
        case.happens(sale, f"SF-{self._run}-{at}")
        return sale

    def _is_genuine(self, serial: str) -> bool:
        """Whether the buyer's platform finds the maker's signature on the label."""
        epcs = {"epcs": [LINK + serial]}
        (tag,) = self._people.home("processor").post("processor", "/tags", json=epcs).json()
        checked = self._people.at_home(BUYER).get("/tags/check", link=tag["link"])
        return bool(checked["finding"]["code"] == "SIGNED_BY_MAKER")

    def _keep(self) -> None:
        """The keeper calls what is due. Raises ``DemoFailed`` where it can't."""
        self._people.catch_up(self._people.home(KEEPER))
        self._teller.command(f"fairledger keeper --as {KEEPER} --once")
        status, told = self._command_line.run("keeper", "--as", KEEPER, "--once")
        if status:
            raise DemoFailed(f"the keeper failed: {told}")
        for line in told.splitlines():
            self._teller.say(f"[dim]{line}[/]")
        self._people.note(self._people.home(KEEPER))

    def _tell(self, sale: Sale, outcome: Outcome) -> None:
        told = sale.told()
        outcome.check(told)
        for line in lines(told):
            self._teller.say(f"  {line}")


def terms(standard: Mapping[str, Any], ship_s: int) -> dict[str, Any]:
    """What the merchant offers phones for, by the standard in force."""
    return {
        "kind": "standard",
        "model": "phone FP-1",
        "gtin": GTIN,
        "binding": "tag",
        "weight_g": PHONE_G,
        "price_minor": PRICE,
        "bond_minor": BOND,
        "carrier_bond_minor": CARRIER_BOND,
        "currency": CURRENCY,
        "periods": {
            "accept_s": PERIOD_S,
            "ship_s": ship_s,
            "delivery_s": PERIOD_S,
            "cooling_off_s": PERIOD_S,
            "evidence_s": SHORT_S,
        },
        "undecided_price_permille": 500,
        "standard": {"name": standard["name"], "version": standard["version"]},
    }


def _empty(sale: Sale, parcel: str) -> None:
    sale.ship(EMPTY, parcel)
    sale.take_over(EMPTY_G)
    sale.deliver(EMPTY_G)
    sale.dispute("empty", "There is nothing in the box")


def _other(sale: Sale, parcel: str) -> None:
    sale.ship(SHIPPED, parcel)
    sale.take_over(PARCEL_G)
    sale.deliver(PARCEL_G)
    sale.read_tag(READ, genuine=True)
    sale.dispute("other_item", "The serial number is another one")


def _nothing(_sale: Sale, _parcel: str) -> None:
    """The seller lets the time to ship pass."""


def _lie(sale: Sale, parcel: str) -> None:
    sale.ship(FINE, parcel)
    sale.take_over(PARCEL_G)
    sale.deliver(PARCEL_G)
    sale.dispute("empty", "There is nothing in the box")


CASES = (
    Case("An empty parcel", _empty, Outcome("too_light", "seller", PRICE + BOND, 0, CARRIER_BOND)),
    Case("Another serial number", _other, Outcome("other_item", "seller", PRICE + BOND, 0, CARRIER_BOND)),
    Case("A late seller", _nothing, Outcome("not_shipped", "seller", PRICE + BOND // 2, BOND // 2), in_time=False),
    Case("A lying buyer", _lie, Outcome("false_claim", "buyer", 0, PRICE + BOND, CARRIER_BOND)),
)
