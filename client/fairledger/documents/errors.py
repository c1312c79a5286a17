"""What can go wrong with a stored document."""


class DocumentError(Exception):
    """A document that can't be had.

    Codes: DOCUMENT_UNKNOWN (not in this store), DOCUMENT_DAMAGED (what is stored is not what its address says),
    DOCUMENT_IO (the file system refuses).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
