"""What can be wrong with a GS1 Digital Link."""


class DigitalLinkError(ValueError):
    """A web address that is no valid GS1 Digital Link.

    Codes: LINK_NO_KEY (no primary key of GS1 in it), LINK_FORMAT (a value does not have its identifier's form),
    LINK_CHECK_DIGIT (of any kind of check digits or characters), LINK_VALUE (the form is right, but there is no such
    date, country or currency), LINK_QUALIFIER (not of this key, out of order, or twice), LINK_ATTRIBUTE (a number in
    the query that is no application identifier, or one that can't stand there), LINK_REPEATED (an identifier twice).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
