"""The file in which a proof travels: canonical JSON (RFC 8785), so that there is one way only to write it."""

import base64
import hashlib
import zlib
from collections.abc import Iterable
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fairledger.proof.errors import ProofError
from fairledger_chaincode.canonical import canonical_json

FORMAT: Final = "fairledger-proof/1"
PART_BYTES_MAX: Final = 64 * 1024 * 1024  # a block, unpacked; orderers here make none above 10 MiB
PARTS_BYTES_MAX: Final = 1024 * 1024 * 1024  # all blocks of a bundle, unpacked, which the verifier's memory holds


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Claim(_Part):
    """An event that a transaction recorded: its texts as the ledger has them, ``digest`` in hexadecimal digits."""

    event_id: str
    digest: str
    event: str
    context: str


class Evidence(_Part):
    """One transaction. ``block`` is the position in the bundle's blocks; no claim: only the transaction is proved."""

    tx_id: str
    block: int
    claim: Claim | None


class Chain(_Part):
    """A config block, and the data hashes (32 bytes each, in base64) of blocks that the bundle does not hold.

    ``between`` are those after it, as far as the last one proved. ``before`` are those before it, back to the chain
    before or to the genesis block; there are none in a bundle that is not ``from_genesis``.
    """

    before: str
    config: str
    between: str


class SignedBlock(_Part):
    """A block with its orderers' signatures; ``chain`` is the position in the bundle's chains."""

    block: str
    chain: int


class Bundle(_Part):
    """``subject`` is an item's EPC, an event's id or a transaction's id, as ``kind`` says. Blocks are packed.

    ``from_genesis`` says that the hashes lead back to the genesis block, without a gap.
    """

    format: Literal["fairledger-proof/1"]
    kind: Literal["item", "event", "transaction"]
    subject: str
    from_genesis: bool
    chains: list[Chain]
    blocks: list[SignedBlock]
    evidence: list[Evidence]

    def to_bytes(self) -> bytes:
        """The file: this bundle and its checksum, which finds accidents; it protects from nobody."""
        content = self.model_dump()
        return canonical_json({**content, "checksum": hashlib.sha256(canonical_json(content)).hexdigest()})


class _File(Bundle):
    checksum: str


def read_bundle(data: bytes) -> Bundle:
    """Read what ``Bundle.to_bytes`` made. Raises ``ProofError`` (PROOF_UNREADABLE, PROOF_CHANGED)."""
    try:
        file = _File.model_validate_json(data)
    except ValidationError as error:
        at = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
        raise ProofError(
            "PROOF_UNREADABLE", f"no bundle of the format {FORMAT}: {at} is not as it should be"
        ) from error
    bundle = Bundle(**file.model_dump(exclude={"checksum"}))
    if not bundle.evidence:
        raise ProofError("PROOF_UNREADABLE", "the bundle proves nothing")
    if bundle.to_bytes() != data:
        raise ProofError("PROOF_CHANGED", "the file is not as it was written: checksum or spelling differ")
    return bundle


def encoded(content: bytes | bytearray) -> str:
    """In base64."""
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """What was ``encoded``. Raises ``ProofError`` (PROOF_UNREADABLE)."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("PROOF_UNREADABLE", "a part of the bundle is no base64") from error
    if encoded(content) != text:  # bits that mean nothing
        raise ProofError("PROOF_UNREADABLE", "a part of the bundle is not in the one base64 for it")
    return content


def pack(content: bytes) -> str:
    """Compressed (zlib), in base64."""
    return encoded(zlib.compress(content, 9))


def unpack(packed: str) -> bytes:
    """What was packed. Raises ``ProofError`` (PROOF_UNREADABLE)."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(decoded(packed), PART_BYTES_MAX)
    except zlib.error as error:
        raise ProofError("PROOF_UNREADABLE", "a block in the bundle can't be unpacked") from error
    if not unpacker.eof or unpacker.unused_data:
        raise ProofError("PROOF_UNREADABLE", "a block in the bundle is cut off, too large, or followed by something")
    return content


def unpack_all(packed: Iterable[str]) -> list[bytes]:
    """What each was, in order. Raises ``ProofError`` (PROOF_UNREADABLE), also when it is too much to hold."""
    found: list[bytes] = []
    size = 0
    for each in packed:
        found.append(unpack(each))
        size += len(found[-1])
        if size > PARTS_BYTES_MAX:
            raise ProofError("PROOF_UNREADABLE", f"the bundle's blocks have more than {PARTS_BYTES_MAX} bytes")
    return found
