"""Somebody whose key no service ever sees, asking a service over REST, and what can be wrong with signatures."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.identity import P256_ORDER, Identity, KeySigner, Signer

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class OwnKeyHolder:
    """A person with certificate and key, and a client of some service."""

    client: httpx.AsyncClient
    identity: Identity
    signer: Signer

    def sign(self, message: bytes) -> bytes:
        return self.signer.sign(hashlib.sha256(message).digest())

    async def propose(self, function: str, *arguments: str | dict[str, str], msp_id: str = "") -> httpx.Response:
        certificate = self.identity.certificate_pem.decode()
        who = {"msp_id": msp_id or self.identity.msp_id, "certificate": certificate}
        body = {**who, "function": function, "arguments": list(arguments)}
        return await self.client.post("/signing/proposals", json=body)

    async def endorse(self, proposal: str, sign: Sign | None = None) -> httpx.Response:
        return await self._send("endorsements", "proposal", proposal, sign)

    async def submit(self, transaction: str, sign: Sign | None = None) -> httpx.Response:
        return await self._send("submissions", "transaction", transaction, sign)

    async def call(self, function: str, *arguments: str) -> httpx.Response:
        """All three steps; the answer of the last, or of the first that was refused."""
        prepared = await self.propose(function, *arguments)
        if prepared.is_error:
            return prepared
        endorsed = await self.endorse(prepared.json()["proposal"])
        return endorsed if endorsed.is_error else await self.submit(endorsed.json()["transaction"])

    async def sign_in(self, sign: Sign | None = None) -> httpx.Response:
        told = (await self.client.post("/signing/challenges")).json()
        signature = base64.b64encode((sign or self.sign)(told["text"].encode())).decode()
        certificate = self.identity.certificate_pem.decode()
        body = {"challenge": told["challenge"], "certificate": certificate, "signature": signature}
        return await self.client.post("/signing/sessions", json=body)

    async def _send(self, step: str, name: str, text: str, sign: Sign | None) -> httpx.Response:
        signature = base64.b64encode((sign or self.sign)(base64.b64decode(text))).decode()
        return await self.client.post(f"/signing/{step}", json={name: text, "signature": signature})


def with_high_s(sign: Sign) -> Sign:
    """Signatures that prove as much, and that Fabric refuses."""

    def malleated(message: bytes) -> bytes:
        r, s = decode_dss_signature(sign(message))
        return encode_dss_signature(r, P256_ORDER - s)

    return malleated


def another_key() -> Sign:
    """Good signatures of somebody else."""
    signer = KeySigner(ec.generate_private_key(ec.SECP256R1()))
    return lambda message: signer.sign(hashlib.sha256(message).digest())


def certificate_request(name: str, key: ec.EllipticCurvePrivateKey) -> str:
    """A PKCS#10 request (PEM)."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return x509.CertificateSigningRequestBuilder(subject).sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
