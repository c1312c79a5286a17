"""OPTIONS on each resource of EPCIS 2.0's REST binding: versions, limits and methods, in headers."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from fairledger.api.descriptions import problems
from fairledger.api.resource_routes import VALUES, value_path
from fairledger.api.versions import DISCOVERED

_WRITTEN: Final = "GET, OPTIONS, POST"
_READ: Final = "GET, OPTIONS"


def install(app: FastAPI) -> None:
    """Add the method to the resources of ``app``."""
    for path, allowed, values in _resources():
        app.add_api_route(path, _discovery(allowed), methods=["OPTIONS"], **_description(values))


def _resources() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each path, its methods, and the values in it."""
    yield "/epcis", _READ, ()
    yield "/epcis/capture", _WRITTEN, ()
    yield "/epcis/capture/{captureID}", _READ, ("captureID",)
    yield "/epcis/events", _WRITTEN, ()
    yield "/epcis/events/{eventID:path}", _READ, ("eventID",)
    for name, value in VALUES.items():
        yield f"/epcis/{name}", _READ, ()
        yield f"/epcis/{name}/{{{value}:path}}/events", _READ, (value,)
        yield f"/epcis/{name}/{{{value}:path}}", _READ, (value,)


def _discovery(allowed: str) -> Callable[[Request], Response]:
    def discover(request: Request) -> Response:
        """Tell the versions and limits of this service, in headers."""
        del request
        return Response(status_code=204, headers={**DISCOVERED, "Allow": allowed})

    return discover


def _description(values: tuple[str, ...]) -> dict[str, Any]:
    headers = {name: {"schema": {"type": "string"}, "description": "See EPCIS 2.0, 12."} for name in DISCOVERED}
    return {
        "status_code": 204,
        "tags": ["Discovery"],
        "summary": "Versions and limits, in headers.",
        "response_class": Response,
        "responses": {
            204: {"description": "See the headers.", "headers": headers},
            **problems(*((404, 414) if values else (414,))),
        },
        "openapi_extra": {"parameters": [value_path(value) for value in values]},
    }
