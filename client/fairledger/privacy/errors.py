"""What can go wrong with personal data on the client's side. No message carries a value, a salt or a key."""


class PrivacyError(Exception):
    """Base and only class.

    Codes:
      PRIVACY_KEY_FILE     a key file is missing, damaged, or open to others
      PRIVACY_VALUE        a field's value that can't be kept: too long, or no text
      PRIVACY_UNWRAP       a wrapped key that was made for another key or another place, or is damaged
      PRIVACY_OPEN         a ciphertext that does not open: another key or place, or damaged
      PRIVACY_PROOF        a disclosed field that is not in the public record
      PRIVACY_FIELD        a field that the record does not have
      PRIVACY_STATEMENT    what everybody will read repeats a private value
      PRIVACY_SIGNATURE    a request to the key service that the announced reader did not sign
      PRIVACY_CAPABILITY   a secret that is not the order's
      PRIVACY_UNFINISHED   it will be finished later: the service knows of it
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy
