"""Checkpoints survive a crash at any instant."""

import os
from pathlib import Path

import pytest

from fairledger.gateway import FileCheckpointer, InMemoryCheckpointer, Position
from fairledger.gateway.checkpointer import Checkpointer
from fairledger.gateway.errors import CheckpointBroken


@pytest.fixture(params=["memory", "file"])
def checkpointer(request: pytest.FixtureRequest, tmp_path: Path) -> Checkpointer:
    return InMemoryCheckpointer() if request.param == "memory" else FileCheckpointer(tmp_path / "position.json")


async def test_nothing_processed_yet_is_no_position(checkpointer: Checkpointer) -> None:
    assert await checkpointer.position() is None


async def test_after_a_block_the_next_is_due(checkpointer: Checkpointer) -> None:
    await checkpointer.checkpoint_block(4)
    assert await checkpointer.position() == Position(5, "")


async def test_after_a_transaction_the_rest_of_its_block_is_due(checkpointer: Checkpointer) -> None:
    await checkpointer.checkpoint_block(4)
    await checkpointer.checkpoint_transaction(5, "t1")
    assert await checkpointer.position() == Position(5, "t1")


async def test_a_file_is_read_by_the_next_process(tmp_path: Path) -> None:
    await FileCheckpointer(tmp_path / "position.json").checkpoint_transaction(5, "t1")
    assert await FileCheckpointer(tmp_path / "position.json").position() == Position(5, "t1")
    assert os.listdir(tmp_path) == ["position.json"]  # noqa: PTH208 - nothing is left beside it


@pytest.mark.parametrize("step", ["fsync", "replace"])
async def test_a_crash_while_writing_leaves_the_old_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "position.json"
    await FileCheckpointer(path).checkpoint_block(4)

    def crash(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], crash)
        with pytest.raises(OSError, match="power cut"):
            await FileCheckpointer(path).checkpoint_block(5)

    assert await FileCheckpointer(path).position() == Position(5, "")
    await FileCheckpointer(path).checkpoint_block(5)
    assert await FileCheckpointer(path).position() == Position(6, "")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"blockNumber": -1, "transactionId": ""}', '{"blockNumber": "1", "transactionId": ""}']
)
async def test_a_file_that_is_no_checkpoint_is_not_taken_for_a_missing_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "position.json").write_text(text)
    with pytest.raises(CheckpointBroken) as refusal:
        await FileCheckpointer(tmp_path / "position.json").position()
    assert refusal.value.code == "GATEWAY_CHECKPOINT_BROKEN"
