"""Reading licences, recalls, anchors and keys, on both databases."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.registers import (
    all_licences,
    anchors_of,
    find_recall,
    is_known,
    recalls_before,
    recorder_key,
)
from fairledger.tags import key_id_of
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.signatory import Party
from tests.support.blocks import Chain, envelope
from tests.support.captures import document, envelope_of, event, simulator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ITEM = "https://id.gs1.org/01/09521000123458/21/1"
BY = {"msp_id": "RegulatorMSP", "id": "x", "role": "regulator", "gln": ""}


def recall(number: int, at: datetime = NOON, *, ended: bool = False) -> Recall:
    members: dict[str, Any] = {
        "id": f"{number:064x}",
        "items": [ITEM],
        "measure": "return",
        "reason": "x",
        "recalled_at": at.isoformat(),
        "recorder": BY,
        **({"ended_at": at.isoformat(), "ended_by": BY, "end_reason": "over"} if ended else {}),
    }
    return Recall.model_validate_json(json.dumps(members))


def licence(prefix: str) -> Licence:
    holder = {"msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "x", "since": NOON.isoformat()}
    return Licence.model_validate_json(json.dumps({"prefix": prefix, "holders": [holder], "recorder": BY}))


def anchor(item: str, sha256: str) -> Anchor:
    paper = {"sha256": sha256, "kind": "other", "title": "x", "media_type": "text/plain", "size_bytes": 1}
    members = {"item": item, "id": "a" * 64, "document": paper, "anchored_at": NOON.isoformat(), "recorder": BY}
    return Anchor.model_validate_json(json.dumps(members))


def project(database: Database, *batches: list[Record]) -> None:
    """A block for each of ``batches``, and a transaction for each record."""
    chain, number = Chain(), 0
    for batch in batches:
        envelopes = []
        for record in batch:
            number += 1
            envelopes.append(envelope(f"{number:064x}", {record.ledger_key: record.to_state()}))
        chain.add(envelopes)
    for block in chain.blocks:
        Projector(database).apply(block)


def test_a_recall_is_found_by_its_id_alone(database: Database) -> None:
    project(database, [recall(1)])
    with database.reading() as connection:
        assert find_recall(connection, f"{1:064x}") == recall(1)
        assert [find_recall(connection, other) for other in (f"{2:064x}", "", "%", "' OR 1=1")] == [None] * 4


def test_pages_of_recalls_have_each_once_though_many_are_of_one_moment(database: Database) -> None:
    made = [recall(number, NOON + timedelta(seconds=number // 3), ended=number % 2 == 1) for number in range(9)]
    project(database, list(made))
    expected = sorted(made, key=lambda each: (each.recalled_at, each.id), reverse=True)
    with database.reading() as connection:
        for size in (1, 2, 4, 9):
            found: list[Recall] = []
            mark = None
            while page := recalls_before(connection, size, mark, in_force=None):
                found += page
                mark = (page[-1].recalled_at, page[-1].id)
            assert found == expected
        assert recalls_before(connection, 9, None, in_force=True) == [each for each in expected if not each.ended_at]
        assert recalls_before(connection, 9, None, in_force=False) == [each for each in expected if each.ended_at]


def test_licences_come_by_prefix(database: Database) -> None:
    project(database, [licence(prefix) for prefix in ("9521000", "4012345", "95210000010", "9521")])
    with database.reading() as connection:
        assert [each.prefix for each in all_licences(connection)] == ["4012345", "9521", "9521000", "95210000010"]


def test_anchors_of_a_document_are_in_the_order_of_blocks(database: Database) -> None:
    sha256, other = "ab" * 32, "cd" * 32
    project(database, [anchor("urn:x:2", sha256)], [anchor("urn:x:1", sha256), anchor("urn:x:3", other)])
    with database.reading() as connection:
        assert [each.item for each in anchors_of(connection, sha256)] == ["urn:x:2", "urn:x:1"]
        assert anchors_of(connection, "ef" * 32) == []


@pytest.mark.parametrize(("gln", "place"), [("9521000000018", "9521000000018"), ("", None)])
async def test_a_recorders_key_leads_to_their_business(database: Database, gln: str, place: str | None) -> None:
    chain = Chain()
    async with simulator() as ledger:
        attributes = {"role": "producer", **({"gln": gln} if gln else {})}
        maker = ledger.identity("PlatformAMSP", "maker", **attributes)
        endorsed = await ledger.endorse(maker, "trace:capture", document(event(1)))
        chain.add([envelope_of(endorsed, maker.serialized)])
    for block in chain.blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        key = recorder_key(connection, key_id_of(maker.certificate))
        assert key is not None
        assert key.certificate == maker.certificate
        assert key.party == Party("PlatformAMSP", place or key.recorder_id)
        assert recorder_key(connection, "A" * 16) is None
        assert (is_known(connection, ITEM), is_known(connection, f"{ITEM}0")) == (True, False)
