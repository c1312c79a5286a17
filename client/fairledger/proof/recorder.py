"""Who recorded: the recorders that a transaction's records name are who signed it."""

import json
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member
from fairledger.proof.transaction import ProvedTransaction
from fairledger.proof.writes import kind_of
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records import CaptureRecord, Recorder

ROLES_THAT_RECORD: Final = frozenset({"producer", "processor", "carrier", "inspector", "merchant"})
RECORDER: Final = "recorder"


def check_recorders(transaction: ProvedTransaction, creator: Member) -> Recorder | None:
    """Each record with a member ``recorder`` names who signed; who captured is in a role that may.

    A record that was there before keeps its recorder when somebody else changes it; then another member, such as
    ``ended_by``, names who signed. None when no record names anybody. Raises ``ProofError`` (PROOF_RECORDER).
    """
    records = {key: record for key, state in transaction.writes.items() if (record := _record(state)).get(RECORDER)}
    if not records:
        return None
    signer = signer_of(transaction, creator)
    for key, record in records.items():
        named = record.values() if key in transaction.found else [record[RECORDER]]
        if not any(_names(each, signer) for each in named):
            raise ProofError("PROOF_RECORDER", "the recorder in the record is not who signed the transaction")
    captured = any(kind_of(key) == CaptureRecord.kind for key in records)
    if captured and signer.role not in ROLES_THAT_RECORD:
        raise ProofError("PROOF_RECORDER", f"{creator.name} has no role that records: {signer.role or 'none'}")
    return signer


def signer_of(transaction: ProvedTransaction, creator: Member) -> Recorder:
    """Who signed, as records name them."""
    signed = ClientIdentity.from_creator(transaction.creator)
    return Recorder(
        msp_id=creator.msp_id,
        id=signed.id,
        role=signed.attributes.get("role", ""),
        gln=signed.attributes.get("gln", ""),
        certificate=creator.certificate.public_bytes(Encoding.PEM).decode(),
    )


def _names(member: object, signer: Recorder) -> bool:
    """Whether ``member`` is ``signer``, with the certificate (``Recorder``) or without it (``Signatory``)."""
    return member in (signer.model_dump(), signer.model_dump(exclude={"certificate"}))


def _record(state: bytes | None) -> dict[str, Any]:
    """The object under a key; empty for whatever is none."""
    if state is None or not state.startswith(b"{"):
        return {}
    try:
        record = json.loads(state)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}
