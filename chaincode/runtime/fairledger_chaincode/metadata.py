"""What the contracts offer, in the JSON that Fabric's contract API made the convention."""

import inspect
import json
from typing import Any, Literal

from pydantic import TypeAdapter

from fairledger_chaincode.contract import Contract
from fairledger_chaincode.functions import ContractFunction, FunctionTable

METADATA_FUNCTION = b"org.hyperledger.fabric:GetMetadata"
SCHEMA_URL = "https://hyperledger.github.io/fabric-chaincode-node/main/api/contract-schema.json"
REFERENCES = "#/components/schemas/{model}"


def contract_metadata(table: FunctionTable) -> bytes:
    """Describe every function of every contract: name, tag, parameters and result with their JSON schemas."""
    schemas: dict[str, Any] = {}
    default = table.contracts[table.default_contract][0].contract
    described = {
        "$schema": SCHEMA_URL,
        "info": _info(default),
        "contracts": {
            name: {
                "name": name,
                "contractInstance": {"name": name, "default": name == table.default_contract},
                "info": _info(functions[0].contract),
                "transactions": [_transaction(function, schemas) for function in functions],
            }
            for name, functions in table.contracts.items()
        },
        "components": {"schemas": schemas},
    }
    return json.dumps(described, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _info(contract: Contract) -> dict[str, str]:
    description = inspect.cleandoc(type(contract).__doc__ or "")
    return {"title": contract.wire_name(), "version": contract.version, "description": description}


def _transaction(function: ContractFunction, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": function.name,
        "description": function.description,
        "tag": [function.kind.value],
        "parameters": [
            {
                "name": parameter.name,
                "required": parameter.required,
                "schema": _schema(parameter.adapter, "validation", schemas),
            }
            for parameter in function.parameters
        ],
    }
    if function.returns is not None:
        described["returns"] = _schema(function.returns, "serialization", schemas)
    return described


def _schema(
    adapter: TypeAdapter[Any], mode: Literal["validation", "serialization"], schemas: dict[str, Any]
) -> dict[str, Any]:
    schema = adapter.json_schema(ref_template=REFERENCES, mode=mode)
    for name, definition in schema.pop("$defs", {}).items():
        schemas.setdefault(name, definition)
    title = schema.get("title")
    if schema.get("type") == "object" and title and "properties" in schema:
        schemas.setdefault(title, schema)
        return {"$ref": REFERENCES.format(model=title)}
    return schema
