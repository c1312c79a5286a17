"""Receipts of complaints without an identity: a secret, and codes that are made of it, each good for one step.

A code's SHA-256 is the one that was shown before it; the ledger holds the first one's hash (L. Lamport, "Password
authentication with insecure communication", 1981). Who knows the secret can show the next code; who saw one can't.
"""

import hashlib
import re
import secrets
from typing import Final

from fairledger_contracts.records.complaint import RECEIPT_USES

_SECRET: Final = re.compile(r"[0-9a-f]{64}")


def new_receipt() -> str:
    """A secret of 256 bits, in hexadecimal, for whoever complains to keep."""
    return secrets.token_hex(32)


def is_receipt(text: str) -> bool:
    """Whether a text can be a receipt's secret."""
    return _SECRET.fullmatch(text) is not None


def chain(secret: str) -> list[str]:
    """What follows from a secret: itself, then each hashed once more; the last is what the ledger holds at first."""
    codes = [secret]
    for _ in range(RECEIPT_USES):
        codes.append(hashlib.sha256(bytes.fromhex(codes[-1])).hexdigest())
    return codes


def next_code(secret: str, held: str) -> str | None:
    """The code to show when the ledger holds ``held``; None when the secret is not its, or all codes are used."""
    codes = chain(secret)
    return codes[codes.index(held) - 1] if held in codes[1:] else None
