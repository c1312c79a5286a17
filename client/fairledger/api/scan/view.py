"""What the scan page shows of an item, made of its history and the evidence behind it. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from fairledger.api.scan.areas import PROVINCES
from fairledger.api.scan.words import TEXTS, step_word
from fairledger.digital_link.link import RESOLVER
from fairledger.readmodel.item_evidence import Evidence
from fairledger.readmodel.told_names import NAMES, Names, printable
from fairledger.words import Language, finding_text, role_word, warning_text, word
from fairledger_contracts.lineage.grade import Finding, Grade, Outcome, grade_of
from fairledger_contracts.lineage.history import History, ToldLeg, ToldLink
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.signatory import Signatory

PERSON: Final = re.compile(r"x509::(?:[^:]*?,)?CN=([^,+:]+)")
GOODS_MAX: Final = 5  # of those that a recall names; it may name a hundred
_PARTS: Final = re.compile(r"/(01|10|21)/([^/]+)")
_NAMES: Final = {"01": "gtin", "10": "lot", "21": "serial"}
_SITE: Final = re.compile(r"/414/([0-9]{13})(?:/254/(.+))?$")
_ILMD: Final = {
    "countryOfOrigin": "origin_country",
    "itemExpirationDate": "expires",
    "bestBeforeDate": "best_before",
    "model": "model",
    **dict.fromkeys(NAMES, "name"),
}
NAMELESS: Final = Names()
_CALLED: Final = ("name", "model")
_KINDS: Final = {
    "made": {"commissioning", "creating_class_instance", "assembling", "encoding"},
    "moved": {"shipping", "receiving", "departing", "arriving", "transporting", "loading", "unloading", "accepting"},
    "checked": {"inspecting", "sampling", "sensor_reporting", "holding"},
}


@dataclass(frozen=True)
class Stop:
    """One event of the journey. ``kind`` picks its sign: made, moved, checked or other.

    ``tx_id`` and ``block_number`` tell where it stands on the ledger, where the evidence reaches that far.
    """

    when: str
    step: str
    kind: str
    place: str
    place_name: str
    carrier: str
    recorder: str
    recorded_at: str
    tx_id: str
    block_number: int | None
    alarm: bool
    declared: bool
    disputed: bool


@dataclass(frozen=True)
class Reason:
    """A check with its outcome, as a sentence."""

    check: str
    outcome: Outcome
    text: str


@dataclass(frozen=True)
class Node:
    """An item with what it was made of; ``name`` is its id as people read it, ``title`` what it is called, if told.

    ``recorder`` says that it went into it, when and at which place, which is empty where that is not told.
    """

    item: str
    name: str
    title: str
    relation: str
    when: str
    place: str
    recorder: str
    sources: tuple["Node", ...]


@dataclass(frozen=True)
class Paper:
    """An anchored document; ``about`` is what it was anchored to, where that is not the goods themselves."""

    title: str
    about: str
    kind: str
    address: str
    vouched_by: str
    vouched_on: str


@dataclass(frozen=True)
class RecallNotice:
    """A recall, in force or ended; ``goods`` are what it names, the first few: the item, or what it was made of."""

    goods: tuple[str, ...]
    since: str
    who: str
    reason: str
    measure: str
    ended_on: str


@dataclass(frozen=True)
class Answerable:
    """A party that answers for the goods, and what it did to them."""

    name: str
    role: str
    deeds: str
    since: str
    until: str


@dataclass(frozen=True)
class ScanView:
    """``parts`` are names of ``words`` with their values: gtin, lot, serial, or id for what is no trade item.

    ``flaws`` are the reasons why the grade is not A, contradictions first, ``checks`` all of them; ``tag`` is what the
    scanned link shows. ``warnings`` are what nobody must overlook: those of the history, all contradictions, and that
    the tag's key was revoked.
    """

    item: str
    known: bool
    parts: tuple[tuple[str, str], ...]
    grade: Grade
    grade_text: str
    tag: Reason
    flaws: tuple[Reason, ...]
    checks: tuple[Reason, ...]
    warnings: tuple[str, ...]
    recalls: tuple[RecallNotice, ...]
    stops: tuple[Stop, ...]
    holders: tuple[str, ...]
    made_of: tuple[Node, ...]
    papers: tuple[Paper, ...]
    liable: tuple[Answerable, ...]
    complete: bool


def scan_view(
    history: History,
    tag: Finding,
    evidence: Sequence[Evidence],
    licence: Licence | None,
    language: Language,
    *,
    names: Names = NAMELESS,
) -> ScanView:
    """The view of an item in a language: its history, what its tag shows, and where its events stand on the ledger.

    ``names`` are those of goods, places and businesses that are known.
    """
    called = Called(names, language)
    findings = (*history.findings, tag)
    reasons = tuple(_reason(finding, language) for finding in findings)
    grade = grade_of(findings)
    contradictions = tuple(each for each in reasons if each.outcome is Outcome.CONTRADICTED)
    at = {each.digest: each for each in evidence}
    return ScanView(
        item=history.item,
        known=bool(history.legs),
        parts=(*_keys(history.item), *called.item(history.item), *_described(history, at, licence, called)),
        grade=grade,
        grade_text=word(grade, language),
        tag=reasons[-1],
        flaws=(*contradictions, *(each for each in reasons if each.outcome is Outcome.MISSING)),
        checks=reasons,
        warnings=(
            *(warning_text(warning, language) for warning in history.warnings),
            *(each.text for each in contradictions),
            *((reasons[-1].text,) if tag.outcome is Outcome.SHOWN and tag.values else ()),
        ),
        recalls=tuple(_recall(recall, language) for recall in history.recalls),
        stops=tuple(_stop(leg, at.get(leg.digest), called) for leg in history.legs),
        holders=tuple(called.business(each.party) for each in history.holdings),
        made_of=_sources(history.item, history.sources, {history.item}, called),
        papers=tuple(_papers(history, language)),
        liable=tuple(
            Answerable(
                name=called.business(each.party),
                role=role_word(each.party.role, language),
                deeds=("、" if language == "zh" else ", ").join(word(deed, language) for deed in each.deeds),
                since=_day(each.since),
                until=_day(each.until),
            )
            for each in history.liable
        ),
        complete=history.complete,
    )


class Called:
    """What goods, places and businesses are called, in a language, with who says so."""

    def __init__(self, names: Names, language: Language) -> None:
        self._names = names
        self.language = language

    def item(self, item: str) -> Iterator[tuple[str, str]]:
        """An item's names, as parts of the view."""
        for name in self._names.of_item(item):
            yield "name", self.said(name.text, name.who)

    def source(self, item: str) -> str:
        """The first name of what goods were made of; empty where none is known."""
        return next((value for _, value in self.item(item)), "")

    def place(self, place: str) -> str:
        """A place's first name; empty where none is known."""
        name = next(iter(self._names.of_place(place)), None)
        return self.said(name.text, name.who) if name else ""

    def business(self, party: Signatory) -> str:
        """A person's name, role and organisation, behind the name of the business, if a licence tells it."""
        business = self._names.businesses.get(party.party)
        return f"{business} · {_business(party, self.language)}" if business else _business(party, self.language)

    def said(self, text: str, who: Signatory) -> str:
        """What somebody says, with who that is."""
        return TEXTS[self.language]["said"].format(what=text, who=self.business(who))


