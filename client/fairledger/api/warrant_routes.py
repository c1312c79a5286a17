"""``/privacy/warrants``, ``/privacy/reads``, ``/privacy/keys``: reading personal data by right."""

import asyncio
from typing import Annotated, Final

import httpx
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field, ValidationError

from fairledger.api import record_lists as lists
from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.privacy_bodies import Opened
from fairledger.api.problems import Problem
from fairledger.api.security import Person, check_key_is_here
from fairledger.api.service import Service, service_of
from fairledger.privacy.key_service import KeyRequest, ReleasedKeys
from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.reader import read_under_warrant
from fairledger.readmodel.queries import PER_PAGE
from fairledger.wallet import WalletEntry
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.private_read import Announcement, ReadTerms
from fairledger_contracts.records.warrant import Warrant, WarrantTerms
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY

JSON: Final = "application/json"
SECRET: Final = {"Cache-Control": "no-store"}
NOTHING_TOLD: Final = 204
ASK_DEADLINE_S: Final = 90.0  # the key service waits for its own transaction
router = APIRouter(prefix="/privacy", tags=["Warrants"])
WarrantId = Annotated[str, Path(alias="warrantID", description="The warrant's id.", pattern=r"^[0-9a-f]{64}$")]
_WRITES: Final = problems(400, 401, 403, 404, 409, 413, 415, 502, 503, 504)


class Refusal(BaseModel):
    """What counts of the key service's problem document."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,60}$")]


@router.get(
    "/warrants",
    summary="The warrants changed last; for authorities.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses={**lists.listed(Warrant), **problems(400, 401, 403, 414, 503)},
)
def warrants(
    request: Request, person: Person, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model."""
    return _listed(request, person, Warrant, per_page, token)


@router.post(
    "/warrants",
    status_code=201,
    summary="Make a warrant, as an officer of the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "Another officer has to confirm it.", "model": Warrant}, **_WRITES},
)
async def make(request: Request, body: WarrantTerms, person: Person, once: Once) -> Response:
    """The bearer of the token signs."""
    return await lists.write(request, person, once, ("privacy:make_warrant", body), status=201)


@router.post(
    "/warrants/{warrantID}/confirm",
    summary="Confirm another officer's warrant.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "In force, in its time.", "model": Warrant}, **_WRITES},
)
async def confirm(request: Request, warrant_id: WarrantId, person: Person, once: Once) -> Response:
    """Nobody confirms their own."""
    return await lists.write(request, person, once, ("privacy:confirm_warrant", warrant_id))


@router.post(
    "/warrants/{warrantID}/end",
    summary="End a warrant before its time.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "Nobody reads by it any more.", "model": Warrant}, **_WRITES},
)
async def end(request: Request, warrant_id: WarrantId, person: Person, once: Once) -> Response:
    """Any officer of the regulator may."""
    return await lists.write(request, person, once, ("privacy:end_warrant", warrant_id))


@router.get(
    "/reads",
    summary="Readings announced last, refused ones too; for authorities.",
    dependencies=[takes("perPage", "nextPageToken")],
    response_class=Response,
    responses={**lists.listed(Announcement), **problems(400, 401, 403, 414, 503)},
)
def reads(
    request: Request, person: Person, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model. Nothing in it tells what was read."""
    return _listed(request, person, Announcement, per_page, token)


@router.post(
    "/reads",
    summary="Read personal data under warrant, as an officer of the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "The fields, checked against the public record.", "model": Opened},
        **problems(400, 401, 403, 404, 409, 410, 413, 415, 502, 503, 504),
    },
)
async def read(request: Request, body: ReadTerms, person: Person, once: Once) -> Response:
    """Announce, read at the own peer, ask the key service, open. An attempt that is refused is on record, too.

    What is read is in that answer alone, and kept for no key: sent again, the request has PRIVACY_RELEASED.
    """
    values: dict[str, str] = {}

    async def work() -> Response:
        values.update(await read_values(service_of(request), person, body))
        return Response(status_code=NOTHING_TOLD)

    answer = await once.answer(work)
    if answer.status_code != NOTHING_TOLD:
        return answer
    if not values:
        raise Problem("PRIVACY_RELEASED", "the reading took place, and what it told is kept nowhere; announce another")
    return Response(Opened(values=values).model_dump_json(), 200, SECRET, JSON)


@router.post(
    "/keys",
    summary="Release keys for an announced reading; the association's service alone does.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {
            "description": "Wrapped for the reader's certificate; the release is on the ledger.",
            "model": ReleasedKeys,
        },
        **problems(400, 403, 404, 410, 413, 415, 502, 503, 504),
    },
)
async def release(request: Request, body: KeyRequest) -> Response:
    """The reader's signature stands for a token: readers are the regulator's people, and not in this wallet.

    Once for each reading: the same request again is refused with PRIVACY_RELEASED.
    """
    service = service_of(request)
    service.rates.key_request(request.client.host if request.client else "").check()
    released = await service.privacy.key_service().release(body)
    return Response(released.model_dump_json(), 200, SECRET, JSON)


async def read_values(service: Service, person: WalletEntry, terms: ReadTerms) -> dict[str, str]:
    """The values of the fields that ``terms`` name, by their names. Raises as ``read_under_warrant``."""
    check_key_is_here(person)
    client = service.privacy.client(person)
    key = PrivateKey.read(await asyncio.to_thread(service.wallet.private_key_pem, person.name))

    async def ask(wanted: KeyRequest) -> ReleasedKeys:
        return await _ask(service, wanted)

    opened = await read_under_warrant(client, key.key, ask, terms)
    return {name: field.value for name, field in opened.items()}


async def _ask(service: Service, wanted: KeyRequest) -> ReleasedKeys:
    """What the key service answers. Raises ``Problem`` with its code, or PRIVACY_KEY_SERVICE_AWAY."""
    try:
        async with httpx.AsyncClient(base_url=service.key_service_url, timeout=ASK_DEADLINE_S) as http:
            answer = await http.post("/privacy/keys", json=wanted.model_dump())
        if answer.status_code == httpx.codes.OK:
            return ReleasedKeys.model_validate_json(answer.content)
        refusal = Refusal.model_validate_json(answer.content)
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:  # a proxy's page, say, is no answer of it
        raise Problem("PRIVACY_KEY_SERVICE_AWAY", "the key service does not answer; try again later") from error
    raise Problem(refusal.code, "the key service refuses")


def _listed(
    request: Request, person: WalletEntry, kind: type[Warrant | Announcement], per_page: int, token: str | None
) -> Response:
    """A page of them for authorities, which no cache keeps."""
    _check_authority(person)
    page = lists.page(request, kind, {}, per_page, token)
    page.headers.update(SECRET)
    return page


def _check_authority(person: WalletEntry) -> None:
    """Raise ``Problem`` (PRIVACY_ROLE_DENIED) for who is no authority."""
    caller = ClientIdentity.from_creator(person.identity.serialized)
    if ROLES_OF_AUTHORITY.get(caller.attributes.get("role", "")) != caller.msp_id:
        raise Problem(
            "PRIVACY_ROLE_DENIED", "warrants and readings are shown to officers of the association and the regulator"
        )
