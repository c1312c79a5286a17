"""Query parameters that an operation does not have are refused: whoever misspells one must not get another answer."""

from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BeforeValidator

from fairledger.api.problems import Problem
from fairledger.readmodel.values import shown


def _as_written(value: object) -> object:
    if value not in ("true", "false", True, False):
        raise ValueError("write true or false")
    return value


Flag = Annotated[bool, BeforeValidator(_as_written)]
"""``true`` or ``false``, as the description says, and none of the other words that could be meant so."""


def takes(*names: str) -> Any:
    """A dependency: the operation takes these query parameters, and no others.

    It raises ``Problem`` (QUERY_PARAMETER_UNKNOWN).
    """

    def check(request: Request) -> None:
        for name in request.query_params:
            if name not in names:
                raise Problem("QUERY_PARAMETER_UNKNOWN", f"{shown(name)} is no query parameter here")

    return Depends(check)
