"""Random movements of money as the ledger would hold them: each note is made once and taken at most once."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from fairledger_contracts.records.movement import Movement, MovementKind, Piece
from fairledger_contracts.records.signatory import Signatory

BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHO = Signatory(msp_id="PlatformAMSP", id="eDUwOTo6", role="provider", gln="")


def movement(number: int, kind: MovementKind, taken: tuple[Piece, ...], amounts: list[int]) -> Movement:
    """The movement of that number, which makes notes of these amounts."""
    tx_id = f"{number:064x}"
    made = tuple(
        Piece(note=f"{tx_id}:{place}", owner=f"PlatformAMSP:{place}", amount_minor=amount)
        for place, amount in enumerate(amounts)
    )
    at = BEGAN + timedelta(minutes=number)
    return Movement(id=tx_id, movement=kind, currency="CNY", taken=taken, made=made, moved_at=at, recorder=WHO)


@st.composite
def histories(draw: st.DrawFn, longest: int = 14) -> list[Movement]:
    """Issues, payments that split and merge, and redemptions, by time."""
    unspent: list[Piece] = []
    told: list[Movement] = []
    for number in range(draw(st.integers(1, longest))):
        kind = draw(st.sampled_from(MovementKind)) if unspent else MovementKind.ISSUE
        if kind is MovementKind.ISSUE:
            taken: list[Piece] = []
            amounts = [draw(st.integers(1, 10**12))]
        else:
            taken = draw(st.lists(st.sampled_from(unspent), min_size=1, max_size=4, unique=True))
            whole = sum(piece.amount_minor for piece in taken)
            amounts = [] if kind is MovementKind.REDEEM else _split(draw, whole)
        told.append(movement(number, kind, tuple(taken), amounts))
        unspent = [piece for piece in unspent if piece not in taken] + list(told[-1].made)
    return told


def _split(draw: st.DrawFn, whole: int) -> list[int]:
    parts = draw(st.integers(1, min(4, whole)))
    share = whole // parts
    return [share] * (parts - 1) + [whole - share * (parts - 1)]
