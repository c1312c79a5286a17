"""What can go wrong until a document is on the ledger.

TraceError
├── DocumentRefused   a document that can't be captured; ``path`` says where in it
├── FilesRefused      a file or folder that can't be read as documents
└── CaptureFailed     a REST service did not capture a document; the code is the service's

Codes: TRACE_DOCUMENT_INVALID, TRACE_DOCUMENT_TOO_LARGE, TRACE_CONTEXT_UNKNOWN, TRACE_FILES, SERVICE_UNREACHABLE,
CAPTURE_UNFINISHED. Where a gateway captures, what the contract refuses comes as the gateway's errors.
"""


class TraceError(Exception):
    """Base; ``code`` is stable, ``remedy`` the next thing to try."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy


class DocumentRefused(TraceError):
    """A document that can't be captured. ``path`` is a JSONPath in it, ``$`` for the whole."""

    def __init__(self, code: str, path: str, text: str, remedy: str = "") -> None:
        super().__init__(code, f"{path}: {text}", remedy)
        self.path = path


class FilesRefused(TraceError):
    """A file or folder that can't be read as documents."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__("TRACE_FILES", message, remedy)


class CaptureFailed(TraceError):
    """A REST service did not capture a document, or did not tell so in time."""
