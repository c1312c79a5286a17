"""The view of an item: what the page says, from history and evidence alone."""

import base64
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.api.scan.areas import PROVINCES, area_at
from fairledger.api.scan.view import ScanView, readable, scan_view
from fairledger.api.scan.words import TEXTS, language_of, step_word
from fairledger.readmodel.item_evidence import Evidence
from fairledger.readmodel.told_names import Names, ToldName
from fairledger.words import Language
from fairledger_contracts.lineage.areas import distance_km
from fairledger_contracts.lineage.fact import Fact, fact_of
from fairledger_contracts.lineage.grade import Check, Finding, Grade, Outcome
from fairledger_contracts.lineage.history import History, Papers, look, tell
from fairledger_contracts.lineage.question import Answer, drive
from fairledger_contracts.records.anchor import Anchor, DocumentDescription, DocumentKind
from fairledger_contracts.records.licence import Holder, Licence
from fairledger_contracts.records.recall import Measure, Recall
from fairledger_contracts.records.scan_count import Scans
from fairledger_contracts.records.signatory import Signatory

PHONE = "urn:epc:id:sgtin:9521000.000110.FP26100001"
ITEM = "https://id.gs1.org/01/09521000001107/21/FP26100001"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BORN = {"action": "ADD", "bizStep": "commissioning"}
SIGNED = Finding(check=Check.TAG, outcome=Outcome.SHOWN, code="SIGNED_BY_MAKER")


def person(name: str = "ming", role: str = "producer") -> Signatory:
    identity = base64.b64encode(f"x509::CN={name},OU=client::CN=ca,O=PlatformA".encode()).decode()
    return Signatory(msp_id="PlatformAMSP", id=identity, role=role, gln="9521000000018")


def text(number: int, **members: Any) -> str:
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{number}",
        "eventTime": f"2026-11-20T{number:02d}:30:00.000Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": [PHONE],
        "action": "OBSERVE",
        **members,
    }
    return json.dumps(event)


def facts_of(*texts: str, declared: bool = False) -> list[Fact]:
    found = (
        fact_of(
            each,
            digest=f"{i:064x}",
            recorded_at=NOON,
            recorder=person(),
            declared_by=person() if declared else None,
        )
        for i, each in enumerate(texts)
    )
    return [fact for fact in found if fact is not None]


def history_of(facts: Sequence[Fact], **papers: Any) -> History:
    looked = drive(look(PHONE), lambda _question: {ITEM: Answer(facts)})
    given_papers = {"licence": None, "anchors": (), "recalls": (), "scans": (), **papers}
    return tell(PHONE, looked, Papers(**given_papers))


def evidence_of(*texts: str) -> list[Evidence]:
    return [
        Evidence(
            event_id=f"urn:uuid:{i}",
            digest=f"{i:064x}",
            is_declaration=False,
            event_time="2026-11-20T08:30:00.000000Z",
            record_time="2026-11-20T12:00:00.000000Z",
            recorder_msp="PlatformAMSP",
            recorder_id="",
            tx_id="ab" * 32,
            block_number=7 + i,
            block_hash="cd" * 32,
            text=each,
        )
        for i, each in enumerate(texts)
    ]


def view_of(*texts: str, tag: Finding = SIGNED, language: Language = "en", **papers: Any) -> ScanView:
    history = history_of(facts_of(*texts), **papers)
    return scan_view(history, tag, evidence_of(*texts), papers.get("licence"), language)


def licence() -> Licence:
    holder = Holder(msp_id="PlatformAMSP", gln="9521000000018", name="Ming Electronics", since=NOON)
    return Licence(prefix="9521000", holders=(holder,), recorder=person("chen", "officer"))


def test_a_trade_item_is_shown_by_its_keys() -> None:
    assert view_of(text(8)).parts == (("gtin", "09521000001107"), ("serial", "FP26100001"))


def test_who_made_it_and_what_its_making_tells_stand_beside_its_keys() -> None:
    ilmd = {"cbvmda:countryOfOrigin": "CN", "cbvmda:bestBeforeDate": "2027-11-20", "ext:colour": "red"}
    assert view_of(text(8, **BORN, ilmd=ilmd), licence=licence()).parts[2:] == (
        ("licensed_to", "Ming Electronics · GLN 9521000000018"),
        ("origin_country", "CN"),
        ("best_before", "2027-11-20"),
    )


