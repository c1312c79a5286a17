"""The webhook of payment providers: what they tell of money outside the ledger. See docs/payment-provider.md."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.parameters import takes
from fairledger.api.provider_effects import Outcome
from fairledger.api.service import service_of
from fairledger.provider.event import TYPES
from fairledger.provider.settings import NAME_PATTERN
from fairledger.provider.signature import ID, SIGNATURE, TIMESTAMP

router = APIRouter(prefix="/providers", tags=["Money"])


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": description, "schema": {"type": "string"}}


_DESCRIBED: Final[dict[str, Any]] = {
    "parameters": [
        _header(ID, "The event's id, the provider's own: the same each time that it is sent."),
        _header(TIMESTAMP, "When it is sent, in Unix time."),
        _header(SIGNATURE, "`v1,` and base64 of HMAC-SHA256 over id, timestamp and body with dots between."),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "timestamp", "data"],
                    "properties": {
                        "type": {"type": "string", "enum": list(TYPES)},
                        "timestamp": {"type": "string", "format": "date-time"},
                        "data": {"type": "object"},
                    },
                }
            }
        },
    },
}


@router.post(
    "/{provider}/webhook",
    summary="Take an event of a payment provider: money received, a payout made or failed.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "It has its effect.", "model": Outcome},
        **problems(400, 403, 404, 409, 413, 414, 415, 500, 502, 503, 504),
    },
    openapi_extra=_DESCRIBED,
)
async def webhook(request: Request, provider: Annotated[str, Path(pattern=NAME_PATTERN)]) -> Response:
    """Check the signature, keep the event, have its effect, and answer."""
    told = await service_of(request).providers.take(provider, request.headers, await request.body())
    return Response(told.body, told.status, media_type=told.media_type)
