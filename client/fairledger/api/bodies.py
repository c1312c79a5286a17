"""Bodies of requests that are small JSON documents of ours, and what their members hold."""

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from fairledger.api.problems import Problem
from fairledger.readmodel.values import VALUE_LENGTH_MAX
from fairledger_contracts.records import prose

# RFC 3986, as captures take it
URI: Final = r"^[A-Za-z][A-Za-z0-9+.\-]*:([!$&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~#]|%[0-9A-Fa-f]{2})+$"
PROSE: Final = prose.PROSE

Item = Annotated[
    str,
    Field(
        min_length=1,
        max_length=VALUE_LENGTH_MAX,
        pattern=URI,
        description="EPC, EPC class or GS1 Digital Link.",
        examples=["https://id.gs1.org/01/09521000001107/21/FP26100001"],
    ),
]


class Body(BaseModel):
    """Base of them: without room for what nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def json_only() -> Any:
    """A dependency: the body is JSON, and is said to be. It raises ``Problem`` (REQUEST_MEDIA_TYPE)."""

    def check(request: Request) -> None:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem("REQUEST_MEDIA_TYPE", "send application/json")

    return Depends(check)
