"""Every refusal as a problem document (RFC 9457), with the project's stable ``code`` beside the standard members."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from fairledger.api.codes import meaning_of
from fairledger.digital_link.errors import DigitalLinkError
from fairledger.documents.errors import DocumentError
from fairledger.gateway.errors import GatewayError
from fairledger.privacy.errors import PrivacyError
from fairledger.provider.errors import ProviderError
from fairledger.readmodel.errors import ReadModelError, StoreError
from fairledger.trace.errors import TraceError
from fairledger.wallet import WalletError

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2
EVENT_PATH: Final = "$.epcisBody.eventList["
_PATH: Final = re.compile(r"(?P<path>\$(?:\.\w+|\[\d+\]|\['(?:[^'\\]|\\.)*'\])*): ")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LOG: Final = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal.

    ``path`` is a JSON path into the request's document, where that is what is wrong; ``members`` are further members of
    the problem document.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.path = path
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    @property
    def concerns_event(self) -> bool:
        """Whether it is an event of the document that is refused, so that leaving it out helps."""
        return self.path.startswith(EVENT_PATH)

    def of_event(self, position: int) -> "Problem":
        """The same about the event at ``position``, where this is about the first one of a part of the document."""
        return self._moved(f"{EVENT_PATH}0]", f"{EVENT_PATH}{position}]")

    def alone(self) -> "Problem":
        """The same about an event that was sent by itself, where this is about the document it was put into."""
        return self._moved(f"{EVENT_PATH}0]", "$")

    def _moved(self, here: str, there: str) -> "Problem":
        return Problem(
            self.code,
            self.detail.replace(here, there, 1),
            path=self.path.replace(here, there, 1),
            headers=self.headers,
            members=self.members,
        )

    @property
    def document(self) -> dict[str, Any]:
        """The problem document's members."""
        meaning = meaning_of(self.code)
        members = {
            **self.members,
            "type": meaning.type_uri,
            "title": meaning.title,
            "status": int(meaning.status),
            "code": self.code,
            "detail": self.detail,
        }
        return {**members, "path": self.path} if self.path else members


QUOTES_INPUT: Final = "union_tag_invalid"  # pydantic's message would repeat what was sent
EXPECTED: Final = (  # others are logged with their stack
    *(Problem, GatewayError, ReadModelError, WalletError, TraceError),
    *(DigitalLinkError, DocumentError, PrivacyError, ProviderError),
)


def answer(problem: Problem, instance: str = "") -> Response:
    """The HTTP answer for ``problem``; ``instance`` is the path that was asked for."""
    status = meaning_of(problem.code).status
    document = {**problem.document, "instance": instance} if instance else problem.document
    headers = dict(problem.headers)
    if status == 401:  # noqa: PLR2004
        headers.setdefault("WWW-Authenticate", _challenge(problem))
    if status == 503:  # noqa: PLR2004
        headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    return Response(json.dumps(document, ensure_ascii=False), int(status), headers, MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """``error`` of whatever layer as a problem. What is unexpected is logged, and tells the caller nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, GatewayError):
        return Problem(error.code, error.message, path=_path_in(error.message))
    if isinstance(error, StoreError) and error.code != "READMODEL_BUSY":  # it may name the database's host
        LOG.error("the read model can't be used", extra={"code": error.code, "reason": str(error)})
        return Problem(error.code, "the database can't be used now; the service's log says why")
    code = getattr(error, "code", None)
    if isinstance(error, ReadModelError) or isinstance(code, str):
        known = str(code)
        detail = str(error).removeprefix(f"{known}: ")
        return Problem(known, detail, path=_path_in(detail))
    LOG.error("unexpected error", exc_info=error)
    return Problem("SERVICE_INTERNAL", "an unexpected error; the service's log has it")


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error, its framework's too, as a problem document."""
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(Exception, _of_anything)
    for kind in EXPECTED:
        app.add_exception_handler(kind, _of_anything)


async def _of_anything(request: Request, error: Exception) -> Response:
    return answer(problem_of(error), request.url.path)


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  the handler is registered for it alone
    if isinstance(error.__cause__, Problem):  # a body that grew too large while the framework read it
        return answer(error.__cause__, request.url.path)
    code = {404: "REQUEST_NOT_FOUND", 405: "REQUEST_METHOD"}.get(error.status_code, "REQUEST_INVALID")
    headers = {"Allow": _allowed(request)} if code == "REQUEST_METHOD" else error.headers
    return answer(Problem(code, str(error.detail), headers=headers), request.url.path)


def _allowed(request: Request) -> str:
    """All methods of the resource: its routes know only their own (RFC 9110, 15.5.6)."""
    routes = request.app.routes
    allowed = {
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    }
    return ", ".join(sorted(allowed))


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  the handler is registered for it alone
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    code = "REQUEST_HEADER" if first["loc"][0] == "header" else "REQUEST_INVALID"
    told = "is of no kind that there is" if first["type"] == QUOTES_INPUT else first["msg"]
    return answer(Problem(code, f"{where}: {told}"), request.url.path)


def _path_in(message: str) -> str:
    """The JSON path that a contract's message begins with, or nothing."""
    found = _PATH.match(message)
    return found["path"] if found else ""


def _challenge(problem: Problem) -> str:
    """RFC 6750, section 3: no error code when no token came."""
    if problem.code == "TOKEN_MISSING":
        return 'Bearer realm="fairledger"'
    return f'Bearer realm="fairledger", error="invalid_token", error_description="{problem.detail}"'
