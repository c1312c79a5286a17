"""Keep what queries ask for: fields of events, master data, measures; and places in canonical form."""

import sqlalchemy as sa
from alembic import op

from fairledger.readmodel.migrations.start_over import start_over

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """From the revision before to this one."""
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
    op.add_column("event_items", sa.Column("amount", TEXT, nullable=True))
    op.add_column("event_items", sa.Column("measure", TEXT, nullable=True))
    op.add_column("event_items", sa.Column("measure_unit", TEXT, nullable=True))
    op.create_index("events_disposition", "events", ["disposition", "sequence"], unique=False)
    start_over(
        *("blocks", "transactions", "captures", "events", "event_items", "event_fields", "master_data"),
        *("keys", "licences", "anchors", "recalls", "recall_items", "scans"),
    )
