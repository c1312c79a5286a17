"""Event hash ids: the vectors, and that an id depends on nothing but its event."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from fairledger.trace import DocumentRefused, event_ids
from tests.support.epcis import CONTEXT, OBJECT_EVENT, data_files, document, event


@pytest.mark.parametrize("path", data_files("event-hash", "*.jsonld"))
def test_the_vectors_are_met(path: Path) -> None:
    expected = path.with_suffix(".hashes").read_text(encoding="utf-8").split()
    assert event_ids(json.loads(path.read_text(encoding="utf-8"))) == expected


def in_another_order(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: in_another_order(value[name], chance) for name in names}
    return [in_another_order(member, chance) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", data_files("event-hash", "*.jsonld"))
def test_the_order_of_keys_makes_no_other_id(path: Path) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    expected = event_ids(read)
    for seed in range(3):
        assert event_ids(in_another_order(read, random.Random(seed))) == expected


def test_an_id_is_the_same_whether_the_document_or_the_event_declares_a_prefix() -> None:
    mine, space = event(ext__note="x", ext__deep={"ext:value": "1"}), {"ext": "https://ns.example.com/"}
    expected = event_ids(document(mine, context=[CONTEXT, space]))
    for own in (space, [space], [CONTEXT, space]):
        assert event_ids(document({**mine, "@context": own})) == expected
    elsewhere = {"ext": "https://elsewhere.example.com/"}
    assert event_ids(document({**mine, "@context": space}, context=[CONTEXT, elsewhere])) == expected


@pytest.mark.parametrize(
    "declared",
    [
        [{"ext": {"@id": "https://ns.example.com/"}}],
        [{"ext": {"@id": "https://ns.example.com/", "@prefix": True}}],
        [{"ext": "https://ns.example.com/", "ext:note": {"@type": "xsd:string"}}],
    ],
)
def test_an_id_is_the_same_however_a_prefix_is_declared(declared: list[Any]) -> None:
    mine = event(ext__note="x")
    expected = event_ids(document(mine, context=[CONTEXT, {"ext": "https://ns.example.com/"}]))
    assert event_ids(document(mine, context=[CONTEXT, *declared])) == expected


def test_a_prefix_of_the_standard_that_a_document_gives_another_meaning_counts_as_its_own() -> None:
    mine, space = event(action="ADD", ilmd={"cbvmda:lotNumber": "L1"}), "https://ns.example.com/lots/"
    (standard,) = event_ids(document(mine))
    (theirs,) = event_ids(document(mine, context=[CONTEXT, {"cbvmda": space}]))
    spelled = event(action="ADD", ilmd={"own:lotNumber": "L1"})
    assert [theirs] == event_ids(document(spelled, context=[CONTEXT, {"own": space}]))
    assert theirs != standard


def test_an_id_does_not_depend_on_other_events_nor_on_earlier_documents() -> None:
    context = [CONTEXT, {"ext": "https://ns.example.com/"}]
    mine = event(ext__note="ext:x", bizStep="shipping")
    (alone,) = event_ids(document(mine, context=context))
    other = event(eventTime="2026-05-05T00:00:00Z", disposition="active")
    assert event_ids(document(other, mine, context=context))[1] == alone
    event_ids(document(mine, context=[CONTEXT, {"ext": "https://elsewhere.example.com/"}]))
    assert event_ids(document(mine, context=context)) == [alone]


def test_an_id_covers_the_event_but_not_its_id_record_time_or_error_declaration() -> None:
    (expected,) = event_ids(document(OBJECT_EVENT))
    same = event(eventID="urn:x:1", recordTime="2026-03-01T09:00:00Z", errorDeclaration={"declarationTime": "x"})
    assert event_ids(document(same)) == [expected]
    assert event_ids(document(event(bizStep="packing"))) != [expected]


def test_a_business_transaction_without_a_type_can_be_hashed() -> None:
    untyped = event(bizTransactionList=[{"bizTransaction": "https://example.com/po/1"}])
    typed = event(bizTransactionList=[{"type": "po", "bizTransaction": "https://example.com/po/1"}])
    found = {event_ids(document(each))[0] for each in (OBJECT_EVENT, untyped, typed)}
    assert len(found) == 3


def test_a_document_is_left_as_it_was() -> None:
    given = document(event(bizTransactionList=[{"bizTransaction": "https://example.com/po/1", "type": "po"}]))
    before = copy.deepcopy(given)
    event_ids(given)
    assert given == before


@pytest.mark.parametrize(
    "context", ["https://elsewhere.example.com/context.jsonld", [CONTEXT, "https://x.example.com/"]]
)
def test_an_unknown_context_is_refused_without_asking_the_network(context: Any) -> None:
    with pytest.raises(DocumentRefused, match="is not known off line") as refusal:
        event_ids(document(OBJECT_EVENT, context=context))
    assert (refusal.value.code, refusal.value.path) == ("TRACE_CONTEXT_UNKNOWN", "$['@context']")
    assert refusal.value.remedy.startswith("declare the prefixes")


@pytest.mark.parametrize(
    "given",
    [
        document("no event"),
        document(event(sourceList=["no source"])),
        document(OBJECT_EVENT, context={"ext": 5}),
    ],
)
def test_what_can_not_be_hashed_is_refused_with_its_place(given: dict[str, Any]) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        event_ids(given)
    assert (refusal.value.code, refusal.value.path) == ("TRACE_DOCUMENT_INVALID", "$.epcisBody.eventList[0]")


def test_a_document_without_an_event_list_is_refused() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        event_ids({"epcisBody": {"queryResults": {}}})
    assert refusal.value.path == "$.epcisBody.queryResults.eventList"
