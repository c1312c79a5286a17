"""One thing has one id, however its EPC was written."""

import pytest
from epcis_event_hash_generator.dl_normaliser import normaliser
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.records.item_id import URI_REMEMBERED_MAX, ItemId, canonical_item, check_digit

DL = "https://id.gs1.org"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("urn:epc:id:sgtin:9521000.012345.A1", "/01/09521000123458/21/A1"),
        ("urn:epc:id:sgtin:9521000.112345.A1", "/01/19521000123455/21/A1"),
        ("urn:epc:id:sgtin:9521000.012345.A%2F1", "/01/09521000123458/21/A%2F1"),
        ("urn:epc:id:sgtin:9521000.012345.A.1", "/01/09521000123458/21/A.1"),
        ("urn:epc:class:lgtin:9521000.012345.L7", "/01/09521000123458/10/L7"),
        ("urn:epc:idpat:sgtin:9521000.012345.*", "/01/09521000123458"),
        ("urn:epc:id:sscc:4012345.0000000333", "/00/040123450000003338"),
        ("urn:epc:id:sgln:9521000.00001.0", "/414/9521000000018"),
        ("urn:epc:id:sgln:9521000.00001.GATE-1", "/414/9521000000018/254/GATE-1"),
        ("urn:epc:id:pgln:9521000.00002", "/417/9521000000025"),
        ("urn:epc:id:grai:4012345.66666.87", "/8003/0401234566666387"),
        ("urn:epc:idpat:grai:4012345.66666.*", "/8003/04012345666663"),
        ("urn:epc:id:giai:4012345.AAbb", "/8004/4012345AAbb"),
        ("urn:epc:id:gsrn:4012345.9876540000", "/8018/401234598765400000"),
        ("urn:epc:id:gsrnp:4012345.0000098765", "/8017/401234500000987658"),
        ("urn:epc:id:gdti:4012345.55555.98", "/253/401234555555498"),
        ("urn:epc:id:cpi:4012345.ABC.123", "/8010/4012345ABC/8011/123"),
        ("urn:epc:idpat:cpi:4012345.ABC.*", "/8010/4012345ABC"),
        ("urn:epc:id:sgcn:4012345.99999.44", "/255/401234599999044"),
        ("urn:epc:id:ginc:4012345.333", "/401/4012345333"),
        ("urn:epc:id:gsin:4012345.999987654", "/402/40123459999876541"),
        ("urn:epc:id:itip:4012345.012345.01.02.999", "/8006/040123451234560102/21/999"),
        ("urn:epc:id:upui:4012345.012345.AB12", "/01/04012345123456/235/AB12"),
        (f"{DL}/01/9521000123452/21/A1", "/01/09521000123452/21/A1"),
        ("https://example.com/shop/01/09521000123452/22/2A/10/L7/21/A1?17=280902#top", "/01/09521000123452/21/A1"),
        ("http://example.com/01/09521000123452/10/L7", "/01/09521000123452/10/L7"),
        (f"{DL}/01/09521000123452/", "/01/09521000123452"),
        (f"{DL}/01/95210000", "/01/00000095210000"),
        (f"{DL}/8003/04012345666667", "/8003/04012345666667"),
        (f"{DL}/00/040123450000003338", "/00/040123450000003338"),
        (f"{DL}/8004/4012345AA%21", "/8004/4012345AA%21"),
        (f"{DL}/8013/1987654Ad4X4bL5ttr2310c2K", "/8013/1987654Ad4X4bL5ttr2310c2K"),
    ],
)
def test_every_form_of_a_gs1_key_leads_to_its_digital_link(written: str, canonical: str) -> None:
    assert canonical_item(written).id == DL + canonical


@pytest.mark.parametrize(
    "written",
    [
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        "urn:epc:id:sgtin:9521000.012345",
        "urn:epc:id:sgtin:95210.012345.A1",
        "urn:epc:id:sgtin:9521000.012345.*",
        "urn:epc:idpat:sgtin:9521000.*.*",
        "urn:epc:idpat:sgtin:9521000.012345.A1",
        "urn:epc:id:lgtin:9521000.012345.L7",
        "urn:epc:class:sgtin:9521000.012345.L7",
        "urn:epc:id:newkey:9521000.012345",
        "urn:epc:id:sgtin:9521000.012345.",
        "urn:epc:raw:96.x1",
        "https://example.com/things/42",
        f"{DL}/01/952100012345X/21/A1",
        f"{DL}/01/095210001234/99/A1",
        f"{DL}/00/0401234500",
        f"{DL}/8003/0401",
        "geo:1,2",
    ],
)
def test_what_holds_no_gs1_key_stays_as_it_is_and_counts_as_a_thing(written: str) -> None:
    assert canonical_item(written) == ItemId(written, is_class=False)


@pytest.mark.parametrize(
    ("written", "is_class"),
    [
        ("urn:epc:id:sgtin:9521000.012345.A1", False),
        ("urn:epc:class:lgtin:9521000.012345.L7", True),
        ("urn:epc:idpat:sgtin:9521000.012345.*", True),
        (f"{DL}/01/09521000123452", True),
        (f"{DL}/01/09521000123452/10/L7", True),
        (f"{DL}/01/09521000123452/21/A1", False),
        (f"{DL}/8003/04012345666667", True),
        (f"{DL}/8003/0401234566666787", False),
        (f"{DL}/00/040123450000003338", False),
        (f"{DL}/8013/1987654Ad4X4bL5ttr2310c2K", True),
    ],
)
def test_a_class_is_told_from_a_thing(written: str, *, is_class: bool) -> None:
    assert canonical_item(written).is_class is is_class


@pytest.mark.parametrize(
    ("digits", "digit"), [("952100000001", "8"), ("0952100000110", "7"), ("04012345000000333", "8"), ("0", "0")]
)
def test_check_digits_are_gs1s(digits: str, digit: str) -> None:
    assert check_digit(digits) == digit


SERIALS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789-._", min_size=1, max_size=20)


@given(st.integers(6, 12), st.integers(0, 10**13 - 1), SERIALS)
def test_an_sgtin_leads_to_the_link_that_the_event_hash_library_makes(length: int, number: int, serial: str) -> None:
    digits = f"{number:013d}"
    urn = f"urn:epc:id:sgtin:{digits[:length]}.{digits[length:]}.{serial}"
    assert canonical_item(urn).id == normaliser(urn)


@given(st.integers(0, 10**14 - 1), SERIALS)
def test_the_canonical_form_is_its_own_canonical_form(number: int, serial: str) -> None:
    once = canonical_item(f"https://example.org/01/{number:014d}/21/{serial}")
    assert canonical_item(once.id) == once


@given(st.integers(0, 10**14 - 1), st.text(min_size=1, max_size=20).filter(lambda text: not set(text) & set("/?#\n")))
def test_a_long_uri_has_the_same_id_as_a_short_one(number: int, serial: str) -> None:
    path = f"/01/{number:014d}/21/{serial}"
    far = f"https://example.org/{'a' * URI_REMEMBERED_MAX}{path}"
    assert canonical_item(far) == canonical_item(f"https://example.org{path}")
