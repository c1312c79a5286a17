"""An item's history as tables: grade with its reasons, warnings, journey, holders, parties, papers."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from fairledger.cli.plain import OUTCOME_STYLES, party, plain, table, when

if TYPE_CHECKING:
    from fairledger_contracts.lineage.deeds import Liable
    from fairledger_contracts.lineage.history import History, ToldHolding, ToldLeg
    from fairledger_contracts.records.anchor import Anchor
    from fairledger_contracts.records.recall import Recall


def history_parts(history: "History") -> Iterator[Text | Table]:
    """What to print of a history, part by part; parts of which there is nothing are left out."""
    from fairledger.words import warning_text, word  # noqa: PLC0415  only this command pays for it

    yield Text(plain(history.item))
    yield Text(f"grade {history.grade}: {word(history.grade, 'en')}", style="bold")
    if not history.complete:
        yield Text("not complete: there is more than is looked at", style="yellow")
    yield _findings(history)
    for warning in history.warnings:
        yield Text(f"! {warning_text(warning, 'en')}", style="bold red")
    tables = (_journey(history.legs), _holders(history.holdings), parties(history.liable), _papers(history.anchors))
    for each in (*tables, recalls(history.recalls)):
        if each.row_count:
            yield each


def _findings(history: "History") -> Table:
    from fairledger.words import finding_text, word  # noqa: PLC0415  only this command pays for it

    rows = (
        (
            word(each.check, "en"),
            Text(word(each.outcome, "en"), style=OUTCOME_STYLES.get(each.outcome, "")),
            each.cap if each.cap != "A" else "",
            finding_text(each, "en"),
        )
        for each in history.findings
    )
    return table("why", ("check", "outcome", "at best", "reason"), rows)


def _journey(legs: Iterable["ToldLeg"]) -> Table:
    rows = (
        (
            when(leg.event_time),
            f"{leg.type.removesuffix('Event')} {leg.action}".strip(),
            leg.step,
            leg.disposition,
            leg.read_point or leg.location,
            leg.carrier,
            party(leg.recorder),
            _marks(leg),
        )
        for leg in legs
    )
    headings = ("happened (UTC)", "what", "step", "disposition", "where", "carried by", "recorded by", "remarks")
    return table("journey", headings, rows)


def _marks(leg: "ToldLeg") -> str:
    marks = {"alarm": leg.alarm, "declared erroneous": leg.declared, "disputed": leg.disputed}
    return ", ".join(name for name, holds in marks.items() if holds)


def _holders(holdings: Iterable["ToldHolding"]) -> Table:
    from fairledger.words import word  # noqa: PLC0415  only this command pays for it

    rows = (
        (party(each.party), when(each.since), when(each.until), "" if each.told is None else word(each.told, "en"))
        for each in holdings
    )
    return table("holders", ("who", "since (UTC)", "until (UTC)", "hand-over to them"), rows)


def parties(liable: Iterable["Liable"]) -> Table:
    """The parties that answer for goods."""
    from fairledger.words import word  # noqa: PLC0415  only these commands pay for it

    rows = (
        (
            party(each.party),
            ", ".join(word(deed, "en") for deed in each.deeds),
            when(each.since),
            when(each.until),
            str(each.items),
            str(each.events),
        )
        for each in liable
    )
    return table("parties liable", ("who", "did", "since (UTC)", "until (UTC)", "items", "events"), rows)


def _papers(anchors: Iterable["Anchor"]) -> Table:
    from fairledger.words import word  # noqa: PLC0415  only this command pays for it

    rows = (
        (
            word(each.document.kind, "en"),
            each.document.title,
            each.document.sha256,
            party(each.recorder),
            when(each.anchored_at),
        )
        for each in anchors
    )
    return table("papers", ("kind", "title", "SHA-256", "vouched for by", "since (UTC)"), rows)


def recalls(found: Iterable["Recall"]) -> Table:
    """Recalls, one a row."""
    from fairledger.words import word  # noqa: PLC0415  only these commands pay for it

    rows = (
        (
            each.id,
            when(each.recalled_at),
            word(each.measure, "en"),
            "in force" if each.ended_at is None else "ended",
            party(each.recorder),
            each.reason,
        )
        for each in found
    )
    return table("recalls", ("id", "since (UTC)", "measure", "state", "by", "reason"), rows)
