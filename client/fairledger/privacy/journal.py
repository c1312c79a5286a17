"""Orders that are on their way to the ledger: written down before anything is kept, struck out when all is done.

What is written is sealed already, so that the journal tells no more than the collection does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import IntegrityError

from fairledger.privacy.errors import PrivacyError
from fairledger.readmodel.own_tables import OwnTables
from fairledger_contracts.records.order_record import OrderFacts
from fairledger_contracts.records.personal_data import PersonalData

_metadata = MetaData()
_journal: Final = Table(
    "privacy_journal",
    _metadata,
    Column("order", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("facts", Text),  # JSON; none for a correction
)
_unpublished: Final = Table(  # that no entry tells of: kept by a service whose journal is lost, perhaps
    "privacy_unpublished",
    _metadata,
    Column("order", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("first_seen", Text, nullable=False),
)


@dataclass(frozen=True)
class Entry:
    """An order with the sealed data of one version; ``facts`` is None for a correction."""

    data: PersonalData
    facts: OrderFacts | None

    @property
    def key(self) -> tuple[str, str]:
        """Order and version: only one entry has both."""
        return self.data.order, self.data.version


class Journal(OwnTables):
    """The journal of one service, in its jobs database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str) -> None:
        super().__init__(url, _metadata)
        self._in_hand: set[tuple[str, str]] = set()

    @contextmanager
    def in_hand(self, entry: Entry) -> Iterator[None]:
        """While somebody of this process works on an entry. Not for several threads."""
        self._in_hand.add(entry.key)
        try:
            yield
        finally:
            self._in_hand.discard(entry.key)

    def is_in_hand(self, entry: Entry) -> bool:
        """Whether somebody of this process works on it."""
        return entry.key in self._in_hand

    def add(self, entry: Entry) -> None:
        """Write an entry. Raises ``PrivacyError`` (PRIVACY_UNFINISHED) when the version is under way already."""
        row = {
            "order": entry.data.order,
            "version": entry.data.version,
            "data": entry.data.to_state(),
            "facts": entry.facts and entry.facts.model_dump_json(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_journal), row)
        except IntegrityError:
            raise PrivacyError("PRIVACY_UNFINISHED", "this version of the order is on its way already") from None

    def remove(self, entry: Entry) -> None:
        """Strike an entry out."""
        same = (_journal.c.order == entry.data.order) & (_journal.c.version == entry.data.version)
        with self._transaction() as connection:
            connection.execute(delete(_journal).where(same))

    def first_seen(self, found: Sequence[tuple[str, str]], now: datetime) -> dict[tuple[str, str], datetime]:
        """Since when each order's version of ``found`` is so without a break; what is gone is forgotten."""
        with self._transaction() as connection:
            rows = connection.execute(select(_unpublished)).all()
            known = {(row.order, row.version): datetime.fromisoformat(row.first_seen) for row in rows}
            since = {each: known.get(each, now) for each in found}
            connection.execute(delete(_unpublished))
            if since:
                told = [{"order": of[0], "version": of[1], "first_seen": at.isoformat()} for of, at in since.items()]
                connection.execute(insert(_unpublished), told)
        return since

    def entries(self) -> list[Entry]:
        """All entries, in the order of their keys."""
        query = select(_journal).order_by(_journal.c.order, _journal.c.version)
        with self._transaction() as connection:
            rows = connection.execute(query).all()
        return [
            Entry(
                PersonalData.model_validate_json(row.data),
                None if row.facts is None else OrderFacts.model_validate_json(row.facts),
            )
            for row in rows
        ]
