"""Documents about goods, kept under the SHA-256 of their content; the ledger holds who vouches for them."""

from fairledger.documents.errors import DocumentError
from fairledger.documents.store import DocumentStore, FolderStore

__all__ = ["DocumentError", "DocumentStore", "FolderStore"]
