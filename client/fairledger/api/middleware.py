"""What every request passes: bounds on its size, a log line without its content, and careful headers on the answer."""

import logging
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fairledger.api.metrics import metrics_of
from fairledger.api.problems import METHODS, Problem, answer, problem_of
from fairledger.api.settings import BODY_BYTES_MAX, PROVIDER_EVENT_BYTES_MAX, URI_BYTES_MAX
from fairledger.api.versions import DISCOVERED
from fairledger.documents import DOCUMENT_BYTES_MAX

LOG: Final = logging.getLogger("fairledger.api.access")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cache-control", b"no-store"),
)


class Bounds:
    """Refuses URIs and bodies that are too long, before anything reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 414 or 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = _oversized(scope)
        if problem is not None:
            await answer(problem)(scope, receive, send)
            return
        body = _BoundedBody(receive, _bound(scope))
        try:
            await self._app(scope, body.receive, send)
        except Problem as problem_in_body:  # raised by the body, when nothing is answered yet
            await answer(problem_of(problem_in_body), scope["path"])(scope, receive, send)


class _BoundedBody:
    """Counts what comes in: a length in the header is a claim, and chunked bodies have none."""

    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._bytes_max = bytes_max
        self._bytes = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._bytes_max:
            raise _too_large(self._bytes_max)
        return message


class AccessLog:
    """Counts each request, and logs its method, path, status and time; never its query, headers or body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, add the headers that every answer has, and log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = time.perf_counter()
        status = 500

        async def answering(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                set_already = {name.lower() for name, _value in message.get("headers", ())}
                message["headers"] = [
                    *message.get("headers", ()),
                    *(header for header in _HEADERS if header[0] not in set_already),
                ]
            await send(message)

        try:
            await self._app(scope, receive, answering)
        finally:
            seconds = time.perf_counter() - began_s
            method, route = _method(scope), _route(scope)
            metrics_of(scope).answered(route=route, method=method, status=status, seconds=seconds)
            duration_ms = round(seconds * 1_000, 1)
            fields = {"method": method, "route": route, "status": status, "duration_ms": duration_ms}
            LOG.info("request", extra=fields)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def _route(scope: Scope) -> str:
    """The route's pattern, not the path: ids in paths may name persons or things."""
    return getattr(scope.get("route"), "path", "unknown")


def _oversized(scope: Scope) -> Problem | None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > URI_BYTES_MAX:
        return Problem("REQUEST_URI_TOO_LONG", f"a URI has at most {URI_BYTES_MAX} bytes here")
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > _bound(scope)):
            return _too_large(_bound(scope))
    return None


def _bound(scope: Scope) -> int:
    """How many bytes a body may have here."""
    if scope["path"].startswith("/providers/"):
        return PROVIDER_EVENT_BYTES_MAX
    return DOCUMENT_BYTES_MAX if scope["path"] == "/documents" else BODY_BYTES_MAX


def _too_large(bytes_max: int) -> Problem:
    limits = {name: DISCOVERED[name] for name in ("GS1-EPCIS-Capture-Limit", "GS1-EPCIS-Capture-File-Size-Limit")}
    return Problem("REQUEST_TOO_LARGE", f"a body has at most {bytes_max} bytes", headers=limits)
