"""Functions as they are called from the wire: names, arguments, results."""

from datetime import date, datetime
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_chaincode.arguments import result_writer
from fairledger_chaincode.contract import FunctionKind
from fairledger_chaincode.errors import (
    ArgumentsRefused,
    ArgumentTooLarge,
    FloatRefused,
    FunctionUnknown,
    StartRefused,
)
from fairledger_chaincode.functions import FunctionTable


class Payment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str
    amount_minor: Annotated[int, Field(gt=0)]


class Funds(Contract):
    name = "funds"

    @transaction
    async def pay(self, _ctx: Context, note: str, payments: list[Payment], memo: bytes = b"-") -> int:
        return len(payments) + len(note) + len(memo)

    @query
    async def held(self, _ctx: Context, owner: Annotated[str, Field(max_length=3)], on: date) -> str:
        return f"{owner} {on}"

    async def helper(self) -> None:
        """Not marked, so not on the wire."""


class Other(Contract):
    @query
    async def held(self, _ctx: Context) -> None:
        return None


table = FunctionTable([Funds(), Other()])


def read(name: bytes, *arguments: bytes, limit: int = 100) -> list[object]:
    return table.find(name).read_arguments(arguments, limit)


def test_functions_are_found_by_contract_and_name_and_the_first_contracts_by_name_alone() -> None:
    assert table.find(b"funds:pay").name == "pay"
    assert table.find(b"pay") is table.find(b"funds:pay")
    assert table.find(b"held") is table.find(b"funds:held")
    assert table.find(b"Other:held") is not table.find(b"held")
    assert table.find(b"pay").kind is FunctionKind.TRANSACTION
    assert table.find(b"held").kind is FunctionKind.QUERY


@pytest.mark.parametrize(
    "name", [b"", b"helper", b"funds:helper", b"other:held", b"funds", b"funds:", b"\xff", b"__init__"]
)
def test_other_names_are_unknown(name: bytes) -> None:
    with pytest.raises(FunctionUnknown) as refusal:
        table.find(name)
    assert refusal.value.code == "CHAINCODE_FUNCTION_UNKNOWN"


def test_arguments_come_typed() -> None:
    values = read(b"pay", "ä".encode(), b'[{"owner":"a","amount_minor":5}]', b"\xff\x00")
    assert values == ["ä", [Payment(owner="a", amount_minor=5)], b"\xff\x00"]
    assert read(b"held", b"abc", b'"2026-11-23"') == ["abc", date(2026, 11, 23)]


def test_an_argument_with_a_default_may_be_missing() -> None:
    assert read(b"pay", b"n", b"[]") == ["n", []]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (b"n",),
        (b"n", b"[]", b"", b"extra"),
        (b"\xff", b"[]"),
        (b"n", b"\xff"),
        (b"n", b"["),
        (b"n", b""),
        (b"n", b"{}"),
        (b"n", b'[{"owner":"a","amount_minor":"5"}]'),
        (b"n", b'[{"owner":"a","amount_minor":5.0}]'),
        (b"n", b'[{"owner":"a","amount_minor":true}]'),
        (b"n", b'[{"owner":"a","amount_minor":0}]'),
        (b"n", b'[{"owner":"a"}]'),
        (b"n", b'[{"owner":"a","amount_minor":5,"more":1}]'),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments: tuple[bytes, ...]) -> None:
    with pytest.raises(ArgumentsRefused) as refusal:
        read(b"pay", *arguments)
    assert refusal.value.code == "CHAINCODE_ARGUMENTS"


def test_text_is_checked_by_its_type_too() -> None:
    with pytest.raises(ArgumentsRefused):
        read(b"held", b"four", b'"2026-11-23"')


def test_an_argument_beyond_the_limit_is_refused_before_it_is_read() -> None:
    assert read(b"pay", b"n" * 100, b"[]")[0] == "n" * 100
    with pytest.raises(ArgumentTooLarge) as refusal:
        read(b"pay", b"n" * 101, b"[]")
    assert refusal.value.code == "CHAINCODE_ARGUMENT_TOO_LARGE"


