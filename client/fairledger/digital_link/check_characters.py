"""Check digits and check characters of identifiers.

Sources: GS1 General Specifications, section 7.9.1 (digit, modulo 10), 7.9.5 (pair of characters, modulo 1021 and 32);
ISO 13616-1 and ISO 7064 (IBAN, modulo 97).
"""

from typing import Final

CHARACTERS: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_WEIGHTS: Final = (83, 79, 73, 71, 67, 61, 59, 53, 47, 43, 41, 37, 31, 29, 23, 19, 17, 13, 11, 7, 5, 3, 2)
_MODULUS: Final = 1021
_IBAN_MODULUS: Final = 97


def check_pair(model: str) -> str:
    """The two check characters of a model number, at most 23 characters of GS1's set of 82 without them."""
    weights = _WEIGHTS[len(_WEIGHTS) - len(model) :]
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(model, weights, strict=True))
    high, low = divmod(total % _MODULUS, len(_PAIR))
    return _PAIR[high] + _PAIR[low]


def iban_check(country: str, account: str) -> str:
    """The two check digits of an account number (digits and capitals) in ``country`` (two letters)."""
    number = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{_IBAN_MODULUS + 1 - int(number) % _IBAN_MODULUS:02}"
