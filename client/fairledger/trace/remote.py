"""Capture at an organisation's REST service, in the name of the person whose bearer token it is."""

import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

from fairledger.trace.errors import CaptureFailed

MEDIA_TYPE: Final = "application/ld+json"
CAPTURED_DEADLINE_S: Final = 60.0  # to be ordered, committed and found by queries
POLL_INTERVAL_S: Final = 0.05


def capture_at(http: httpx.Client, bearer: Mapping[str, str], document: str) -> dict[str, Any]:
    """Capture a document at the service behind ``http`` and wait until queries there find it; the finished job.

    ``bearer`` is the header with the token. Raises ``CaptureFailed``: the service's own code when it or the contract
    refuses, SERVICE_UNREACHABLE, CAPTURE_UNFINISHED when it may still come to the ledger.
    """
    try:
        headers = {**bearer, "Content-Type": MEDIA_TYPE}
        location = _checked(http.post("/epcis/capture", content=document.encode(), headers=headers)).headers["Location"]
        deadline = time.monotonic() + CAPTURED_DEADLINE_S
        while time.monotonic() < deadline:
            job: dict[str, Any] = _checked(http.get(location, headers=dict(bearer))).json()
            if not job["running"]:
                return _successful(job)
            time.sleep(POLL_INTERVAL_S)
    except httpx.HTTPError as error:
        raise CaptureFailed("SERVICE_UNREACHABLE", f"no answer from {http.base_url}") from error
    raise CaptureFailed("CAPTURE_UNFINISHED", f"{location} is not finished after {CAPTURED_DEADLINE_S:g} s")


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_error:
        return answer
    try:
        problem = answer.json()
        code, detail = str(problem["code"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError) as error:
        raise CaptureFailed("SERVICE_UNREACHABLE", f"status {answer.status_code} is no service's answer") from error
    raise CaptureFailed(code, detail)


def _successful(job: dict[str, Any]) -> dict[str, Any]:
    if not job["success"]:
        first = job["errors"][0]
        raise CaptureFailed(str(first["code"]), str(first["detail"]))
    return job
