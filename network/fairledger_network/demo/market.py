"""The acts about trade in their order: numbers, money, sales, and those who watch over them."""

import time
from collections.abc import Mapping

from fairledger_network.demo import escrow, licences, own_key_sale
from fairledger_network.demo.command_line import CommandLine
from fairledger_network.demo.complaints import Complaints
from fairledger_network.demo.disclosures import Disclosures
from fairledger_network.demo.escrow import Escrow
from fairledger_network.demo.fresh_goods import FreshGoods
from fairledger_network.demo.licences import Licences
from fairledger_network.demo.money import Money
from fairledger_network.demo.own_key_sale import OwnKeySale
from fairledger_network.demo.people import People
from fairledger_network.demo.personal_data import Held, PersonalData
from fairledger_network.demo.provider import Provider
from fairledger_network.demo.service import Service
from fairledger_network.demo.services import Services
from fairledger_network.demo.standards import Rulebook, Standards
from fairledger_network.demo.teller import Teller
from fairledger_network.site import Site


class Market:
    """One run of the acts: its payments and parcels have other names than those of other runs."""

    def __init__(self, site: Site, services: Mapping[str, Service], people: People, teller: Teller) -> None:
        self._run = f"{int(time.time()) % 10**9:09d}"
        self._command_line = CommandLine(site.layout)
        self._services = services
        self._people = people
        self._teller = teller
        self._standards = Standards(services, people, teller, Rulebook(site.root / "standards"))
        self._licensed = Services(services, people, teller)
        self._site = site
        self._provider = Provider(people, site.layout)
        self._money = Money(services, people, teller, self._run, self._provider)
        self.personal_data = PersonalData(services, people, teller, site.layout)

    def tell(self, fresh: FreshGoods) -> Held:
        """All of them; what was purged in the last. Raises ``DemoFailed`` where one sees another thing than it says."""
        self._standards.agree()
        self._licensed.license()
        with self._provider:
            self._sell()
        Disclosures(self._people, self._money, self._teller).punish()
        Complaints(self._services, self._people, self._teller).inspect(fresh)
        held = self.personal_data.read(self._run)
        self.personal_data.purge(held)
        return held

    def _sell(self) -> None:
        acts = (escrow.NEEDS, own_key_sale.NEEDS, licences.NEEDS)
        people = dict.fromkeys(name for needs in acts for name in needs)
        needs = {name: tuple(amount for act in acts for amount in act.get(name, ())) for name in people}
        self._money.pay_in(needs)
        phones = Escrow(self._people, self._money, self._teller, self._command_line, self._run)
        phones.sell()
        OwnKeySale(self._site, self._people, self._money, self._teller, self._run).sell()
        phones.fail()
        Licences(self._people, self._money, self._teller).sell()
        self._money.check_circulation()