def test_the_word_of_whose_goods_they_are_comes_first_and_a_business_has_its_licences_name() -> None:
    stranger = Signatory(msp_id="PlatformBMSP", id="x", role="merchant", gln="9521000000049")
    names = Names(
        told={
            ITEM: (ToldName("Best phone", stranger, own=False),),
            ITEM.partition("/21/")[0]: (ToldName("Phone 26", person(), own=True),),
        },
        businesses={person().party: "Ming Electronics"},
    )
    texts = (text(8, **BORN, ilmd={"fl:model": "26"}),)
    view = scan_view(history_of(facts_of(*texts)), SIGNED, evidence_of(*texts), None, "zh", names=names)
    ming = "Ming Electronics · ming · 生产者 (PlatformA)"
    assert [part for part in view.parts if part[0] in ("name", "model")] == [
        ("name", f"Phone 26（据{ming}）"),
        ("name", "Best phone（据商家 (PlatformB)）"),
        ("model", f"26（据{ming}）"),
    ]
    assert view.stops[0].recorder == ming


def test_the_journey_says_when_what_where_who_and_where_on_the_ledger() -> None:
    (stop,) = view_of(text(8, **BORN, readPoint={"id": "urn:epc:id:sgln:9521000.00001.DOCK-1"}), language="zh").stops
    assert (stop.when, stop.step, stop.kind) == ("2026-11-20 08:30", "登记出生", "made")
    assert (stop.place, stop.recorder) == ("GLN 9521000000018 · DOCK-1", "ming · 生产者 (PlatformA)")
    assert (stop.recorded_at, stop.block_number, stop.tx_id) == ("2026-11-20 12:00", 7, "ab" * 32)


@pytest.mark.parametrize(
    "step", ["shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping"]
)
def test_a_step_is_told_alike_in_every_spelling(step: str) -> None:
    (stop,) = view_of(text(8, bizStep=step)).stops
    assert (stop.step, stop.kind) == ("shipping", "moved")


def test_a_declared_event_stays_visible_and_commissions_nothing() -> None:
    facts = facts_of(text(8, **BORN), declared=True)
    view = scan_view(history_of(facts), SIGNED, [], None, "en")
    assert [stop.declared for stop in view.stops] == [True]
    assert view.grade is Grade.D


def test_the_grade_comes_with_every_reason_that_lowers_it() -> None:
    view = view_of(text(8, **BORN), licence=licence())
    assert (view.grade, view.grade_text) == (Grade.B, "small gaps")
    assert [flaw.outcome for flaw in view.flaws] == [Outcome.MISSING]
    assert view.flaws[0].check == "evidence"
    assert len(view.checks) == len(Check)


def test_a_tag_of_somebody_else_makes_the_worst_grade() -> None:
    forged = Finding(check=Check.TAG, outcome=Outcome.CONTRADICTED, code="SIGNED_BY_ANOTHER")
    view = view_of(text(8, **BORN), tag=forged, licence=licence())
    assert view.grade is Grade.E
    assert view.tag.outcome is Outcome.CONTRADICTED
    assert view.flaws[0] == view.tag  # contradictions come before what is merely missing
    assert view.warnings == (view.tag.text,)


@pytest.mark.parametrize(("language", "said"), [("en", "was revoked on 2026-11-20"), ("zh", "已于 2026-11-20 被吊销")])
def test_a_tag_whose_key_was_revoked_since_still_counts_and_warns(language: Language, said: str) -> None:
    tag = SIGNED.model_copy(update={"values": (("revoked", "2026-11-20"),)})
    view, without = (view_of(text(8, **BORN), tag=each, language=language) for each in (tag, SIGNED))
    assert (view.grade, view.tag.outcome) == (without.grade, Outcome.SHOWN)
    (warning,) = set(view.warnings) - set(without.warnings)
    assert warning == view.tag.text
    assert said in warning


