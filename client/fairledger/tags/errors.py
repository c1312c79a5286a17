"""What can be wrong with a tag."""


class TagError(ValueError):
    """A tag that can't be made or read.

    Codes: TAG_LINK (no Digital Link of goods), TAG_SIGNATURE (one of the two parts is missing, or has not its form),
    TAG_EPC (neither a thing nor a lot), TAG_QUANTITY (no amount of a lot).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
