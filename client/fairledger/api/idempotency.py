"""``Idempotency-Key``: a request that is sent again with its key takes effect once, and gets the same answer.

A route that changes something takes ``Once`` and hands its work to it:

    async def create(request: Request, once: Once) -> Response:
        async def work() -> Response:
            thing = await make(keep=lambda connection, thing: once.keep(connection, shown(thing)))
            return shown(thing)

        return await once.answer(work)

``keep`` stores the answer in the SQL transaction that stores the effect (a job, say), so that a crash leaves both or
none. Work that has no such transaction may leave it out; then a crash between its effect and its answer lets it happen
twice.

Source: draft-ietf-httpapi-idempotency-key-header-07; 409 for a reused key, as the draft leaves room for.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from sqlalchemy import Connection

from fairledger.api.keys import Answer, KeyStore
from fairledger.api.problems import EXPECTED, Problem, answer, problem_of
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.wallet import WalletEntry

KEY_PATTERN: Final = r"^[!-~]{1,255}$"
UNGUESSED_PATTERN: Final = r"^[!-~]{32,255}$"  # a UUID, say: without a token the key alone says whose answer it is
_KEY: Final = re.compile(KEY_PATTERN)
_UNGUESSED: Final = re.compile(UNGUESSED_PATTERN)
_NOT_KEPT: Final = frozenset({401, 403, 429})  # who asks can be told something else the next time
_SERVER_ERROR: Final = 500
_LENGTH: Final = "content-length"


class Idempotent:
    """One request with its key; without a key everything passes through."""

    def __init__(self, store: KeyStore, request: Request, scope: str | None) -> None:
        self._store = store
        self._request = request
        self._scope = scope

    async def answer(self, work: Callable[[], Awaitable[Response]], *asked: str) -> Response:
        """The answer of ``work``, or the one that the same request had.

        Requests are the same when their queries, bodies and ``asked`` are: what else tells what is wanted, in a header.
        Refusals are kept as well, except 401, 403 and 429; failures of the service (5xx) are not. Raises ``Problem``
        (IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS) and, without a key, whatever ``work`` raises.
        """
        scope = self._scope
        if scope is None:
            return await work()
        told = (self._request.url.query, *asked)
        digest = _digest(await self._request.body(), *(text.encode() for text in told))
        kept = await asyncio.to_thread(self._store.begin, scope, digest)
        if kept is not None:
            return Response(kept.body, kept.status, dict(kept.headers))
        try:
            response = await _answered(work, self._request.url.path)
            if response.status_code in _NOT_KEPT or response.status_code >= _SERVER_ERROR:
                await asyncio.to_thread(self._store.release, scope)
            else:
                await asyncio.to_thread(self._store.keep, scope, _kept(response))
        except BaseException:
            await asyncio.to_thread(self._store.release, scope)
            raise
        return response

    async def call(self, function: str, arguments: Sequence[str], work: Callable[[], Awaitable[Response]]) -> Response:
        """The answer of ``work``, which calls that function of the contracts with these arguments; as ``answer``."""
        del function, arguments
        return await self.answer(work)

    def keep(self, connection: Connection, response: Response) -> None:
        """Keep ``response`` as the answer, in the transaction that holds the effect. See ``KeyStore``."""
        if self._scope is not None:
            self._store.keep_in(connection, self._scope, _kept(response))


def idempotent(
    request: Request,
    person: Person,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A key of your choice, such as a UUID. The same request sent again with it within 24 hours"
            " takes effect once and has the same answer. Keys of other persons, methods and paths are other keys.",
            json_schema_extra={"pattern": KEY_PATTERN, "minLength": 1, "maxLength": 255},
        ),
    ] = None,
) -> Idempotent:
    """The request with its key. Raises ``Problem`` (IDEMPOTENCY_KEY_INVALID) for what is no key."""
    if key is None:
        return Idempotent(service_of(request).keys, request, None)
    _check_one(request)
    return once_with(request, person, key)


def unnamed(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A key of your choice that nobody can guess, such as a random UUID. The same request sent again"
            " with it within 24 hours takes effect once and has the same answer. Keys of other paths are other keys.",
            json_schema_extra={"pattern": UNGUESSED_PATTERN, "minLength": 32, "maxLength": 255},
        ),
    ] = None,
) -> Idempotent:
    """The request of somebody without a token. Raises ``Problem`` (IDEMPOTENCY_KEY_INVALID) for what is no key."""
    if key is None:
        return Idempotent(service_of(request).keys, request, None)
    _check_one(request)
    return by_key(request, key)


def once_with(request: Request, person: WalletEntry, key: str) -> Idempotent:
    """A request of ``person`` with this key. Raises ``Problem`` (IDEMPOTENCY_KEY_INVALID) for what is no key."""
    if not _KEY.fullmatch(key):
        raise Problem("IDEMPOTENCY_KEY_INVALID", "Idempotency-Key is one key of 1 to 255 visible ASCII characters")
    scope = _digest(json.dumps([person.name, request.method, request.url.path, key]).encode())
    return Idempotent(service_of(request).keys, request, scope)


def by_key(request: Request, key: str) -> Idempotent:
    """A request of somebody without a token: a form with its hidden key, or one over REST.

    Raises ``Problem`` (IDEMPOTENCY_KEY_INVALID) for a key that could be guessed.
    """
    if not _UNGUESSED.fullmatch(key):
        message = "send the page's form, or as Idempotency-Key 32 to 255 visible ASCII characters, such as a UUID"
        raise Problem("IDEMPOTENCY_KEY_INVALID", message)
    scope = _digest(json.dumps([request.method, request.url.path, key]).encode())
    return Idempotent(service_of(request).keys, request, scope)


Once = Annotated[Idempotent, Depends(idempotent)]
OnceUnnamed = Annotated[Idempotent, Depends(unnamed)]


def _check_one(request: Request) -> None:
    if len(request.headers.getlist("idempotency-key")) > 1:
        raise Problem("IDEMPOTENCY_KEY_INVALID", "send one Idempotency-Key")


def refusal_of(response: Response) -> Problem | None:
    """Why what ``Idempotent.answer`` gave had no effect; None when it had."""
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return None
    told = json.loads(bytes(response.body))
    return Problem(told["code"], told["detail"])


async def _answered(work: Callable[[], Awaitable[Response]], path: str) -> Response:
    try:
        return await work()
    except EXPECTED as error:
        return answer(problem_of(error), path)


def _kept(response: Response) -> Answer:
    headers = tuple((name, value) for name, value in response.headers.items() if name != _LENGTH)
    return Answer(response.status_code, headers, bytes(response.body))


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()
