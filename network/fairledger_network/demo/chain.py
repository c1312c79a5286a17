"""The documents that the demo records: a folder of EPCIS files, each with the person who records it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairledger_network.errors import DemoFailed

SUFFIXES = (".json", ".jsonld")
ROLE_IN_NAME = re.compile(r"\d+-([a-z]+)-")  # 03-carrier-ships-the-pallet.jsonld
RECORDER_OTHERWISE = "producer"


@dataclass(frozen=True)
class Chapter:
    """One document to be recorded by ``recorder``."""

    file: Path
    recorder: str

    @property
    def title(self) -> str:
        """What happens, in the words of the file's name."""
        return ROLE_IN_NAME.sub("", self.file.stem).replace("-", " ")


@dataclass(frozen=True)
class Chain:
    """The documents of one folder in the order of their names."""

    name: str
    chapters: tuple[Chapter, ...]

    def events(self) -> Iterator[dict[str, Any]]:
        """The events as they stand in the files."""
        for chapter in self.chapters:
            yield from json.loads(chapter.file.read_bytes())["epcisBody"]["eventList"]


def chains_in(folder: Path, people: Sequence[str]) -> list[Chain]:
    """A chain for each folder at or below ``folder`` that has EPCIS documents.

    A file named ``<number>-<person>-<title>`` is recorded by that person if it is one of ``people``, any other by the
    producer. Raises ``DemoFailed`` when there is no document at all.
    """
    if not folder.is_dir():
        raise DemoFailed(f"{folder} is no folder: name one with EPCIS documents, make demo EPCIS=DIR")
    below = sorted(path for path in folder.rglob("*") if path.is_dir())
    chains = [
        Chain(each.name, chapters)
        for each in (folder, *below)
        if (chapters := tuple(_chapter(file, people) for file in sorted(each.iterdir()) if file.suffix in SUFFIXES))
    ]
    if not chains:
        raise DemoFailed(f"{folder} holds no document ending in {' or '.join(SUFFIXES)}")
    return chains


def _chapter(file: Path, people: Sequence[str]) -> Chapter:
    named = ROLE_IN_NAME.match(file.name)
    recorder = named.group(1) if named and named.group(1) in people else RECORDER_OTHERWISE
    return Chapter(file, recorder)
