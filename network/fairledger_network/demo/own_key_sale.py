"""The act about a buyer who keeps their key: the platform carries what they signed, and can't sign for them."""

import json

from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.signatory import Signatory
from fairledger_network.demo.escrow import BOND, CARRIER_BOND, PARCEL_G, PERIOD_S, PRICE, SELLER, terms
from fairledger_network.demo.money import Money, amount_of
from fairledger_network.demo.own_key import KeyHolder
from fairledger_network.demo.people import People
from fairledger_network.demo.sale import AREA, BUYER, Sale
from fairledger_network.demo.settlement import Outcome, lines
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed
from fairledger_network.site import Site

SERIAL = "FP26100006"
NEEDS: dict[str, tuple[int, ...]] = {"merchant": (BOND,), "carrier": (CARRIER_BOND,)}


class OwnKeySale:
    """Sells a phone to somebody whose key the platform doesn't have; fails when another than that person signed."""

    def __init__(self, site: Site, people: People, money: Money, teller: Teller, run: str) -> None:
        self._people = people
        self._money = money
        self._teller = teller
        self._run = run
        self._service = people.home(BUYER)
        self._buyer = KeyHolder(site, self._service, teller, f"buyer-{run}")

    def sell(self) -> None:
        """The buyer orders and confirms by signatures that were made where no network is."""
        self._teller.act("A buyer signs with a key of their own")
        self._buyer.enrol()
        self._teller.say(f"{self._buyer.name} made a key; {self._service.organization} has the certificate alone.")
        note = self._money.pay_at_provider(self._buyer.name, self._buyer.owner, PRICE)
        standard = self._people.at_home(SELLER).get("/standards/escrow")
        offer = terms(standard, PERIOD_S)
        listing = self._people.write(SELLER, "offers a phone", "/escrow/listings", offer)
        self._people.catch_up(self._service)
        signed = (listing["id"], listing["terms_sha256"], AREA, json.dumps([note]))
        order = self._buyer.submit("orders a phone and pays", "escrow:order", *signed)
        self._people.note(self._service)
        sale = Sale(self._people, self._money, SELLER, order["id"], listing["terms"])
        sale.accept()
        sale.ship(SERIAL, f"SF-{self._run}-own")
        sale.take_over(PARCEL_G)
        sale.deliver(PARCEL_G)
        self._buyer.submit("is content", "escrow:confirm", sale.id)
        self._people.note(self._service)
        self._tell(sale)

    def _tell(self, sale: Sale) -> None:
        told = sale.told(SELLER)
        Outcome("confirmed", "nobody", 0, PRICE + BOND, CARRIER_BOND).check(told)
        if owner_of(Signatory.model_validate(told["order"]["buyer"])) != self._buyer.owner:
            raise DemoFailed("the ledger names another buyer than who signed")
        for line in lines(told):
            self._teller.say(f"  {line}")
        self._teller.say("What was signed, and by which key, is in the order:")
        page = self._people.page(SELLER, f"/desk/orders/{sale.id}")
        self._teller.command(f"fairledger sign propose escrow:confirm {sale.id} …  # docs/offline-signing.md")
        self._teller.came_to(f"{amount_of(PRICE + BOND)} to the seller, by signatures that no service could make", page)
