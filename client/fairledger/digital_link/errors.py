"""What can be wrong with a GS1 Digital Link."""


class DigitalLinkError(ValueError):
    """A web address that is no valid GS1 Digital Link.

    Codes: LINK_NO_KEY (no primary key of GS1 in it), LINK_FORMAT (a value does not have its identifier's form),
    LINK_CHECK_DIGIT, LINK_QUALIFIER (not of this key, out of order, or twice).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
