"""An event in what a transaction wrote: at its place, in this text, by this recorder."""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.proof.bundle import Claim
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member
from fairledger.proof.transaction import ProvedTransaction
from fairledger_chaincode.canonical import canonical_json, parse_json
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records import (
    CaptureRecord,
    Place,
    Recorder,
    StoredEvent,
    canonical_item,
    capture_key,
    entry_key,
    event_key,
    read_entry,
    read_segment,
    recorded_digests,
    segment_key,
    shelf_of,
)

ROLES_THAT_RECORD: Final = frozenset({"producer", "processor", "carrier", "inspector", "merchant"})


def check_event(writes: Mapping[str, bytes], tx_id: str, claim: Claim) -> Place:
    """The event's key leads to a line of this capture, which is the claimed text; the context is the document's.

    The digest in the key is the one that follows from text and context, by the function that the contract uses.
    Raises ``ProofError`` (PROOF_RECORD).
    """
    key = event_key(claim.event_id, claim.digest)
    stored = StoredEvent.read(key, _written(writes, key))
    place = stored.place
    if place.capture_id != tx_id:
        raise ProofError("PROOF_RECORD", "the event is at a place of another capture")
    lines = read_segment(_written(writes, segment_key(tx_id, place.segment)))
    if not 0 <= place.line < len(lines) or lines[place.line] != claim.event:
        raise ProofError("PROOF_RECORD", f"the text shown of {claim.event_id} is not the one that was recorded")
    envelope = parse_json(_capture(writes, tx_id).envelope, numbers_as_written=True)
    if canonical_json(envelope["@context"]).decode() != claim.context:
        raise ProofError("PROOF_RECORD", f"the context shown of {claim.event_id} is not the one that was recorded")
    if recorded_digests(claim.event, claim.context) != (claim.digest, stored.declared_digest):
        raise ProofError("PROOF_RECORD", f"the digest recorded of {claim.event_id} is not that of its text")
    return place


def check_item(writes: Mapping[str, bytes], tx_id: str, epc: str, place: Place) -> None:
    """The capture's entry for the item mentions the event at ``place``. Raises ``ProofError`` (PROOF_RECORD)."""
    shelf = shelf_of(canonical_item(epc))
    mentions = read_entry(_written(writes, entry_key(shelf.id, _capture(writes, tx_id).recorded_at, tx_id)))
    if not any((each.name, each.segment, each.line) == (shelf.name, place.segment, place.line) for each in mentions):
        raise ProofError("PROOF_RECORD", f"the event does not name {epc}")


def check_recorder(writes: Mapping[str, bytes], transaction: ProvedTransaction, creator: Member) -> Recorder:
    """The recorder in the capture is who signed, in a role that records. Raises ``ProofError`` (PROOF_RECORDER)."""
    recorder = _capture(writes, transaction.tx_id).recorder
    signed = ClientIdentity.from_creator(transaction.creator)
    expected = Recorder(
        msp_id=creator.msp_id,
        id=signed.id,
        role=signed.attributes.get("role", ""),
        gln=signed.attributes.get("gln", ""),
        certificate=creator.certificate.public_bytes(Encoding.PEM).decode(),
    )
    if recorder != expected:
        raise ProofError("PROOF_RECORDER", "the recorder in the record is not who signed the transaction")
    if recorder.role not in ROLES_THAT_RECORD:
        raise ProofError("PROOF_RECORDER", f"{creator.name} has no role that records: {recorder.role or 'none'}")
    return recorder


def _capture(writes: Mapping[str, bytes], tx_id: str) -> CaptureRecord:
    return CaptureRecord.from_state(_written(writes, capture_key(tx_id)))


def _written(writes: Mapping[str, bytes], key: str) -> bytes:
    if key not in writes:
        raise ProofError("PROOF_RECORD", "the transaction did not record this")
    return writes[key]
