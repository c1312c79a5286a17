"""Reading what the ledger has beside events: licences, recalls, anchors, and who signed with which key."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from sqlalchemy import Connection, and_, exists, or_, select

from fairledger.readmodel import instants
from fairledger.readmodel.tables import anchors, event_items, keys, licences, recalls
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.signatory import Party


@dataclass(frozen=True)
class RecorderKey:
    """A key with which events were recorded, and the business that did."""

    party: Party
    recorder_id: str
    certificate: x509.Certificate


def recorder_key(connection: Connection, key_id: str) -> RecorderKey | None:
    """The key that a tag names, if anybody recorded events with it."""
    row = connection.execute(select(keys).where(keys.c.key_id == key_id)).one_or_none()
    if row is None:
        return None
    certificate = x509.load_pem_x509_certificate(row.certificate.encode())
    return RecorderKey(Party(row.msp_id, row.gln or row.recorder_id), row.recorder_id, certificate)


def all_licences(connection: Connection) -> list[Licence]:
    """All licences, by their prefixes."""
    found = connection.execute(select(licences.c.record).order_by(licences.c.prefix)).scalars()
    return [Licence.model_validate_json(record) for record in found]


def find_recall(connection: Connection, recall_id: str) -> Recall | None:
    """The recall with this id, if there is one."""
    query = select(recalls.c.record).where(recalls.c.recall_id == recall_id)
    record = connection.execute(query).scalar_one_or_none()
    return None if record is None else Recall.model_validate_json(record)


def recalls_before(
    connection: Connection, count: int, mark: tuple[datetime, str] | None, *, in_force: bool | None
) -> list[Recall]:
    """``count`` recalls, the latest first, from behind ``mark`` (when and id of the last one seen)."""
    query = select(recalls.c.record).order_by(recalls.c.recalled_at.desc(), recalls.c.recall_id.desc()).limit(count)
    if mark is not None:
        at = instants.text_of(mark[0])
        same = and_(recalls.c.recalled_at == at, recalls.c.recall_id < mark[1])
        query = query.where(or_(recalls.c.recalled_at < at, same))
    if in_force is not None:
        query = query.where(recalls.c.in_force.is_(in_force))
    return [Recall.model_validate_json(record) for record in connection.execute(query).scalars()]


def anchors_of(connection: Connection, sha256: str) -> list[Anchor]:
    """All anchors of a document, in the order of the ledger."""
    query = select(anchors.c.record).where(anchors.c.sha256 == sha256)
    found = connection.execute(query.order_by(anchors.c.block_number, anchors.c.tx_id, anchors.c.item)).scalars()
    return [Anchor.model_validate_json(record) for record in found]


def is_known(connection: Connection, item: str) -> bool:
    """Whether any event names an item's canonical id."""
    return bool(connection.execute(select(exists().where(event_items.c.item == item))).scalar_one())
