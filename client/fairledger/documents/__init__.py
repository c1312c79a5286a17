"""Documents about goods, kept under the SHA-256 of their content; the ledger holds who vouches for them."""

from fairledger.documents.errors import DocumentError
from fairledger.documents.location import open_store
from fairledger.documents.store import DOCUMENT_BYTES_MAX, DocumentStore

__all__ = ["DOCUMENT_BYTES_MAX", "DocumentError", "DocumentStore", "open_store"]
