"""Signing in the name of one identity, and digests of what is signed."""

from dataclasses import dataclass
from hashlib import sha256

from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayRefused
from fairledger.identity import Identity, Signer


@dataclass(frozen=True)
class SigningIdentity:
    """An identity and, unless its key is held elsewhere, the signer that goes with it."""

    identity: Identity
    signer: Signer | None

    @property
    def creator(self) -> bytes:
        """The serialised identity, as proposals and requests carry it."""
        return self.identity.serialized

    def sign(self, creator: bytes, digest: bytes, *, tx_id: str = "") -> bytes:
        """A signature over ``digest`` in the name of ``creator``.

        Raises ``GatewayRefused`` (GATEWAY_UNSIGNED) when there is no signer, or ``creator`` is somebody else.
        """
        if self.signer is None:
            raise GatewayRefused(codes.UNSIGNED, "there is no key here: sign the digest where the key is", tx_id=tx_id)
        if creator != self.identity.serialized:
            raise GatewayRefused(codes.UNSIGNED, "made by another identity: its own key has to sign", tx_id=tx_id)
        return self.signer.sign(digest)


def digest_of(message: bytes) -> bytes:
    """SHA-256 of ``message``, 32 bytes: what Fabric's signatures are over."""
    return sha256(message).digest()
