"""Expansion of events: the words that bare strings stand for, whatever stands for itself beside them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from fairledger.trace import expansion
from fairledger.trace.expansion import words
from tests.support.epcis import CONTEXT, OBJECT_EVENT, TRANSACTION_EVENT, event

CBV = "https://ref.gs1.org/cbv/"
SHIPPED = {f"{CBV}BizStep-shipping", f"{CBV}Disp-in_transit"}


def strings_in(value: Any) -> Iterator[str]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from [value] if isinstance(value, str) else []
    for member in members:
        yield from strings_in(member)


def plainly_expanded(context: Any, told: dict[str, Any]) -> set[str] | str:
    """What the library says of this very event."""
    document = {"@context": context, "type": "EPCISDocument", "epcisBody": {"eventList": [told]}}
    try:
        expanded = jsonld.expand(document)
    except jsonld.JsonLdError as error:
        return str(error.code)
    return {
        text for text in strings_in(expanded) if text.startswith(("https://ref.gs1.org/cbv", "https://gs1.org/voc"))
    }


def found(context: Any, told: dict[str, Any]) -> set[str] | str:
    try:
        return set(words(context, told))
    except jsonld.JsonLdError as error:
        return str(error.code)


def test_the_words_of_an_event_are_told_in_full() -> None:
    assert words(CONTEXT, OBJECT_EVENT) == SHIPPED
    assert words([CONTEXT], TRANSACTION_EVENT) == {f"{CBV}BTT-po"}


def test_events_that_differ_in_things_places_and_times_are_expanded_once() -> None:
    expansion._expanded_once.cache_clear()
    for number in range(5):
        things = [f"urn:epc:id:sgtin:9521000.012345.{serial}" for serial in range(number)]
        place = {"id": f"https://id.gs1.org/414/95210000000{number:02d}"}
        told = event(eventTime=f"2026-03-0{1 + number}T08:30:00Z", epcList=[*things, "https://id.gs1.org/01/1"])
        assert words([CONTEXT, {"ext": "https://ns.example.com/"}], {**told, "readPoint": place}) == SHIPPED
    assert expansion._expanded_once.cache_info().misses == 1


def test_a_context_that_gives_urns_or_times_a_meaning_is_heeded() -> None:
    told = event(disposition="urn:Disp-active", epcList=["urn:Disp-recalled"])
    assert {f"{CBV}Disp-active", f"{CBV}Disp-recalled"} <= words([CONTEXT, {"urn": CBV}], told)
    noted = event(ext__at="2026-03-01T00:00:00Z")
    typed = {"ext": "https://ns.example.com/", "ext:at": {"@id": "ext:at", "@type": "@vocab"}, "@vocab": CBV}
    assert f"{CBV}2026-03-01T00:00:00Z" in words([CONTEXT, typed], noted)


def test_what_is_too_large_to_be_kept_is_expanded_all_the_same() -> None:
    expansion._expanded_once.cache_clear()
    assert words(CONTEXT, event(ext__note="x" * expansion.KEPT_CHARACTERS_MAX)) == SHIPPED
    assert words([CONTEXT, {"x": "https://x/" * expansion.KEPT_CHARACTERS_MAX}], OBJECT_EVENT) == SHIPPED
    assert expansion._expanded_once.cache_info().currsize == 0


names = st.sampled_from(
    (
        *("type", "bizStep", "disposition", "epcList", "eventTime", "readPoint", "bizTransactionList", "id", "@id"),
        *("persistentDisposition", "set", "ext:a", "urn:ext:b", "https://ns.example.com/c", "gs1:d", "@type", "@value"),
    )
)
texts = st.sampled_from(
    (
        *("shipping", "ObjectEvent", "po", "in_transit", "x", "cbv:BizStep-packing", f"{CBV}BizStep-packing"),
        *("gs1:Temperature", "https://gs1.org/voc/Length", "urn:epcglobal:cbv:disp:active", "urn:Disp-x", "urn:"),
        *("urn:epc:id:sgtin:9521000.012345.1", "https://id.gs1.org/01/09521000123458", "http://ns.example.com/e"),
        *("2026-03-01T08:30:00Z", "2026-03-01T08:30", "ext:Disp-x", "@none", 'say "urn:x', "a\\"),
    )
)
values = st.recursive(
    texts | st.integers(0, 2) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
prefixes = st.dictionaries(
    st.sampled_from(["ext", "urn", "cbv", "kind", "x", "@vocab", "2026-03-01T08", "urn:Disp-x", "po"]),
    st.sampled_from(["https://ns.example.com/", CBV, "@type", "@id", "urn:ext:"])
    | st.just({"@id": "https://ns.example.com/x", "@type": "@vocab"}),
    max_size=2,
)
contexts = st.just(CONTEXT) | st.lists(st.just(CONTEXT) | prefixes, max_size=3)


@given(contexts, st.dictionaries(names, values, max_size=5))
def test_words_are_those_of_the_very_event(context: Any, told: dict[str, Any]) -> None:
    expected = plainly_expanded(context, told)
    assert found(context, told) == expected
    assert found(context, {**told, "epcList": ["urn:a"]}) == plainly_expanded(context, {**told, "epcList": ["urn:a"]})


def test_a_value_with_a_type_of_its_own_is_refused_for_what_it_is() -> None:
    for told in ({"@value": "shipping", "type": "2026-03-01T08:30:00Z"}, {"@value": "shipping", "type": "urn:x"}):
        assert found(CONTEXT, told) == plainly_expanded(CONTEXT, told)


@pytest.mark.parametrize("own", [{"ext": CBV}, {"@vocab": CBV}, CONTEXT])
def test_a_context_inside_an_event_is_heeded(own: Any) -> None:
    told = event(ilmd={"@context": own, "ext:a": {"id": "ext:Disp-x"}, "urn:b": "urn:c"})
    assert found(CONTEXT, told) == plainly_expanded(CONTEXT, told)
