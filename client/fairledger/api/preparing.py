"""Calls that are told instead of made: what a request comes to, for somebody whose key is elsewhere."""

import json
from collections.abc import Awaitable, Callable, Sequence

from fastapi import Response

from fairledger.api.idempotency import Idempotent
from fairledger.api.problems import Problem

JSON = "application/json"


class Preparation(Idempotent):
    """Stands in the place of a request's key: an operation that is given it tells its call, and changes nothing."""

    def __init__(self) -> None:
        pass  # nothing is kept

    async def answer(self, work: Callable[[], Awaitable[Response]], *_asked: str) -> Response:
        """Raises ``Problem`` (SIGNING_FUNCTION): work that is more than one call is not done by a key elsewhere."""
        del work
        raise Problem("SIGNING_FUNCTION", "this is not prepared for a key of your own")

    async def call(self, function: str, arguments: Sequence[str], work: Callable[[], Awaitable[Response]]) -> Response:
        """The contract's function and its arguments, as ``POST /signing/proposals`` takes them; no work is done."""
        del work
        content = json.dumps({"function": function, "arguments": list(arguments)}, ensure_ascii=False)
        return Response(content, headers={"Cache-Control": "no-store"}, media_type=JSON)
