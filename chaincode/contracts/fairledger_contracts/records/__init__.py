"""Records of the contracts: keys and shapes of what is on the ledger. Clients import these and ``lineage`` alone."""

from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord, capture_key, read_segment, segment_key
from fairledger_contracts.records.carried import Carried, meaning, read_carried
from fairledger_contracts.records.event import ItemEvents, Place, RecordedEvent, StoredEvent, event_key
from fairledger_contracts.records.event_digest import recorded_digests
from fairledger_contracts.records.item import Mention, Shelf, entry_key, read_entry, shelf_of
from fairledger_contracts.records.item_id import ItemId, canonical_item, check_digit
from fairledger_contracts.records.recorder import Recorder

__all__ = [
    "CaptureReceipt",
    "CaptureRecord",
    "Carried",
    "ItemEvents",
    "ItemId",
    "Mention",
    "Place",
    "RecordedEvent",
    "Recorder",
    "Shelf",
    "StoredEvent",
    "canonical_item",
    "capture_key",
    "check_digit",
    "entry_key",
    "event_key",
    "meaning",
    "read_carried",
    "read_entry",
    "read_segment",
    "recorded_digests",
    "segment_key",
    "shelf_of",
]
