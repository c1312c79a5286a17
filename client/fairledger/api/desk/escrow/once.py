"""Calling the contract from a form: once, however often the form is sent."""

import asyncio
from collections.abc import Callable, Container
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.desk.escrow.calls import SUBJECT, call_of
from fairledger.api.forms import check_own_page, form_of
from fairledger.api.idempotency import once_with
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.api.service import service_of
from fairledger.wallet import WalletEntry

KEY: Final = "once"
FUNCTION: Final = "function"
IN_PROGRESS: Final = "IDEMPOTENCY_IN_PROGRESS"
WAIT_S: Final = 0.25
WAITS_MAX: Final = 60
Then = Callable[[str, str], str]
Refused = Callable[[Problem, dict[str, str]], HTMLResponse]


async def act(
    request: Request, visitor: WalletEntry, functions: Container[str], then: Then, refused: Refused, *, about: str = ""
) -> Response:
    """Make the call that the page's form tells, and lead to ``then``, given the function and the transaction's id.

    ``refused`` shows a problem on the page, with what was filled in. ``about`` is the record that the page shows.
    Raises ``Problem`` (FORM_FOREIGN, REQUEST_MEDIA_TYPE, REQUEST_INVALID) for what is no form of the page.
    """
    check_own_page(request)
    form = await form_of(request)
    function = form.get(FUNCTION, "")
    if function not in functions or (about and form.get(SUBJECT, form.get("listing")) != about):
        raise Problem("REQUEST_INVALID", "no form of this page calls that")

    async def work() -> Response:
        try:
            written = await service_of(request).writes.write(visitor, *call_of(function, form))
        except EXPECTED as error:
            return refused(problem_of(error), form)
        return Response(status_code=303, headers={"Location": then(function, written.tx_id)})

    for _ in range(WAITS_MAX):
        try:
            return await once_with(request, visitor, form.get(KEY, "")).answer(work)
        except Problem as problem:
            if problem.code != IN_PROGRESS:
                return refused(problem, form)
            await asyncio.sleep(WAIT_S)  # the same form was sent twice: show what comes of the first
    return refused(Problem(IN_PROGRESS, "the same form is under way: look again in a moment"), form)
