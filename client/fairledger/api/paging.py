"""Pages of lists: the token for the next one, and the header that carries it."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from fairledger.api.problems import Problem

JOBS_PER_PAGE_MAX: Final = 200
_MARK_MAX: Final = (1 << 63) - 1  # SQL's bigint
_MOMENT_MARK: Final = re.compile(r"([0-9T:.-]{26}\+00:00) ([0-9a-f]{64})")


def link_next(request: Request, token: str) -> str:
    """The Link header (RFC 8288) to the page that ``token`` stands for, with the request's other parameters."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    return f'<{request.url.path}?{urlencode([*kept, ("nextPageToken", token)])}>; rel="next"'


def write_mark(number: int) -> str:
    """The token of the page that ends with row ``number``."""
    return _token(str(number))


def read_mark(token: str) -> int:
    """The row number in a token of ``write_mark``. Raises ``Problem`` (QUERY_TOKEN)."""
    digits = _text(token)
    number = int(digits) if digits.isdigit() and len(digits) < len(str(_MARK_MAX)) + 1 else -1
    if not 0 <= number <= _MARK_MAX:
        raise _foreign()
    return number


def write_moment_mark(moment: datetime, tx_id: str) -> str:
    """The token of the page that ends with what transaction ``tx_id`` made at ``moment``."""
    return _token(f"{moment.astimezone(UTC).isoformat(timespec='microseconds')} {tx_id}")


def read_moment_mark(token: str) -> tuple[datetime, str]:
    """Moment and transaction in a token of ``write_moment_mark``. Raises ``Problem`` (QUERY_TOKEN)."""
    found = _MOMENT_MARK.fullmatch(_text(token))
    if found is None:
        raise _foreign()
    try:
        return datetime.fromisoformat(found[1]), found[2]
    except ValueError as error:
        raise _foreign() from error


def _token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text(token: str) -> str:
    """What ``_token`` made a token of; nothing when it is none."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _foreign() -> Problem:
    return Problem("QUERY_TOKEN", "this token belongs to no page of this list")