def test_areas_of_copies_are_named_by_their_provinces() -> None:
    scans = [Scans(item=ITEM, day=date(2026, 11, 20), area=area, count=1) for area in ("wtw", "wx4")]
    view = view_of(text(8, **BORN), licence=licence(), scans=scans, language="zh")
    (copies,) = [flaw.text for flaw in view.flaws if flaw.outcome is Outcome.CONTRADICTED]
    assert "上海" in copies
    assert "北京" in copies


def test_recalls_and_papers_are_told_with_who_and_when() -> None:
    recall = Recall(
        id="ab" * 32,
        items=(ITEM,),
        measure=Measure.RETURN,
        reason="the battery swells",
        recalled_at=NOON,
        recorder=person("chen", "officer"),
    )
    paper = DocumentDescription(
        sha256="cd" * 32, kind=DocumentKind.QUALITY_REPORT, title="Battery", media_type="text/plain", size_bytes=1
    )
    anchor = Anchor(item=ITEM, id="ef" * 32, document=paper, anchored_at=NOON, recorder=person("li", "inspector"))
    view = view_of(text(8, **BORN), recalls=[recall], anchors=[anchor])
    (notice,) = view.recalls
    assert notice.goods == ("(01) 09521000001107 (21) FP26100001",)
    assert (notice.since, notice.reason, notice.measure, notice.ended_on) == (
        "2026-11-20",
        "the battery swells",
        "return",
        "",
    )
    assert notice.who.startswith("chen · ")
    assert len(view.warnings) == 1
    (told,) = view.papers
    assert (told.title, told.kind, told.address) == ("Battery", "quality report", f"/documents/{'cd' * 32}")


def test_sources_are_a_tree_with_each_item_once() -> None:
    made = {"type": "TransformationEvent", "outputEPCList": [PHONE], "inputEPCList": ["urn:x:board", "urn:x:cell"]}
    event = json.loads(text(8, **BORN, readPoint={"id": "urn:epc:id:sgln:9521000.00001.LINE-2"})) | made
    del event["epcList"], event["action"]
    (board, cell) = view_of(json.dumps(event)).made_of
    assert (board.item, board.relation, board.sources) == ("urn:x:board", "made into", ())
    assert (board.when, board.place, board.recorder) == (
        "2026-11-20 08:30",
        "GLN 9521000000018 · LINE-2",
        "ming · producer (PlatformA)",
    )
    assert cell.item == "urn:x:cell"


def test_nothing_is_known_of_what_no_event_names() -> None:
    view = view_of()
    assert (view.known, view.grade, view.stops) == (False, Grade.D, ())


def test_ids_are_read_as_gs1_prints_them() -> None:
    assert readable(ITEM) == "(01) 09521000001107 (21) FP26100001"
    assert readable("https://id.gs1.org/01/09521000001107/10/L%2F7") == "(01) 09521000001107 (10) L/7"
    assert readable("urn:example:thing") == "urn:example:thing"


def test_both_languages_have_all_texts() -> None:
    assert set(TEXTS["zh"]) == set(TEXTS["en"])


def test_each_text_is_used() -> None:
    folder = files("fairledger.api.scan")
    sources = "".join(folder.joinpath(name).read_text("utf-8") for name in ("page.html", "verify.js", "view.py"))
    assert [name for name in TEXTS["en"] if not re.search(rf"\b{name}\b", sources)] == []


def test_each_province_lies_near_the_middle_of_its_field() -> None:
    assert {
        province.en: province.area for province in PROVINCES if province.en in ("Beijing", "Shanghai", "Xinjiang")
    } == {
        "Beijing": "wx4",
        "Shanghai": "wtw",
        "Xinjiang": "tzy",
    }
    assert len({province.zh for province in PROVINCES}) == len(PROVINCES) == 34


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_has_a_field_whose_middle_is_near(latitude: float, longitude: float) -> None:
    assert distance_km(area_at(latitude, longitude), area_at(latitude, longitude)) == 0


@given(st.text())
def test_any_language_header_gives_a_language_that_there_is(header: str) -> None:
    assert language_of(None, header) in TEXTS


def test_the_language_asked_for_wins() -> None:
    assert language_of("en", "zh-CN,zh;q=0.9") == "en"
    assert language_of(None, "fr-FR, en-GB;q=0.8, zh;q=0.5") == "en"
    assert language_of("xx", "") == "zh"
    assert step_word("https://example.com/own", "zh") == "https://example.com/own"