@pytest.mark.parametrize(
    "arguments",
    [
        (b"n", b'["SECRET"]'),
        (b"n", b'[{"owner":1,"amount_minor":"SECRET"}]'),
        (b"n", b"SECRET"),
        (b"SECRET\xff", b"[]"),
    ],
)
def test_a_refusal_tells_the_place_and_never_the_value(arguments: tuple[bytes, ...]) -> None:
    with pytest.raises(ArgumentsRefused) as refusal:
        read(b"pay", *arguments)
    assert "SECRET" not in str(refusal.value)
    assert any(name in refusal.value.message for name in ("note", "payments"))


def test_a_long_list_of_reasons_is_cut() -> None:
    with pytest.raises(ArgumentsRefused) as refusal:
        read(b"pay", b"n", b"[1,2,3,4,5]")
    assert refusal.value.message.endswith("and 2 more")


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    at: datetime | None = None
    event_id: Annotated[str, Field(alias="eventID")] = ""


@pytest.mark.parametrize(
    ("declared", "result", "answered"),
    [
        (str, "ä", "ä".encode()),
        (Annotated[str, Field(max_length=9)], "a", b"a"),
        (bytes, b"\xff", b"\xff"),
        (None, None, b""),
        (type(None), None, b""),
        (int, 5, b"5"),
        (list[str], ["b", "a"], b'["b","a"]'),
        (dict[str, int], {"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        (Payment, Payment(owner="ö", amount_minor=1), '{"amount_minor":1,"owner":"ö"}'.encode()),
        (Aliased, Aliased(event_id="e"), b'{"at":null,"eventID":"e"}'),
        (Payment | None, None, b"null"),
    ],
)
def test_results_are_answered_as_they_are_or_as_canonical_json(
    declared: object, result: object, answered: bytes
) -> None:
    assert result_writer(declared)(result) == answered


@pytest.mark.parametrize(("declared", "result"), [(None, 1), (str, 1), (int, "5"), (Payment, {"owner": 1})])
def test_a_result_of_another_type_than_declared_is_an_error_of_the_contract(declared: object, result: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        result_writer(declared)(result)


def test_a_float_is_no_result() -> None:
    with pytest.raises(FloatRefused) as refusal:
        result_writer(list[float])([0.5])
    assert refusal.value.code == "CHAINCODE_FLOAT"


class NotAsync(Contract):
    @query  # type: ignore[type-var]
    def held(self, ctx: Context) -> None: ...


class Untyped(Contract):
    @query
    async def held(self, ctx: Context, owner) -> None: ...  # type: ignore[no-untyped-def]


class NoResult(Contract):
    @query
    async def held(self, ctx: Context): ...  # type: ignore[no-untyped-def]


class KeywordOnly(Contract):
    @query
    async def held(self, ctx: Context, *, owner: str) -> None: ...


class NoContext(Contract):
    @query
    async def held(self) -> None: ...


class UnknownType(Contract):
    @query
    async def held(self, ctx: Context, owner: "Nowhere") -> None: ...  # type: ignore[name-defined] # noqa: F821


class Unfit(Contract):
    @query
    async def held(self, ctx: Context, owner: Context) -> None: ...


class Nothing(Contract):
    name: ClassVar[str] = "nothing"


@pytest.mark.parametrize("contract", [NotAsync, Untyped, NoResult, KeywordOnly, NoContext, UnknownType, Unfit, Nothing])
def test_a_contract_that_can_not_be_served_is_refused_at_the_start(contract: type[Contract]) -> None:
    with pytest.raises(StartRefused) as refusal:
        FunctionTable([contract()])
    assert contract.wire_name() in str(refusal.value)


def test_contracts_have_names_of_their_own() -> None:
    with pytest.raises(StartRefused):
        FunctionTable([Other(), Other()])
    with pytest.raises(StartRefused):
        FunctionTable([])
    with pytest.raises(StartRefused):
        type("Bad", (Contract,), {"name": "a:b"})


def test_functions_of_a_base_are_served_too() -> None:
    class Derived(Funds):
        name = "derived"

    assert FunctionTable([Derived()]).find(b"derived:pay").kind is FunctionKind.TRANSACTION
