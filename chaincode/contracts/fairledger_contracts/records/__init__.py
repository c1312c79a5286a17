"""Records of the contracts: keys and shapes of what is on the ledger. Of ours, clients import these alone."""

from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord, capture_key, read_segment, segment_key
from fairledger_contracts.records.carried import Carried, meaning, read_carried
from fairledger_contracts.records.event import ItemEvents, Place, RecordedEvent, StoredEvent, event_key
from fairledger_contracts.records.item import ItemHead, Mention, class_key, head_key, page_key, read_mentions
from fairledger_contracts.records.item_id import ItemId, canonical_item, check_digit
from fairledger_contracts.records.recorder import Recorder

__all__ = [
    "CaptureReceipt",
    "CaptureRecord",
    "Carried",
    "ItemEvents",
    "ItemHead",
    "ItemId",
    "Mention",
    "Place",
    "RecordedEvent",
    "Recorder",
    "StoredEvent",
    "canonical_item",
    "capture_key",
    "check_digit",
    "class_key",
    "event_key",
    "head_key",
    "meaning",
    "page_key",
    "read_carried",
    "read_mentions",
    "read_segment",
    "segment_key",
]
