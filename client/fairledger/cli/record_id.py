"""Ids of records, as people copy them."""

import re
from typing import Final

from fairledger.cli.errors import CommandError

_ID: Final = re.compile(r"[0-9a-f]{64}")


def check_record_id(record_id: str, code: str) -> None:
    """Raise ``CommandError`` (``code``) for what can't be the id of the transaction that made a record."""
    if not _ID.fullmatch(record_id):
        raise CommandError(code, "an id has 64 hexadecimal digits", "copy it whole")
