"""The application: routes, error handling, bounds and the OpenAPI document, around one running service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI

from fairledger.api import (
    anchor_routes,
    capture_routes,
    certificate_routes,
    complaint_routes,
    disclosure_routes,
    discovery,
    escrow_routes,
    event_routes,
    evidence_routes,
    freeze_routes,
    funds_routes,
    health,
    inspection_routes,
    licence_routes,
    link_routes,
    metrics,
    pages,
    privacy_routes,
    problems,
    provider_routes,
    recall_routes,
    renewal_routes,
    resource_routes,
    service_routes,
    signing_routes,
    standard_routes,
    supervision_routes,
    tag_routes,
    trace_routes,
    warrant_routes,
)
from fairledger.api.board import platforms as platform_pages
from fairledger.api.board import routes as board_pages
from fairledger.api.desk import calls as desk_calls
from fairledger.api.desk import corrections as desk_corrections
from fairledger.api.desk import freezes as desk_freezes
from fairledger.api.desk import funds as desk_funds
from fairledger.api.desk import key_routes as own_key_page
from fairledger.api.desk import licences as desk_licences
from fairledger.api.desk import members as desk_members
from fairledger.api.desk import session as desk_session
from fairledger.api.desk import standards as desk_standards
from fairledger.api.desk import supervision as desk_supervision
from fairledger.api.desk import warrants as desk_warrants
from fairledger.api.desk.escrow import home as desk_home
from fairledger.api.desk.escrow import listings as desk_listings
from fairledger.api.desk.escrow import notes as desk_notes
from fairledger.api.desk.escrow import orders as desk_orders
from fairledger.api.middleware import AccessLog, Bounds
from fairledger.api.my_data import routes as my_data_pages
from fairledger.api.rate_limits import MONITORING, RateLimits, described
from fairledger.api.scan import routes as scan_page
from fairledger.api.service import Service
from fairledger.api.totals import routes as totals_page

DESCRIPTION: Final = (
    "EPCIS 2.0 capture and query of one organisation of the consortium. Captures are signed by the token's person and"
    " endorsed and ordered on the channel; queries are answered from the organisation's own read model."
)
_PARTS: Final = (
    *(capture_routes, event_routes, resource_routes, trace_routes, recall_routes, tag_routes, anchor_routes),
    *(escrow_routes, funds_routes, freeze_routes),
    *(provider_routes,),
    *(privacy_routes, warrant_routes),
    *(signing_routes, certificate_routes, renewal_routes, own_key_page),
    *(standard_routes, disclosure_routes, complaint_routes, inspection_routes),
    *(supervision_routes, board_pages, platform_pages),
    *(desk_session,),
    *(desk_home, desk_orders, desk_listings, desk_notes),
    *(desk_funds, desk_freezes, totals_page),
    *(desk_warrants, desk_corrections, desk_supervision, my_data_pages),
    *(desk_standards, desk_members, desk_licences, desk_calls),
    *(licence_routes, service_routes, evidence_routes, link_routes, scan_page, health, metrics, pages),
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
    desk_session.install(app)
    for part in _PARTS:
        app.router.routes.extend(part.router.routes)  # complete as they are: including would build each anew
    discovery.install(app)
    app.add_middleware(Bounds)
    app.add_middleware(RateLimits)
    app.add_middleware(AccessLog)
    app.openapi = _as_answered(app.openapi)  # type: ignore[method-assign]
    return app


def _as_answered(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document with the answer 429, and without what FastAPI adds by itself and is not so here.

    That is the answer 422, as such errors are 400 problems, and ``null`` as a value of parameters that may be left out.
    """

    def openapi() -> dict[str, Any]:
        document = make()
        for path, methods in document["paths"].items():
            for operation in methods.values():
                operation["responses"].pop("422", None)
                if path not in MONITORING:
                    operation["responses"]["429"] = described()
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
