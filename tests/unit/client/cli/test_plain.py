"""What others recorded does not steer the terminal."""

import io
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from fairledger.cli.plain import party, plain, table, when
from fairledger_contracts.records.signatory import Signatory


@given(st.text())
def test_nothing_but_printable_characters_comes_out(text: str) -> None:
    assert plain(text).isprintable()


def test_lines_are_joined_and_escapes_replaced() -> None:
    assert plain("melts\n at 40 °C\x1b[2J\u202e") == "melts at 40 °C\ufffd[2J\ufffd"


def test_markup_is_shown_as_it_is() -> None:
    printed = io.StringIO()
    Console(file=printed, width=80).print(table("[bold]t[/]", ("a",), [("[/red] [link=x]y",)]))
    assert "[bold]t[/]" in printed.getvalue()
    assert "[/red] [link=x]y" in printed.getvalue()


def test_times_are_in_utc() -> None:
    assert when(datetime(2026, 11, 1, 7, 5, 9, tzinfo=timezone(timedelta(hours=8)))) == "2026-10-31 23:05:09"
    assert (when(datetime(2026, 11, 1, tzinfo=UTC)), when(None)) == ("2026-11-01 00:00:00", "")


def test_a_party_is_told_by_organisation_role_and_place() -> None:
    officer = Signatory(msp_id="AssociationMSP", id="x", role="officer", gln="")
    assert (party(officer), party(None)) == ("Association officer", "")
    assert party(officer.model_copy(update={"gln": "9521000000056"})) == "Association officer 9521000000056"
