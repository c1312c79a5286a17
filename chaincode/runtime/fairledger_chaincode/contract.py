"""Contracts: classes whose marked functions answer the clients' calls."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, ClassVar, TypeVar

from fairledger_chaincode.errors import StartRefused

MARK = "__chaincode_function_kind__"
NAME_SEPARATOR = ":"  # between contract and function on the wire

ContractMethod = TypeVar("ContractMethod", bound=Callable[..., Awaitable[Any]])


class FunctionKind(Enum):
    """How a function is meant to be called; the values are those of Fabric's contract metadata."""

    TRANSACTION = "submit"
    QUERY = "evaluate"


def transaction(function: ContractMethod) -> ContractMethod:
    """Mark an async function of a contract as one that may write, to be endorsed and submitted."""
    setattr(function, MARK, FunctionKind.TRANSACTION)
    return function


def query(function: ContractMethod) -> ContractMethod:
    """Mark an async function of a contract as one that only reads, to be evaluated; a write in it is refused."""
    setattr(function, MARK, FunctionKind.QUERY)
    return function


class Contract:
    """Base of contracts.

    ``name`` is the contract's name on the wire. Functions marked with ``transaction`` or ``query`` take the context
    first, then arguments with types: ``str`` and ``bytes`` as they came, all else from JSON, checked by pydantic
    before the function runs. What they return is answered: ``str`` and ``bytes`` as they are, ``None`` as nothing,
    all else as canonical JSON.

    One instance serves all transactions at the same time, and each endorser has its own: keep nothing on ``self``.
    """

    name: ClassVar[str] = ""
    version: ClassVar[str] = "1.0.0"  # told in the metadata

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if NAME_SEPARATOR in cls.name:
            raise StartRefused(f"the name of contract {cls.__name__} contains {NAME_SEPARATOR!r}")

    @classmethod
    def wire_name(cls) -> str:
        """The declared name, or the class's own."""
        return cls.name or cls.__name__
