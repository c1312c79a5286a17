"""What can go wrong with a stored document."""


class DocumentError(Exception):
    """A document that can't be had or kept.

    Codes: DOCUMENT_UNKNOWN (not in this store), DOCUMENT_DAMAGED (what is stored is not what its address says),
    DOCUMENT_TOO_LARGE, DOCUMENT_IO (the file system refuses), DOCUMENT_STORE (no store can be had where one is named).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
