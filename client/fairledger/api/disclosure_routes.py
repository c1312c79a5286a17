"""``/disclosures``, ``/sanctions`` and ``/suspensions``: what platforms publish, and what follows when they don't."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from fairledger.api import record_lists as lists
from fairledger.api.anchor_routes import Described
from fairledger.api.bodies import PROSE, Body, json_only
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.security import Person
from fairledger.readmodel.queries import PER_PAGE
from fairledger_contracts.records.disclosure import Disclosure, Period, Published, Subject
from fairledger_contracts.records.note import INPUTS_MAX, NoteId
from fairledger_contracts.records.sanction import GroundKind, Penalty, Sanction
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName
from fairledger_contracts.records.suspension import Suspension

router = APIRouter(tags=["Disclosure"])
DOCUMENTS_MAX: Final = 20
MspId = Annotated[str, Path(alias="mspID", pattern=r"^[A-Za-z0-9.-]{1,100}$")]
OfPeriod = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Documents = Annotated[tuple[Described, ...], Field(max_length=DOCUMENTS_MAX)]
Amount = Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)]
Step = Literal["hear", "appeal", "end"]
STEPS: Final = {"hear": "hear", "appeal": "appeal", "end": "end_sanction"}


class NewDisclosure(Body):
    """What a platform publishes for a period; attachments by their hashes."""

    period: Annotated[Period, Field(examples=["2026-10"])]
    published: Published
    attachments: Documents = ()


class NewReview(Body):
    """What the association finds; reasons are needed to reject."""

    accepted: bool
    reasons: Annotated[str, Field(max_length=2_000, pattern=rf"^$|{PROSE}")] = ""


class NewGround(Body):
    """The fact on the ledger, by the parts of its key."""

    kind: GroundKind
    key: Annotated[tuple[Annotated[str, Field(pattern=r"^[!-~]{1,200}$")], ...], Field(min_length=1, max_length=3)]


class NewSanction(Body):
    """Against whom, for what fact, by which rule of the standard ``sanctions``, with what evidence."""

    msp_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$")]
    penalty: Penalty
    ground: NewGround
    rule: ParameterName
    evidence: Documents = ()
    amount_minor: Amount = 0
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    suspension_s: Amount = 0


class Papers(Body):
    """Documents that say why, by their hashes."""

    documents: Documents = ()


class Decision(Papers):
    """Whether it is imposed, or upheld on appeal."""

    stands: bool


class Payment(Body):
    """Notes of the platform's account that pay a fine; the change comes back to it."""

    notes: Annotated[tuple[NoteId, ...], Field(min_length=1, max_length=INPUTS_MAX)]


