"""Pages of lists: the token for the next one, and the header that carries it."""

import base64
import binascii
import re
from datetime import UTC, datetime
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
_MOMENT_MARK: Final = re.compile(r"([0-9T:.-]{26}\+00:00) ([0-9a-f]{64})")


def next_page(request: Request, token: str | None, path: str | None = None) -> dict[str, str]:
    """The headers of a page behind which the page of ``token`` comes, if any does.

    The Link (RFC 8288) has the request's other parameters, and its path unless the list goes on at another ``path``. A
    token is a place in a list that only grows, so it never expires.
    """
    if token is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    path = quote(path or request.url.path, safe="/%")
    link = f'<{path}?{urlencode([*kept, ("nextPageToken", token)])}>; rel="next"'
    return {"Link": link, "GS1-Next-Page-Token-Expires": NEVER}


def write_mark(number: int) -> str:
    """The token of the page that ends with row ``number``."""
    return _token(str(number))


def write_place(value: str) -> str:
    """The token of the page that ends with ``value``."""
    return _token(value)


def read_place(token: str) -> str:
    """The value in a token of ``write_place``. Raises ``Problem`` (QUERY_TOKEN)."""
    value = _text(token)
    try:
        check_value("nextPageToken", value)
    except QueryError as error:
        raise foreign_token() from error
    return value


def read_mark(token: str) -> int:
    """The row number in a token of ``write_mark``. Raises ``Problem`` (QUERY_TOKEN)."""
    digits = _text(token)
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(_MARK_MAX)) + 1 else -1
    if not 0 <= number <= _MARK_MAX:
        raise foreign_token()
    return number


def write_moment_mark(moment: datetime, tx_id: str) -> str:
    """The token of the page that ends with what transaction ``tx_id`` made at ``moment``."""
    return _token(f"{moment.astimezone(UTC).isoformat(timespec='microseconds')} {tx_id}")


def read_moment_mark(token: str) -> tuple[datetime, str]:
    """Moment and transaction in a token of ``write_moment_mark``. Raises ``Problem`` (QUERY_TOKEN)."""
    found = _MOMENT_MARK.fullmatch(_text(token))
    if found is None:
        raise foreign_token()
    try:
        return datetime.fromisoformat(found[1]), found[2]
    except ValueError as error:
        raise foreign_token() from error


def _token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text(token: str) -> str:
    """What ``_token`` made a token of; nothing when it is none."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def foreign_token() -> Problem:
    """The refusal of a token that no page of the list had."""
    return Problem("QUERY_TOKEN", "this token belongs to no page of this list")
