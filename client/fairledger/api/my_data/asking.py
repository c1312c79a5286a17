"""What the form of a correction says: a value for each field that is not right."""

from collections.abc import Mapping
from typing import Final

from fairledger.api.problems import Problem
from fairledger_contracts.records.personal_data import PLAINTEXT_BYTES_MAX

VALUE: Final = "value-"  # before a field's name


def asked_of(form: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """The values asked for that are others than the ``held`` ones; fields left empty are right as they are.

    Raises ``Problem``, which tells no value: PRIVACY_FIELD for a field that is not held, and where nothing is asked
    for; PRIVACY_VALUE for one that is too long or no line of text.
    """
    told = {name.removeprefix(VALUE): value.strip() for name, value in form.items() if name.startswith(VALUE)}
    if not told.keys() <= held.keys():
        raise Problem("PRIVACY_FIELD", "the order has no such field")
    asked = {name: value for name, value in told.items() if value and value != held[name]}
    if not asked:
        raise Problem("PRIVACY_FIELD", "write what is right into a field that is not")
    for name, value in asked.items():
        if not value.isprintable() or len(value.encode(errors="replace")) > PLAINTEXT_BYTES_MAX:
            raise Problem("PRIVACY_VALUE", f"{name} is one line of at most {PLAINTEXT_BYTES_MAX} bytes")
    return asked
