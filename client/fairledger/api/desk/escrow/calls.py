"""The contract's functions that the desk calls, and their arguments as fields of forms.

A form of the desk has one field for each argument, in the contract's order, and each field's value is the argument as
the contract reads it: text as it is, bytes in base64, all else as JSON. So forms are sent, or signed in the browser.
"""

import json
from typing import Any, Final

from pydantic import ValidationError

from fairledger.api.desk.acting import misfit
from fairledger.api.escrow_bodies import (
    MOVES,
    Call,
    NewNote,
    NewOrder,
    NewPayout,
    Nothing,
    Redemption,
    Spending,
)
from fairledger.api.problems import Problem
from fairledger_contracts.records.agreement import Terms

SUBJECT: Final = "subject"  # the field with the id of the order, listing or payout that a call is about


class Offer(Call):
    """Goods on these terms."""

    terms: Terms


FREE: Final[dict[str, type[Call]]] = {  # functions that are about no record
    "list_goods": Offer,
    "order": NewOrder,
    "issue": NewNote,
    "pay": Spending,
    "ask_payout": NewPayout,
}
ABOUT: Final[dict[str, type[Call]]] = {  # functions whose first argument is a record's id
    **{move: body for move, (body, _) in MOVES.items()},
    "withdraw": Nothing,
    "redeem": Redemption,
    "return_payout": Nothing,
}


def arguments_of(function: str) -> dict[str, bool]:
    """The names of a function's fields in the contract's order, and whether each is JSON."""
    body = ABOUT.get(function) or FREE[function]
    own = {name: field.annotation is not str for name, field in body.model_fields.items()}
    return {SUBJECT: False, **own} if function in ABOUT else own


def call_of(function: str, form: dict[str, str]) -> tuple[Any, ...]:
    """The function on the wire and its arguments, as a form tells them. Raises ``Problem`` (REQUEST_INVALID)."""
    body = ABOUT.get(function) or FREE.get(function)
    if body is None:
        raise Problem("REQUEST_INVALID", "no form of this page calls that")
    is_json = arguments_of(function)
    told = {name: _read(name, form[name], is_json=is_json[name]) for name in body.model_fields if name in form}
    try:
        arguments = body.model_validate_json(json.dumps(told)).arguments()
    except ValidationError as error:
        raise misfit(error) from error
    subject = (form.get(SUBJECT, ""),) if function in ABOUT else ()
    return (f"escrow:{function}", *subject, *arguments)


def _read(name: str, value: str, *, is_json: bool) -> object:
    if not is_json:
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise Problem("REQUEST_INVALID", f"{name}: {value[:40]!r} is no value of it") from error
