"""``/complaints``: filed in one's own name or against a receipt, answered, escalated, decided; and the figures."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from fairledger.api import record_lists as lists
from fairledger.api.anchor_routes import Described
from fairledger.api.bodies import Body, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Idempotent, Once, OnceUnnamed, refusal_of
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.api.settings import SERVICE_IDENTITY
from fairledger.readmodel.complaint_figures import ComplaintFigures, complaint_figures
from fairledger.readmodel.queries import PER_PAGE
from fairledger.readmodel.records import list_records
from fairledger.receipts import chain, new_receipt, next_code
from fairledger_contracts.records.complaint import DOCUMENTS_MAX, About, Complaint, Matter

router = APIRouter(prefix="/complaints", tags=["Complaints"])
Documents = Annotated[tuple[Described, ...], Field(max_length=DOCUMENTS_MAX)]
Secret = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="What the receipt says.")]
Finding = Literal["upheld", "partly", "dismissed"]
FIGURES: Final = TypeAdapter(list[ComplaintFigures])
INSTANCES: Final = {"association": "decide_complaint", "regulator": "close_complaint"}


class NewComplaint(Body):
    """What it is about, the platform (MSP) that has to answer, and the matter; the text is a document by its hash."""

    about: About
    platform: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$", examples=["PlatformAMSP"])]
    matter: Matter
    documents: Documents = ()


class Papers(Body):
    """Documents that say why, by their hashes."""

    documents: Documents = ()


class Decision(Papers):
    """What an authority finds."""

    verdict: Finding


class Shown(Papers):
    """The receipt of who has no identity."""

    receipt: Secret


class Receipted(BaseModel):
    """A complaint, and the receipt that is told for a day by the key of the request, and kept nowhere else here."""

    receipt: str
    complaint: Complaint


@router.get(
    "",
    summary="Complaints.",
    dependencies=[takes("platform", "state", "category", "about", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Complaint),
)
def complaints(
    request: Request,
    *,
    platform: lists.Term = None,
    state: lists.Term = None,
    category: lists.Term = None,
    about: lists.Term = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model; ``about`` is a kind and an id, such as ``order:17``."""
    terms = {"platform": platform, "state": state, "category": category, "about": about}
    return lists.page(request, Complaint, terms, per_page, token)


@router.get(
    "/figures",
    summary="How many complaints there are of each platform in the standard's last days, and how they fared.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "By platform.", "model": list[ComplaintFigures]}, **problems(400, 414, 503)},
)
def figures(request: Request) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found = complaint_figures(connection, datetime.now(UTC))
    return Response(FIGURES.dump_json(found), media_type=lists.JSON)


@router.get(
    "/{id}",
    summary="A complaint.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Complaint),
)
def complaint(request: Request, complaint_id: lists.RecordId) -> Response:
    """Answer from the read model."""
    return lists.one(request, Complaint, "SUPERVISION_COMPLAINT_UNKNOWN", complaint_id)


@router.post(
    "",
    status_code=201,
    summary="Complain in your own name.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Complaint, 201),
)
async def complain(request: Request, body: NewComplaint, person: Person, once: Once) -> Response:
    """Endorse and order it; the bearer of the token signs."""
    call = ("supervision:complain", body)
    return await lists.write(request, person, once, call, status=201, at="/complaints/{id}")


@router.post(
    "/anonymous",
    status_code=201,
    summary="Complain without an identity, against a receipt.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Receipted, 201),
)
async def complain_anonymously(request: Request, body: NewComplaint, once: OnceUnnamed) -> Response:
    """This service signs. Keep the receipt: nobody can find it again."""
    return await once.answer(lambda: filed(request, body))


@router.post(
    "/receipts",
    summary="The complaint of a receipt.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.told(Complaint) | problems(413, 415),
)
def of_receipt(request: Request, body: Shown) -> Response:
    """Answer from the read model. The receipt is in the body, so that no log of addresses has it."""
    return Response(complaint_of(request, body.receipt).model_dump_json(), media_type=lists.JSON)