@router.get(
    "/disclosures",
    summary="Disclosures.",
    dependencies=[takes("platform", "subject", "period", "state", "late", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Disclosure),
)
def disclosures(
    request: Request,
    *,
    platform: lists.Term = None,
    subject: Subject | None = None,
    period: lists.Term = None,
    state: lists.Term = None,
    late: lists.Term = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model; ``late`` is true or false."""
    terms = {"msp_id": platform, "subject": subject, "period": period, "state": state, "late": late}
    return lists.page(request, Disclosure, terms, per_page, token)


@router.get(
    "/disclosures/{mspID}/{subject}/{period}",
    summary="What a platform disclosed for a period.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Disclosure),
)
def disclosure(request: Request, msp_id: MspId, subject: Subject, period: OfPeriod) -> Response:
    """Answer from the read model."""
    return lists.one(request, Disclosure, "DISCLOSURE_UNKNOWN", msp_id, subject, period)


@router.post(
    "/disclosures",
    status_code=201,
    summary="Disclose, as your platform's officer.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Disclosure, 201),
)
async def disclose(request: Request, body: NewDisclosure, person: Person, once: Once) -> Response:
    """Endorse and order it; everybody can read it from then on."""
    call = ("disclosure:file", body.period, body.published, body.attachments)
    return await lists.write(request, person, once, call, status=201)


@router.post(
    "/disclosures/{mspID}/{subject}/{period}/review",
    summary="Accept or reject a disclosure, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Disclosure),
)
async def review(
    request: Request, *, msp_id: MspId, subject: Subject, period: OfPeriod, body: NewReview, person: Person, once: Once
) -> Response:
    """Endorse and order it."""
    call = ("disclosure:review", msp_id, f'"{subject}"', period, body)
    return await lists.write(request, person, once, call)


@router.post(
    "/disclosures/{mspID}/{subject}/{period}/{found}",
    summary="Find a disclosure late, or accepted by the association's silence.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Disclosure),
)
async def find(
    request: Request,
    *,
    msp_id: MspId,
    subject: Subject,
    period: OfPeriod,
    found: Literal["late", "unreviewed"],
    person: Person,
    once: Once,
) -> Response:
    """Anybody may, once it is due."""
    function = {"late": "late", "unreviewed": "accept_unreviewed"}[found]
    call = (f"disclosure:{function}", msp_id, f'"{subject}"', period)
    return await lists.write(request, person, once, call)


@router.get(
    "/suspensions",
    summary="Platforms that are or were suspended.",
    dependencies=[takes("platform", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Suspension),
)
def suspensions(
    request: Request, platform: lists.Term = None, per_page: lists.PerPage = PER_PAGE, token: lists.PageToken = None
) -> Response:
    """Answer from the read model."""
    return lists.page(request, Suspension, {"msp_id": platform}, per_page, token)


@router.get(
    "/sanctions",
    summary="Sanctions.",
    dependencies=[takes("platform", "penalty", "state", "perPage", "nextPageToken")],
    response_class=Response,
    responses=lists.listed(Sanction),
)
def sanctions(
    request: Request,
    *,
    platform: lists.Term = None,
    penalty: lists.Term = None,
    state: lists.Term = None,
    per_page: lists.PerPage = PER_PAGE,
    token: lists.PageToken = None,
) -> Response:
    """Answer from the read model."""
    return lists.page(request, Sanction, {"msp_id": platform, "penalty": penalty, "state": state}, per_page, token)


@router.get(
    "/sanctions/{id}",
    summary="A sanction.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.told(Sanction),
)
def sanction(request: Request, sanction_id: lists.RecordId) -> Response:
    """Answer from the read model."""
    return lists.one(request, Sanction, "DISCLOSURE_SANCTION_UNKNOWN", sanction_id)


@router.post(
    "/sanctions",
    status_code=201,
    summary="Open a sanction and hear the platform, as an officer of the association.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Sanction, 201),
)
async def open_sanction(request: Request, body: NewSanction, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    call = ("disclosure:open_sanction", body)
    return await lists.write(request, person, once, call, status=201, at="/sanctions/{id}")


@router.post(
    "/sanctions/{id}/payment",
    summary="Pay a fine from the platform's account into the association's, which ends it.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Sanction),
)
async def pay(request: Request, sanction_id: lists.RecordId, body: Payment, person: Person, once: Once) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, ("disclosure:pay_fine", sanction_id, list(body.notes)))


@router.post(
    "/sanctions/{id}/{step}",
    summary="Speak (hear) or appeal for the platform concerned; or end it, as an officer.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Sanction),
)
async def act(
    request: Request, *, sanction_id: lists.RecordId, step: Step, body: Papers, person: Person, once: Once
) -> Response:
    """Endorse and order it."""
    return await lists.write(request, person, once, (f"disclosure:{STEPS[step]}", sanction_id, body.documents))


@router.post(
    "/sanctions/{id}/decisions/{instance}",
    summary="Impose or drop it, as the association; uphold or lift it on appeal, as the regulator.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses=lists.described(Sanction),
)
async def decide(
    request: Request,
    *,
    sanction_id: lists.RecordId,
    instance: Literal["association", "regulator"],
    body: Decision,
    person: Person,
    once: Once,
) -> Response:
    """Endorse and order it."""
    function = {"association": "decide", "regulator": "judge"}[instance]
    call = (f"disclosure:{function}", sanction_id, body.stands, body.documents)
    return await lists.write(request, person, once, call)


@router.post(
    "/sanctions/{id}/deadline/push",
    summary="Let a passed deadline have its effect.",
    dependencies=[takes()],
    response_class=Response,
    responses=lists.described(Sanction),
)
async def push(request: Request, sanction_id: lists.RecordId, person: Person, once: Once) -> Response:
    """Anybody may."""
    return await lists.write(request, person, once, ("disclosure:push_sanction", sanction_id))
