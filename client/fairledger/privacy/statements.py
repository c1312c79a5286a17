"""What everybody will read, such as the reason of a purge: it stays for good, so it must repeat nothing personal."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from fairledger.privacy.errors import PrivacyError

TELLING_MIN: Final = 2  # characters: a shorter value says nothing of anybody
SPACED_MIN: Final = 6  # letters and digits: so long a value is found however it is spaced, as numbers often are


def check_statement(statement: str, private: Iterable[str]) -> None:
    """Raise ``PrivacyError`` (PRIVACY_STATEMENT) where ``statement`` has one of the ``private`` values."""
    said, closed_up = _plain(statement), _closed_up(statement)
    for value in private:
        spaced = len(_closed_up(value)) >= SPACED_MIN and _closed_up(value) in closed_up
        if spaced or (len(value) >= TELLING_MIN and _plain(value) in said):
            raise PrivacyError("PRIVACY_STATEMENT", "everybody can read the statement, and it repeats personal data")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _closed_up(text: str) -> str:
    return "".join(character for character in _plain(text) if character.isalnum())
