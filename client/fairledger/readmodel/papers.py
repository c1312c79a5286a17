"""What the contract ``trace`` writes beside captures, as rows: licences, anchors, recalls, and counts of scans."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, insert

from fairledger.readmodel import instants
from fairledger.readmodel.blocks import Write
from fairledger.readmodel.tables import anchors, licences, recall_items, recalls, scans
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Recall, RecallMark
from fairledger_contracts.records.scan_count import ScanCount


def write_paper(connection: Connection, kind: str, write: Write, tx_id: str, block_number: int) -> None:
    """Insert or replace the row of a record of one of ``PAPERS``. Raises ``ValueError`` for what is no such record."""
    if write.value is None:
        raise ValueError(f"a record of kind {kind} is deleted, which the contract never does")
    PAPERS[kind](connection, write.value, {"tx_id": tx_id, "block_number": block_number})


def _licence(connection: Connection, value: bytes, at: Mapping[str, Any]) -> None:
    licence = Licence.model_validate_json(value)
    connection.execute(delete(licences).where(licences.c.prefix == licence.prefix))
    connection.execute(insert(licences), {**at, "prefix": licence.prefix, "record": value.decode()})


def _anchor(connection: Connection, value: bytes, at: Mapping[str, Any]) -> None:
    anchor = Anchor.model_validate_json(value)
    row = {**at, "item": anchor.item, "sha256": anchor.document.sha256, "record": value.decode()}
    connection.execute(insert(anchors), row)


def _recall(connection: Connection, value: bytes, at: Mapping[str, Any]) -> None:
    recall = Recall.model_validate_json(value)
    connection.execute(delete(recalls).where(recalls.c.recall_id == recall.id))
    row = {**at, "recall_id": recall.id, "recalled_at": instants.text_of(recall.recalled_at)}
    connection.execute(insert(recalls), {**row, "in_force": recall.ended_at is None, "record": value.decode()})


def _recall_mark(connection: Connection, value: bytes, _at: Mapping[str, Any]) -> None:
    mark = RecallMark.model_validate_json(value)
    connection.execute(insert(recall_items), {"item": mark.item, "recall_id": mark.id})


def _scans(connection: Connection, value: bytes, at: Mapping[str, Any]) -> None:
    counted = ScanCount.model_validate_json(value)
    row = {"item": counted.item, "report_id": counted.id, "day": counted.day.isoformat(), "area": counted.area}
    told = {"count": counted.count, "msp_id": counted.recorder.msp_id, "block_number": at["block_number"]}
    connection.execute(insert(scans), {**row, **told})


PAPERS: Final[Mapping[str, Callable[[Connection, bytes, Mapping[str, Any]], None]]] = {
    Licence.kind: _licence,
    Anchor.kind: _anchor,
    Recall.kind: _recall,
    RecallMark.kind: _recall_mark,
    ScanCount.kind: _scans,
}
