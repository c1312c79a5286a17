"""The digest of a kept event can be computed again from what is kept of it, as the contract computed it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.trace import prepare
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.errors import JsonRefused
from fairledger_contracts.records import read_carried, recorded_digests
from fairledger_contracts.trace.epcis.document import read_document
from tests.support.epcis import CONTEXT, OBJECT_EVENT, data_files, event, text

EXT = {"ext": "https://ns.example.com/ext/"}
OTHER = {"ext": "https://other.example.com/"}


def kept_and_computed(document: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """For each event the digests that the contract gives it, and those that follow from its texts."""
    checked = read_document(document)
    envelope = read_carried(checked.envelope)
    context = canonical_json(envelope.value["@context"]).decode()
    return [((each.digest, each.declared_digest), recorded_digests(each.text, context)) for each in checked.events]


def digest_of(document: str) -> str:
    ((kept, computed),) = kept_and_computed(document)
    assert computed == kept
    return computed[0]


@pytest.mark.parametrize("path", data_files("documents", "**/*.json*"))
def test_every_document_of_the_test_data(path: Path) -> None:
    for chunk in prepare(path.read_text(encoding="utf-8")).chunks:
        for kept, computed in kept_and_computed(chunk.text):
            assert computed == kept


NUMBERS = st.one_of(st.integers(-(10**20), 10**20).map(str), st.floats(allow_nan=False, allow_infinity=False).map(repr))
SPELLED = st.one_of(NUMBERS, NUMBERS.filter(str.isdigit).map(lambda digits: f"{digits}.00"), st.just("1e2"))


@settings(deadline=None)
@given(number=SPELLED, word=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_however_numbers_and_words_are_written(number: str, word: str) -> None:
    document = text(event(ext__number="NUMBER", ext__word=word), context=[CONTEXT, EXT])

    digest_of(document.replace('"NUMBER"', number))


@pytest.mark.parametrize("members", [{}, {"recordTime": "2026-03-01T08:30:00Z"}])
@pytest.mark.parametrize("canonical", [True, False])
def test_when_it_was_recorded_before_is_no_part_of_it(members: dict[str, Any], canonical: bool) -> None:
    document = text(event(**members))

    digest = digest_of(canonical_json(json.loads(document)).decode() if canonical else document)

    assert digest == digest_of(text(event()))


def test_an_error_declaration_is_known_by_what_it_declares_too() -> None:
    declaration = {"declarationTime": "2026-03-02T08:30:00Z", "reason": "did_not_occur"}

    ((kept, computed),) = kept_and_computed(text(event(errorDeclaration=declaration)))

    assert computed == kept
    assert computed[1] == digest_of(text(event()))


def test_name_spaces_count_where_they_are_used() -> None:
    own = digest_of(text(event(ext__note="x"), context=[CONTEXT, EXT]))

    assert digest_of(text(event(ext__note="x"), context=[CONTEXT, OTHER])) != own
    assert digest_of(text(event(), context=[CONTEXT, EXT])) == digest_of(text(event(), context=[CONTEXT, OTHER]))
    inner = event({**OBJECT_EVENT, "@context": [EXT]}, ext__note="x")
    assert digest_of(text(inner, context=[CONTEXT, OTHER])) == digest_of(text(inner, context=[CONTEXT]))


def test_what_the_contract_refuses_to_keep_has_no_digest() -> None:
    with pytest.raises(JsonRefused):
        recorded_digests('{"a":1,"a":2}', "[]")
