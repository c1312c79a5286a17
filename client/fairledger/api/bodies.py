"""Bodies of requests that are small JSON documents of ours."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """Base of them: strict, so that nobody's ``"1"`` becomes a number, and without room for what nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, str_strip_whitespace=True)