def readable(item: str) -> str:
    """A canonical id as GS1 prints it for people: ``(01) 09521000001107 (21) FP26100001``; others as they are."""
    if not item.startswith(RESOLVER):
        return item
    steps = item.removeprefix(RESOLVER).split("/")[1:]
    return " ".join(f"({key}) {unquote(value)}" for key, value in zip(steps[::2], steps[1::2], strict=False))


def _reason(finding: Finding, language: Language) -> Reason:
    shown = tuple((name, _value(value, language)) for name, value in finding.values)
    said = finding_text(finding.model_copy(update={"values": shown}), language)
    return Reason(word(finding.check, language), finding.outcome, said)


def _value(value: str, language: Language) -> str:
    """A finding's value as people read it: items by their keys, areas by the province that has its seat there."""
    province = next((each for each in PROVINCES if each.area == value), None)
    if province is not None:
        return province.zh if language == "zh" else province.en
    return readable(value)


def _keys(item: str) -> tuple[tuple[str, str], ...]:
    return tuple((_NAMES[key], value) for key, value in _PARTS.findall(item)) or (("id", item),)


def _described(
    history: History, at: Mapping[str, Evidence], licence: Licence | None, called: Called
) -> Iterator[tuple[str, str]]:
    """Who may name such goods, and what its making tells of it (CBV 2.0, 8.4: ``ilmd``)."""
    holder = licence.holder if licence else None
    if holder is not None:
        yield "licensed_to", f"{holder.name} · GLN {holder.gln}"
    born = history.commissioned_by
    for leg in history.legs:
        if leg.event_id in born and leg.digest in at:
            ilmd: dict[str, Any] = json.loads(at[leg.digest].text).get("ilmd") or {}
            for name, value in ilmd.items():
                known = _ILMD.get(name.replace("#", ":").rpartition(":")[2])
                if known in _CALLED and isinstance(value, str) and printable(value):
                    yield known, called.said(printable(value), leg.recorder)
                elif known and isinstance(value, str):
                    yield known, value
            return


