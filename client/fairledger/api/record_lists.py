"""What routes about records of the contracts have in common: one record, pages of them, and writes that answer one."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel

from fairledger.api import record_pages
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Idempotent
from fairledger.api.paging import next_page
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.queries import PER_PAGE
from fairledger.readmodel.records import AnyRecord, find_record
from fairledger.wallet import WalletEntry

JSON: Final = "application/json"
TERM: Final = r"^[A-Za-z0-9_.:/-]{1,300}$"

RecordId = Annotated[
    str, Path(alias="id", description="The id of the transaction that made it.", pattern="^[0-9a-f]{64}$")
]
PerPage = record_pages.PerPage
PageToken = record_pages.Token
Term = Annotated[str | None, Query(pattern=TERM)]
WRITE_ERRORS: Final[dict[int | str, dict[str, Any]]] = problems(400, 401, 403, 404, 409, 413, 415, 502, 503, 504)
PAGE_LINK: Final = {"Link": {"description": 'rel="next": the next page.', "schema": {"type": "string"}}}


def named(alias: str) -> Any:
    """A query parameter that is called otherwise than its argument."""
    return Query(alias=alias)


def described(model: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that writes."""
    return {status: {"description": "On the ledger.", "model": model}, **WRITE_ERRORS}


def listed(model: Any, what: str = "The last changed first.") -> dict[int | str, dict[str, Any]]:
    """The answers of a list, of which ``what`` says more."""
    page = {"description": what, "model": list[model], "headers": PAGE_LINK}
    return {200: page, **problems(400, 414, 503)}


def told(model: Any) -> dict[int | str, dict[str, Any]]:
    """The answers of one record."""
    return {200: {"description": "As it is now.", "model": model}, **problems(400, 404, 414, 503)}


def page(
    request: Request,
    kind: type[AnyRecord],
    terms: Mapping[str, str | None],
    per_page: int = PER_PAGE,
    token: str | None = None,
) -> Response:
    """A page of records that have the terms which are given. Raises ``Problem`` (QUERY_TOKEN)."""
    wanted = [(name, value) for name, value in terms.items() if value is not None]
    with service_of(request).database.reading() as connection:
        shown, more = record_pages.page_of(connection, kind, wanted, per_page, token)
    text = ",".join(record.model_dump_json() for record in shown)
    return Response(f"[{text}]", media_type=JSON, headers=next_page(request, more))


def one(request: Request, kind: type[AnyRecord], code: str, *key: str) -> Response:
    """One record. Raises ``Problem`` with ``code`` where there is none."""
    with service_of(request).database.reading() as connection:
        found = find_record(connection, kind, *key)
    if found is None:
        raise Problem(code, "the ledger has no such record")
    return Response(found.model_dump_json(), media_type=JSON)


async def write(
    request: Request, person: WalletEntry, once: Idempotent, call: Sequence[Any], *, status: int = 200, at: str = ""
) -> Response:
    """Call a contract's function, named first, once, in a person's name; ``at`` is where the record will be found.

    Where ``once`` is a ``Preparation``, the call is told instead.
    """
    function, *told = call
    arguments = [argument(each) for each in told]

    async def work() -> Response:
        written = await service_of(request).writes.write(person, function, *arguments)
        location = {"Location": at.format(id=written.tx_id)} if at else {}
        return Response(written.result, status, {**written.headers, **location}, JSON)

    return await once.call(function, arguments, work)


def argument(value: Any) -> str:
    """An argument as contracts read it: text as it is, all else as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if type(value) is str:
        return value
    if isinstance(value, tuple):
        return f"[{','.join(each.model_dump_json() for each in value)}]"
    return json.dumps(value)
