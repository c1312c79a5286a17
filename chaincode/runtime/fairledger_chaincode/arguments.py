"""Arguments from bytes to typed values, results back to bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.errors import ArgumentsRefused

QUOTING = {  # kinds of message in which pydantic quotes the input, and what is said instead
    "json_invalid": "is not JSON",
    "string_unicode": "is not UTF-8",
    "union_tag_invalid": "is of no kind that there is",
}
REASONS_MAX = 3  # of a refused argument; more would only make the message long


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a contract function. ``read`` raises ``ArgumentsRefused`` for bytes that don't fit."""

    name: str
    adapter: TypeAdapter[Any]
    read: Callable[[bytes], Any]
    required: bool

    @classmethod
    def of(cls, name: str, annotation: Any, *, required: bool) -> "Parameter":
        """Read ``str`` as UTF-8 text, ``bytes`` as it is, and all else as JSON in pydantic's strict mode."""
        adapter = TypeAdapter(annotation)
        base = _base(annotation)
        if base is str:
            read = _text_reader(name, adapter, plain=annotation is str)
        elif base is bytes:
            read = _bytes_reader(name, adapter)
        else:
            read = _json_reader(name, adapter)
        return cls(name, adapter, read, required)


def _base(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _text_reader(name: str, adapter: TypeAdapter[Any], *, plain: bool) -> Callable[[bytes], Any]:
    def read(argument: bytes) -> Any:
        try:
            text = argument.decode()
            return text if plain else adapter.validate_python(text, strict=True)
        except UnicodeDecodeError as error:
            raise ArgumentsRefused(f"{name} is not UTF-8") from error
        except ValidationError as error:
            raise ArgumentsRefused(f"{name}: {reasons(error)}") from None

    return read


def _bytes_reader(name: str, adapter: TypeAdapter[Any]) -> Callable[[bytes], Any]:
    def read(argument: bytes) -> Any:
        try:
            return adapter.validate_python(argument, strict=True)
        except ValidationError as error:
            raise ArgumentsRefused(f"{name}: {reasons(error)}") from None

    return read


def _json_reader(name: str, adapter: TypeAdapter[Any]) -> Callable[[bytes], Any]:
    def read(argument: bytes) -> Any:
        try:
            return adapter.validate_json(argument, strict=True)
        except ValidationError as error:
            raise ArgumentsRefused(f"{name}: {reasons(error)}") from None

    return read


def reasons(error: ValidationError) -> str:
    """Why pydantic refused, by place and kind, without the value."""
    details = error.errors(include_input=False, include_url=False, include_context=False)
    told = [_reason(detail["loc"], detail["type"], detail["msg"]) for detail in details[:REASONS_MAX]]
    if len(details) > REASONS_MAX:
        told.append(f"and {len(details) - REASONS_MAX} more")
    return "; ".join(told)


def _reason(place: tuple[int | str, ...], kind: str, message: str) -> str:
    told = QUOTING.get(kind, message)
    return f"{'.'.join(map(str, place))}: {told}" if place else told


def result_writer(annotation: Any) -> Callable[[Any], bytes]:
    """How a function's result is answered: ``str``, ``bytes`` and ``None`` as they are, all else as canonical JSON.

    The writer raises ``FloatRefused`` and ``JsonRefused``, and ``TypeError`` or pydantic's serialisation error for a
    result of another type than declared.
    """
    base = _base(annotation)
    if base is None or base is type(None):
        return _write_nothing
    if base is str:
        return str.encode
    if base is bytes:
        return bytes
    adapter = TypeAdapter(annotation)

    def write(result: Any) -> bytes:
        return canonical_json(adapter.dump_python(result, mode="json", by_alias=True, warnings="error"))

    return write


def _write_nothing(result: Any) -> bytes:
    if result is not None:
        raise TypeError("a function declared to return nothing returned something")
    return b""
