"""What things, places and businesses are called, and by whom: those whose own they are come first."""

import json
from collections.abc import AsyncIterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.readmodel import lineage
from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.told_names import LENGTH_MAX, NAMES_MAX, Names, names_of, printable
from fairledger.trace import prepare
from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from fairledger_contracts.records.signatory import Party
from tests.support.blocks import Chain
from tests.support.captures import document, envelope_of, event, simulator

MAKER, STRANGER, HOST = "9521000000018", "9521000000049", "9521000000056"
ITEM = "https://id.gs1.org/01/09521000123458/21/1"
PRODUCT = "https://id.gs1.org/01/09521000123458"
SITE = f"https://id.gs1.org/414/{HOST}"
DOCK = f"{SITE}/254/DOCK-1"
Told = Mapping[str, Mapping[str, str]]  # attributes by element


class Town:
    """Businesses that call things names, on a ledger of their own."""

    def __init__(self, ledger: LedgerSimulator, database: Database) -> None:
        self._ledger = ledger
        self._database = database
        self._chain = Chain()
        for block in self._chain.blocks:
            Projector(database).apply(block)
        self._number = 0
        self._officer = ledger.identity("AssociationMSP", "officer", role="officer")
        self.maker = ledger.identity("PlatformAMSP", "maker", role="producer", gln=MAKER)
        self.stranger = ledger.identity("PlatformBMSP", "stranger", role="merchant", gln=STRANGER)
        self.host = ledger.identity("PlatformBMSP", "host", role="merchant", gln=HOST)

    async def licensed(self, name: str) -> None:
        """The maker's business gets the licence of the item's key, under ``name``."""
        holder = {"prefix": "9521000", "msp_id": "PlatformAMSP", "gln": MAKER, "name": name}
        await self._write(self._officer, "license_prefix", json.dumps(holder))

    async def says(self, who: SimulatedIdentity, told: Told) -> None:
        """Somebody captures an event of the item at the dock, with a header that calls things names."""
        self._number += 1
        of_item = {"epcList": [ITEM], "readPoint": {"id": DOCK}}
        whole = json.loads(document(event(self._number, **of_item), context=[{"cbvmda": "urn:epcglobal:cbv:mda:"}]))
        elements = [
            {"id": each, "attributes": [{"id": name, "attribute": value} for name, value in said.items()]}
            for each, said in told.items()
        ]
        vocabulary = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": elements}
        whole["epcisHeader"] = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
        await self._write(who, "capture", prepare(json.dumps(whole)).chunks[0].text)

    def names(self) -> Names:
        """What the read model has of the item's history."""
        with self._database.reading() as connection:
            return names_of(connection, lineage.history(connection, ITEM))

    async def _write(self, who: SimulatedIdentity, function: str, argument: str) -> None:
        endorsed = await self._ledger.endorse(who, f"trace:{function}", argument)
        await self._ledger.commit([endorsed])
        Projector(self._database).apply(self._chain.add([envelope_of(endorsed, who.serialized)]))


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Town]:
    async with simulator() as ledger:
        yield Town(ledger, database)


def said(names: Names, item: str = ITEM) -> list[tuple[str, str, bool]]:
    return [(each.text, each.who.gln, each.own) for each in names.of_item(item)]


async def test_the_licences_holder_comes_first_whoever_spoke_last(town: Town) -> None:
    await town.licensed("Ming Electronics")
    await town.says(town.maker, {PRODUCT: {"cbvmda:descriptionShort": "Phone 26"}})
    await town.says(town.stranger, {ITEM: {"cbvmda:name": "Best phone"}})
    names = town.names()
    assert said(names) == [("Phone 26", MAKER, True), ("Best phone", STRANGER, False)]
    assert names.businesses == {Party("PlatformAMSP", MAKER): "Ming Electronics"}


async def test_without_a_licence_no_name_of_goods_is_anybodys_own(town: Town) -> None:
    await town.says(town.maker, {PRODUCT: {"cbvmda:descriptionShort": "Phone 26"}})
    assert said(town.names()) == [("Phone 26", MAKER, False)]


async def test_a_place_is_named_by_the_business_that_is_there(town: Town) -> None:
    await town.says(town.stranger, {DOCK: {"urn:epcglobal:cbv:mda:name": "A shed"}})
    await town.says(town.host, {SITE: {"cbvmda:name": "Pudong store"}})
    told = town.names().of_place(DOCK)
    assert [(name.text, name.who.gln, name.own) for name in told] == [
        ("Pudong store", HOST, True),
        ("A shed", STRANGER, False),
    ]


async def test_of_each_business_the_newest_name_counts(town: Town) -> None:
    for text in ("Phone", "Phone 26"):
        await town.says(town.maker, {PRODUCT: {"cbvmda:name": text}})
    assert said(town.names()) == [("Phone 26", MAKER, False)]


async def test_only_names_are_names_and_empty_ones_are_none(town: Town) -> None:
    attributes = {"cbvmda:countryOfOrigin": "CN", "cbvmda:name": "", "cbvmda:functionalName": "\u202e\n"}
    await town.says(town.maker, {PRODUCT: attributes})
    names = town.names()
    assert (said(names), names.businesses) == ([], {})


async def test_a_page_shows_few_names_of_one_thing(town: Town) -> None:
    for who in (town.maker, town.stranger, town.host):
        for element in (ITEM, PRODUCT):
            await town.says(who, {element: {"cbvmda:name": f"{element[-4:]} of {who.serialized[-20:]!r}"}})
    assert len(town.names().of_item(ITEM)) == NAMES_MAX


def test_what_has_no_names_has_none() -> None:
    assert (Names().of_item(ITEM), Names().of_place(DOCK), Names().of_place("")) == ((), (), ())


@given(st.text(max_size=2 * LENGTH_MAX))
def test_a_name_is_one_line_that_can_be_seen_and_is_not_long(text: str) -> None:
    line = printable(text)
    assert line.isprintable()
    assert len(line) <= LENGTH_MAX + 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" Phone\t26\n", "Phone 26"),
        ("\u202eenohP", "enohP"),
        ("Pho\u200bne", "Phone"),
        ("名称", "名称"),
        ("x" * (LENGTH_MAX + 1), "x" * LENGTH_MAX + "…"),
    ],
)
def test_what_may_reorder_or_hide_is_left_out_of_a_name(written: str, shown: str) -> None:
    assert printable(written) == shown
