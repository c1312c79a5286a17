"""Pages of records, the last changed first."""

import re
from collections.abc import Sequence
from typing import Annotated, Final, TypeVar

from fastapi import Query
from sqlalchemy import Connection

from fairledger.api.paging import read_place, write_place
from fairledger.api.problems import Problem
from fairledger.readmodel.records import Mark, list_records
from fairledger_chaincode.record import Record

PER_PAGE_MAX: Final = 200
_PLACE: Final = re.compile(r"([0-9]{1,15})\.([0-9]{1,15})")
AnyRecord = TypeVar("AnyRecord", bound=Record)

PerPage = Annotated[int, Query(alias="perPage", ge=1, le=PER_PAGE_MAX)]
Token = Annotated[str | None, Query(alias="nextPageToken", description="From the Link of the page before.")]


def page_of(
    connection: Connection, kind: type[AnyRecord], terms: Sequence[tuple[str, str]], per_page: int, token: str | None
) -> tuple[list[AnyRecord], str | None]:
    """The records of a page that have all ``terms``, and the token of the next page, if there is one.

    Raises ``Problem`` (QUERY_TOKEN) for a token that no page had.
    """
    found = list_records(connection, kind, terms, limit=per_page + 1, before=None if token is None else _mark(token))
    page = found[:per_page]
    more = None
    if len(found) > per_page:
        mark = page[-1][1]
        more = write_place(f"{mark.block_number}.{mark.number}")
    return [record for record, _ in page], more


def _mark(token: str) -> Mark:
    matched = _PLACE.fullmatch(read_place(token))
    if matched is None:
        raise Problem("QUERY_TOKEN", "the token is from the Link of another list")
    return Mark(int(matched[1]), int(matched[2]))
