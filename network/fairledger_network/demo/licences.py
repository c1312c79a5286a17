"""The act about virtual goods: a licence key, sealed for its buyer, whose key is handed over for its price."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from fairledger.escrow.goods import KEY_BYTES, seal, unseal
from fairledger_network.demo.escrow import PERIOD_S
from fairledger_network.demo.money import CURRENCY, Money, amount_of
from fairledger_network.demo.people import People
from fairledger_network.demo.sale import BUYER, Sale
from fairledger_network.demo.settlement import Outcome, lines
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

SELLER, STRANGER = "processor", "merchant"
PRICE = 9_900  # and as much bond: the price is out when a key proves wrong
LICENCE = b"CALC-5F2K-8Q7M-OFFICE"
NEEDS: Mapping[str, tuple[int, ...]] = {"consumer": (PRICE,) * 2, "processor": (PRICE,) * 2}


class Licences:
    """Sells licence keys as the processor; fails when the ledger decides otherwise than it says."""

    def __init__(self, people: People, money: Money, teller: Teller) -> None:
        self._people = people
        self._money = money
        self._teller = teller

    def sell(self) -> None:
        """One licence is sold and opened; for another a wrong key is handed over, and that is proved."""
        self._teller.act("A software licence is sold: the key against the money")
        standard = self._people.at_home(SELLER).get("/standards/escrow")
        listing = self._people.write(SELLER, "offers licences", "/escrow/listings", terms(standard))
        pages = self._teller.together([lambda: self._honest(listing), lambda: self._cheat(listing)])
        for page, title in zip(pages, ("opened by its buyer: the seller", "a wrong key: the buyer"), strict=True):
            self._teller.came_to(f"{title} has {amount_of(PRICE)}", page)

    def _honest(self, listing: Mapping[str, Any]) -> str:
        sealed = seal(LICENCE)
        sale = self._begin(listing, sealed.commitment.model_dump())
        order = sale.release_key(sealed.key)
        opened = unseal(sealed.ciphertext, bytes.fromhex(order["key"]))
        if opened != LICENCE or order["price"] is not None:
            raise DemoFailed("the key that the ledger handed out does not open what was sold, or was not paid for")
        self._teller.say(f"The transaction that paid the seller told the key. The buyer opens: {opened.decode()}")
        sale.confirm()
        return self._tell(sale, Outcome("confirmed", "nobody", 0, PRICE))

    def _cheat(self, listing: Mapping[str, Any]) -> str:
        self._teller.say("[bold]A key that opens nothing[/]")
        sealed, other = seal(LICENCE), secrets.token_bytes(KEY_BYTES)
        wrong = {**sealed.commitment.model_dump(), "key_sha256": hashlib.sha256(other).hexdigest()}
        sale = self._begin(listing, wrong)
        sale.release_key(other)
        sale.prove_wrong_key(STRANGER, sealed.ciphertext)
        return self._tell(sale, Outcome("wrong_key", "seller", PRICE, 0))

    def _begin(self, listing: Mapping[str, Any], commitment: Mapping[str, Any]) -> Sale:
        sale = Sale.begin(self._people, self._money, SELLER, listing)
        sale.accept(commitment)
        sale.hold()
        return sale

    def _tell(self, sale: Sale, outcome: Outcome) -> str:
        told = sale.told()
        outcome.check(told)
        for line in lines(told):
            self._teller.say(f"  {line}")
        return self._people.page(BUYER, f"/desk/orders/{sale.id}")


def terms(standard: Mapping[str, Any]) -> dict[str, Any]:
    """What the processor offers licences for, by the standard in force."""
    periods = ("accept_s", "ship_s", "delivery_s", "cooling_off_s", "evidence_s")
    return {
        "kind": "virtual",
        "model": "licence of an office program",
        "gtin": "",
        "binding": "none",
        "weight_g": 0,
        "price_minor": PRICE,
        "bond_minor": PRICE,
        "carrier_bond_minor": 0,
        "currency": CURRENCY,
        "periods": dict.fromkeys(periods, PERIOD_S),
        "undecided_price_permille": 500,
        "standard": {"name": standard["name"], "version": standard["version"]},
    }
