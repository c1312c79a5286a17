"""The view of an item: what the page says, from the evidence alone."""

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairledger.api.scan.view import scan_view
from fairledger.api.scan.words import TEXTS, language_of, step_word
from fairledger.readmodel.item_evidence import Evidence

PHONE = "urn:epc:id:sgtin:9521000.000110.FP26100001"


def evidence(number: int, *, declares: bool = False, **event: Any) -> Evidence:
    text = json.dumps({"type": "ObjectEvent", "eventID": f"urn:uuid:{number}", **event})
    return Evidence(
        event_id=f"urn:uuid:{number}",
        digest=f"{number:064x}",
        is_declaration=declares,
        event_time=f"2026-11-{number:02d}T08:30:00.000000Z",
        record_time=f"2026-11-{number:02d}T09:00:00.000000Z",
        recorder_msp="PlatformAMSP",
        recorder_id=base64.b64encode(b"x509::CN=producer,OU=client::CN=ca,O=PlatformA").decode(),
        tx_id="ab" * 32,
        block_number=number,
        block_hash="cd" * 32,
        text=text,
    )


def test_a_trade_item_is_shown_by_its_keys() -> None:
    assert scan_view(PHONE, [], "en").parts == (("gtin", "09521000001107"), ("serial", "FP26100001"))
    lot = scan_view("https://example.com/01/09521000001107/10/L7", [], "en")
    assert lot.parts == (("gtin", "09521000001107"), ("lot", "L7"))
    assert scan_view("urn:example:thing", [], "en").parts == (("id", "urn:example:thing"),)


def test_the_journey_says_when_what_where_and_who() -> None:
    event = evidence(1, bizStep="commissioning", readPoint={"id": "urn:epc:id:sgln:9521000.00001.0"})
    view = scan_view(PHONE, [event], "zh")
    (stop,) = view.stops
    assert (stop.when, stop.step, stop.kind) == ("2026-11-01 08:30", "登记出生", "made")
    assert (stop.place, stop.recorder) == ("urn:epc:id:sgln:9521000.00001.0", "producer (PlatformA)")
    assert view.commissioned == stop


def test_a_step_is_told_alike_in_every_spelling() -> None:
    for step in ("shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping"):
        (stop,) = scan_view(PHONE, [evidence(1, bizStep=step)], "en").stops
        assert (stop.step, stop.kind) == ("shipping", "moved")


def test_a_declared_event_stays_visible_and_commissions_nothing() -> None:
    born = evidence(1, bizStep="commissioning")
    declaration = evidence(1, declares=True, bizStep="commissioning")
    view = scan_view(PHONE, [born, declaration], "en")
    assert [stop.declared for stop in view.stops] == [True]
    assert view.commissioned is None


def test_both_languages_have_all_texts() -> None:
    assert set(TEXTS["zh"]) == set(TEXTS["en"])


@given(st.text())
def test_any_language_header_gives_a_language_that_there_is(header: str) -> None:
    assert language_of(None, header) in TEXTS


def test_the_language_asked_for_wins() -> None:
    assert language_of("en", "zh-CN,zh;q=0.9") == "en"
    assert language_of(None, "fr-FR, en-GB;q=0.8, zh;q=0.5") == "en"
    assert language_of("xx", "") == "zh"
    assert step_word("https://example.com/own", "zh") == "https://example.com/own"
