"""Records beside events become rows: of valid transactions only, and each as the ledger has it now."""

import json
from typing import Any

import pytest
from sqlalchemy import Table, select

from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import ProjectionError
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.tables import anchors, licences, recall_items, recalls, scans
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Recall, RecallMark
from fairledger_contracts.records.scan_count import ScanCount
from tests.support.blocks import MVCC_READ_CONFLICT, VALID, Chain, envelope

ENDORSEMENT_POLICY_FAILURE = 10
NOT_VALIDATED = 254
TX = "ab" * 32
ITEM = "https://id.gs1.org/01/09521000123458/21/1"
BY = {"msp_id": "RegulatorMSP", "id": "x", "role": "regulator", "gln": ""}
AT = "2026-11-23T06:38:00Z"
RECALL: dict[str, Any] = {
    "id": TX,
    "items": [ITEM],
    "measure": "return",
    "reason": "It burns",
    "recalled_at": AT,
    "recorder": BY,
}
HOLDER = {"msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "Phones", "since": AT}
PAPER = {"sha256": "cd" * 32, "kind": "other", "title": "A paper", "media_type": "text/plain", "size_bytes": 3}
RECORDS: dict[type[Record], tuple[Table, dict[str, Any]]] = {
    Licence: (licences, {"prefix": "9521000", "holders": [HOLDER], "recorder": BY}),
    Anchor: (anchors, {"item": ITEM, "id": TX, "document": PAPER, "anchored_at": AT, "recorder": BY}),
    Recall: (recalls, RECALL),
    RecallMark: (recall_items, {"item": ITEM, "id": TX}),
    ScanCount: (
        scans,
        {"item": ITEM, "id": f"{TX}:0", "day": "2026-11-23", "area": "wx4", "count": 7, "recorder": BY},
    ),
}


def written(kind: type[Record], members: dict[str, Any]) -> dict[str, bytes | None]:
    """A record as the contract writes it: its key and its value."""
    record = kind.model_validate_json(json.dumps(members))
    return {record.ledger_key: record.to_state()}


def project(database: Database, *transactions: dict[str, bytes | None], verdicts: tuple[int, ...] = ()) -> None:
    """A chain with one block of transactions, which make those writes."""
    chain = Chain()
    chain.add([envelope(f"{number:064x}", writes) for number, writes in enumerate(transactions, 1)], verdicts)
    for block in chain.blocks:
        Projector(database).apply(block)


def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_of_a_valid_transaction_is_a_row(database: Database, kind: type[Record]) -> None:
    table, members = RECORDS[kind]
    project(database, written(kind, members))
    (row,) = rows(database, table)
    assert row.get("block_number", 1) == 1
    if "record" in row:
        assert json.loads(row["record"]) == {**kind.model_validate_json(json.dumps(members)).model_dump(mode="json")}
    else:
        assert members.items() >= {name: row[name] for name in ("item", "count", "area") if name in row}.items()


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("verdict", [MVCC_READ_CONFLICT, ENDORSEMENT_POLICY_FAILURE, NOT_VALIDATED])
def test_a_record_of_an_invalid_transaction_is_none(database: Database, kind: type[Record], verdict: int) -> None:
    table, members = RECORDS[kind]
    project(database, written(kind, members), verdicts=(verdict,))
    assert rows(database, table) == []


def test_an_invalid_change_leaves_the_valid_record_as_it_was(database: Database) -> None:
    ended = {**RECALL, "ended_at": AT, "ended_by": BY, "end_reason": "over"}
    project(database, written(Recall, RECALL), written(Recall, ended), verdicts=(VALID, MVCC_READ_CONFLICT))
    (row,) = rows(database, recalls)
    assert (row["in_force"], row["tx_id"], json.loads(row["record"])["ended_at"]) == (True, f"{1:064x}", None)


def test_a_change_takes_the_place_of_what_was_before(database: Database) -> None:
    ended = {**RECALL, "ended_at": AT, "ended_by": BY, "end_reason": "over"}
    sold = {**RECORDS[Licence][1], "holders": [HOLDER, {**HOLDER, "gln": "9521000000025"}]}
    project(
        database,
        written(Recall, RECALL),
        written(Recall, ended),
        written(Licence, RECORDS[Licence][1]),
        written(Licence, sold),
    )
    (recall,), (licence,) = rows(database, recalls), rows(database, licences)
    assert (recall["in_force"], recall["tx_id"]) == (False, f"{2:064x}")
    assert [holder["gln"] for holder in json.loads(licence["record"])["holders"]] == ["9521000000018", "9521000000025"]


def test_what_the_contract_never_writes_stops_the_projector(database: Database) -> None:
    (key,) = written(Recall, RECALL)
    for value in (None, b"{}", b"\xff", b'{"id": 7}'):
        with pytest.raises(ProjectionError) as refusal:
            project(database, {key: value})
        assert refusal.value.code == "PROJECTION_RECORD", value
    assert rows(database, recalls) == []
