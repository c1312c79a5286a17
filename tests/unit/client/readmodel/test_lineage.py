"""Read models come to the histories that peers come to."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.lineage import history, scope_of, walked
from fairledger.readmodel.projector import Projector, position_in
from fairledger.readmodel.tables import event_items
from fairledger.trace import document_files, prepare
from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from fairledger_contracts.lineage.history import EVENTS_MAX, SOURCES_MAX, History
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.recall import Recall
from tests.support.blocks import Chain
from tests.support.captures import document, envelope_of, event, simulator

ROOT = Path(__file__).parents[4]
PHONE = "urn:epc:id:sgtin:9521000.000110.FP26100001"
CAN = "https://id.gs1.org/01/09521000002043/21/MP2609030001"
MILK = "urn:epc:class:lgtin:9521000.000201.RM20260901A"
PEOPLE = {
    "producer": ("PlatformAMSP", "producer", "9521000000018"),
    "processor": ("PlatformAMSP", "processor", "9521000000025"),
    "carrier": ("PlatformBMSP", "carrier", "9521000000032"),
    "merchant": ("PlatformBMSP", "merchant", "9521000000049"),
    "inspector": ("AssociationMSP", "inspector", "9521000000056"),
    "officer": ("AssociationMSP", "officer", ""),
    "farmer": ("PlatformBMSP", "producer", "9521000000063"),
    "service": ("PlatformBMSP", "service", ""),
}
PAPER = {
    "sha256": "ab" * 32,
    "kind": "quality_report",
    "title": "Milk, chemical",
    "media_type": "application/pdf",
    "size_bytes": 10_000,
}


class Told:
    """The example chains with licences, papers, scans and a recall, on a ledger and in a read model."""

    def __init__(self, ledger: LedgerSimulator, database: Database) -> None:
        self.ledger = ledger
        self.database = database
        self.chain = Chain()
        for block in self.chain.blocks:
            Projector(database).apply(block)
        self.people = {name: self._person(name, *rest) for name, rest in PEOPLE.items()}
        self.results: list[Any] = []

    def _person(self, name: str, msp_id: str, role: str, gln: str) -> SimulatedIdentity:
        return self.ledger.identity(msp_id, name, role=role, **({"gln": gln} if gln else {}))

    async def submit(self, name: str, function: str, *arguments: str) -> Any:
        endorsed = await self.ledger.endorse(self.people[name], f"trace:{function}", *arguments)
        (committed,) = await self.ledger.commit([endorsed])
        assert committed.is_valid
        block = self.chain.add([envelope_of(endorsed, self.people[name].serialized)])
        Projector(self.database).apply(block)
        return json.loads(committed.result)

    async def peers_history(self, epc: str) -> History:
        answer = await self.ledger.evaluate(self.people["carrier"], "trace:history", epc)
        return History.model_validate_json(answer)


@pytest.fixture(scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Told]:
    database = Database.open(sqlite_url(tmp_path_factory.mktemp("told") / "readmodel.sqlite"))
    async with simulator() as ledger:
        told = Told(ledger, database)
        for prefix, msp_id, gln in (
            ("95210000010", "PlatformAMSP", "9521000000018"),
            ("95210000011", "PlatformAMSP", "9521000000025"),
            ("9521000", "PlatformAMSP", "9521000000025"),
        ):
            holder = {"prefix": prefix, "msp_id": msp_id, "gln": gln, "name": "Maker"}
            await told.submit("officer", "license_prefix", json.dumps(holder))
        for file in document_files([ROOT / "examples" / chain for chain in ("milk-powder", "phone")]):
            for chunk in prepare(file.read()).chunks:
                await told.submit(file.recorder, "capture", chunk.text)
        await told.submit("inspector", "anchor", json.dumps(PAPER), json.dumps([PHONE, MILK]))
        today = ledger.clock.now().date().isoformat()
        counts = [{"item": PHONE, "day": today, "area": area, "count": 2} for area in ("wx4", "wtw")]
        await told.submit("service", "count_scans", json.dumps(counts))
        told.results.append(await told.submit("officer", "recall", json.dumps([MILK]), '"return"', "Listeria"))
        yield told
    database.close()


@pytest.mark.parametrize("epc", [PHONE, CAN, MILK, "https://id.gs1.org/01/09521000001107/21/NEVER"])
async def test_a_read_model_tells_the_history_that_the_contract_tells(told: Told, epc: str) -> None:
    with told.database.reading() as connection:
        assert history(connection, epc) == await told.peers_history(epc)


async def test_what_a_can_of_milk_was_made_of_is_recalled_with_it(told: Told) -> None:
    with told.database.reading() as connection:
        can = history(connection, CAN)
    assert [(warning.code, warning.values) for warning in can.warnings] == [("recalled", (told.results[0]["id"],))]


async def test_scans_far_apart_on_one_day_show_a_copy(told: Told) -> None:
    with told.database.reading() as connection:
        phone = history(connection, PHONE)
    found = {finding.code: dict(finding.values) for finding in phone.findings if finding.check == "scans"}
    assert found == {"SCANNED_FAR_APART": {"km": "1065", "one": "wtw", "other": "wx4"}}
    assert phone.grade == "C"


async def test_a_recall_reaches_the_same_goods_by_rows_as_by_state(told: Told) -> None:
    recall = Recall.model_validate(told.results[0], strict=False)
    answer = await told.ledger.evaluate(told.people["carrier"], "trace:recall_scope", recall.id)
    with told.database.reading() as connection:
        scope = scope_of(connection, recall)
    assert scope == RecallScope.model_validate_json(answer)
    assert {each.item for each in scope.affected if "/01/09521000002043/21/" in each.item} == {
        f"https://id.gs1.org/01/09521000002043/21/MP26090300{number:02d}" for number in range(1, 13)
    }


async def test_a_recalled_product_reaches_its_lots_and_things_by_rows_as_by_state(told: Told) -> None:
    product = CAN.partition("/21/")[0]
    recall = Recall.model_validate(
        await told.submit("officer", "recall", json.dumps([product]), '"return"', "Listeria"), strict=False
    )
    answer = await told.ledger.evaluate(told.people["carrier"], "trace:recall_scope", recall.id)
    with told.database.reading() as connection:
        scope = scope_of(connection, recall)
    assert scope == RecallScope.model_validate_json(answer)
    goods = [each.item for each in scope.affected if not each.carrier]
    assert goods[0] == product
    assert CAN in goods
    assert all(item.startswith(product) for item in goods)
    assert {each.party.role for each in scope.liable} >= {"processor", "merchant"}


async def test_a_reach_by_the_ledgers_first_events_stays_what_it_was(told: Told) -> None:
    product = CAN.partition("/21/")[0]
    recall = Recall.model_validate({**told.results[0], "items": [product]}, strict=False)
    with told.database.reading() as connection:
        events = position_in(connection).events
        before = scope_of(connection, recall)
    sold = event(930_000, epcList=[CAN, f"{product}/21/NEW"], bizStep="retail_selling")
    await told.submit("merchant", "capture", document(sold))
    with told.database.reading() as connection:
        assert scope_of(connection, recall, events) == before
        assert len(scope_of(connection, recall).affected) == len(before.affected) + 1
        assert [each.item for each in scope_of(connection, recall, 0).affected] == [product]


async def test_walks_lead_from_raw_milk_to_cans_and_back(told: Told) -> None:
    with told.database.reading() as connection:
        made = walked(connection, "downstream", MILK)
        origin = walked(connection, "upstream", CAN)
    assert CAN in made.items
    assert "https://id.gs1.org/01/09521000002012/10/RM20260901A" in origin.items


async def test_each_event_leads_to_the_event_before_of_each_of_its_items(told: Told) -> None:
    item = "https://id.gs1.org/01/09521000001107/21/FP26100001"
    with told.database.reading() as connection:
        rows = connection.execute(
            select(event_items.c.sequence, event_items.c.previous)
            .where(event_items.c.item == item)
            .order_by(event_items.c.sequence)
        ).all()
    assert len(rows) == 7
    assert [row.previous for row in rows] == [None, *(row.sequence for row in rows[:-1])]


GTIN = "https://id.gs1.org/01/09521000003101"
BIG_LOT, RAW, BOTTLE = f"{GTIN}/10/BIG", "https://id.gs1.org/01/09521000003118/10/RAW", f"{GTIN}/21/B1000"
BOTTLES = EVENTS_MAX + 100
DOCUMENT_EVENTS = 400


def transformation(number: int, inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, Any]:
    """A transformation of classes into others."""
    made = event(
        number,
        type="TransformationEvent",
        inputQuantityList=[{"epcClass": each} for each in inputs],
        outputQuantityList=[{"epcClass": each} for each in outputs],
    )
    return {name: value for name, value in made.items() if name not in ("epcList", "action", "bizStep")}


@pytest.fixture(scope="module")
async def bottled(told: Told) -> Told:
    """A lot that was filled into more bottles than a peer reads facts of, each told by an event of its own."""
    now = told.ledger.clock.now()
    hours = [
        {"eventTime": (now - timedelta(hours=ago)).isoformat(), "eventTimeZoneOffset": "+00:00"} for ago in (3, 2, 1)
    ]
    raw = event(900_000, quantityList=[{"epcClass": RAW}], action="ADD", bizStep="creating_class_instance", **hours[0])
    del raw["epcList"]
    bottles = [
        event(910_000 + n, epcList=[f"{GTIN}/10/BIG/21/B{n:04}"], action="ADD", bizStep="commissioning", **hours[2])
        for n in range(BOTTLES)
    ]
    events = [raw, {**transformation(900_001, [RAW], [BIG_LOT]), **hours[1]}, *bottles]
    for start in range(0, len(events), DOCUMENT_EVENTS):
        await told.submit("processor", "capture", document(*events[start : start + DOCUMENT_EVENTS]))
    await told.submit("inspector", "anchor", json.dumps({**PAPER, "sha256": "cd" * 32}), json.dumps([BIG_LOT]))
    return told


async def test_a_thing_of_a_lot_with_more_siblings_than_a_peer_reads_is_told_whole_and_can_be_an_a(
    bottled: Told,
) -> None:
    with bottled.database.reading() as connection:
        bottle = history(connection, BOTTLE)
    assert (bottle.grade, bottle.complete) == ("A", True)
    assert [(link.source, link.target) for link in bottle.sources] == [(RAW, BIG_LOT), (BIG_LOT, BOTTLE)]
    assert bottle == await bottled.peers_history(BOTTLE)


async def test_the_lot_itself_is_told_as_far_as_peers_read_and_says_so(bottled: Told) -> None:
    with bottled.database.reading() as connection:
        lot = history(connection, BIG_LOT)
    assert (len(lot.legs), lot.complete) == (EVENTS_MAX, False)
    assert lot == await bottled.peers_history(BIG_LOT)


async def test_a_recall_of_the_lot_reaches_each_bottle_by_rows_and_is_cut_at_a_peer(bottled: Told) -> None:
    recalled = await bottled.submit("officer", "recall", json.dumps([BIG_LOT]), '"return"', "Glass")
    recall = Recall.model_validate(recalled, strict=False)
    with bottled.database.reading() as connection:
        scope = scope_of(connection, recall)
        made = walked(connection, "downstream", BIG_LOT)
    assert scope.complete
    assert {each.item for each in scope.affected} == {BIG_LOT, *(f"{GTIN}/21/B{n:04}" for n in range(BOTTLES))}
    assert [(each.party.role, each.items) for each in scope.liable] == [("processor", BOTTLES + 2)]
    assert (len(made.items), made.complete) == (BOTTLES + 1, True)
    answer = await bottled.ledger.evaluate(bottled.people["carrier"], "trace:recall_scope", recall.id)
    assert not RecallScope.model_validate_json(answer).complete


async def test_goods_of_more_sources_than_peers_look_at_are_recalled_with_each_of_them(told: Told) -> None:
    """What is recalled is the last source, and what that was made of."""
    farms = [f"https://id.gs1.org/01/09521000003125/10/F{number:04}" for number in range(SOURCES_MAX + 1)]
    cheese, feed = "https://id.gs1.org/01/09521000003132/10/C1", "https://id.gs1.org/01/09521000003149/10/HAY"
    made = transformation(920_000, farms, [cheese]), transformation(920_001, [feed], [farms[-1]])
    times = ("2026-11-22T08:00:00Z", "2026-11-21T08:00:00Z")
    curdled, milked = ({**each, "eventTime": time} for each, time in zip(made, times, strict=True))
    await told.submit("farmer", "capture", document(curdled, milked))
    recalls = [
        (await told.submit("officer", "recall", json.dumps([item]), '"return"', "Mould"))["id"]
        for item in (feed, farms[-1], farms[0])
    ]
    with told.database.reading() as connection:
        cut = history(connection, cheese)
    peers = await told.peers_history(cheese)
    assert {each.id for each in cut.recalls} == set(recalls)
    assert [(each.code, set(each.values)) for each in cut.warnings] == [("recalled", set(recalls))]
    assert [each.id for each in peers.recalls] == [recalls[2]]
    unrecalled = {"recalls": (), "warnings": ()}
    assert cut.model_copy(update=unrecalled) == peers.model_copy(update=unrecalled)
    assert (cut.grade, cut.complete) == (peers.grade, False)
