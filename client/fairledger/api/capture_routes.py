"""``/epcis/capture``: documents in, jobs to look at."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from fairledger.api import versions
from fairledger.api.descriptions import CAPTURE_DOCUMENT, JOB_SCHEMA, problems
from fairledger.api.idempotency import Once
from fairledger.api.jobs import BEHAVIOURS, ROLLBACK, Job
from fairledger.api.negotiation import MEDIA_TYPES
from fairledger.api.paging import JOBS_PER_PAGE_MAX, NEXT_PAGE, next_page, read_mark, write_mark
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel.queries import PER_PAGE

router = APIRouter(prefix="/epcis", tags=["Capture"])

Behaviour = Annotated[
    str,
    Header(
        alias="GS1-Capture-Error-Behaviour",
        description="rollback: all events or none. proceed: events that are refused are left out and told in the job.",
        json_schema_extra={"enum": list(BEHAVIOURS)},
    ),
]
CaptureId = Annotated[str, Path(alias="captureID", description="The job's id, from the Location of the capture.")]


@router.post(
    "/capture",
    status_code=202,
    summary="Capture an EPCIS document on the ledger.",
    dependencies=[takes(), Depends(versions.written)],
    response_class=Response,
    responses={
        202: {
            "description": "Endorsed and on its way. The job at Location tells when it is on the ledger.",
            "headers": {"Location": {"description": "The capture job.", "schema": {"type": "string"}}},
        },
        **problems(400, 401, 403, 406, 409, 413, 415, 502, 503, 504),
    },
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, CAPTURE_DOCUMENT)}},
)
async def capture(request: Request, person: Person, once: Once, behaviour: Behaviour = ROLLBACK) -> Response:
    """Check, endorse and order a document; the bearer of the token signs.

    A document that the contract refuses is answered at once with the contract's code and the path of what is wrong, and
    nothing is kept of it but, where there is an idempotency key, this answer.
    """

    async def accept() -> Response:
        document = await document_in(request)
        job = await service_of(request).captures.accept(
            person, document, behaviour, lambda connection, made: once.keep(connection, _accepted(made))
        )
        return _accepted(job)

    if behaviour not in BEHAVIOURS:
        raise Problem("REQUEST_HEADER", f"GS1-Capture-Error-Behaviour is one of {', '.join(BEHAVIOURS)}")
    return await once.answer(accept, behaviour)


@router.get(
    "/capture",
    summary="Your capture jobs, newest first.",
    dependencies=[takes("perPage", "nextPageToken"), Depends(versions.understood)],
    responses={
        200: {
            "description": "A page of jobs.",
            "headers": NEXT_PAGE,
            "content": {"application/json": {"schema": {"type": "array", "items": JOB_SCHEMA}}},
        },
        **problems(400, 401, 406, 503),
    },
)
def jobs(
    request: Request,
    person: Person,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=JOBS_PER_PAGE_MAX)] = PER_PAGE,
    token: Annotated[str | None, Query(alias="nextPageToken", description="From the Link of the page before.")] = None,
) -> Response:
    """List the jobs that were made in the name of the token's person."""
    before = None if token is None else read_mark(token)
    page, more = service_of(request).jobs.page(person.name, per_page, before)
    headers = {**versions.ANSWERED, **next_page(request, write_mark(page[-1].number) if more else None)}
    return JSONResponse([_shown(job) for job in page], headers=headers)


@router.get(
    "/capture/{captureID}",
    summary="One capture job.",
    dependencies=[takes(), Depends(versions.understood)],
    responses={
        200: {"description": "The job.", "content": {"application/json": {"schema": JOB_SCHEMA}}},
        **problems(400, 401, 404, 406, 503),
    },
)
def job(request: Request, person: Person, capture_id: CaptureId) -> Response:
    """Tell how far a capture is. ``running`` turns false when its events can be queried here, or it failed."""
    found = service_of(request).jobs.get(capture_id, person.name)
    if found is None:
        raise Problem("CAPTURE_UNKNOWN", "you have no capture job with this id")
    return JSONResponse(_shown(found), headers=versions.ANSWERED)


async def document_in(request: Request) -> str:
    """The text of the request's body. Raises ``Problem``: REQUEST_MEDIA_TYPE, TRACE_DOCUMENT_INVALID when no UTF-8."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise Problem("REQUEST_MEDIA_TYPE", f"send it as {' or '.join(MEDIA_TYPES)}")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem("REQUEST_MEDIA_TYPE", "send it as it is, without a content encoding")
    body = await request.body()
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("TRACE_DOCUMENT_INVALID", f"$: not UTF-8 at byte {error.start} (json)", path="$") from error


def _accepted(job: Job) -> Response:
    headers = {**versions.ANSWERED, "Location": f"/epcis/capture/{job.capture_id}"}
    return Response(status_code=202, headers={**headers, "GS1-Capture-Error-Behaviour": job.behaviour})


def _shown(job: Job) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "captureID": job.capture_id,
        "createdAt": job.created_at,
        "running": job.running,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour,
        "errors": list(job.errors),
        "transactions": [{"transactionID": tx_id, "blockNumber": block} for tx_id, block in job.transactions],
    }
    return shown if job.finished_at is None else {**shown, "finishedAt": job.finished_at}
