"""What alembic runs: the migrations, on a connection that the caller has made and whose transaction is the caller's."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from fairledger.readmodel.schema import VERSION_TABLE
from fairledger.readmodel.tables import Text, metadata


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Revisions name the type of texts once."""
    return "TEXT" if kind == "type" and item is Text else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # SQLite's tables, too, come and go with the transaction
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
