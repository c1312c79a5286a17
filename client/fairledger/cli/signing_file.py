"""The file that travels between where the network is and where the key is: what is to be signed, and signatures."""

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import proposal_pb2
from google.protobuf.message import DecodeError
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from fairledger.cli.errors import CommandError
from fairledger.cli.plain import plain, when
from fairledger.gateway import Proposal, Transaction
from fairledger.gateway.errors import EndorseError, GatewayRefused
from fairledger.gateway.invoked import Invoked
from fairledger.identity import IdentityError, KeySigner
from fairledger_chaincode.certificate import read_certificate

FORMAT: Final = "fairledger-signing/1"
FILE_BYTES_MAX: Final = 8 * 1_024 * 1_024
DO_NOT_SIGN: Final = "don't sign it; prepare it again"


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


Bytes = Annotated[str, AfterValidator(_base64)]


class SigningFile(BaseModel):
    """A proposal, and the transaction once it is endorsed, each with its signature once it has one; in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["fairledger-signing/1"] = FORMAT
    service: str
    proposal: Bytes
    proposal_signature: Bytes = ""
    transaction: Bytes = ""
    transaction_signature: Bytes = ""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read it. Raises ``CommandError`` (SIGN_FILE)."""
        try:
            with file.open("rb") as stream:
                return cls.model_validate_json(stream.read(FILE_BYTES_MAX))
        except OSError as error:
            raise CommandError("SIGN_FILE", f"{file} can't be read: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError("SIGN_FILE", f"{file} is no file of `fairledger sign`", "make it again") from error

    def write(self, file: Path) -> None:
        """Write it. Raises ``CommandError`` (SIGN_FILE)."""
        try:
            file.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError("SIGN_FILE", f"{file} can't be written: {error.strerror}") from error

    @property
    def to_sign(self) -> Proposal | Transaction:
        """What is to be signed next. Raises ``CommandError`` (SIGN_ALTERED, SIGN_DONE).

        A transaction is one of the proposal in the file, or it is refused.
        """
        try:
            proposal = Proposal.of(base64.b64decode(self.proposal))
            if not self.transaction:
                wanted: Proposal | Transaction = proposal
            else:
                wanted = Transaction.endorsed(proposal, base64.b64decode(self.transaction))
        except (EndorseError, GatewayRefused) as error:
            raise CommandError("SIGN_ALTERED", error.message, DO_NOT_SIGN) from error
        if self.transaction_signature or (self.proposal_signature and not self.transaction):
            raise CommandError("SIGN_DONE", "everything in this file is signed", "`fairledger sign send` it")
        return wanted

    def signed(self, signature: bytes) -> Self:
        """The file with a signature for what was to be signed."""
        name = "transaction_signature" if self.transaction else "proposal_signature"
        return self.model_copy(update={name: base64.b64encode(signature).decode()})


def told(what: Proposal | Transaction) -> list[tuple[str, str]]:
    """What somebody signs with ``what``, read from its own bytes: names and values.

    Raises as ``Invoked.by``, and ``CommandError`` (SIGN_ALTERED) where it tells nobody or no time.
    """
    asked = Invoked.by(what)
    member, certificate = _creator(asked.creator)
    subject = certificate.subject.rfc4514_string()
    rows = [
        ("signing", "the proposal" if isinstance(what, Proposal) else "the endorsed transaction"),
        ("channel, chaincode", f"{plain(asked.channel)}, {plain(asked.chaincode)}"),
        ("function", plain(asked.function)),
        *((f"argument {n}", plain(each.decode("utf-8", "replace"))) for n, each in enumerate(asked.arguments, 1)),
        ("as", f"{plain(subject)} of {plain(member)}"),
        ("time (UTC)", when(_time(what))),
        ("transaction", what.tx_id),
        ("digest", what.digest.hex()),
    ]
    if isinstance(what, Proposal):
        return [*rows, *(("careful", "it carries data in secret"),) * what.has_transient]
    return [
        *rows,
        ("endorsed by", ", ".join(what.endorsed_by)),
        ("answer", plain(what.result.decode("utf-8", "replace"))),
    ]


def signer_for(key_file: Path, creator: bytes, passphrase: bytes | None) -> KeySigner:
    """The key in ``key_file`` with which ``creator`` (``msp.SerializedIdentity``) signs.

    Raises ``CommandError``: SIGN_KEY_OTHER unless it is the certificate's; SIGN_FILE, SIGN_ALTERED.
    """
    try:
        pem = key_file.read_bytes()
        signer = KeySigner.from_pem(pem, passphrase)
    except OSError as error:
        raise CommandError("SIGN_FILE", f"{key_file} can't be read: {error.strerror}") from error
    except IdentityError as error:
        raise CommandError(error.code, str(error)) from error
    _member, certificate = _creator(creator)
    if load_pem_private_key(pem, passphrase).public_key() != certificate.public_key():
        raise CommandError("SIGN_KEY_OTHER", "the key is not the one of the certificate in the file")
    return signer


def _creator(serialized: bytes) -> tuple[str, x509.Certificate]:
    try:
        creator = identities_pb2.SerializedIdentity.FromString(serialized)
        return creator.mspid, read_certificate(creator.id_bytes)
    except (DecodeError, ValueError) as error:
        raise CommandError("SIGN_ALTERED", "the file names nobody with a certificate", DO_NOT_SIGN) from error


def _time(what: Proposal | Transaction) -> datetime:
    if isinstance(what, Proposal):
        header = common_pb2.Header.FromString(proposal_pb2.Proposal.FromString(what.content).header)
    else:
        header = common_pb2.Payload.FromString(what.payload).header
    told = common_pb2.ChannelHeader.FromString(header.channel_header).timestamp
    try:
        return datetime.fromtimestamp(told.seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise CommandError("SIGN_ALTERED", "the file tells no time", DO_NOT_SIGN) from error
