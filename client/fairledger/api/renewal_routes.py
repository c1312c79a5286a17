"""``/signing/renewals``: a certificate for another key, by a signature of the one before; both stay with their owner.

Nothing is kept between the two steps, and no token is needed: the signature is the proof.
"""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from fairledger.api.bodies import Body, json_only
from fairledger.api.certificate_routes import REQUEST_LENGTH_MAX, Certified, certified, enrolment_of
from fairledger.api.descriptions import problems
from fairledger.api.parameters import takes
from fairledger.api.service import service_of
from fairledger.api.signing import check_signature
from fairledger.api.signing_routes import JSON, Certificate, Signature, decoded, identity_of

REFUSALS = (400, 403, 404, 413, 415, 502, 503)
router = APIRouter(prefix="/signing", tags=["Offline signing"])


class Renewal(Body, str_strip_whitespace=False):
    """The certificate in use, and a PKCS#10 request by the new key for the same name."""

    certificate: Certificate
    request: Annotated[str, Field(max_length=REQUEST_LENGTH_MAX, description="PEM.")]


class MadeRenewal(Body):
    """What the key in use signs: ``POST.base64(path).base64(body).base64(certificate)`` of the request to the CA."""

    text: str


class SignedRenewal(Renewal):
    """The same, with the signature over the text by the key in use."""

    signature: Signature


@router.post(
    "/renewals",
    summary="Prepare the renewal of a certificate whose key is elsewhere; the CA is not asked yet.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "To be signed by the key in use.", "model": MadeRenewal}, **problems(*REFUSALS)},
)
async def prepare(request: Request, body: Renewal) -> Response:
    """Make the text. Whoever signs it should look whether its body holds their own request and nothing else."""
    service = service_of(request)
    identity = identity_of(service.msp_id, body.certificate)
    await service.signing.member(identity.serialized)
    text = enrolment_of(service).to_sign(identity, body.request)
    return Response(MadeRenewal(text=text).model_dump_json(), media_type=JSON)


@router.post(
    "/renewals/signed",
    status_code=201,
    summary="Have the organisation's CA certify another key of somebody whose certificate is in force.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={201: {"description": "The certificate.", "model": Certified}, **problems(*REFUSALS)},
)
async def renew(request: Request, body: SignedRenewal) -> Response:
    """Carry the request to the CA, once certificate and signature are checked here. The old certificate stays valid."""
    service = service_of(request)
    identity = identity_of(service.msp_id, body.certificate)
    enrolment, signature = enrolment_of(service), decoded(body.signature)
    text = enrolment.to_sign(identity, body.request)
    check_signature(await service.signing.member(identity.serialized), signature, text.encode())
    return certified(service, await enrolment.renewed(identity, body.request, signature))
