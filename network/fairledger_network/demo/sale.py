"""One order in escrow, from the buyer's payment to its settlement, as its parties make it through REST."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairledger_network.demo.money import Money
from fairledger_network.demo.people import People

BUYER, CARRIER = "consumer", "carrier"
AREA = "ws1"  # a geohash: Shenzhen and around


@dataclass(frozen=True)
class Sale:
    """The order ``id`` of a listing's goods; ``seller`` and the others are people of the demo."""

    people: People
    money: Money
    seller: str
    id: str
    terms: Mapping[str, Any]

    @classmethod
    def begin(cls, people: People, money: Money, seller: str, listing: Mapping[str, Any]) -> "Sale":
        """The buyer signs the hash of the listing's terms and locks the price."""
        terms = listing["terms"]
        body = {
            "listing": listing["id"],
            "terms_sha256": listing["terms_sha256"],
            "area": AREA if terms["gtin"] else "",
            "notes": money.take(BUYER, terms["price_minor"]),
        }
        order = people.write(BUYER, f"orders a {terms['model']} and pays", "/escrow/orders", body)
        return cls(people, money, seller, order["id"], terms)

    def accept(self, commitment: Mapping[str, Any] | None = None) -> None:
        """The seller accepts and locks the bond; virtual goods are committed to."""
        bond = self.money.take(self.seller, self.terms["bond_minor"])
        self._move(self.seller, "accepts, with bond", "accept", notes=bond, commitment=commitment)

    def ship(self, serial: str, parcel: str) -> None:
        """The seller binds a thing and a parcel to the order."""
        carrier = self.people.home(CARRIER).signatory(CARRIER).party
        named = {"msp_id": carrier.msp_id, "place": carrier.place}
        self._move(self.seller, f"ships {serial} in {parcel}", "ship", serial=serial, parcel=parcel, carrier=named)

    def take_over(self, weight_g: int) -> None:
        """The carrier weighs the parcel, and locks its own bond."""
        bond = self.money.take(CARRIER, self.terms["carrier_bond_minor"])
        self._move(CARRIER, f"takes over {weight_g} g", "take_over", weight_g=weight_g, area=AREA, notes=bond)

    def scan(self) -> None:
        """The carrier tells where the parcel is."""
        self._move(CARRIER, "scans it on the way", "scan", area=AREA)

    def deliver(self, weight_g: int) -> None:
        """The carrier hands the parcel over, weighed again."""
        self._move(CARRIER, f"delivers {weight_g} g", "deliver", weight_g=weight_g, area=AREA)

    def read_tag(self, serial: str, *, genuine: bool) -> None:
        """The buyer tells what the tag on the goods says."""
        told = "genuine" if genuine else "forged"
        self._move(BUYER, f"reads {serial}, {told}", "check_tag", serial=serial, genuine=genuine)

    def confirm(self) -> None:
        """The buyer is content."""
        self._move(BUYER, "is content", "confirm")

    def dispute(self, claim: str, reason: str) -> None:
        """The buyer complains."""
        self._move(BUYER, f"complains: {claim}", "dispute", claim=claim, reason=reason)

    def hold(self) -> None:
        """The buyer confirms to hold the sealed goods."""
        self._move(BUYER, "holds the sealed goods", "hold")

    def release_key(self, key: bytes) -> dict[str, Any]:
        """The seller hands the key over and is paid by the same transaction; the order."""
        return dict(self._move(self.seller, "hands over the key", "release_key", key=key.hex()))

    def prove_wrong_key(self, person: str, sealed: bytes) -> None:
        """Anybody who holds the sealed goods shows that the key does not open them."""
        ciphertext = base64.b64encode(sealed).decode()
        self._move(person, "proves the key wrong", "prove_wrong_key", ciphertext=ciphertext)

    def told(self, person: str = BUYER) -> Any:
        """The order with evidence and settlement, as its buyer or another of its parties sees it."""
        return self.people.see(person, f"/escrow/orders/{self.id}")

    def _move(self, person: str, what: str, move: str, **told: Any) -> Any:
        return self.people.write(person, what, f"/escrow/orders/{self.id}/{move}", told)
