"""Requests to a Fabric CA: bounded, verified against one TLS root, signed the way Fabric CA 1.4 and later want it."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from fairledger.identity import IdentityError, KeySigner
from fairledger_network.ca_errors import CaArgument, CaError, CaNotTrusted, CaUnreachable, refusal

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 30.0  # a CA on a busy machine hashes enrolment secrets slowly, on purpose
ANSWER_BYTES_MAX = 4 * 1024 * 1024  # a revocation list of some 40,000 entries


class TokenSigner(Protocol):
    """Who signs a request: an enrolment with its certificate and key."""

    @property
    def certificate_pem(self) -> bytes:
        """The certificate, PEM."""

    @property
    def private_key_pem(self) -> bytes:
        """Its private key, PEM, unencrypted."""


def request_token(signer: TokenSigner, method: str, uri: str, body: bytes) -> str:
    """The ``Authorization`` header of a signed request: ``base64(certificate).base64(signature)``.

    The signature is over ``METHOD.base64(uri).base64(body).base64(certificate)``, by ECDSA with SHA-256 in low-S form
    (fabric-ca, util.GenECDSAToken). ``uri`` is path and query, as the server sees them.
    """
    certificate = base64.b64encode(signer.certificate_pem).decode()
    payload = ".".join([method, base64.b64encode(uri.encode()).decode(), base64.b64encode(body).decode(), certificate])
    try:
        key = KeySigner.from_pem(signer.private_key_pem)
    except IdentityError as error:
        raise CaArgument("the request's signer has no usable private key") from error
    signature = key.sign(hashlib.sha256(payload.encode()).digest())
    return f"{certificate}.{base64.b64encode(signature).decode()}"


class CaTransport:
    """Carries the requests of hfc's CA client. Safe to share between threads: it keeps nothing between calls."""

    def __init__(self, tls_root_path: Path) -> None:
        self._tls_root_path = tls_root_path

    def send(
        self,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None,
        basic: tuple[str, str] | None,
        token_of: object | None,
    ) -> dict[str, Any]:
        """Send one request and answer the parsed JSON of a success; every other outcome raises a ``CaError``."""
        if not self._tls_root_path.is_file():
            raise CaNotTrusted(f"no TLS root of the CA at {self._tls_root_path}: start the CA once, it makes its own")
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if token_of is not None:
            parts = urlsplit(url)
            uri = f"{parts.path}?{parts.query}" if parts.query else parts.path
            headers["Authorization"] = request_token(token_of, method, uri, content)  # type: ignore[arg-type]
        return _parsed(self._exchange(method, url, content, headers, basic), url)

    def _exchange(
        self, method: str, url: str, content: bytes, headers: Mapping[str, str], basic: tuple[str, str] | None
    ) -> bytes:
        with requests.Session() as session:
            session.trust_env = False  # neither a proxy nor a .netrc file has a say in who we talk to
            try:
                response = session.request(
                    method,
                    url,
                    data=content,
                    headers=headers,
                    auth=basic,
                    verify=str(self._tls_root_path),
                    timeout=(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S),
                    allow_redirects=False,
                    stream=True,
                )
                answer = bytearray()
                for piece in response.iter_content(64 * 1024):
                    answer += piece
                    if len(answer) > ANSWER_BYTES_MAX:
                        raise CaError(f"{_place(url)} answers more than {ANSWER_BYTES_MAX} bytes", code="CA_ANSWER")
            except requests.exceptions.SSLError as error:
                raise CaNotTrusted(f"{_place(url)} shows no certificate of {self._tls_root_path}") from error
            except OSError as error:  # requests' own errors, and a root file that cannot be read
                raise CaUnreachable(f"no answer from {_place(url)}: is the CA running?") from error
        return bytes(answer)


def _place(url: str) -> str:
    return urlsplit(url).netloc


def _parsed(answer: bytes, url: str) -> dict[str, Any]:
    try:
        parsed = json.loads(answer)
    except ValueError as error:
        raise CaError(f"{_place(url)} does not answer as a Fabric CA", code="CA_ANSWER") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("success"), bool):
        raise CaError(f"{_place(url)} does not answer as a Fabric CA", code="CA_ANSWER")
    if parsed["success"]:
        return parsed
    reasons = parsed.get("errors") or [{}]
    raise refusal(int(reasons[0].get("code", 0)), str(reasons[0].get("message", "refused without a reason")))
