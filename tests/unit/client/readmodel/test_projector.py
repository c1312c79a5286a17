"""Blocks become rows, each once, and nothing that a peer held for invalid."""

from random import Random
from string import ascii_letters
from typing import Any

import pytest
from sqlalchemy import select

from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import BlockError, ProjectionError
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.tables import PROJECTED, blocks, captures, event_items, events, transactions
from fairledger_contracts.records.capture import LOOKED_UP_MAX
from fairledger_contracts.trace.epcis.uris import URI_CHARACTERS_MAX
from tests.support.blocks import MVCC_READ_CONFLICT, Chain, envelope
from tests.support.captures import EXTENSION, chain_of, document, event


def rows(database: Database, table: Any) -> list[dict[str, Any]]:
    with database.reading() as connection:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row._mapping) for row in connection.execute(query)]


def project_all(database: Database, chain: Chain) -> Projector:
    projector = Projector(database)
    for block in chain.blocks:
        projector.apply(block)
    return projector


async def test_a_capture_becomes_rows_of_its_events_and_their_items(database: Database) -> None:
    transformed = {
        "type": "TransformationEvent",
        "eventID": "urn:uuid:00000000-0000-4000-8000-000000000777",
        "eventTime": "2026-11-05T06:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9521000.012345.L7", "quantity": 26.50, "uom": "KGM"}],
        "outputEPCList": ["urn:epc:id:sgtin:9521000.012345.A1"],
        "transformationID": "urn:epc:id:gdti:9521000.00001.1",
        "bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning",
        "disposition": "active",
        "bizLocation": {"id": "urn:epc:id:sgln:9521000.00001.0"},
    }
    text = document(event(1, readPoint={"id": "urn:epc:id:sgln:9521000.00002.0"}), transformed, context=[EXTENSION])
    chain = await chain_of([[text.replace("26.5", "26.50")]])

    position = project_all(database, chain).position()

    assert (position.next_block, position.events) == (2, 2)
    (capture,) = rows(database, captures)
    assert (capture["block_number"], capture["events"], capture["recorder_msp"]) == (1, 2, "PlatformAMSP")
    first, second = rows(database, events)
    assert (first["sequence"], first["type"], first["action"], first["biz_step"]) == (
        0,
        "ObjectEvent",
        "OBSERVE",
        "shipping",
    )
    assert first["event_time"] == "2026-11-01T22:00:00.000000Z"
    assert first["record_time"] == capture["recorded_at"]
    assert first["read_point"] == "https://id.gs1.org/414/9521000000025"
    assert first["context"] == '[{"ext": "https://ns.example.com/ext/"}]'
    assert first["tx_id"] == second["tx_id"] == capture["tx_id"]
    assert (second["biz_step"], second["disposition"]) == ("commissioning", "active")
    assert second["biz_location"] == "https://id.gs1.org/414/9521000000018"
    assert second["transformation_id"] == "urn:epc:id:gdti:9521000.00001.1"
    assert '"quantity":26.50' in second["event"]
    items = [
        (row["sequence"], row["role"], row["item"], row["quantity"], row["unit"]) for row in rows(database, event_items)
    ]
    assert items == [
        (0, "epcList", "https://id.gs1.org/01/09521000123458/21/1", None, None),
        (1, "outputEPCList", "https://id.gs1.org/01/09521000123458/21/A1", None, None),
        (1, "inputQuantityList", "https://id.gs1.org/01/09521000123458/10/L7", "26.50", "KGM"),
        (1, "transformationID", "https://id.gs1.org/253/95210000000181", None, None),
    ]


async def test_an_error_declaration_stands_beside_the_event_whose_id_it_has(database: Database) -> None:
    declaration = event(1, errorDeclaration={"declarationTime": "2026-11-20T00:00:00Z", "reason": "incorrect_data"})
    project_all(database, await chain_of([[document(event(1))], [document(declaration)]]))

    first, second = rows(database, events)

    assert first["event_id"] == second["event_id"]
    assert (first["is_declaration"], first["error_reason"]) == (False, None)
    assert (second["is_declaration"], second["error_reason"]) == (True, "incorrect_data")
    assert second["error_declaration_time"] == "2026-11-20T00:00:00.000000Z"


