"""What every request passes before its route: the count of how often its caller has asked, and 429 for too often.

Sources: RFC 6585, section 4 (429); RFC 9110, section 10.2.3 (Retry-After).
"""

from ipaddress import ip_address
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fairledger.api.descriptions import problems
from fairledger.api.problems import Problem, answer
from fairledger.api.rates import Rates, Standing
from fairledger.tokens import TokenAuthority, TokenError

MONITORING: Final = frozenset({"/healthz", "/readyz", "/metrics"})  # not counted when asked from this machine
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class RateLimits:
    """Answers 429 to whoever asks too often, and tells everybody in header fields where they stand."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        address = (scope.get("client") or ("",))[0]
        if scope["type"] != "http" or (scope["path"] in MONITORING and _is_loopback(address)):
            await self._app(scope, receive, send)
            return
        standing = _counted(scope, address)
        try:
            standing.check()
        except Problem as problem:
            await answer(problem, scope["path"])(scope, receive, send)
            return

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(standing.headers)
            await send(message)

        await self._app(scope, receive, answering)


def described() -> dict[str, Any]:
    """The answer 429 in the OpenAPI document."""
    texts = {
        "Retry-After": "Seconds until there is room for another request.",
        "RateLimit": "What is left, and the seconds until there is more.",
        "RateLimit-Policy": "How many requests in how many seconds.",
    }
    headers = {name: {"schema": {"type": "string"}, "description": text} for name, text in texts.items()}
    return {**problems(429)[429], "headers": headers}


def _counted(scope: Scope, address: str) -> Standing:
    service = scope["app"].state.service
    rates: Rates = service.rates
    if scope["method"] in READING:
        return rates.read(address)
    person = _person(service.tokens, Headers(scope=scope).get("authorization", ""))
    return rates.write_of_nobody(address) if person is None else rates.write(person)


def _person(tokens: TokenAuthority, authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return tokens.verify(token)
    except TokenError:
        return None  # the route refuses it, with the reason


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
