"""The act in which the association says who moves money in and out, carries parcels, and inspects."""

from collections.abc import Mapping
from typing import Any

from fairledger.api.record_pages import PER_PAGE_MAX
from fairledger_contracts.records.service_licence import signing_key
from fairledger_network.demo.people import People, Step
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

LICENSED: Mapping[str, str] = {
    "provider": "Bank of Shenzhen",
    "carrier": "Express of Chengdu",
    "inspector": "Laboratory of Guangzhou",
}


class Services:
    """Licenses the demo's people of these roles, each with the key of their certificate."""

    def __init__(self, services: Mapping[str, Service], people: People, teller: Teller) -> None:
        self._service = services["Association"]
        self._people = people
        self._teller = teller

    def license(self) -> None:
        """License whom an earlier run has not. Raises ``DemoFailed`` where money is made without a licence."""
        self._teller.act("The association says who moves money, carries and inspects")
        wanted = {person: self._licence(person) for person in LICENSED}
        new = [person for person, licence in wanted.items() if not self._is_held(licence)]
        if "provider" in new:
            self._print_money()
        self._people.write_all(
            [Step("officer", f"licenses {LICENSED[person]}", "/licences", wanted[person]) for person in new]
        )
        page = self._teller.link(f"{self._service.url}/licences")
        self._teller.came_to(f"{len(wanted)} licences, each for a key", page)

    def _licence(self, person: str) -> dict[str, Any]:
        home = self._people.home(person)
        party = home.signatory(person).party._asdict()
        keys = [signing_key(home.certificate(person))]
        return {"service": person, **party, "name": LICENSED[person], "keys": keys}

    def _is_held(self, licence: Mapping[str, Any]) -> bool:
        terms = {"service": licence["service"], "mspID": licence["msp_id"], "perPage": str(PER_PAGE_MAX)}
        return any(
            all(each[name] == licence[name] for name in ("place", "keys")) and each["validities"][-1]["until"] is None
            for each in self._people.catch_up(self._service).get("/licences", **terms)
        )

    def _print_money(self) -> None:
        """A certificate with the role alone makes no money, whoever issued it."""
        payment = {"owner": self._people.owner("consumer"), "amount_minor": 10**9}
        body = {"reference": "NO-LICENCE-1", "payment": payment, "currency": "CNY"}
        code = self._people.home("provider").refuse("provider", "/escrow/notes", body)
        if code != "ESCROW_NOT_LICENSED":
            raise DemoFailed(f"money is made without a licence: {code}")
        self._teller.refused(f"money by a certificate alone, which PlatformA issued: {code}")
