"""Certificates for keys that people keep to themselves, from the organisation's Fabric CA.

The person shows the CA their enrolment id and its secret, which is good for one enrolment, and a request signed by
their key (PKCS#10, RFC 2986); this service carries that there. The secret is in no log and no answer.

Who has a certificate gets one for another key by signing the request for it with the key before: Fabric CA's token,
``base64(certificate).base64(signature)`` over ``METHOD.base64(path).base64(body).base64(certificate)``. No message of
Fabric begins as that text does: "POST." is no protobuf.

Source: fabric-ca, swagger of /api/v1/enroll and /api/v1/reenroll; util.GenECDSAToken.
"""

import base64
import binascii
import json
import ssl
from dataclasses import dataclass
from typing import Any, Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from fairledger.api.problems import Problem
from fairledger.identity import Identity
from fairledger.profile import CertificateAuthority
from fairledger_chaincode.certificate import read_certificate, unreadable_as_value_error

ANSWER_TIMEOUT_S: Final = 30.0  # a CA hashes enrolment secrets slowly, on purpose
ENROL: Final = "/api/v1/enroll"
RENEW: Final = "/api/v1/reenroll"
_DENIED: Final = frozenset({2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 70, 73})  # fabric-ca, lib/caerrors: authentication


@dataclass(frozen=True)
class Enrolment:
    """The way to an organisation's CA."""

    authority: CertificateAuthority

    async def certificate(self, name: str, secret: str, request_pem: str) -> bytes:
        """The certificate (PEM) for the key that signed ``request_pem``, in the name of the enrolment id ``name``.

        Raises ``Problem``: ENROLMENT_REQUEST (not a request for ``name`` and a key on P-256), ENROLMENT_DENIED (wrong
        id or secret, or one that was used), ENROLMENT_REFUSED and ENROLMENT_UNREACHABLE.
        """
        request = check_request(name, request_pem)
        shown = base64.b64encode(f"{name}:{secret}".encode()).decode()
        return _certificate_in(await self._ask(ENROL, request_pem, f"Basic {shown}"), request)

    def to_sign(self, identity: Identity, request_pem: str) -> str:
        """What the key of ``identity`` signs (SHA-256, ECDSA, DER with low S) to have another key certified.

        Raises ``Problem`` (ENROLMENT_REQUEST) unless the request is for the same name.
        """
        check_request(enrolment_id(identity), request_pem)
        parts = (RENEW.encode(), self._body(request_pem), identity.certificate_pem)
        return ".".join(["POST", *(base64.b64encode(each).decode() for each in parts)])

    async def renewed(self, identity: Identity, request_pem: str, signature: bytes) -> bytes:
        """The certificate (PEM) for the key that signed ``request_pem``; ``signature`` is over ``to_sign``.

        The one before stays valid beside it. Raises as ``certificate``.
        """
        request = check_request(enrolment_id(identity), request_pem)
        parts = (identity.certificate_pem, signature)
        token = ".".join(base64.b64encode(each).decode() for each in parts)
        return _certificate_in(await self._ask(RENEW, request_pem, token), request)

    def _body(self, request_pem: str) -> bytes:
        return json.dumps({"certificate_request": request_pem, "caname": self.authority.ca_name}).encode()

    async def _ask(self, path: str, request_pem: str, proof: str) -> dict[str, Any]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=(self.authority.tls_root_pem or b"").decode())
        headers = {"Content-Type": "application/json", "Authorization": proof}
        url = f"{self.authority.url}{path}"
        try:
            async with httpx.AsyncClient(verify=context, trust_env=False, timeout=ANSWER_TIMEOUT_S) as client:
                response = await client.post(url, content=self._body(request_pem), headers=headers)
            answer = response.json()
            succeeded = answer["success"] is True
            reasons = () if succeeded else tuple(int(each["code"]) for each in answer["errors"])
        except httpx.HTTPError:
            raise Problem("ENROLMENT_UNREACHABLE", "the organisation's CA does not answer; try later") from None
        except (KeyError, TypeError, ValueError):
            raise Problem("ENROLMENT_REFUSED", "the CA does not answer as a Fabric CA") from None
        if not succeeded:
            raise _refusal(reasons)
        return dict(answer)


def enrolment_id(identity: Identity) -> str:
    """The common name, which Fabric CA requires to be the enrolment id. Raises ``Problem`` (ENROLMENT_REQUEST)."""
    names = identity.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    if len(names) != 1:
        raise Problem("ENROLMENT_REQUEST", "the certificate names nobody")
    return str(names[0].value)


def check_request(name: str, request_pem: str) -> x509.CertificateSigningRequest:
    """The request, if it is for ``name`` alone and signed by a key on P-256. Raises ``Problem`` (ENROLMENT_REQUEST)."""
    try:
        with unreadable_as_value_error():
            request = x509.load_pem_x509_csr(request_pem.encode())
            named = [(each.oid, each.value) for each in request.subject]
            is_signed = request.is_signature_valid
            is_plain = not list(request.extensions) and named == [(x509.NameOID.COMMON_NAME, name)]
            key = request.public_key()
    except ValueError as error:
        raise Problem("ENROLMENT_REQUEST", "send a PEM certificate request (PKCS#10)") from error
    if not is_signed or not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Problem("ENROLMENT_REQUEST", "the request must be signed by its own key, ECDSA on P-256")
    if not is_plain:
        raise Problem("ENROLMENT_REQUEST", "the request's subject must be the enrolment id as common name, no more")
    return request


def _certificate_in(answer: dict[str, Any], request: x509.CertificateSigningRequest) -> bytes:
    try:
        certificate_pem = base64.b64decode(answer["result"]["Cert"], validate=True)
        certificate = read_certificate(certificate_pem)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Problem("ENROLMENT_REFUSED", "the CA's answer is no certificate") from error
    if certificate.public_key() != request.public_key():
        raise Problem("ENROLMENT_REFUSED", "the CA answers with the certificate of another key")
    return certificate_pem


def _refusal(reasons: tuple[int, ...]) -> Problem:
    if _DENIED.intersection(reasons):
        return Problem(
            "ENROLMENT_DENIED", "what was shown to the CA is wrong, used or revoked; ask whoever registered you"
        )
    return Problem("ENROLMENT_REFUSED", f"the CA refuses, by its reasons {', '.join(map(str, reasons)) or 'unknown'}")
