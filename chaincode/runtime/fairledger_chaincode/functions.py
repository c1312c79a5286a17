"""Contract functions, found on their classes and made callable from the wire."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import PydanticUserError, TypeAdapter

from fairledger_chaincode.arguments import Parameter, result_writer
from fairledger_chaincode.context import Context
from fairledger_chaincode.contract import MARK, NAME_SEPARATOR, Contract, FunctionKind
from fairledger_chaincode.errors import ArgumentsRefused, ArgumentTooLarge, FunctionUnknown, StartRefused

Types = tuple[tuple[Parameter, ...], TypeAdapter[Any] | None, Any, Callable[[Any], bytes]]


@dataclass(frozen=True, slots=True)
class ContractFunction:
    """One function of one contract, with all that its types tell."""

    contract: Contract
    name: str
    kind: FunctionKind
    parameters: tuple[Parameter, ...]
    returns: TypeAdapter[Any] | None
    result_type: Any
    call: Callable[..., Awaitable[Any]]
    write_result: Callable[[Any], bytes]
    description: str

    def read_arguments(self, arguments: Sequence[bytes], argument_max_bytes: int) -> list[Any]:
        """Typed values of ``arguments``. Raises ``ArgumentsRefused`` and ``ArgumentTooLarge``."""
        expected, given = len(self.parameters), len(arguments)
        if given > expected or (given < expected and self.parameters[given].required):
            names = ", ".join(parameter.name for parameter in self.parameters) or "nothing"
            raise ArgumentsRefused(f"{self.name} takes {names}: {given} arguments given")
        values = []
        for parameter, argument in zip(self.parameters, arguments, strict=False):
            if len(argument) > argument_max_bytes:
                raise ArgumentTooLarge(f"{parameter.name} has more than {argument_max_bytes} bytes")
            values.append(parameter.read(argument))
        return values

    async def run(self, ctx: Context, values: Sequence[Any]) -> bytes:
        """Call the function; raises what it raises."""
        result = await self.call(ctx, *values)
        saved = ctx.ledger.state_of(result) if type(result) is self.result_type else None
        return self.write_result(result) if saved is None else saved  # a record's state is its answer, too


class FunctionTable:
    """All functions of all contracts by their names on the wire.

    Raises ``StartRefused`` for two contracts of one name, a contract without functions, and a function whose
    signature can't be served.
    """

    def __init__(self, contracts: Sequence[Contract]) -> None:
        if not contracts:
            raise StartRefused("a chaincode has at least one contract")
        self.contracts: Mapping[str, tuple[ContractFunction, ...]] = _by_contract(contracts)
        self.default_contract = contracts[0].wire_name()
        self._functions = {
            f"{name}{NAME_SEPARATOR}{function.name}": function
            for name, functions in self.contracts.items()
            for function in functions
        }
        self._functions |= {function.name: function for function in self.contracts[self.default_contract]}

    def find(self, wire_name: bytes) -> ContractFunction:
        """The function called ``<contract>:<function>``, or ``<function>`` of the first contract.

        Raises ``FunctionUnknown``.
        """
        function = self._functions.get(wire_name.decode("utf-8", "replace"))
        if function is None:
            raise FunctionUnknown("no contract has this function")
        return function


def _by_contract(contracts: Sequence[Contract]) -> dict[str, tuple[ContractFunction, ...]]:
    found: dict[str, tuple[ContractFunction, ...]] = {}
    for contract in contracts:
        name = contract.wire_name()
        if name in found:
            raise StartRefused(f"two contracts have the name {name}")
        found[name] = tuple(_functions(contract))
        if not found[name]:
            raise StartRefused(f"contract {name} has no function marked with @transaction or @query")
    return found


def _functions(contract: Contract) -> Iterator[ContractFunction]:
    for name in sorted(dir(type(contract))):
        method = getattr(type(contract), name)
        kind = getattr(method, MARK, None)
        if isinstance(kind, FunctionKind):
            yield _function(contract, name, kind)


def _function(contract: Contract, name: str, kind: FunctionKind) -> ContractFunction:
    where = f"{contract.wire_name()}{NAME_SEPARATOR}{name}"
    parameters, returns, result_type, writer = _types(getattr(type(contract), name), where)
    method = getattr(contract, name)
    description = inspect.getdoc(method) or ""
    return ContractFunction(contract, name, kind, parameters, returns, result_type, method, writer, description)


@cache
def _types(method: Callable[..., Any], where: str) -> Types:
    """What a function takes and returns; found once, as each connection of a chaincode has a table."""
    if not inspect.iscoroutinefunction(method):
        raise StartRefused(f"{where} is not an async function")
    try:
        hints = get_type_hints(method, include_extras=True)
        _contract, _context, *declared = inspect.signature(method).parameters.values()
        parameters = tuple(_parameter(where, parameter, hints) for parameter in declared)
        returns = hints["return"]
        adapter = None if returns is type(None) else TypeAdapter(returns)
        return parameters, adapter, returns, result_writer(returns)
    except KeyError as error:
        raise StartRefused(f"{where}: the type of {error.args[0]} is missing") from error
    except (NameError, ValueError, PydanticUserError) as error:
        raise StartRefused(f"{where} can't be served: {error}") from error


def _parameter(where: str, parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Parameter:
    if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
        raise StartRefused(f"{where}: {parameter.name} can't be given by position")
    required = parameter.default is parameter.empty
    return Parameter.of(parameter.name, hints[parameter.name], required=required)
