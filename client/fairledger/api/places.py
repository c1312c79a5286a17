"""Places in lists that follow from the ledger's first so many events: pages joined are one whole, as of the first."""

import re
from typing import Final, NamedTuple

from sqlalchemy import Connection

from fairledger.api.paging import foreign_token, read_place, write_place
from fairledger.readmodel.projector import position_in

_TOKEN: Final = re.compile(r"([0-9]{1,15})\.([1-9][0-9]{0,14})")


class Place(NamedTuple):
    """The rows behind the first ``rows`` of a list, as the ledger's first ``events`` events make it."""

    events: int
    rows: int

    def next(self, per_page: int, length: int) -> str | None:
        """The token of the page after this one, of a list of so many rows, if there is one.

        Raises ``Problem`` (QUERY_TOKEN) where the list ends before this place.
        """
        if self.rows and self.rows >= length:
            raise foreign_token()
        end = self.rows + per_page
        return write_place(f"{self.events}.{end}") if end < length else None


def place_of(connection: Connection, token: str | None) -> Place:
    """The place that a token tells, or the beginning of the list as it is now. Raises ``Problem`` (QUERY_TOKEN)."""
    known = position_in(connection).events
    if token is None:
        return Place(known, 0)
    matched = _TOKEN.fullmatch(read_place(token))
    if matched is None or int(matched[1]) > known:
        raise foreign_token()
    return Place(int(matched[1]), int(matched[2]))
