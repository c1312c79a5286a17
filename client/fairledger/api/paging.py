"""Pages of lists: the token for the next one, and the header that carries it."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

from fairledger.api.problems import Problem
from fairledger.readmodel.errors import QueryError
from fairledger.readmodel.values import check_value

JOBS_PER_PAGE_MAX: Final = 200
NEVER: Final = "9999-12-31T23:59:59Z"
NEXT_PAGE: Final[dict[str, Any]] = {
    "Link": {"description": 'rel="next": the next page.', "schema": {"type": "string"}},
    "GS1-Next-Page-Token-Expires": {"description": "Never.", "schema": {"type": "string", "format": "date-time"}},
}
_MARK_MAX: Final = (1 << 63) - 1  # SQL's bigint


def next_page(request: Request, token: str | None) -> dict[str, str]:
    """The headers of a page behind which the page of ``token`` comes, if any does.

    The Link (RFC 8288) has the request's other parameters. A token is a place in a list that only grows, so it never
    expires.
    """
    if token is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    path = quote(request.url.path, safe="/%")
    link = f'<{path}?{urlencode([*kept, ("nextPageToken", token)])}>; rel="next"'
    return {"Link": link, "GS1-Next-Page-Token-Expires": NEVER}


def write_mark(number: int) -> str:
    """The token of the page that ends with row ``number``."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def write_place(value: str) -> str:
    """The token of the page that ends with ``value``."""
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def read_place(token: str) -> str:
    """The value in a token of ``write_place``. Raises ``Problem`` (QUERY_TOKEN)."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        value = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
        check_value("nextPageToken", value)
    except (binascii.Error, ValueError, QueryError) as error:
        raise Problem("QUERY_TOKEN", "this token belongs to no page of this list") from error
    return value


def read_mark(token: str) -> int:
    """The row number in a token of ``write_mark``. Raises ``Problem`` (QUERY_TOKEN)."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        digits = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        number = int(digits) if digits.isdigit() and len(digits) < len(str(_MARK_MAX)) + 1 else -1
    except (binascii.Error, ValueError):
        number = -1
    if not 0 <= number <= _MARK_MAX:
        raise Problem("QUERY_TOKEN", "this token belongs to no page of this list")
    return number
