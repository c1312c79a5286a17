"""``/trace/licences``: which business may give identities to goods."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from fairledger.api.bodies import PROSE, Body, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel import registers
from fairledger_contracts.records.licence import NAME_LENGTH_MAX, Gln, KeyPrefix, Licence

JSON: Final = "application/json"
router = APIRouter(prefix="/trace/licences", tags=["Licences"])


class NewHolder(Body):
    """The business that gets the licence for GTINs that begin with ``prefix``."""

    prefix: Annotated[KeyPrefix, Field(examples=["9521000"])]
    msp_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$", examples=["PlatformAMSP"])]
    gln: Annotated[Gln, Field(examples=["9521000000018"])]
    name: Annotated[
        str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=PROSE, examples=["Phones of Shenzhen"])
    ]


@router.get(
    "",
    summary="All licences with their holders.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "By prefix.", "model": list[Licence]}, **problems(400, 414, 503)},
)
def licences(request: Request) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found = registers.all_licences(connection)
    return Response(f"[{','.join(licence.model_dump_json() for licence in found)}]", media_type=JSON)


@router.post(
    "",
    status_code=201,
    summary="Register a licence's holder, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        201: {"description": "On the ledger.", "model": Licence},
        **problems(400, 401, 403, 409, 413, 415, 502, 503, 504),
    },
)
async def license_prefix(request: Request, body: NewHolder, person: Person, once: Once) -> Response:
    """Endorse and order it; holders before this one are kept, with since when each held it."""

    async def work() -> Response:
        written = await service_of(request).writes.write(person, "trace:license_prefix", body.model_dump_json())
        return Response(written.result, 201, {**written.headers, "Location": "/trace/licences"}, JSON)

    return await once.answer(work)
