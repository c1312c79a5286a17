"""Which documents the demo records, in which order, and who records them."""

import json
from pathlib import Path

import pytest

from fairledger_network.demo.chain import Chapter, chains_in
from fairledger_network.errors import DemoFailed

PEOPLE = ("producer", "carrier")


def document(folder: Path, name: str, *events: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(json.dumps({"epcisBody": {"eventList": events}}))
    return file


def test_each_folder_with_documents_is_a_chain_in_the_order_of_file_names(tmp_path: Path) -> None:
    second = document(tmp_path / "phone", "02-carrier-ships-it.jsonld")
    first = document(tmp_path / "phone", "01-producer-makes-it.jsonld")
    (tmp_path / "phone" / "README.md").write_text("the story")
    alone = document(tmp_path, "AnyEvent.json")

    root, phone = chains_in(tmp_path, PEOPLE)

    assert (root.name, root.chapters) == (tmp_path.name, (Chapter(alone, "producer"),))
    assert (phone.name, phone.chapters) == ("phone", (Chapter(first, "producer"), Chapter(second, "carrier")))
    assert [chapter.title for chapter in phone.chapters] == ["makes it", "ships it"]


def test_a_file_that_names_nobody_known_is_the_producers(tmp_path: Path) -> None:
    document(tmp_path, "01-stranger-writes.json")

    (chain,) = chains_in(tmp_path, PEOPLE)

    assert chain.chapters[0].recorder == "producer"


def test_a_chain_tells_the_events_of_all_its_files_in_order(tmp_path: Path) -> None:
    document(tmp_path, "2.json", {"n": "b"}, {"n": "c"})
    document(tmp_path, "1.json", {"n": "a"})

    (chain,) = chains_in(tmp_path, PEOPLE)

    assert [event["n"] for event in chain.events()] == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_documents_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(DemoFailed) as refusal:
        chains_in(tmp_path / name, PEOPLE)

    assert refusal.value.code == "DEMO_FAILED"
    assert str(tmp_path / name) in refusal.value.message
