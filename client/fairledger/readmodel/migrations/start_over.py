"""For a migration that can't carry rows over: forget them, and let the projector begin again at block 0."""

from alembic import op
from sqlalchemy import delete, inspect, table


def start_over(*tables: str) -> None:
    """Delete all rows of ``tables``, which are to be all of the revision's, and of the checkpoint.

    A checkpoint without its row is put before block 0 when the database is opened, so the service that does so projects
    the channel's blocks again. Names that are no tables (any more) are left out.
    """
    connection = op.get_bind()
    known = set(inspect(connection).get_table_names())
    for name in ("checkpoint", *tables):
        if name in known:
            connection.execute(delete(table(name)))
