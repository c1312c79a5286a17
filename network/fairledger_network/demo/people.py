"""The demo's people at their organisations' services."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

import httpx

from fairledger_contracts.records.note import owner_of
from fairledger_network.consortium import Consortium
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller


class Step(NamedTuple):
    """That ``person`` POSTs ``body`` to ``path``, and ``what`` that is in words."""

    person: str
    what: str
    path: str
    body: Any


class People:
    """Lets people record and write at home, and tells what they did and where it is on the ledger."""

    def __init__(self, consortium: Consortium, services: Mapping[str, Service], teller: Teller) -> None:
        self._consortium = consortium
        self._services = services
        self._teller = teller
        self._block = -1  # the last that somebody is known to have written
        self._lock = Lock()

    def home(self, person: str) -> Service:
        """The service of the organisation that knows the person."""
        name = next(o.name for o in self._consortium.organizations if person in o.people)
        return self._services[name]

    def owner(self, person: str) -> str:
        """The person as the owner of money."""
        return owner_of(self.home(person).signatory(person))

    def record(self, person: str, what: str, document: str) -> None:
        """Capture a document as that person."""
        job = self.home(person).capture(person, document)
        self._wrote(each["blockNumber"] for each in job["transactions"])
        told = (f"{each['transactionID']} in block {each['blockNumber']}" for each in job["transactions"])
        self.tell(person, what, f"transaction {', '.join(told)}")

    def write(self, person: str, what: str, path: str, body: Any = None) -> Any:
        """POST ``body`` as JSON, once the person's organisation knows what others wrote; returns what was answered."""
        answer = self.at_home(person).post(person, path, json=body)
        self.tell(person, what, self._place(person, answer))
        return answer.json()

    def write_all(self, steps: Sequence[Step]) -> list[Any]:
        """Write several things that do not depend on each other, at once; the answers in their order."""
        return self._teller.together([partial(self.write, *step) for step in steps])

    def write_many(self, person: str, what: str, calls: Sequence[tuple[str, Any]]) -> None:
        """POST to several paths as one person, at once, and tell it in one line."""
        home = self.at_home(person)
        with ThreadPoolExecutor(len(calls)) as pool:
            answers = list(pool.map(lambda call: home.post(person, call[0], json=call[1]), calls))
        blocks = {int(answer.headers["Fairledger-Block"]) for answer in answers}
        self._wrote(blocks)
        told = ", ".join(map(str, sorted(blocks)))
        self.tell(person, what, f"{len(answers)} transactions in block {told}")

    def see(self, person: str, path: str, **parameters: str) -> Any:
        """GET what is the person's to see, as of the last write."""
        return self.at_home(person).get_as(person, path, **parameters)

    def page(self, person: str, path: str) -> str:
        """Tell a page of the desk where the person sees something, and how they sign in; its address."""
        address = f"{self.home(person).url}{path}"
        self._teller.link(address, f"fairledger token {person}")
        return address

    def at(self, organization: str) -> Service:
        """An organisation's service, once it knows all that the demo's people wrote."""
        return self.catch_up(self._services[organization])

    def at_home(self, person: str) -> Service:
        """The service of the person's organisation, once it knows all that the demo's people wrote."""
        return self.catch_up(self.home(person))

    def catch_up(self, service: Service) -> Service:
        """Wait until a service knows all that the demo's people wrote, and return it."""
        service.wait_for(self._block)
        return service

    def note(self, service: Service) -> int:
        """The last block at a service; what is written and read from now on comes after it."""
        last = service.height() - 1
        self._wrote([last])
        return last

    def tell(self, person: str, what: str, where: str) -> None:
        """Who did what, and where it is."""
        self._teller.done(f"{person} ({self.home(person).organization})", what, where)

    def _place(self, person: str, answer: httpx.Response) -> str:
        """Where on the ledger it is what was written; not every answer tells the transaction."""
        if "Fairledger-Block" not in answer.headers:
            return f"by block {self.note(self.home(person))}"
        block = int(answer.headers["Fairledger-Block"])
        self._wrote([block])
        return f"transaction {answer.headers['Fairledger-Transaction']} in block {block}"

    def _wrote(self, blocks: Iterable[int]) -> None:
        with self._lock:  # people write at once
            self._block = max([self._block, *blocks])
