"""``/healthz`` and ``/readyz``: is the process there, and can it do its work."""

import asyncio
import time
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from fairledger.api.descriptions import problems
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.api.settings import LAG_READY_S, SERVICE_IDENTITY
from fairledger.gateway.errors import GatewayError
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.projector import Projector
from fairledger.wallet import WalletError

ASK_DEADLINE_S: Final = 2.0  # for the peer's height and the read model; probes come often and wait briefly
router = APIRouter(tags=["Service"])

_CHECK: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["ok"],
    "properties": {"ok": {"type": "boolean"}, "code": {"type": "string"}, "detail": {"type": "string"}},
}
READINESS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["ready", "organization", "gateway", "projector", "wallet"],
    "properties": {
        "ready": {"type": "boolean"},
        "organization": {"type": "string"},
        "gateway": _CHECK,
        "projector": _CHECK,
        "wallet": _CHECK,
    },
}


@router.get("/healthz", summary="The process answers.")
async def healthz() -> dict[str, str]:
    """Say that the service is there. It says nothing of what it depends on: that is ``/readyz``."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="Peer, read model and wallet can be used.",
    responses={
        200: {"description": "All can.", "content": {"application/json": {"schema": READINESS}}},
        **problems(503),
    },
)
async def readyz(request: Request) -> JSONResponse:
    """Tell how each part is; 503 with a problem document while one can't be used."""
    service = service_of(request)
    height, gateway = await _gateway(service)
    checks = {"gateway": gateway, "projector": await _projector(service, height), "wallet": _wallet(service)}
    if not all(check["ok"] for check in checks.values()):
        down = ", ".join(name for name, check in checks.items() if not check["ok"])
        raise Problem("SERVICE_NOT_READY", f"not ready: {down}", members=checks)
    return JSONResponse({"ready": True, "organization": service.organization, **checks})


async def _gateway(service: Service) -> tuple[int | None, dict[str, Any]]:
    try:
        height = await asyncio.wait_for(service.ledger.height(), ASK_DEADLINE_S)
    except TimeoutError:
        return None, {"ok": False, "code": "GATEWAY_DEADLINE", "detail": f"no answer in {ASK_DEADLINE_S:g} s"}
    except GatewayError as error:
        return None, {"ok": False, "code": error.code, "detail": error.message}
    return height, {"ok": True, "height": height}


async def _projector(service: Service, height: int | None) -> dict[str, Any]:
    state = service.follower.state
    if state.stopped:
        return {"ok": False, "code": state.stopped_code, "detail": state.stopped, "next_block": state.next_block}
    try:
        await asyncio.wait_for(asyncio.to_thread(Projector(service.database).position), ASK_DEADLINE_S)
    except TimeoutError:
        detail = f"no answer of the database in {ASK_DEADLINE_S:g} s"
        return {"ok": False, "code": "READMODEL_SQL", "detail": detail, "next_block": state.next_block}
    except StoreError as error:  # its message may name the database's host
        detail = "the database can't be read"
        return {"ok": False, "code": error.code, "detail": detail, "next_block": state.next_block}
    behind = max(0, (height or 0) - state.next_block)
    idle_s = time.monotonic() - state.last_block_at_s
    check: dict[str, Any] = {"ok": True, "next_block": state.next_block, "blocks_behind": behind}
    if behind and idle_s > LAG_READY_S:
        detail = f"{behind} blocks behind, and none projected for {idle_s:.0f} s"
        return {**check, "ok": False, "code": "READMODEL_LAGS", "detail": detail}
    return check


def _wallet(service: Service) -> dict[str, Any]:
    try:
        service.wallet.get(SERVICE_IDENTITY)
    except WalletError as error:
        return {"ok": False, "code": error.code, "detail": "the service's own identity can't be read"}
    return {"ok": True}
