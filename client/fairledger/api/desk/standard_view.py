"""A standard's numbers beside those in force, for who is to vote on it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fairledger.words.text import Language, Text
from fairledger_contracts.records.ballot import Ballot
from fairledger_contracts.records.standard import Standard, in_force

UNITS: Final = (  # of durations, the largest that divides them
    (86_400, Text("天", "d")),
    (3_600, Text("小时", "h")),
    (60, Text("分钟", "min")),
)


@dataclass(frozen=True)
class Change:
    """A number by its name: ``before`` in the version in force, ``after`` in the proposed one; None where it is not."""

    name: str
    before: int | None
    after: int | None

    @property
    def differs(self) -> bool:
        """Whether the proposed version says another number."""
        return self.before != self.after


@dataclass(frozen=True)
class Proposal:
    """A version that is voted on, and what of it differs from ``current``, the one in force."""

    standard: Standard
    ballot: Ballot
    current: Standard | None

    @property
    def changes(self) -> list[Change]:
        """See ``difference``."""
        return difference(self.current, self.standard.parameters)


def difference(current: Standard | None, proposed: Mapping[str, int]) -> list[Change]:
    """All numbers of both, those that differ first, each in the order of the alphabet."""
    before = current.parameters if current else {}
    found = [Change(name, before.get(name), proposed.get(name)) for name in sorted({*before, *proposed})]
    return sorted(found, key=lambda each: not each.differs)


def counting(standards: Iterable[Standard], now: datetime) -> dict[str, Standard]:
    """The version in force of each standard, by its name."""
    by_name: dict[str, list[Standard]] = {}
    for each in standards:
        by_name.setdefault(each.name, []).append(each)
    found = {name: in_force(versions, now) for name, versions in sorted(by_name.items())}
    return {name: standard for name, standard in found.items() if standard is not None}


def proposals(ballots: Iterable[Ballot], standards: Sequence[Standard], now: datetime) -> list[Proposal]:
    """What the ballots are on; the first to close first."""
    known = {(each.name, each.version): each for each in standards}
    counts = counting(standards, now)
    found = [Proposal(known[each.name, each.version], each, counts.get(each.name)) for each in ballots]
    return sorted(found, key=lambda each: each.ballot.closes_at)


def shown(name: str, value: int | None, language: Language) -> str:
    """A number for people: durations (``_s``) in the largest unit that divides them, beside the seconds."""
    if value is None:
        return "—"
    if name.endswith("_s") and value > 0:
        for seconds, unit in UNITS:
            if value % seconds == 0:
                return f"{value} ({value // seconds} {unit.said(language)})"
    return str(value)
