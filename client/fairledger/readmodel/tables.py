"""The read model's tables: all of it can be made again from block 0, so nothing here knows the time of day.

Times are text in one form that sorts as time does: ``2026-11-23T06:38:00.000000Z`` (see ``instants``). Hashes are
lower-case hexadecimal. After every change here, or of what is written into the tables, a migration is due: see
``migrations``.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, SmallInteger, Table
from sqlalchemy import Text as AnyText

Text: Final = AnyText().with_variant(AnyText(collation="C"), "postgresql")  # by code point, as SQLite sorts

metadata = MetaData()

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("id", SmallInteger, primary_key=True),  # there is one row, with id 1
    Column("next_block", BigInteger, nullable=False),
    Column("block_hash", Text, nullable=False),  # of the last block projected; empty before block 0
    Column("events", BigInteger, nullable=False),  # the sequence number of the next event
)

blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("transactions", Integer, nullable=False),
)

transactions = Table(  # the list of what was ordered, with the peers' verdict; only valid ones leave any other row
    "transactions",
    metadata,
    Column("block_number", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("tx_id", Text, nullable=False),  # empty when it could not be read
    Column("kind", Text, nullable=False),
    Column("verdict", Text, nullable=False),  # VALID, or why not, in Fabric's words
    Column("creator_msp", Text, nullable=False),
    Column("chaincode", Text, nullable=False),
    Column("proposed_at", Text),
    Index("transactions_tx_id", "tx_id"),
)

captures = Table(
    "captures",
    metadata,
    Column("tx_id", Text, primary_key=True),  # one transaction captures one document
    Column("block_number", BigInteger, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("recorder_msp", Text, nullable=False),
    Column("recorder_id", Text, nullable=False),
    Column("recorder_role", Text, nullable=False),
    Column("recorder_gln", Text, nullable=False),  # empty where the certificate has none
    Column("events", Integer, nullable=False),
    Column("envelope", Text, nullable=False),  # JSON, the document without its events, as it was captured
)

events = Table(
    "events",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # the ledger's order, without gaps
    Column("event_id", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of its meaning; with the id it tells the event
    Column("is_declaration", Boolean, nullable=False),  # an error declaration has the id of what it declares erroneous
    Column("declared_digest", Text),  # of the event that this one declares erroneous
    Column("tx_id", Text, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("event_time", Text, nullable=False),
    Column("record_time", Text, nullable=False),
    Column("action", Text),
    Column("biz_step", Text),
    Column("disposition", Text),
    Column("read_point", Text),  # in canonical form, as items are
    Column("biz_location", Text),
    Column("transformation_id", Text),
    Column("error_declaration_time", Text),
    Column("error_reason", Text),
    Column("recorder_msp", Text, nullable=False),
    Column("recorder_id", Text, nullable=False),
    Column("context", Text, nullable=False),  # JSON array: what the event needs beside the standard's own context
    Column("event", Text, nullable=False),  # JSON, each member as it was captured
    Index("events_event_id", "event_id", "sequence"),
    Index("events_digest", "digest", "event_id", unique=True),
    Index("events_declared", "declared_digest", "event_id"),
    Index("events_event_time", "event_time", "sequence"),
    Index("events_record_time", "record_time", "sequence"),
    Index("events_biz_step", "biz_step", "sequence"),
    Index("events_disposition", "disposition", "sequence"),
    Index("events_biz_location", "biz_location", "sequence"),
    Index("events_read_point", "read_point", "sequence"),
)

event_items = Table(
    "event_items",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # of the event
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),  # the EPCIS field that names the item, such as epcList or inputQuantityList
    Column("item", Text, nullable=False),  # EPC or EPC class, in canonical form
    Column("quantity", Text),  # of a class, as written
    Column("unit", Text),  # UN/CEFACT code
    Column("amount", Text),  # the quantity as it compares (see ``numbers``), whatever its unit
    Column("measure", Text),  # a quantity with a unit, in the base unit (see ``units``)
    Column("measure_unit", Text),
    Column("previous", BigInteger),  # the item's previous event in the ledger's order, if there is one
    Index("event_items_item", "item", "sequence"),
)

event_fields = Table(  # what only some events have and queries ask for: sensor data, extensions, references
    "event_fields",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # of the event
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("area", Text, nullable=False),  # where in the event, see ``event_fields``
    Column("name", Text, nullable=False),  # the standard's, or an extension's in full
    Column("text", Text),  # no more of it than a query can ask for; null in what has no value, such as an object
    Column("number", Text),  # as it compares, see ``numbers``
    Column("time", Text),
    Column("unit", Text),  # of a measured number
    Index("event_fields_name", "name", "sequence"),
    Index("event_fields_text", "text", "sequence"),
)

master_data = Table(  # what the headers of captured documents say of locations and other words
    "master_data",
    metadata,
    Column("tx_id", Text, primary_key=True),  # of the capture
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("vocabulary", Text, nullable=False),
    Column("element", Text, nullable=False),  # in the form that the events' columns have
    Column("written", Text, nullable=False),
    Column("attribute", Text),  # its name; null in a row that names a child
    Column("value", Text),  # of the attribute
    Column("child", Text),  # an element below this one, in the form of ``element``
    Index("master_data_element", "element"),
)

keys = Table(  # with which recorders signed: tags are checked by them
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),  # see ``fairledger.tags``
    Column("msp_id", Text, nullable=False),
    Column("recorder_id", Text, nullable=False),
    Column("gln", Text, nullable=False),
    Column("certificate", Text, nullable=False),  # PEM, the first one that the ledger has with this key
    Column("block_number", BigInteger, nullable=False),
)

revocations = Table(  # certificates that the channel refuses
    "revocations",
    metadata,
    Column("msp_id", Text, primary_key=True),
    Column("serial", Text, primary_key=True),  # hexadecimal
    Column("revoked_at", Text, nullable=False),  # when the orderers made the first configuration that says so
    Column("block_number", BigInteger, nullable=False),  # of that configuration
)

licences = Table(
    "licences",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("tx_id", Text, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON, as the contract keeps it; so in the tables below
)

anchors = Table(
    "anchors",
    metadata,
    Column("item", Text, primary_key=True),
    Column("tx_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("record", Text, nullable=False),
    Index("anchors_sha256", "sha256"),
)

recalls = Table(
    "recalls",
    metadata,
    Column("recall_id", Text, primary_key=True),
    Column("recalled_at", Text, nullable=False),
    Column("in_force", Boolean, nullable=False),
    Column("tx_id", Text, nullable=False),  # of the last change
    Column("block_number", BigInteger, nullable=False),
    Column("record", Text, nullable=False),
    Index("recalls_recalled_at", "recalled_at", "recall_id"),
)

recall_items = Table(
    "recall_items",
    metadata,
    Column("item", Text, primary_key=True),
    Column("recall_id", Text, primary_key=True),
)

scans = Table(
    "scans",
    metadata,
    Column("item", Text, primary_key=True),
    Column("report_id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("msp_id", Text, nullable=False),
    Column("block_number", BigInteger, nullable=False),
)

ledger_records = Table(  # records of the kinds in ``record_kinds`` as they are now
    "ledger_records",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # the key's parts, joined by U+001F
    Column("number", BigInteger, nullable=False),  # in which order records came to the ledger, within the block's
    Column("tx_id", Text, nullable=False),  # of the last change
    Column("block_number", BigInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON, as the contract keeps it
    Index("ledger_records_number", "kind", "block_number", "number"),
)

record_terms = Table(
    "record_terms",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Index("record_terms_key", "kind", "key"),
)

PROJECTED: Final = (
    *(checkpoint, blocks, transactions, captures, events, event_items),
    *(event_fields, master_data, keys, revocations, licences, anchors, recalls, recall_items, scans),
    *(ledger_records, record_terms),
)
