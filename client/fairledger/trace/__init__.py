"""Capture at the client: documents made ready, captured through a gateway, and events read back.

document = prepare(path.read_text())
trace = TraceClient(gateway.network("credit-channel").contract("credit", "trace"))
captured = await trace.capture(document)
async for event in trace.item_events("https://id.gs1.org/01/09521000123458/21/A1"):
...
"""

from fairledger.trace.client import Captured, TraceClient
from fairledger.trace.errors import DocumentRefused, TraceError
from fairledger.trace.event_hash import event_ids
from fairledger.trace.files import DocumentFile, document_files
from fairledger.trace.prepare import Chunk, PreparedDocument, prepare

__all__ = [
    "Captured",
    "Chunk",
    "DocumentFile",
    "DocumentRefused",
    "PreparedDocument",
    "TraceClient",
    "TraceError",
    "document_files",
    "event_ids",
    "prepare",
]