async def test_the_longest_ids_that_the_contract_takes_have_their_place_in_the_indexes(database: Database) -> None:
    """Escaped in the canonical form, the item is thrice as long as written; PostgreSQL's indexes have a limit."""
    any_order = Random(1)
    prefix = "urn:epc:id:sgtin:9521000.012345."
    serial = "".join(any_order.choice("!$&'()*+,:;=@[]") for _ in range(URI_CHARACTERS_MAX - len(prefix)))
    place = "https://example.com/" + "".join(any_order.choice(ascii_letters) for _ in range(URI_CHARACTERS_MAX - 20))
    longest = event(1, eventID=place, epcList=[prefix + serial], bizStep=place, readPoint={"id": place})
    project_all(database, await chain_of([[document(longest)]]))

    (item,) = rows(database, event_items)
    assert len(item["item"]) == len("https://id.gs1.org/01/09521000123458/21/") + 3 * len(serial)
    assert [row["event_id"] for row in rows(database, events)] == [place]


async def test_an_event_captured_twice_is_one_row(database: Database) -> None:
    project_all(database, await chain_of([[document(event(1))], [document(event(1), event(2))]]))

    assert [row["event_id"][-2:] for row in rows(database, events)] == ["01", "02"]
    assert [row["events"] for row in rows(database, captures)] == [1, 1]


async def test_copies_in_a_large_document_are_not_rows_again(database: Database) -> None:
    large = [event(number) for number in range(2, LOOKED_UP_MAX + 4)]
    project_all(database, await chain_of([[document(event(1), event(2), event(3))], [document(*large)]]))

    ids = [row["event_id"] for row in rows(database, events)]
    assert len(ids) == len(set(ids)) == LOOKED_UP_MAX + 3
    assert [row["sequence"] for row in rows(database, events)] == list(range(LOOKED_UP_MAX + 3))
    assert sorted(row["events"] for row in rows(database, captures)) == [3, len(large)]  # as captured


async def test_an_invalid_transaction_leaves_only_its_line_in_the_list(database: Database) -> None:
    """Two captures of one event in one block: the peers hold the second for invalid, though it set an event."""
    chain = await chain_of([[document(event(1)), document(event(1), event(2))]])
    assert list(chain.blocks[1].metadata.metadata[2]) == [0, MVCC_READ_CONFLICT]

    project_all(database, chain)

    assert [row["event_id"][-2:] for row in rows(database, events)] == ["01"]
    assert len(rows(database, captures)) == 1
    listed = [row for row in rows(database, transactions) if row["block_number"] == 1]
    assert [(row["verdict"], row["chaincode"]) for row in listed] == [("VALID", "credit"), ("MVCC_READ_CONFLICT", "")]


def test_what_an_invalid_transaction_claims_is_not_kept_unless_it_has_the_right_form(database: Database) -> None:
    chain = Chain()
    chain.add([envelope("<script>\x00"), b"\xff\xff"], [MVCC_READ_CONFLICT, 2])

    project_all(database, chain)

    kept = [(row["tx_id"], row["kind"], row["creator_msp"]) for row in rows(database, transactions)][1:]
    assert kept == [("", "ENDORSER_TRANSACTION", ""), ("", "", "")]


def test_other_chaincodes_are_none_of_its_business(database: Database) -> None:
    chain = Chain()
    chain.add([envelope("ab" * 32, {"k": b"v"}, namespace="_lifecycle")])

    assert project_all(database, chain).position().next_block == 2
    assert rows(database, events) == []


