"""A key on one's own machine: made once, never overwritten, and certificate requests by it."""

import base64
import json
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from fairledger.api.enrolment import RENEW
from fairledger.cli.errors import CommandError


def key_at(file: Path, passphrase: str | None = None) -> ec.EllipticCurvePrivateKey:
    """The key in ``file``, made with mode 600 where there is none.

    Raises ``CommandError``: SIGN_FILE, IDENTITY_KEY (no key, or another passphrase), IDENTITY_CURVE.
    """
    try:
        if not file.exists():
            _make(file)
        held = load_pem_private_key(file.read_bytes(), passphrase.encode() if passphrase else None)
    except OSError as error:
        raise CommandError("SIGN_FILE", f"{file} can't be used: {error.strerror}") from error
    except (TypeError, ValueError):  # the cause is left out: it may tell of the key
        raise CommandError("IDENTITY_KEY", f"{file} holds no key that the passphrase opens") from None
    if not isinstance(held, ec.EllipticCurvePrivateKey) or not isinstance(held.curve, ec.SECP256R1):
        raise CommandError("IDENTITY_CURVE", f"{file} is no key on P-256")
    return held


def request_by(key: ec.EllipticCurvePrivateKey, name: str) -> str:
    """A PKCS#10 request (PEM) for a certificate in the name of the enrolment id ``name``."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return x509.CertificateSigningRequestBuilder(subject).sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def check_renewal(text: str, certificate_pem: bytes, request_pem: str) -> None:
    """Check that ``text``, which is to be signed, asks the CA for the certificate of ``request_pem`` and nothing else.

    It is Fabric CA's token, ``POST.path.body.certificate`` in base64 (fabric-ca, util.CreateToken). Raises
    ``CommandError`` (SIGN_ALTERED).
    """
    try:
        method, *encoded = text.split(".")
        path, body, certificate = (base64.b64decode(each, validate=True) for each in encoded)
        told = json.loads(body)
        is_agreed = (method, path, certificate) == ("POST", RENEW.encode(), certificate_pem)
        is_agreed = is_agreed and isinstance(told.pop("caname"), str) and told == {"certificate_request": request_pem}
    except (AttributeError, KeyError, TypeError, ValueError):
        is_agreed = False
    if not is_agreed:
        raise CommandError(
            "SIGN_ALTERED",
            "the service prepared something else than the renewal",
            "nothing was signed: tell the regulator",
        )


def _make(file: Path) -> None:
    made = ec.generate_private_key(ec.SECP256R1())
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
