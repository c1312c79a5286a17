"""Make all tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """From the revision before to this one."""
    op.create_table(
        "anchors",
        sa.Column("item", TEXT, nullable=False),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("item", "tx_id"),
    )
    op.create_index("anchors_sha256", "anchors", ["sha256"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("previous_hash", TEXT, nullable=False),
        sa.Column("data_hash", TEXT, nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "captures",
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("recorder_msp", TEXT, nullable=False),
        sa.Column("recorder_id", TEXT, nullable=False),
        sa.Column("recorder_role", TEXT, nullable=False),
        sa.Column("recorder_gln", TEXT, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("envelope", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tx_id"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("next_block", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", TEXT, nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "event_fields",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=True),
        sa.Column("number", TEXT, nullable=True),
        sa.Column("time", TEXT, nullable=True),
        sa.Column("unit", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("sequence", "position"),
    )
    op.create_index("event_fields_name", "event_fields", ["name", "sequence"], unique=False)
    op.create_index("event_fields_text", "event_fields", ["text", "sequence"], unique=False)
    op.create_table(
        "event_items",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("quantity", TEXT, nullable=True),
        sa.Column("unit", TEXT, nullable=True),
        sa.Column("amount", TEXT, nullable=True),
        sa.Column("measure", TEXT, nullable=True),
        sa.Column("measure_unit", TEXT, nullable=True),
        sa.Column("previous", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", "position"),
    )
    op.create_index("event_items_item", "event_items", ["item", "sequence"], unique=False)
    op.create_table(
        "events",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("is_declaration", sa.Boolean(), nullable=False),
        sa.Column("declared_digest", TEXT, nullable=True),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("event_time", TEXT, nullable=False),
        sa.Column("record_time", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=True),
        sa.Column("biz_step", TEXT, nullable=True),
        sa.Column("disposition", TEXT, nullable=True),
        sa.Column("read_point", TEXT, nullable=True),
        sa.Column("biz_location", TEXT, nullable=True),
        sa.Column("transformation_id", TEXT, nullable=True),
        sa.Column("error_declaration_time", TEXT, nullable=True),
        sa.Column("error_reason", TEXT, nullable=True),
        sa.Column("recorder_msp", TEXT, nullable=False),
        sa.Column("recorder_id", TEXT, nullable=False),
        sa.Column("context", TEXT, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("events_biz_location", "events", ["biz_location", "sequence"], unique=False)
    op.create_index("events_biz_step", "events", ["biz_step", "sequence"], unique=False)
    op.create_index("events_declared", "events", ["declared_digest", "event_id"], unique=False)
    op.create_index("events_digest", "events", ["digest", "event_id"], unique=True)
    op.create_index("events_disposition", "events", ["disposition", "sequence"], unique=False)
    op.create_index("events_event_id", "events", ["event_id", "sequence"], unique=False)
    op.create_index("events_event_time", "events", ["event_time", "sequence"], unique=False)
    op.create_index("events_read_point", "events", ["read_point", "sequence"], unique=False)
    op.create_index("events_record_time", "events", ["record_time", "sequence"], unique=False)
    op.create_table(
        "keys",
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("msp_id", TEXT, nullable=False),
        sa.Column("recorder_id", TEXT, nullable=False),
        sa.Column("gln", TEXT, nullable=False),
        sa.Column("certificate", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_table(
        "ledger_records",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_index("ledger_records_number", "ledger_records", ["kind", "block_number", "number"], unique=False)
    op.create_table(
        "licences",
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("prefix"),
    )
    op.create_table(
        "master_data",
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vocabulary", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("written", TEXT, nullable=False),
        sa.Column("attribute", TEXT, nullable=True),
        sa.Column("value", TEXT, nullable=True),
        sa.Column("child", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("tx_id", "position"),
    )
    op.create_index("master_data_element", "master_data", ["element"], unique=False)
    op.create_table(
        "recall_items",
        sa.Column("item", TEXT, nullable=False),
        sa.Column("recall_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("item", "recall_id"),
    )
    op.create_table(
        "recalls",
        sa.Column("recall_id", TEXT, nullable=False),
        sa.Column("recalled_at", TEXT, nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("recall_id"),
    )
    op.create_index("recalls_recalled_at", "recalls", ["recalled_at", "recall_id"], unique=False)
    op.create_table(
        "record_terms",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "value", "key"),
    )
    op.create_index("record_terms_key", "record_terms", ["kind", "key"], unique=False)
    op.create_table(
        "scans",
        sa.Column("item", TEXT, nullable=False),
        sa.Column("report_id", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("area", TEXT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("msp_id", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("item", "report_id"),
    )
    op.create_table(
        "transactions",
        sa.Column("block_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tx_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("creator_msp", TEXT, nullable=False),
        sa.Column("chaincode", TEXT, nullable=False),
        sa.Column("proposed_at", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("block_number", "position"),
    )
    op.create_index("transactions_tx_id", "transactions", ["tx_id"], unique=False)
