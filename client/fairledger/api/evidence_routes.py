"""``/ledger``: what it takes to check a record: an item's evidence, and blocks as this organisation's peer has them.

Both are public and readable from pages of other organisations (CORS), so that a reader's browser compares two of them.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from fairledger.api.descriptions import problems
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayError
from fairledger.readmodel.item_evidence import Evidence, evidence_of
from fairledger.readmodel.values import IDENTIFIER, VALUE_LENGTH_MAX

BLOCK_MAX: Final = (1 << 63) - 1  # SQL's bigint; the ledger's own numbers have 64 bits
ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
router = APIRouter(prefix="/ledger", tags=["Evidence"])

_HEXADECIMAL: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_EVIDENCE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["eventID", "digest", "transactionID", "blockNumber", "blockHash", "event"],
                "properties": {
                    "eventID": {"type": "string"},
                    "digest": _HEXADECIMAL,
                    "transactionID": _HEXADECIMAL,
                    "blockNumber": {"type": "integer", "minimum": 0},
                    "blockHash": _HEXADECIMAL,
                    "event": {"type": "string", "description": "The event's text as it stands in the block."},
                },
            },
        }
    },
}


@router.get(
    "/evidence",
    summary="An item's events with the transactions and blocks that hold them.",
    dependencies=[takes("epc")],
    response_class=Response,
    responses={
        200: {
            "description": "In the order in which they happened; none for an item that no event names.",
            "content": {"application/json": {"schema": _EVIDENCE}},
        },
        **problems(400, 414, 503),
    },
)
def evidence(
    request: Request,
    epc: Annotated[
        str,
        Query(
            max_length=VALUE_LENGTH_MAX,
            description="EPC, EPC class or GS1 Digital Link.",
            json_schema_extra={"pattern": IDENTIFIER, "minLength": 1},
        ),
    ],
) -> Response:
    """Answer from the read model; check it against blocks of another organisation."""
    with service_of(request).database.reading() as connection:
        found = evidence_of(connection, epc)
    return JSONResponse({"events": [_member(each) for each in found]}, headers=ANYBODY)


@router.get(
    "/blocks/{number}",
    summary="A block as this organisation's peer has it.",
    dependencies=[takes()],
    response_class=Response,
    responses={
        200: {
            "description": "The protobuf message common.Block of Hyperledger Fabric.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(400, 404, 414, 502, 503, 504),
    },
)
async def block(request: Request, number: Annotated[int, Path(ge=0, le=BLOCK_MAX)]) -> Response:
    """Answer from the peer itself, not from the read model."""
    try:
        found = await service_of(request).ledger.block(number)
    except GatewayError as error:
        if error.code == codes.NOT_FOUND:
            raise Problem("BLOCK_UNKNOWN", f"the ledger has no block {number}") from error
        raise
    return Response(found.SerializeToString(), media_type="application/octet-stream", headers=ANYBODY)


def _member(each: Evidence) -> dict[str, Any]:
    return {
        "eventID": each.event_id,
        "digest": each.digest,
        "transactionID": each.tx_id,
        "blockNumber": each.block_number,
        "blockHash": each.block_hash,
        "event": each.text,
    }