async def test_blocks_are_listed_with_their_hashes(database: Database) -> None:
    chain = await chain_of([[document(event(1))]])
    project_all(database, chain)

    first, second = rows(database, blocks)

    assert second["previous_hash"] == first["hash"]
    assert second["data_hash"] == chain.blocks[1].header.data_hash.hex()
    assert (first["transactions"], second["transactions"]) == (1, 1)


async def test_a_replay_is_harmless(database: Database) -> None:
    chain = await chain_of([[document(event(1))], [document(event(2))]])
    projector = project_all(database, chain)
    before = [rows(database, table) for table in PROJECTED]

    assert [projector.apply(block) for block in chain.blocks] == [False, False, False]
    assert [rows(database, table) for table in PROJECTED] == before


async def test_a_gap_is_an_error_and_leaves_nothing(database: Database) -> None:
    chain = await chain_of([[document(event(1))], [document(event(2))]])
    projector = Projector(database)
    projector.apply(chain.blocks[0])

    with pytest.raises(ProjectionError) as refusal:
        projector.apply(chain.blocks[2])

    assert refusal.value.code == "PROJECTION_GAP"
    assert projector.position().next_block == 1
    assert len(rows(database, blocks)) == 1


def test_a_block_of_another_chain_is_an_error(database: Database) -> None:
    ours, others = Chain(), Chain()
    ours.add([envelope("ab" * 32, namespace="x")])
    others.add([envelope("cd" * 32, namespace="x")])
    others.add([envelope("ef" * 32, namespace="x")])
    projector = project_all(database, ours)

    for block in others.blocks[1:]:
        with pytest.raises(ProjectionError) as refusal:
            projector.apply(block)
        assert refusal.value.code == "PROJECTION_CHAIN"
        assert refusal.value.remedy == "run `fairledger readmodel rebuild`"
    assert projector.position().next_block == 2


KEY = "\x00trace-capture\x00{}\x00"
UNREADABLE = {
    "no composite key": {"plain": b"{}"},
    "unknown kind": {"\x00trace-novelty\x00x\x00": b"{}"},
    "deleted": {"\x00capture-segment\x001\x00x\x000000\x00": None},
    "no record": {"\x00trace-capture\x00x\x00": b"[]"},
    "no JSON": {"\x00trace-capture\x00x\x00": b"\xff"},
    "events of nobody": {"\x00capture-segment\x001\x00x\x000000\x00": b"[\n{}\n]"},
    "segment of no number": {"\x00capture-segment\x00x\x00": b"[\n{}\n]"},
}


@pytest.mark.parametrize("writes", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_record_that_is_not_understood_stops_the_projector(
    database: Database, writes: dict[str, bytes | None]
) -> None:
    chain = Chain()
    chain.add([envelope("ab" * 32, writes)])
    projector = Projector(database)
    projector.apply(chain.blocks[0])

    with pytest.raises(ProjectionError) as refusal:
        projector.apply(chain.blocks[1])

    assert refusal.value.code == "PROJECTION_RECORD"
    assert f"block 1, transaction {'ab' * 32}" in str(refusal.value)
    assert projector.position().next_block == 1
    assert len(rows(database, blocks)) == 1


async def test_a_capture_that_lacks_events_stops_the_projector(database: Database) -> None:
    chain = await chain_of([[document(event(1))]])
    whole = chain.blocks.pop()
    from fairledger.readmodel.blocks import decode  # noqa: PLC0415

    writes = {w.key: w.value for w in decode(whole).transactions[0].writes if "capture-segment" not in w.key}
    chain.add([envelope("ab" * 32, writes)])

    with pytest.raises(ProjectionError) as refusal:
        project_all(database, chain)

    assert refusal.value.code == "PROJECTION_RECORD"
    assert "doesn't have the events that it counts" in str(refusal.value)


def test_a_block_that_is_none_stops_the_projector(database: Database) -> None:
    chain = Chain()
    chain.add([b"\xff"])
    projector = Projector(database)
    projector.apply(chain.blocks[0])
    with pytest.raises(BlockError):
        projector.apply(chain.blocks[1])
    assert projector.position().next_block == 1
