"""EPC patterns: what the canonical ids of the EPCs that match begin with."""

import pytest

from fairledger.readmodel.patterns import beginnings
from fairledger_contracts.records.item_id import canonical_item


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("sgtin:9521000.012345.*", "sgtin:9521000.012345.A1", "sgtin:9521000.012346.A1"),
        ("sgtin:9521000.*.*", "sgtin:9521000.712345.A1", "sgtin:9521001.712345.A1"),
        ("sgtin:*.*.*", "sgtin:0614141.107346.2018", "sscc:0614141.1234567890"),
        ("itip:9521000.012345.01.02.*", "itip:9521000.012345.01.02.A1", "itip:9521000.012345.02.02.A1"),
        ("itip:9521000.*.*.*.*", "itip:9521000.012345.01.02.A1", "sgtin:9521000.012345.A1"),
        ("sscc:9521000.*", "sscc:9521000.0123456789", "sscc:9521001.0123456789"),
        ("grai:9521000.12345.*", "grai:9521000.12345.A1", "grai:9521000.12346.A1"),
        ("giai:9521000.*", "giai:9521000.TRUCK-7", "giai:9521001.TRUCK-7"),
        ("gdti:9521000.12345.*", "gdti:9521000.12345.PO1", "gdti:9521000.12346.PO1"),
        ("sgcn:9521000.12345.*", "sgcn:9521000.12345.17", "gdti:9521000.12345.17"),
        ("cpi:9521000.*.*", "cpi:9521000.AB.1", "cpi:9521001.AB.1"),
        ("gsrn:9521000.*", "gsrn:9521000.0000000001", "gsrnp:9521000.0000000001"),
        ("gsrnp:*.*", "gsrnp:9521000.0000000001", "gsrn:9521000.0000000001"),
        ("ginc:9521000.*", "ginc:9521000.C7", "gsin:9521000.123456789"),
        ("gsin:9521000.*", "gsin:9521000.123456789", "ginc:9521000.C7"),
        ("sgln:9521000.00001.*", "sgln:9521000.00001.DOCK-1", "sgln:9521000.00002.DOCK-1"),
        ("sgln:9521000.00001.*", "sgln:9521000.00001.0", "pgln:9521000.00001"),
        ("pgln:9521000.*", "pgln:9521000.00001", "sgln:9521000.00001.0"),
    ],
)
def test_ids_that_match_begin_so_and_no_others(pattern: str, matching: str, other: str) -> None:
    found = beginnings(f"urn:epc:idpat:{pattern}")
    assert canonical_item(f"urn:epc:id:{matching}").id.startswith(found)
    assert not canonical_item(f"urn:epc:id:{other}").id.startswith(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "urn:epc:id:sgtin:9521000.*.*",
        "urn:epc:idpat:sgtin:9521000.012345.A1",
        "urn:epc:idpat:sgtin:9521000.*",
        "urn:epc:idpat:sgtin:9521000.*.A1",
        "urn:epc:idpat:sgtin:*.012345.*",
        "urn:epc:idpat:sgtin:9521000.0123.*",
        "urn:epc:idpat:sgtin:95.*.*",
        "urn:epc:idpat:sgtin:%.*.*",
        "urn:epc:idpat:sgtin:٩٥٢١٠٠٠.*.*",
        "urn:epc:idpat:novel:*.*",
        "urn:epc:idpat:cpi:9521000.12.*",
    ],
)
def test_what_is_no_pattern_begins_nothing(text: str) -> None:
    assert beginnings(text) == ()
