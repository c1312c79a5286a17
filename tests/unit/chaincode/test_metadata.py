"""What contracts tell of themselves."""

import json
from typing import Annotated

from pydantic import BaseModel, Field

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.metadata import contract_metadata


class Owner(BaseModel):
    name: str


class Note(BaseModel):
    id: str
    owner: Owner
    amount_minor: Annotated[int, Field(gt=0)]


class Funds(Contract):
    """Money on the ledger.

    As unspent notes.
    """

    name = "funds"
    version = "2.1.0"

    @transaction
    async def issue(self, _ctx: Context, note: Note, memo: bytes, times: int = 1) -> list[Note]:
        """Make notes."""
        return [note] * times * len(memo)

    @query
    async def note(self, _ctx: Context, note_id: str) -> Note | None:
        return None if note_id else Note(id="", owner=Owner(name=""), amount_minor=1)

    @transaction
    async def drop(self, _ctx: Context, note: Note) -> None:
        """Forget one."""


class Other(Contract):
    @query
    async def owner(self, _ctx: Context) -> Owner:
        return Owner(name="")


described = json.loads(contract_metadata(FunctionTable([Funds(), Other()])))


def test_the_shape_is_that_of_fabrics_contract_metadata() -> None:
    assert described["info"] == {
        "title": "funds",
        "version": "2.1.0",
        "description": "Money on the ledger.\n\nAs unspent notes.",
    }
    assert set(described["contracts"]) == {"funds", "Other"}
    assert described["contracts"]["funds"]["contractInstance"] == {"name": "funds", "default": True}
    assert described["contracts"]["Other"]["contractInstance"] == {"name": "Other", "default": False}
    assert described["contracts"]["Other"]["info"]["description"] == ""


def test_every_function_tells_its_tag_parameters_and_result() -> None:
    reference = {"$ref": "#/components/schemas/Note"}
    drop, issue, note = described["contracts"]["funds"]["transactions"]
    assert drop == {
        "name": "drop",
        "description": "Forget one.",
        "tag": ["submit"],
        "parameters": [{"name": "note", "required": True, "schema": reference}],
    }
    assert issue["tag"] == ["submit"]
    assert [(each["name"], each["required"]) for each in issue["parameters"]] == [
        ("note", True),
        ("memo", True),
        ("times", False),
    ]
    assert issue["parameters"][1]["schema"] == {"type": "string", "format": "binary"}
    assert issue["parameters"][2]["schema"] == {"type": "integer"}
    assert issue["returns"] == {"type": "array", "items": reference}
    assert note["tag"] == ["evaluate"]
    assert note["returns"] == {"anyOf": [reference, {"type": "null"}]}


def test_models_are_described_once_with_their_rules() -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas) == {"Note", "Owner"}
    assert schemas["Note"]["properties"]["amount_minor"]["exclusiveMinimum"] == 0
    assert schemas["Note"]["properties"]["owner"] == {"$ref": "#/components/schemas/Owner"}
    assert schemas["Note"]["required"] == ["id", "owner", "amount_minor"]
