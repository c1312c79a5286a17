"""Pages of lists: the token for the next one, and the header that carries it."""

import base64
import binascii
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from fairledger.api.problems import Problem

JOBS_PER_PAGE_MAX: Final = 200
_MARK_MAX: Final = (1 << 63) - 1  # SQL's bigint


def link_next(request: Request, token: str) -> str:
    """The Link header (RFC 8288) to the page that ``token`` stands for, with the request's other parameters."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    return f'<{request.url.path}?{urlencode([*kept, ("nextPageToken", token)])}>; rel="next"'


def write_mark(number: int) -> str:
    """The token of the page that ends with row ``number``."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


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
