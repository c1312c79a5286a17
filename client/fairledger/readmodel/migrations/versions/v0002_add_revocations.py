"""Add revocations, which older config blocks tell."""

import sqlalchemy as sa
from alembic import op

from fairledger.readmodel.migrations.start_over import start_over

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """From the revision before to this one."""
    op.create_table(
        "revocations",
        sa.Column("msp_id", TEXT, nullable=False),
        sa.Column("serial", TEXT, nullable=False),
        sa.Column("revoked_at", TEXT, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("msp_id", "serial"),
    )
    start_over(
        *("blocks", "transactions", "captures", "events", "event_items", "event_fields", "master_data", "keys"),
        *("licences", "anchors", "recalls", "recall_items", "scans", "ledger_records", "record_terms"),
    )
