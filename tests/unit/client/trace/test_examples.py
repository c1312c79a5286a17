"""The project's examples: valid, in order, with right keys, told by the people of consortium.yaml."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import yaml

from fairledger.trace import DocumentFile, document_files, prepare
from fairledger_contracts.records.item_id import RESOLVER
from fairledger_contracts.trace.epcis.document import read_document
from tests.support.epcis import ROOT

CHAINS = ("phone", "milk-powder")
PREFIX = "9521000"


def files(chain: str) -> list[DocumentFile]:
    return document_files([ROOT / "examples" / chain])


def events(file: DocumentFile) -> list[dict[str, Any]]:
    read = json.loads(file.read())["epcisBody"]["eventList"]
    assert isinstance(read, list)
    return read


@pytest.mark.parametrize("chain", CHAINS)
def test_every_document_is_valid_and_names_gs1_keys_only(chain: str) -> None:
    for file in files(chain):
        (chunk,) = prepare(file.read()).chunks
        for each in read_document(chunk.text).events:
            assert all(item.id.startswith(RESOLVER) for item, _roles in each.items), file.path


@pytest.mark.parametrize("chain", CHAINS)
def test_files_are_numbered_and_times_go_forward(chain: str) -> None:
    numbers = [int(file.path.name[:2]) for file in files(chain)]
    assert numbers == list(range(1, len(numbers) + 1))
    created = [datetime.fromisoformat(json.loads(file.read())["creationDate"]) for file in files(chain)]
    assert created == sorted(created)
    for file, until in zip(files(chain), created, strict=True):
        assert all(datetime.fromisoformat(each["eventTime"]) <= until for each in events(file)), file.path
        assert all(each["eventTime"].endswith(each["eventTimeZoneOffset"]) for each in events(file))


def test_all_event_types_and_roles_occur() -> None:
    all_files = [file for chain in CHAINS for file in files(chain)]
    assert {each["type"] for file in all_files for each in events(file)} == {
        "ObjectEvent",
        "AggregationEvent",
        "AssociationEvent",
        "TransactionEvent",
        "TransformationEvent",
    }
    assert {file.recorder for file in all_files} == {"producer", "processor", "carrier", "inspector", "merchant"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(member)


@pytest.mark.parametrize("chain", CHAINS)
def test_each_is_sent_from_the_gln_of_who_records_it_and_every_place_is_somebodys(chain: str) -> None:
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    people = {name: person for each in described["organizations"] for name, person in each["people"].items()}
    known = {person["gln"][:12] for person in people.values() if "gln" in person}
    for file in files(chain):
        read = json.loads(file.read())
        sender = people[file.recorder]["gln"][7:12]
        assert read["sender"] == f"urn:epc:id:sgln:{PREFIX}.{sender}.0", file.path
        places = [uri for uri in strings(read) if uri.startswith(("urn:epc:id:sgln:", "urn:epc:id:pgln:"))]
        assert {"".join(uri.split(":")[4].split(".")[:2]) for uri in places} <= known, file.path


def test_the_phone_that_is_sold_is_one_that_was_made_of_tested_parts() -> None:
    named: dict[str, list[str]] = {}
    for file in files("phone"):
        (chunk,) = prepare(file.read()).chunks
        for each in read_document(chunk.text).events:
            for item, _roles in each.items:
                named.setdefault(item.id, []).append(file.path.name[:2])
    assert named[f"{RESOLVER}/01/09521000001107/21/FP26100001"] == ["04", "05", "06", "08", "08", "09", "09"]
