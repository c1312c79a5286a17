"""Objects with known members; beside them extensions (any key with a declared prefix), whatever there is, or none."""

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn, TypeAlias

from fairledger_contracts.trace.epcis.broken import Broken, refuse, shown
from fairledger_contracts.trace.epcis.scope import Scope
from fairledger_contracts.trace.epcis.uris import is_uri

Check: TypeAlias = Callable[[object, Scope], object]
CheckOther: TypeAlias = Callable[[str, object, Scope], object]

EXTENSION_DEPTH_MAX = 32
KEY_CHARACTERS_MAX = 256
_ABSOLUTE = ("http", "https", "urn")  # schemes with which a key is an IRI of its own


def check_extension(key: str, value: object, scope: Scope) -> None:
    """Accept a key that the context gives a meaning, with any value. Raises ``Broken``."""
    if ":" not in key and key not in scope.terms:
        example = shown(f"example:{key}")
        refuse("unknown-field", f"no such field; a name of your own has a prefix that the context declares: {example}")
    check_whatever(key, value, scope)


def check_whatever(key: str, value: object, scope: Scope) -> None:
    """Accept any key, unless it has a prefix that nobody declared, with any value. Raises ``Broken``."""
    check_name(key, scope)
    check_anything(value, scope, 0)


def refuse_others(_key: str, _value: object, _scope: Scope) -> NoReturn:
    """For objects that the standard lets nobody extend. Raises ``Broken``."""
    refuse("unknown-field", "no such field, nor is there room for names of your own")


def check_members(
    value: object, scope: Scope, members: Mapping[str, Check], others: CheckOther = check_extension
) -> Mapping[str, object]:
    """Check each member of an object by ``members``, the rest by ``others``. Returns the object. Raises ``Broken``."""
    if type(value) is not dict:
        refuse("type", "must be an object")
    for key, member in value.items():
        check = members.get(key)
        try:
            if check is not None:
                check(member, scope)
            else:
                others(key, member, scope)
        except Broken as broken:
            raise broken.at(key) from None
    return value


def check_each(value: object, scope: Scope, check: Check, what: str) -> None:
    """Check each member of a list. Raises ``Broken``."""
    if type(value) is not list:
        refuse("type", f"must be a list of {what}")
    for i, member in enumerate(value):
        try:
            check(member, scope)
        except Broken as broken:
            raise broken.at(i) from None


def need(value: Mapping[str, object], *names: str) -> None:
    """Raises ``Broken`` unless every one of ``names`` is there."""
    for name in names:
        if name not in value:
            raise Broken("required", "is required").at(name)


def check_name(key: str, scope: Scope) -> None:
    """Raises ``Broken`` when ``key`` has a prefix that no context in force declares."""
    if len(key) > KEY_CHARACTERS_MAX:
        refuse("unknown-field", f"a name has at most {KEY_CHARACTERS_MAX} characters")
    prefix, colon, rest = key.partition(":")
    if not colon or scope.declares(prefix):
        return
    if prefix in _ABSOLUTE and is_uri(key) and (prefix == "urn" or rest.startswith("//")):
        return
    refuse("prefix", f"the prefix {shown(prefix)} is not declared in the context")


def check_anything(value: object, scope: Scope, depth: int) -> None:
    """Check names and depth inside an extension's value. Raises ``Broken``."""
    if type(value) is dict:
        members: Iterable[tuple[str | int, object]] = value.items()
        if "@context" in value:
            scope = inner_scope(value, scope)
    elif type(value) is list:
        members = enumerate(value)
    else:
        return
    if depth >= EXTENSION_DEPTH_MAX:
        refuse("depth", f"nested more than {EXTENSION_DEPTH_MAX} levels deep")
    for step, member in members:
        try:
            if isinstance(step, str):
                check_name(step, scope)
            if step != "@context":
                check_anything(member, scope, depth + 1)
        except Broken as broken:
            raise broken.at(step) from None


def inner_scope(value: Mapping[str, object], scope: Scope) -> Scope:
    """The scope inside an object with its own ``@context``. Raises ``Broken``."""
    try:
        return scope.inner(value["@context"])
    except Broken as broken:
        raise broken.at("@context") from None
