"""What is in circulation is added up by SQL, to the last unit, by currency."""

from datetime import UTC, datetime

from fairledger.readmodel.funds import Circulation, circulation
from fairledger.readmodel.projector import Projector
from fairledger_chaincode.record import Record
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX
from fairledger_contracts.records.movement import Movement, MovementKind, Piece
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.signatory import Signatory
from tests.support.blocks import Chain, envelope
from tests.unit.client.readmodel.conftest import OpenDatabase

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PROVIDER = Signatory(msp_id="PlatformAMSP", id="provider", role="provider", gln="")
OWNER = "PlatformAMSP:anna"


def moved(number: int, kind: MovementKind, currency: str, *amounts: int) -> Movement:
    tx_id = f"{number:064}"
    pieces = tuple(Piece(note=f"{tx_id}:{at}", owner=OWNER, amount_minor=each) for at, each in enumerate(amounts))
    taken, made = ((), pieces) if kind is MovementKind.ISSUE else (pieces, ())
    told = {"reference": f"bank-{number}", "moved_at": NOW, "recorder": PROVIDER}
    return Movement(id=tx_id, movement=kind, currency=currency, taken=taken, made=made, **told)


def unspent(number: int, currency: str, amount_minor: int) -> Note:
    told = {"owner": OWNER, "sources": (), "recorder": PROVIDER, "changed_by": PROVIDER}
    return Note.model_validate({"id": f"{number:064}:0", "currency": currency, "amount_minor": amount_minor, **told})


def added_up(open_database: OpenDatabase, *records: Record) -> list[Circulation]:
    chain = Chain()
    chain.add([envelope("1" * 64, {each.ledger_key: each.to_state() for each in records})])
    database = open_database("readmodel")
    for block in chain.blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        return circulation(connection)


def test_nothing_is_in_circulation_at_first(open_database: OpenDatabase) -> None:
    assert added_up(open_database) == []


def test_issues_redemptions_and_unspent_notes_are_added_up_by_currency(open_database: OpenDatabase) -> None:
    found = added_up(
        open_database,
        moved(1, MovementKind.ISSUE, "CNY", 700),
        moved(2, MovementKind.ISSUE, "CNY", 300, 4),
        moved(3, MovementKind.REDEEM, "CNY", 100, 1),
        moved(4, MovementKind.PAY, "CNY", 55),
        moved(5, MovementKind.ISSUE, "USD", 9),
        unspent(6, "CNY", 903),
        unspent(7, "USD", 8),
    )
    assert found == [Circulation("CNY", 1_004, 101, 903), Circulation("USD", 9, 0, 8)]
    assert [each.is_conserved for each in found] == [True, False]


def test_sums_beyond_64_bits_are_exact(open_database: OpenDatabase) -> None:
    notes = [unspent(number, "CNY", AMOUNT_MINOR_MAX) for number in range(1_100)]
    (found,) = added_up(open_database, *notes, unspent(1_100, "CNY", 1))
    assert found.unspent_minor == 1_100 * AMOUNT_MINOR_MAX + 1 > 2**63
