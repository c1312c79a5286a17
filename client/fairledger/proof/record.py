"""An event in what a transaction wrote: at its place, in this text."""

import json
from collections.abc import Mapping

from fairledger.proof.bundle import Bundle, Claim
from fairledger.proof.errors import ProofError
from fairledger.proof.transaction import ProvedTransaction
from fairledger.proof.writes import Writes
from fairledger_chaincode.canonical import canonical_json, parse_json
from fairledger_chaincode.keys import split_composite_key
from fairledger_contracts.records import (
    CaptureRecord,
    Place,
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


def check_claims(bundle: Bundle, transactions: Mapping[str, ProvedTransaction]) -> None:
    """Each event claimed is in what its transaction wrote, and all are about the bundle's subject.

    ``transactions`` are those proved, by their ids. A transaction's proof claims no event.
    Raises ``ProofError`` (PROOF_RECORD).
    """
    for evidence in bundle.evidence:
        tx_id, claim = evidence.tx_id, evidence.claim
        if claim is None or bundle.kind == "transaction":
            if claim is not None or bundle.kind != "transaction":
                raise ProofError("PROOF_RECORD", "each event needs its text, and a transaction's proof claims none")
            if tx_id != bundle.subject:
                raise ProofError("PROOF_RECORD", f"{tx_id} is shown for {bundle.subject}")
            continue
        writes = transactions[tx_id].writes
        place = _check_event(writes, tx_id, claim)
        if bundle.kind == "item":
            _check_item(writes, tx_id, bundle.subject, place)
        elif claim.event_id != bundle.subject:
            raise ProofError("PROOF_RECORD", f"{claim.event_id} is shown for {bundle.subject}")


def _check_event(writes: Writes, tx_id: str, claim: Claim) -> Place:
    """The event's key leads to a line of this capture, which is the claimed text; the context is the document's.

    The digest in the key is the one that follows from text and context, by the function that the contract uses.
    Raises ``ProofError`` (PROOF_RECORD).
    """
    key = event_key(claim.event_id, claim.digest)
    stored = StoredEvent.read(split_composite_key(key)[1], _written(writes, key))
    place = stored.place
    if place.capture_id != tx_id:
        raise ProofError("PROOF_RECORD", "the event is at a place of another capture")
    capture = _capture(writes, tx_id)
    lines = read_segment(_written(writes, segment_key(capture.recorded_at, tx_id, place.segment)))
    if not 0 <= place.line < len(lines) or lines[place.line] != claim.event:
        raise ProofError("PROOF_RECORD", f"the text shown of {claim.event_id} is not the one that was recorded")
    if json.loads(claim.event)["eventID"] != claim.event_id:
        raise ProofError("PROOF_RECORD", "the text shown is of an event with another id")
    envelope = parse_json(capture.envelope, numbers_as_written=True)
    if canonical_json(envelope["@context"]).decode() != claim.context:
        raise ProofError("PROOF_RECORD", f"the context shown of {claim.event_id} is not the one that was recorded")
    if recorded_digests(claim.event, claim.context) != (claim.digest, stored.declared_digest):
        raise ProofError("PROOF_RECORD", f"the digest recorded of {claim.event_id} is not that of its text")
    return place


def _check_item(writes: Writes, tx_id: str, epc: str, place: Place) -> None:
    """The capture's entry for the item mentions the event at ``place``. Raises ``ProofError`` (PROOF_RECORD)."""
    shelf = shelf_of(canonical_item(epc))
    mentions = read_entry(_written(writes, entry_key(shelf.id, _capture(writes, tx_id).recorded_at, tx_id)))
    if not any((each.name, each.segment, each.line) == (shelf.name, place.segment, place.line) for each in mentions):
        raise ProofError("PROOF_RECORD", f"the event does not name {epc}")


def _capture(writes: Writes, tx_id: str) -> CaptureRecord:
    return CaptureRecord.from_state(_written(writes, capture_key(tx_id)))


def _written(writes: Writes, key: str) -> bytes:
    state = writes.get(key)
    if state is None:
        raise ProofError("PROOF_RECORD", "the transaction did not record this")
    return state
