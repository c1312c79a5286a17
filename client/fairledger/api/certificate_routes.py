"""``/signing/certificates``, ``/challenges``, ``/sessions``: a certificate for one's own key, and signing in by it."""

from datetime import datetime
from typing import Annotated

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr

from fairledger.api.bodies import Body, json_only
from fairledger.api.descriptions import problems
from fairledger.api.enrolment import Enrolment, enrolment_id
from fairledger.api.own_keys import name_of, sign_in_text
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.security import with_own_key
from fairledger.api.service import Service, service_of
from fairledger.api.signing import check_signature
from fairledger.api.signing_routes import JSON, Certificate, MspId, Signature, decoded, identity_of
from fairledger.tokens import SESSION_HOURS, TokenError

REQUEST_LENGTH_MAX = 4_096
SECRET_LENGTH_MAX = 256
CHALLENGE_LENGTH_MAX = 1_024
SECRET_ANSWER = {"Cache-Control": "no-store"}
router = APIRouter(prefix="/signing", tags=["Offline signing"])

EnrolmentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="As the organisation registered it.")]


class CertificateRequest(Body, str_strip_whitespace=False):
    """A PKCS#10 request, and what shows that the person may have a certificate: id and secret, good for once."""

    request: Annotated[str, Field(max_length=REQUEST_LENGTH_MAX, description="PEM.")]
    enrolment_id: EnrolmentId
    secret: Annotated[SecretStr, Field(min_length=1, max_length=SECRET_LENGTH_MAX)]


class Certified(Body, str_strip_whitespace=False):
    """A certificate, whose it is, and until when."""

    certificate: Certificate
    msp_id: MspId
    name: str
    role: str
    gln: str
    not_after: datetime


class Challenge(Body):
    """What to sign in order to sign in, for ``seconds``: the text is told with it."""

    challenge: str
    text: str
    seconds: int


class SignedChallenge(Body, str_strip_whitespace=False):
    """A challenge, and the signature over its text by the certificate's key."""

    challenge: Annotated[str, Field(max_length=CHALLENGE_LENGTH_MAX)]
    certificate: Certificate
    signature: Signature


class Session(Body):
    """A bearer token for whoever has the key: it reads what is theirs, and signs nothing."""

    token: str
    name: str
    hours: float


@router.post(
    "/certificates",
    status_code=201,
    summary="Have the organisation's CA certify a key that stays with you.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        201: {"description": "The certificate.", "model": Certified},
        **problems(400, 403, 404, 413, 415, 502, 503),
    },
)
async def certify(request: Request, body: CertificateRequest) -> Response:
    """Carry the request to the CA. The secret can't be used again afterwards."""
    service = service_of(request)
    return certified(
        service,
        await enrolment_of(service).certificate(body.enrolment_id, body.secret.get_secret_value(), body.request),
    )


@router.post(
    "/challenges",
    summary="A challenge to sign, for signing in by one's own key.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "To be signed soon.", "model": Challenge}, **problems(400, 413)},
)
def challenge(request: Request) -> Response:
    """Make one; nothing is kept of it."""
    service = service_of(request)
    made, seconds = service.tokens.challenge()
    told = Challenge(challenge=made, text=sign_in_text(service.organization, made), seconds=seconds)
    return Response(told.model_dump_json(), 200, SECRET_ANSWER, JSON)


@router.post(
    "/sessions",
    status_code=201,
    summary="Sign in by one's own key: a bearer token to read what is one's own.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "Signed in.", "model": Session}, **problems(400, 401, 403, 413, 415, 503)},
)
async def sign_in(request: Request, body: SignedChallenge) -> Response:
    """Check challenge, certificate and signature. Only members of this service's organisation sign in here."""
    service = service_of(request)
    try:
        service.tokens.check_challenge(body.challenge)
    except TokenError as error:
        raise Problem(
            "SIGNING_CHALLENGE", "the challenge is not one of this service, or too old; get another"
        ) from error
    identity = identity_of(service.msp_id, body.certificate)
    member = await service.signing.member(identity.serialized)
    text = sign_in_text(service.organization, body.challenge)
    check_signature(member, decoded(body.signature), text.encode())
    name = name_of(identity)
    token = service.tokens.issue_to_key(name, identity.certificate.public_bytes(Encoding.DER))
    told = Session(token=token, name=name, hours=SESSION_HOURS)
    return Response(told.model_dump_json(), 201, SECRET_ANSWER, JSON)


def enrolment_of(service: Service) -> Enrolment:
    """The way to the organisation's CA. Raises ``Problem`` (ENROLMENT_NONE)."""
    if service.enrolment is None:
        raise Problem("ENROLMENT_NONE", "this service knows no CA; ask your organisation for a certificate")
    return service.enrolment


def certified(service: Service, certificate_pem: bytes) -> Response:
    """The answer that tells of a new certificate."""
    identity = identity_of(service.msp_id, certificate_pem.decode())
    who = signatory_of(with_own_key(service, identity))
    told = Certified(
        certificate=certificate_pem.decode(),
        msp_id=service.msp_id,
        name=enrolment_id(identity),
        role=who.role,
        gln=who.gln,
        not_after=identity.certificate.not_valid_after_utc,
    )
    return Response(told.model_dump_json(), 201, SECRET_ANSWER, JSON)
