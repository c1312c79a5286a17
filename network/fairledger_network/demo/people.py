"""The demo's people at their organisations' services."""

from collections.abc import Mapping
from typing import Any

from fairledger_network.consortium import Consortium
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller


class People:
    """Lets people record and write at home, and tells what they did and where it is on the ledger."""

    def __init__(self, consortium: Consortium, services: Mapping[str, Service], teller: Teller) -> None:
        self._consortium = consortium
        self._services = services
        self._teller = teller

    def home(self, person: str) -> Service:
        """The service of the organisation that knows the person."""
        name = next(o.name for o in self._consortium.organizations if person in o.people)
        return self._services[name]

    def record(self, person: str, what: str, document: str) -> None:
        """Capture a document as that person."""
        job = self.home(person).capture(person, document)
        told = (f"{each['transactionID']} in block {each['blockNumber']}" for each in job["transactions"])
        self.tell(person, what, f"transaction {', '.join(told)}")

    def write(self, person: str, what: str, path: str, body: Any) -> Any:
        """POST ``body`` as JSON; returns what was answered."""
        answer = self.home(person).post(person, path, json=body)
        where = f"transaction {answer.headers['Fairledger-Transaction']} in block {answer.headers['Fairledger-Block']}"
        self.tell(person, what, where)
        return answer.json()

    def tell(self, person: str, what: str, where: str) -> None:
        """Who did what, and where it is."""
        self._teller.done(f"{person} ({self.home(person).organization})", what, where)
