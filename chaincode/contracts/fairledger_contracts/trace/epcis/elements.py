"""The parts of events: quantities, places, parties, transactions, dispositions, errors, item data."""

from collections.abc import Mapping

from fairledger_contracts.trace.epcis.broken import Broken, refuse, shown
from fairledger_contracts.trace.epcis.objects import (
    Check,
    check_each,
    check_extension,
    check_members,
    need,
    refuse_others,
)
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.times import check_time
from fairledger_contracts.trace.epcis.uris import check_uri, check_uris, refuse_repeated
from fairledger_contracts.trace.epcis.vocabulary import (
    BIZ_TRANSACTION_TYPE,
    DISPOSITION,
    ERROR_REASON,
    SOURCE_DESTINATION_TYPE,
)

ACTIONS = ("ADD", "OBSERVE", "DELETE")
UNIT_CHARACTERS = range(2, 4)  # UN/CEFACT recommendation 20: two or three


def check_action(value: object, _scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is one of the three actions."""
    if value not in ACTIONS:
        refuse("action", "must be one of " + ", ".join(ACTIONS))


def check_string(value: object, _scope: Scope) -> str:
    """``value``, which is a string. Raises ``Broken`` for anything else."""
    if type(value) is not str:
        refuse("type", "must be a string")
    return value


def check_number(value: object, _scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        refuse("number", "must be a number, not in quotes")


def check_unit(value: object, _scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` has the form of a code of UN/CEFACT recommendation 20."""
    if type(value) is not str:
        refuse("type", "a unit is a string")
    if len(value) not in UNIT_CHARACTERS or not (value.isascii() and value.isalnum() and value == value.upper()):
        refuse("unit", f"{shown(value)} is no unit code like KGM (UN/CEFACT recommendation 20)")


def _check_quantity_value(value: object, scope: Scope) -> None:
    check_number(value, scope)
    if value < 0:  # type: ignore[operator]
        refuse("number", "a quantity is not negative")


_QUANTITY: Mapping[str, Check] = {"epcClass": check_uri, "quantity": _check_quantity_value, "uom": check_unit}


def _check_quantity(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _QUANTITY, refuse_others)
    need(members, "epcClass")
    if "uom" in members and "quantity" not in members:
        raise Broken("required", "is required where a unit is given").at("quantity")


def check_quantities(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a list of quantity elements."""
    check_each(value, scope, _check_quantity, "quantity elements")


_PLACE: Mapping[str, Check] = {"id": check_uri}


def check_place(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a read point or business location: an object with an id."""
    members = check_members(value, scope, _PLACE)
    need(members, "id")


_TRANSACTION: Mapping[str, Check] = {"type": BIZ_TRANSACTION_TYPE.check, "bizTransaction": check_uri}


def _check_transaction(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _TRANSACTION, refuse_others)
    need(members, "bizTransaction")


def check_transactions(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a list of business transactions."""
    check_each(value, scope, _check_transaction, "business transactions")


_SOURCE: Mapping[str, Check] = {"type": SOURCE_DESTINATION_TYPE.check, "source": check_uri}
_DESTINATION: Mapping[str, Check] = {"type": SOURCE_DESTINATION_TYPE.check, "destination": check_uri}


def _check_source(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _SOURCE, refuse_others)
    need(members, "type", "source")


def _check_destination(value: object, scope: Scope) -> None:
    members = check_members(value, scope, _DESTINATION, refuse_others)
    need(members, "type", "destination")


def check_sources(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a list of sources."""
    check_each(value, scope, _check_source, "sources")


def check_destinations(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a list of destinations."""
    check_each(value, scope, _check_destination, "destinations")


def _check_dispositions(value: object, scope: Scope) -> None:
    check_each(value, scope, DISPOSITION.check, "dispositions")
    if not value:
        refuse("empty-list", "holds at least one disposition")
    refuse_repeated(value)  # type: ignore[arg-type]


_PERSISTENT: Mapping[str, Check] = {"set": _check_dispositions, "unset": _check_dispositions}


def check_persistent_disposition(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` sets or unsets dispositions."""
    members = check_members(value, scope, _PERSISTENT, refuse_others)
    if "set" not in members and "unset" not in members:
        refuse("required", "has 'set' or 'unset'")


_ERROR: Mapping[str, Check] = {
    "declarationTime": check_time,
    "reason": ERROR_REASON.check,
    "correctiveEventIDs": check_uris,
}


def check_error_declaration(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` declares an event erroneous."""
    members = check_members(value, scope, _ERROR)
    need(members, "declarationTime")


def check_item_data(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is instance or lot master data: extensions only."""
    if type(value) is not dict:
        refuse("type", "must be an object")
    for key, member in value.items():
        try:
            check_extension(key, member, scope)
        except Broken as broken:
            raise broken.at(key) from None


def check_certification(value: object, scope: Scope) -> None:
    """Raises ``Broken`` unless ``value`` is a URI or a list of them."""
    if type(value) is list:
        check_uris(value, scope)
    else:
        check_uri(value, scope)
