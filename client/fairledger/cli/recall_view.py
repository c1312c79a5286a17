"""A recall on the terminal, and as a file for those who have to call people."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from fairledger.cli.errors import CommandError
from fairledger.cli.history_view import parties
from fairledger.cli.lineage_tree import lineage_tree
from fairledger.cli.plain import party, plain, table, when

if TYPE_CHECKING:
    from fairledger_contracts.lineage.recall_scope import Affected, RecallScope
    from fairledger_contracts.records.recall import Recall

GOODS_SHOWN_MAX: Final = 1_000  # on a terminal; the file has all
COLUMNS: Final = (
    *("item", "is_carrier", "last_step", "last_seen", "last_place"),
    *("holder_msp", "holder_role", "holder_gln"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to compute


def recall_parts(recall: "Recall", scope: "RecallScope") -> Iterator[Text | Table | Tree]:
    """What to print of a recall, part by part."""
    from fairledger.words import word  # noqa: PLC0415  only this command pays for it

    state = "in force" if recall.ended_at is None else f"ended {when(recall.ended_at)}: {recall.end_reason}"
    yield Text(plain(f"recall {recall.id}: {word(recall.measure, 'en')}, {state}"), style="bold")
    yield Text(plain(f"by {party(recall.recorder)} on {when(recall.recalled_at)}: {recall.reason}"))
    for item in scope.items:
        tree, cut = lineage_tree(item, scope.links, "downstream")
        yield tree
        if cut:
            yield Text(f"… and {cut} more branches")
    goods = sum(not each.carrier for each in scope.affected)
    yield _affected(scope.affected[:GOODS_SHOWN_MAX], f"goods reached: {goods}")
    if len(scope.affected) > GOODS_SHOWN_MAX or not scope.complete:
        whole = "" if scope.complete else "; not all is looked at"
        yield Text(f"… {len(scope.affected)} in all, which --csv writes{whole}", style="yellow")
    yield parties(scope.liable)


def write_csv(path: Path, scope: "RecallScope") -> None:
    """Write the goods that a recall reaches, and what carries them. Raises ``CommandError`` (RECALL_FILE)."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([_harmless(value) for value in _row(each)] for each in scope.affected)
    except OSError as error:
        raise CommandError("RECALL_FILE", f"{path} can't be written: {error.strerror}") from error


def _affected(affected: "tuple[Affected, ...]", title: str) -> Table:
    rows = (
        (
            each.item,
            "carrier" if each.carrier else "goods",
            each.last_place,
            party(each.holder),
            each.last_step,
            when(each.last_seen),
        )
        for each in affected
    )
    return table(title, ("item", "is", "last place", "last with", "step", "seen (UTC)"), rows)


def _row(each: "Affected") -> tuple[str, ...]:
    holder = each.holder
    return (
        *(each.item, "yes" if each.carrier else "no", each.last_step),
        *("" if each.last_seen is None else each.last_seen.isoformat(), each.last_place),
        *(("", "", "") if holder is None else (holder.msp_id, holder.role, holder.gln)),
    )


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
