"""Which way of a note is shown to the contract: the regulator follows on through other orders, and nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Connection

from fairledger.escrow.freezing import new_freeze, way_of
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import TrailError
from fairledger.readmodel.projector import Projector
from fairledger_contracts.records.freeze import Ground, GroundKind, Origin, OriginKind
from fairledger_contracts.records.movement import MovementKind
from fairledger_contracts.records.signatory import Signatory
from tests.support.blocks import Chain, envelope
from tests.unit.client.flow.histories import movement

ORDER, OTHER = "a" * 64, "b" * 64
ORIGIN = Origin(kind=OriginKind.ORDER, key=(ORDER,))
GROUND = Ground(kind=GroundKind.DISPUTE, id=ORDER)
STEWARD = Signatory(msp_id="PlatformAMSP", id="eDUwOTo6", role="platform-officer", gln="")
REGULATOR = Signatory(msp_id="RegulatorMSP", id="eDUwOTo7", role="regulator", gln="")

ISSUED = movement(1, MovementKind.ISSUE, (), [50])
SETTLED = movement(2, MovementKind.SETTLE, ISSUED.made, [20, 30]).model_copy(update={"order": ORDER})
PAID = movement(3, MovementKind.PAY, SETTLED.made[:1], [20])
ELSEWHERE = movement(4, MovementKind.SETTLE, PAID.made, [20]).model_copy(update={"order": OTHER})
BEFORE, THERE, AFTER = (each.made[-1].note for each in (ISSUED, SETTLED, ELSEWHERE))
ON = tuple(each.id for each in (SETTLED, PAID, ELSEWHERE))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    chain = Chain()
    chain.add([envelope(each.id, {each.ledger_key: each.to_state()}) for each in (ISSUED, SETTLED, PAID, ELSEWHERE)])
    database = Database.open(f"sqlite:///{tmp_path}/model.db")
    projector = Projector(database)
    for block in chain.blocks:
        projector.apply(block)
    with database.reading() as reading:
        yield reading
    database.close()


@pytest.mark.parametrize(
    ("by", "note", "way"),
    [
        (STEWARD, THERE, (SETTLED.id,)),
        (STEWARD, PAID.made[0].note, ON[:2]),
        (STEWARD, AFTER, ()),
        (REGULATOR, AFTER, ON),
        (REGULATOR, BEFORE, ()),
    ],
)
def test_money_is_followed_from_an_order(
    connection: Connection, by: Signatory, note: str, way: tuple[str, ...]
) -> None:
    assert way_of(connection, by, ORIGIN, note) == way


def test_each_note_goes_to_the_contract_with_its_way(connection: Connection) -> None:
    new = new_freeze(connection, REGULATOR, ORIGIN, GROUND, [AFTER, THERE], seconds=60)
    assert [(each.note, each.movements) for each in new.trails] == [(AFTER, ON), (THERE, (SETTLED.id,))]
    assert (new.origin, new.ground, new.seconds) == (ORIGIN, GROUND, 60)


def test_one_note_that_came_from_elsewhere_is_enough_to_refuse(connection: Connection) -> None:
    with pytest.raises(TrailError) as refusal:
        new_freeze(connection, STEWARD, ORIGIN, GROUND, [THERE, AFTER], seconds=60)
    assert refusal.value.code == "ESCROW_FREEZE_TRAIL"


@pytest.mark.parametrize(("notes", "seconds"), [([], 60), ([THERE], 0)])
def test_no_notes_and_no_time_are_no_freeze(connection: Connection, notes: list[str], seconds: int) -> None:
    with pytest.raises(ValidationError):
        new_freeze(connection, STEWARD, ORIGIN, GROUND, notes, seconds=seconds)
