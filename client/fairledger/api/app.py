"""The application: routes, error handling, bounds and the OpenAPI document, around one running service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI

from fairledger.api import (
    capture_routes,
    discovery,
    event_routes,
    evidence_routes,
    health,
    link_routes,
    metrics,
    pages,
    problems,
    resource_routes,
)
from fairledger.api.middleware import AccessLog, Bounds
from fairledger.api.scan import routes as scan_page
from fairledger.api.service import Service

DESCRIPTION: Final = (
    "EPCIS 2.0 capture and query of one organisation of the consortium. Captures are signed by the token's person and"
    " endorsed and ordered on the channel; queries are answered from the organisation's own read model."
)


def create_app(start: Callable[[], AbstractAsyncContextManager[Service]]) -> FastAPI:
    """The application over the service that ``start`` runs, for as long as the server is up."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with start() as service:
            app.state.service = service
            yield

    app = FastAPI(
        title="Fairledger",
        version=version("fairledger"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's pages load their scripts from a CDN
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.metrics = metrics.Metrics()
    problems.install(app)
    for part in (capture_routes, event_routes, resource_routes, evidence_routes, health, link_routes, metrics, pages):
        app.include_router(part.router)
    app.include_router(scan_page.router)
    discovery.install(app)
    app.add_middleware(Bounds)
    app.add_middleware(AccessLog)
    app.openapi = _without_validation_errors(app.openapi)  # type: ignore[method-assign]
    return app


def _without_validation_errors(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document without what FastAPI adds by itself and is not so here.

    That is the answer 422, as such errors are 400 problems, and ``null`` as a value of parameters that may be left out.
    """

    def openapi() -> dict[str, Any]:
        document = make()
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["responses"].pop("422", None)
                for parameter in operation.get("parameters", ()):
                    _leave_out_null(parameter)
        schemas = document.get("components", {}).get("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return document

    return openapi


def _leave_out_null(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