@router.post(
    "/receipts/{step}",
    summary="Escalate or settle the complaint of a receipt.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Complaint),
)
async def act_by_receipt(
    request: Request, step: Literal["escalate", "settle"], body: Shown, once: OnceUnnamed
) -> Response:
    """This service signs, any organisation's can: what counts is the receipt's next code."""

    async def work() -> Response:
        found = complaint_of(request, body.receipt)
        code = next_code(body.receipt, found.receipt_sha256 or "")
        if code is None:
            raise Problem("SUPERVISION_RECEIPT", "the receipt's codes are all used")
        documents: tuple[Any, ...] = (body.documents,) if step == "escalate" else ()
        return await _as_service(request, f"supervision:{step}_complaint", found.id, *documents, code)

    return await once.answer(work)


@router.post(
    "/{id}/{step}",
    summary="Answer for the platform; escalate or settle as who complained.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Complaint),
)
async def act(
    request: Request,
    *,
    complaint_id: lists.RecordId,
    step: Literal["answer", "escalate", "settle"],
    body: Papers,
    person: Person,
    once: Once,
) -> Response:
    """Endorse and order it."""
    documents: tuple[Any, ...] = () if step == "settle" else (body.documents,)
    return await lists.write(request, person, once, (f"supervision:{step}_complaint", complaint_id, *documents))


@router.post(
    "/{id}/decisions/{instance}",
    summary="Decide, as the association, and on appeal as the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Complaint),
)
async def decide(
    request: Request,
    *,
    complaint_id: lists.RecordId,
    instance: Literal["association", "regulator"],
    body: Decision,
    person: Person,
    once: Once,
) -> Response:
    """Endorse and order it."""
    call = (f"supervision:{INSTANCES[instance]}", complaint_id, f'"{body.verdict}"', body.documents)
    return await lists.write(request, person, once, call)


@router.post(
    "/{id}/deadline/push",
    summary="Let a passed deadline have its effect.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Complaint),
)
async def push(request: Request, complaint_id: lists.RecordId, person: Person, once: Once) -> Response:
    """Anybody may."""
    return await lists.write(request, person, once, ("supervision:push_complaint", complaint_id))


async def file_anonymously(request: Request, body: NewComplaint, once: Idempotent) -> Receipted:
    """A complaint that this service signs, and its receipt. Raises ``Problem``, also where the ledger refuses it."""
    return receipted(await complain_anonymously(request, body, once))


def receipted(answer: Response) -> Receipted:
    """What was answered to who complained without an identity. Raises ``Problem`` where it was a refusal."""
    if problem := refusal_of(answer):
        raise problem
    return Receipted.model_validate_json(bytes(answer.body))


async def filed(request: Request, body: NewComplaint) -> Response:
    """File a complaint that this service signs; the answer has its receipt. Raises ``GatewayError``, ``Problem``."""
    secret = new_receipt()
    answered = await _as_service(request, "supervision:complain_for", body, chain(secret)[-1])
    told = Receipted(receipt=secret, complaint=Complaint.model_validate_json(bytes(answered.body)))
    headers = {"Location": f"/complaints/{told.complaint.id}", "Cache-Control": "no-store"}
    return Response(told.model_dump_json(), 201, headers, lists.JSON)


def complaint_of(request: Request, secret: str) -> Complaint:
    """The complaint of a receipt. Raises ``Problem`` (SUPERVISION_RECEIPT_UNKNOWN)."""
    with service_of(request).database.reading() as connection:
        for held in chain(secret):
            found = list_records(connection, Complaint, [("receipt_sha256", held)], limit=1)
            if found:
                return found[0][0]
    raise Problem("SUPERVISION_RECEIPT_UNKNOWN", "no complaint has this receipt")


async def _as_service(request: Request, function: str, *arguments: Any) -> Response:
    service = service_of(request)
    person = service.wallet.get(SERVICE_IDENTITY)
    written = await service.writes.write(person, function, *map(lists.argument, arguments))
    return Response(written.result, 200, written.headers, lists.JSON)
