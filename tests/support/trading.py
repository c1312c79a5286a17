"""People who trade at a simulated service, and its desk as they see it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from fairledger.api.parties import signatory_of
from fairledger.escrow.client import as_argument
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Claim
from tests.support.enrolled import Attributes
from tests.support.escrow import AREA, CARRIER, LICENCE, PHONE, SERIAL, Rulebook, commitment, standard
from tests.support.licensed import admit
from tests.support.served import served
from tests.support.simulated_ca import simulated_ca
from tests.support.simulated_service import MSP_ID, RunningService, ServiceUnderTest

PEOPLE = {
    "buyer": Attributes("consumer"),
    "stranger": Attributes("consumer"),
    "seller": Attributes("merchant", gln="9521000000049"),
    "colleague": Attributes("merchant", gln="9521000000049"),
    "rival": Attributes("merchant", gln="9521000000056"),
    "carrier": Attributes("carrier", "PlatformBMSP", "9521000000032"),
    "other_carrier": Attributes("carrier", gln="9521000000032"),
    "inspector": Attributes("inspector", "AssociationMSP"),
    "officer_2": Attributes("officer", "AssociationMSP"),
}
SECRET = "only-once"
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class ShownForm:
    """A form as a page has it: ``fields`` by name, ``arguments`` in their order, each with whether it is JSON."""

    action: str
    method: str
    function: str
    fields: dict[str, str] = field(default_factory=dict)
    arguments: list[tuple[str, bool]] = field(default_factory=list)

    def filled(self, **values: str) -> dict[str, str]:
        """What is sent when somebody fills in these fields."""
        assert set(values) <= set(self.fields), (values, self.fields)
        return {**self.fields, **values}

    def signed(self, **values: str) -> list[str]:
        """The arguments that a script takes from the form, without sending it."""
        sent = self.filled(**values)
        return [sent[name] for name, _ in self.arguments]


class Page(HTMLParser):
    """What a page of the desk says and asks."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.text = answer.text
        self.forms: list[ShownForm] = []
        self._select = ""
        self._prose = ""
        self.feed(answer.text)

    @property
    def functions(self) -> list[str]:
        """The contract's functions that forms of the page call, in their order."""
        return [form.function.removeprefix("escrow:") for form in self.forms if form.function]

    def form(self, function: str) -> ShownForm:
        """The only form for this function."""
        (found,) = (form for form in self.forms if form.function == f"escrow:{function}")
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            told = (given.get("action") or "", given.get("method") or "", given.get("data-function") or "")
            self.forms.append(ShownForm(*told))
        if tag in {"input", "select", "textarea"} and self.forms:
            name = given.get("name") or ""
            self.forms[-1].fields[name] = given.get("value") or ""
            if "data-argument" in given:
                self.forms[-1].arguments.append((name, given["data-argument"] == "json"))
            self._select = name if tag == "select" else ""
            self._prose = name if tag == "textarea" else ""
        if tag == "option" and "selected" in given:
            self.forms[-1].fields[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._prose:
            self.forms[-1].fields[self._prose] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._prose = ""


@dataclass
class Trade:
    """A service with people who trade; persons are called by the names of ``PEOPLE``."""

    running: RunningService
    issued: int = 0

    def owner(self, name: str) -> str:
        """The person as notes name them."""
        return owner_of(signatory_of(self.running.service.wallet.get(name)))

    async def call(self, name: str, function: str, *arguments: Any) -> Any:
        """Call a function of the contract ``escrow``."""
        sent = [as_argument(each) for each in arguments]
        person = self.running.service.wallet.get(name)
        return json.loads((await self.running.service.writes.write(person, f"escrow:{function}", *sent)).result)

    async def money(self, name: str, amount: int) -> str:
        """The id of a new note of a person."""
        self.issued += 1
        payment = {"owner": self.owner(name), "amount_minor": amount}
        note: str = (await self.call("provider", "issue", f"bank-{self.issued}", payment, "CNY"))["id"]
        return note

    async def listed(self, terms: dict[str, Any] = PHONE, **other: Any) -> Any:
        """A listing of the seller."""
        return await self.call("seller", "list_goods", {**terms, **other})

    async def ordered(self, terms: dict[str, Any] = PHONE, **other: Any) -> str:
        """The id of a new order of the buyer."""
        listing = await self.listed(terms, **other)
        note = await self.money("buyer", listing["terms"]["price_minor"])
        area = AREA if listing["terms"]["gtin"] else ""
        made = await self.call("buyer", "order", listing["id"], listing["terms_sha256"], area, [note])
        order: str = made["id"]
        return order

    async def accepted(self, terms: dict[str, Any] = PHONE) -> str:
        """An order that the seller accepted."""
        order = await self.ordered(terms)
        note = await self.money("seller", terms["bond_minor"])
        await self.call("seller", "accept", order, [note], commitment() if terms is LICENCE else None)
        return order

    async def shipped(self, serial: str = SERIAL) -> str:
        """An order whose parcel is announced."""
        order = await self.accepted()
        await self.call("seller", "ship", order, serial, f"P-{self.issued:04}", CARRIER)
        return order

    async def carried(self, serial: str = SERIAL) -> str:
        """An order whose parcel the carrier has."""
        order = await self.shipped(serial)
        note = await self.money("carrier", PHONE["carrier_bond_minor"])
        await self.call("carrier", "take_over", order, 450, AREA, [note])
        return order

    async def delivered(self, serial: str = SERIAL) -> str:
        """An order whose parcel is at the buyer's."""
        order = await self.carried(serial)
        await self.call("carrier", "deliver", order, 450, AREA)
        return order

    async def disputed(self, serial: str = SERIAL) -> str:
        """An order that the buyer complains about."""
        order = await self.delivered(serial)
        await self.call("buyer", "dispute", order, Claim.OTHER, "not as agreed")
        return order

    def cookie(self, name: str) -> dict[str, str]:
        """The headers of a person who is signed in, in a browser."""
        token = self.running.bearer(name)["Authorization"].removeprefix("Bearer ")
        return {"Cookie": f"fairledger-PlatformA={token}"}

    async def page(self, name: str, path: str = "/desk", language: str = "en", **query: str) -> Page:
        """A page of the desk as that person sees it."""
        answer = await self.running.client.get(path, params={"lang": language, **query}, headers=self.cookie(name))
        return Page(answer)

    async def send(self, name: str, form: ShownForm, **values: str) -> httpx.Response:
        """What the desk answers to a form, filled in like that."""
        headers = {**OWN, **self.cookie(name)}
        return await self.running.client.post(form.action, data=form.filled(**values), headers=headers)

    async def sent(self, name: str, form: ShownForm, **values: str) -> Page:
        """The page that a form leads to."""
        answer = await self.send(name, form, **values)
        assert answer.status_code == 303, answer.text
        return Page(await self.running.client.get(answer.headers["Location"], headers=self.cookie(name)))


def trading(folder: Path) -> ServiceUnderTest:
    """A service, not yet started, with people who trade."""
    under_test = ServiceUnderTest(folder, Rulebook())
    for name, person in PEOPLE.items():
        under_test.enrol(name, person)
    return under_test


@asynccontextmanager
async def trade(folder: Path) -> AsyncIterator[Trade]:
    """People who trade, with the first standard in force."""
    under_test = trading(folder)
    async with under_test.running() as running:
        await put_standard(running)
        yield Trade(running)
    await under_test.ledger.simulator.close()


@asynccontextmanager
async def served_trade(folder: Path, registered: Mapping[str, dict[str, str]]) -> AsyncIterator[Trade]:
    """A desk that browsers reach, where these people (name → attributes) make keys of their own with ``SECRET``."""
    under_test = trading(folder)
    known = {name: (SECRET, attributes) for name, attributes in registered.items()}
    under_test.enrolment = simulated_ca(under_test.ledger.simulator.authority(MSP_ID), known)
    app = under_test.app()
    async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
        yield Trade(RunningService(under_test, app, client))
    await under_test.ledger.simulator.close()


async def put_standard(running: RunningService, panel_quorum: int = 3) -> None:
    """Let the first standard be in force since the network began."""
    record = standard(panel_quorum=panel_quorum).model_dump_json()
    await running.service.writes.write(running.service.wallet.get("service"), "rulebook:standard", record)
    await admit(running.service.writes, running.service.wallet)
