"""What the ledger tells, made fit for a terminal: nothing that others recorded may steer it, or pass for markup."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from fairledger_contracts.records.signatory import Signatory

REPLACEMENT: Final = "\ufffd"
OUTCOME_STYLES: Final = {"shown": "green", "missing": "yellow", "contradicted": "bold red"}


def plain(text: str) -> str:
    """``text`` on one line, with a replacement character for each that is not printable."""
    return "".join(each if each.isprintable() else REPLACEMENT for each in " ".join(text.split()))


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """A table of texts that are shown as they are."""
    made = Table(title=Text(plain(title)), title_justify="left", show_edge=False, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*(each if isinstance(each, Text) else Text(plain(each)) for each in row))
    return made


def when(moment: datetime | None) -> str:
    """A time in UTC, to the second; empty where there is none."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def party(signatory: "Signatory | None") -> str:
    """A business by organisation, role and GLN, such as ``PlatformA producer 9521000000018``."""
    if signatory is None:
        return ""
    return " ".join(filter(None, (signatory.msp_id.removesuffix("MSP"), signatory.role, signatory.gln)))
