"""Who signs a transaction: a certificate under an organisation's MSP, and something that can sign with its key."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fabric_protos.msp import identities_pb2

from fairledger_chaincode.certificate import read_certificate

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # n of secp256r1 (SEC 2, 2.4.2)
DIGEST_BYTES = 32  # SHA-256

_PREHASHED = ec.ECDSA(Prehashed(SHA256()))


class IdentityError(Exception):
    """A certificate or key that can't be used.

    Codes: IDENTITY_CERTIFICATE (not a PEM X.509 certificate), IDENTITY_KEY (not a PEM private key, or its passphrase is
    wrong), IDENTITY_CURVE (a key other than ECDSA P-256), IDENTITY_DIGEST (not 32 bytes), IDENTITY_FOLDER (not exactly
    one certificate or key in an MSP folder).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Signer(Protocol):
    """Signs SHA-256 digests. A key held elsewhere (an HSM, another process) takes part by this one function."""

    def sign(self, digest: bytes) -> bytes:
        """An ECDSA P-256 signature over ``digest`` (32 bytes), DER encoded, with low S."""
        ...


@dataclass(frozen=True)
class Identity:
    """A member of an organisation: its MSP id and X.509 certificate (PEM).

    Raises ``IdentityError`` (IDENTITY_CERTIFICATE) when the certificate can't be read.
    """

    msp_id: str
    certificate_pem: bytes
    certificate: x509.Certificate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            certificate = read_certificate(self.certificate_pem)
        except ValueError as error:
            raise IdentityError("IDENTITY_CERTIFICATE", f"{self.msp_id}: not a PEM certificate") from error
        object.__setattr__(self, "certificate", certificate)

    @cached_property
    def serialized(self) -> bytes:
        """Fabric's ``msp.SerializedIdentity``: the creator of proposals and requests."""
        message = identities_pb2.SerializedIdentity(mspid=self.msp_id, id_bytes=self.certificate_pem)
        return bytes(message.SerializeToString())

    @classmethod
    def from_msp_folder(cls, msp_id: str, folder: Path) -> Self:
        """The certificate in the signcerts of a Fabric MSP folder. Raises ``IdentityError`` (IDENTITY_FOLDER)."""
        return cls(msp_id, _only_file(folder / "signcerts"))


class KeySigner:
    """Signs with a private key held in memory."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        if not isinstance(key.curve, ec.SECP256R1):
            raise IdentityError("IDENTITY_CURVE", f"the key must be ECDSA on P-256, not {key.curve.name}")
        self._key = key

    @classmethod
    def from_pem(cls, private_key_pem: bytes, passphrase: bytes | None = None) -> Self:
        """A signer on a PEM private key (PKCS#8 or SEC 1). Raises ``IdentityError`` (IDENTITY_KEY, IDENTITY_CURVE)."""
        try:
            key = load_pem_private_key(private_key_pem, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise IdentityError("IDENTITY_KEY", "not a PEM private key, or its passphrase is wrong") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise IdentityError("IDENTITY_CURVE", f"the key must be ECDSA on P-256, not {type(key).__name__}")
        return cls(key)

    @classmethod
    def from_msp_folder(cls, folder: Path) -> Self:
        """The key in the keystore of a Fabric MSP folder. Raises ``IdentityError``."""
        return cls.from_pem(_only_file(folder / "keystore"))

    def sign(self, digest: bytes) -> bytes:
        """DER signature over a SHA-256 ``digest``, S in the lower half: Fabric refuses the upper (it is malleable).

        Raises ``IdentityError`` (IDENTITY_DIGEST) when ``digest`` is not 32 bytes.
        """
        if len(digest) != DIGEST_BYTES:
            raise IdentityError("IDENTITY_DIGEST", f"a digest has {DIGEST_BYTES} bytes, not {len(digest)}")
        signature = self._key.sign(digest, _PREHASHED)
        r, s = decode_dss_signature(signature)
        if s > P256_ORDER // 2:
            return encode_dss_signature(r, P256_ORDER - s)
        return signature


def _only_file(folder: Path) -> bytes:
    """The content of the one file in ``folder``: MSP folders name them freely."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    if len(files) != 1:
        raise IdentityError("IDENTITY_FOLDER", f"{folder} must hold exactly one file, it holds {len(files)}")
    return files[0].read_bytes()
