"""Forms of the service's own pages."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from fairledger.api.problems import Problem

FORM: Final = "application/x-www-form-urlencoded"
FIELDS_MAX: Final = 48  # as many as a private record has, and what a page adds


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form. Raises ``Problem`` (REQUEST_MEDIA_TYPE, REQUEST_INVALID)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem("REQUEST_MEDIA_TYPE", f"send {FORM}")
    try:
        body = (await request.body()).decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError as error:
        raise Problem("REQUEST_INVALID", "send the page's form") from error


def check_own_page(request: Request) -> None:
    """Raise ``Problem`` (FORM_FOREIGN) for a form that another site's page sends in a signed-in person's browser.

    Browsers tell where a form comes from, and no script of a page can change that (Fetch Metadata; RFC 6454,
    section 7).
    """
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    is_own = site == "same-origin" if site else urlsplit(origin).netloc == request.url.netloc
    if not is_own:
        raise Problem("FORM_FOREIGN", "this form works on the service's own pages alone")
