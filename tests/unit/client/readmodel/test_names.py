"""Names of extension fields in full."""

import pytest

from fairledger.readmodel.names import STANDARD_PREFIXES, asked_name, full_name, terms_of

TERMS = terms_of(
    [{"ext": "https://ns.example.com/ext/", "old": {"@id": "urn:ns:old"}, "note": "https://n.example/note"}]
)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ext:weight", "https://ns.example.com/ext/weight"),
        ("old:weight", "urn:ns:old#weight"),
        ("note", "https://n.example/note"),
        ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"),
        ("https://ns.example.com/ext/weight", "https://ns.example.com/ext/weight"),
        ("unknown:weight", "unknown:weight"),
        ("plain", "plain"),
    ],
)
def test_a_key_of_a_document(key: str, name: str) -> None:
    assert full_name(key, TERMS) == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("ext:weight", "https://ns.example.com/ext/weight"),
        ("https://ns.example.com/ext/weight", "https://ns.example.com/ext/weight"),
        ("https://ns.example.com/ext/#weight", "https://ns.example.com/ext/weight"),
        ("urn:ns:old#weight", "urn:ns:old#weight"),
        ("urn:epcglobal:cbv:mda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"),
        ("unknown:weight", None),
        ("ext:", None),
        ("weight", None),
    ],
)
def test_a_name_in_a_query(asked: str, name: str | None) -> None:
    assert asked_name(asked, TERMS) == name


def test_what_is_declared_inside_counts_before_what_is_outside() -> None:
    inner = terms_of(["https://example.com/context", {"ext": "https://other.example.com/"}, {"@vocab": "x"}], TERMS)
    assert full_name("ext:a", inner) == "https://other.example.com/a"
    assert full_name("old:a", inner) == "urn:ns:old#a"
    assert terms_of([]) is STANDARD_PREFIXES
