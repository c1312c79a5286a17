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

    None when no record names anybody. Raises ``ProofError`` (PROOF_RECORDER).
    """
    states = transaction.writes.items()
    named = {key: record[RECORDER] for key, state in states if (record := _record(state)).get(RECORDER)}
    if not named:
        return None
    signed = ClientIdentity.from_creator(transaction.creator)
    expected = Recorder(
        msp_id=creator.msp_id,
        id=signed.id,
        role=signed.attributes.get("role", ""),
        gln=signed.attributes.get("gln", ""),
        certificate=creator.certificate.public_bytes(Encoding.PEM).decode(),
    )
    if any(recorder != expected.model_dump(mode="json") for recorder in named.values()):
        raise ProofError("PROOF_RECORDER", "the recorder in the record is not who signed the transaction")
    captured = any(kind_of(key) == CaptureRecord.kind for key in named)
    if captured and expected.role not in ROLES_THAT_RECORD:
        raise ProofError("PROOF_RECORDER", f"{creator.name} has no role that records: {expected.role or 'none'}")
    return expected


def _record(state: bytes | None) -> dict[str, Any]:
    """The object under a key; empty for whatever is none."""
    if state is None or not state.startswith(b"{"):
        return {}
    try:
        record = json.loads(state)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}
