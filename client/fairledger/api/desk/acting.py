"""Acting by a form of the desk: from the own page alone, and once however often it is sent.

Each form has a hidden ``key``, made with the page: it is the request's ``Idempotency-Key``, and goes the same way.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from fairledger.api.codes import meaning_of
from fairledger.api.forms import check_own_page, form_of
from fairledger.api.idempotency import Idempotent, idempotent, refusal_of
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.wallet import WalletEntry

KEY: Final = "key"
KEY_BYTES: Final = 16
AnyBody = TypeVar("AnyBody", bound=BaseModel)


def new_key() -> str:
    """A key for one form of a page."""
    return secrets.token_hex(KEY_BYTES)


async def own_form(request: Request) -> dict[str, str]:
    """The fields of a form of the own pages. Raises ``Problem`` (FORM_FOREIGN, REQUEST_MEDIA_TYPE, REQUEST_INVALID)."""
    check_own_page(request)
    form = await form_of(request)
    if not form.get(KEY):
        raise Problem("REQUEST_INVALID", "send the page's form")
    return form


def once_of(request: Request, person: WalletEntry, form: dict[str, str]) -> Idempotent:
    """The form as a request with its key. Raises ``Problem`` (IDEMPOTENCY_KEY_INVALID)."""
    return idempotent(request, person, form[KEY])


async def problem_in(work: Callable[[], Awaitable[Response]]) -> Problem | None:
    """Why a REST operation that a form stands for had no effect; None when it had."""
    try:
        return refusal_of(await work())
    except EXPECTED as error:
        return problem_of(error)


def back_to(address: str, **query: str) -> Response:
    """To the page that shows what a form has done."""
    return Response(status_code=303, headers={"Location": f"{address}?{urlencode({**query, 'done': 'yes'})}"})


def body_of(model: type[AnyBody], told: Mapping[str, Any]) -> AnyBody:
    """What a form says, as the body of a REST request. Raises ``Problem`` (REQUEST_INVALID), which names the fields."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        names = dict.fromkeys(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
        raise Problem("REQUEST_INVALID", f"look again at: {', '.join(names)}") from None


def misfit(error: ValidationError) -> Problem:
    """The first that does not fit of what a form says, and why (REQUEST_INVALID)."""
    first = error.errors(include_input=False)[0]
    return Problem("REQUEST_INVALID", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")


def status_of(problem: Problem | None) -> int:
    """The status of a page that shows ``problem``."""
    return 200 if problem is None else int(meaning_of(problem.code).status)
