"""``/signing``: transactions of people whose key is in their browser or on their machine, and never here."""

import base64
import binascii
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from fairledger.api.bodies import Body, json_only
from fairledger.api.descriptions import problems
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.gateway import Proposal, Transaction
from fairledger.identity import Identity, IdentityError

JSON: Final = "application/json"
CERTIFICATE_LENGTH_MAX: Final = 8_192
ARGUMENTS_MAX: Final = 16
ARGUMENT_LENGTH_MAX: Final = 128 * 1_024  # characters; what is endorsed holds it twice, as text and as a record
SIGNATURE_LENGTH_MAX: Final = 100  # of a DER signature on P-256: 72 bytes, in base64
BYTES_LENGTH_MAX: Final = 2 * 1_024 * 1_024
CALLS: Final = (400, 403, 409, 413, 415, 502, 503, 504)
router = APIRouter(prefix="/signing", tags=["Offline signing"])

Certificate = Annotated[str, Field(max_length=CERTIFICATE_LENGTH_MAX, description="PEM.")]
MspId = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,64}$", examples=["PlatformAMSP"])]
Bytes = Annotated[str, Field(max_length=BYTES_LENGTH_MAX, pattern=r"^[A-Za-z0-9+/]+={0,2}$", description="Base64.")]
Signature = Annotated[
    str,
    Field(
        max_length=SIGNATURE_LENGTH_MAX,
        pattern=r"^[A-Za-z0-9+/]+={0,2}$",
        description="ECDSA P-256 over SHA-256, DER with low S, in base64.",
    ),
]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Octets(Body):
    """An argument that is bytes, such as sealed goods."""

    base64: Bytes

    @property
    def content(self) -> bytes:
        """The bytes. Raises ``Problem`` (REQUEST_INVALID)."""
        return decoded(self.base64)


class Wanted(Body, str_strip_whitespace=False):
    """Whose call of which function; the arguments as text, structured ones as JSON, bytes in base64."""

    msp_id: MspId
    certificate: Certificate
    function: Annotated[str, Field(pattern=r"^[a-z]+:[a-z_]{1,64}$", examples=["escrow:confirm"])]
    arguments: Annotated[
        tuple[Annotated[str, Field(max_length=ARGUMENT_LENGTH_MAX)] | Octets, ...], Field(max_length=ARGUMENTS_MAX)
    ] = ()


class MadeProposal(Body):
    """``protos.Proposal`` to be looked at and signed; ``digest`` is its SHA-256."""

    proposal: Bytes
    digest: Hex
    transaction_id: Hex


class SignedProposal(Body, str_strip_whitespace=False):
    """A proposal as it was made, and its creator's signature."""

    proposal: Bytes
    signature: Signature


class MadeTransaction(Body):
    """``common.Payload`` to be looked at and signed, and the MSP ids of who endorsed it."""

    transaction: Bytes
    digest: Hex
    transaction_id: Hex
    endorsed_by: tuple[str, ...]


class SignedTransaction(Body, str_strip_whitespace=False):
    """A transaction as it was made, and its creator's signature."""

    transaction: Bytes
    signature: Signature


@router.post(
    "/proposals",
    summary="Prepare a transaction for somebody who signs elsewhere; nothing is sent to the ledger.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "To be signed.", "model": MadeProposal}, **problems(*CALLS)},
)
async def propose(request: Request, body: Wanted) -> Response:
    """Make the proposal. Whoever signs it should read it first: it says what is done in their name."""
    identity = identity_of(body.msp_id, body.certificate)
    arguments = [each.content if isinstance(each, Octets) else each for each in body.arguments]
    made = await service_of(request).signing.propose(identity, body.function, arguments)
    told = MadeProposal(
        proposal=base64.b64encode(made.content).decode(), digest=made.digest.hex(), transaction_id=made.tx_id
    )
    return Response(told.model_dump_json(), media_type=JSON)


@router.post(
    "/endorsements",
    summary="Have a signed proposal endorsed; nothing is ordered yet.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "To be signed.", "model": MadeTransaction}, **problems(*CALLS, 404)},
)
async def endorse(request: Request, body: SignedProposal) -> Response:
    """The peers of the organisations that the policy names compute what the function does, and sign that."""
    proposal = Proposal.of(decoded(body.proposal), decoded(body.signature))
    made = await service_of(request).signing.endorse(proposal)
    told = MadeTransaction(
        transaction=base64.b64encode(made.payload).decode(),
        digest=made.digest.hex(),
        transaction_id=made.tx_id,
        endorsed_by=made.endorsed_by,
    )
    return Response(told.model_dump_json(), media_type=JSON)


@router.post(
    "/submissions",
    summary="Order a signed transaction, and wait until this service's queries show it.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={200: {"description": "On the ledger; what the function answered."}, **problems(*CALLS)},
)
async def submit(request: Request, body: SignedTransaction) -> Response:
    """The same transaction sent again is found and answered again; it takes effect once."""
    transaction = Transaction.of(decoded(body.transaction), decoded(body.signature))
    written = await service_of(request).signing.submit(transaction)
    return Response(written.result or b"null", 200, written.headers, JSON)


def identity_of(msp_id: str, certificate: str) -> Identity:
    """The identity with this certificate. Raises ``Problem`` (SIGNING_CERTIFICATE) for what is no certificate."""
    try:
        return Identity(msp_id, certificate.encode())
    except IdentityError as error:
        raise Problem("SIGNING_CERTIFICATE", "send a PEM certificate") from error


def decoded(text: str) -> bytes:
    """What ``text`` holds in base64. Raises ``Problem`` (REQUEST_INVALID)."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Problem("REQUEST_INVALID", "send base64 with its padding") from error