def _stop(leg: ToldLeg, evidence: Evidence | None, called: Called) -> Stop:
    kind = next((name for name, steps in _KINDS.items() if leg.step in steps), "other")
    return Stop(
        when=_minute(leg.event_time),
        step=step_word(leg.step, called.language) or leg.type.removesuffix("Event"),
        kind="made" if leg.type == "TransformationEvent" else kind,
        place=_place(leg.read_point or leg.location),
        place_name=called.place(leg.read_point or leg.location),
        carrier=readable(leg.carrier),
        recorder=called.business(leg.recorder),
        recorded_at=_minute(leg.recorded_at),
        tx_id=evidence.tx_id if evidence else "",
        block_number=evidence.block_number if evidence else None,
        alarm=leg.alarm,
        declared=leg.declared,
        disputed=leg.disputed,
    )


def _sources(item: str, links: Sequence[ToldLink], shown: set[str], called: Called) -> tuple[Node, ...]:
    """What an item was made of, each source once on the way from the goods."""
    nodes = []
    for link in links:
        if link.target == item and link.source not in shown:
            shown.add(link.source)
            nodes.append(
                Node(
                    item=link.source,
                    name=readable(link.source),
                    title=called.source(link.source),
                    relation=word(link.relation, called.language),
                    when=_minute(link.at),
                    place=_place(link.place),
                    recorder=called.business(link.recorder),
                    sources=_sources(link.source, links, shown, called),
                )
            )
    return tuple(nodes)


def _papers(history: History, language: Language) -> Iterator[Paper]:
    """Each document once, with whoever vouched for it first."""
    by_content: dict[str, Anchor] = {}
    for anchor in history.anchors:
        by_content.setdefault(anchor.document.sha256, anchor)
    for anchor in by_content.values():
        yield _paper(anchor, "" if anchor.item == history.item else readable(anchor.item), language)


def _paper(anchor: Anchor, about: str, language: Language) -> Paper:
    return Paper(
        title=anchor.document.title,
        about=about,
        kind=word(anchor.document.kind, language),
        address=f"/documents/{anchor.document.sha256}",
        vouched_by=_business(anchor.recorder, language),
        vouched_on=_day(anchor.anchored_at),
    )


def _recall(recall: Recall, language: Language) -> RecallNotice:
    return RecallNotice(
        goods=tuple(readable(item) for item in recall.items[:GOODS_MAX]),
        since=_day(recall.recalled_at),
        who=_business(recall.recorder, language),
        reason=recall.reason,
        measure=word(recall.measure, language),
        ended_on=_day(recall.ended_at) if recall.ended_at else "",
    )


def _business(party: Signatory, language: Language) -> str:
    """A person's name, role and organisation; recorders act for businesses, so their names are public."""
    try:
        found = PERSON.match(base64.b64decode(party.id, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        found = None
    organization = party.msp_id.removesuffix("MSP")
    name = f"{found[1]} · " if found and found[1] != party.role else ""
    return f"{name}{role_word(party.role, language)} ({organization})"


def _place(place: str) -> str:
    """A GLN with what tells one door from another; coordinates and other URIs as they are."""
    site = _SITE.search(place)
    if site is None:
        return place.removeprefix("geo:")
    return f"GLN {site[1]}" + (f" · {site[2]}" if site[2] else "")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
