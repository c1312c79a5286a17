"""What is out of line, of what was seen. Pure: the same sightings and numbers give the same findings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fairledger.readmodel.complaint_figures import ComplaintFigures
from fairledger_contracts.records.monitoring import EVIDENCE_MAX, AnomalyKind

PERMILLE = 1_000
Key = tuple[str, str]  # by what an anomaly is the same: its subject, and its name


@dataclass(frozen=True)
class SeenBlock:
    """A block as a service gave it: the hash of its header, and the SHA-256 of the answer, which is the evidence."""

    hash: str
    sha256: str


@dataclass(frozen=True)
class Sighting:
    """A node's service as it answered: ``height`` is missing where it did not; ``blocks`` are by number.

    ``sha256`` is that of the answer that told the height, which is the evidence.
    """

    node: str
    height: int | None
    sha256: str = ""
    blocks: Mapping[int, SeenBlock] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """As records name it."""
        return f"node:{self.node}"


@dataclass(frozen=True)
class Found:
    """An anomaly as the contract takes it."""

    subject: str
    name: AnomalyKind
    observed: dict[str, int] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """By what it is the same anomaly."""
        return self.subject, self.name.value


def common_height(sightings: Sequence[Sighting]) -> int:
    """The height that at least half of those who answered have reached: no single node can claim another."""
    heights = sorted((each.height for each in sightings if each.height is not None), reverse=True)
    return heights[(len(heights) - 1) // 2] if heights else 0


def of_nodes(sightings: Sequence[Sighting], parameters: Mapping[str, int]) -> list[Found]:
    """Nodes that don't answer, are far from the height that most have, or hold another block than most do."""
    common = common_height(sightings)
    answers = tuple(dict.fromkeys(each.sha256 for each in sightings if each.sha256))[:EVIDENCE_MAX]
    found = []
    for each in sightings:
        if each.height is None:
            asked = {"asked": parameters["unavailable_rounds"], "answered": 0}
            found.append(Found(each.subject, AnomalyKind.AVAILABILITY, asked))
        elif abs(common - each.height) > parameters["height_lag_blocks"]:
            observed = {"height": each.height, "common": common}
            found.append(Found(each.subject, AnomalyKind.HEIGHT, observed, answers))
    return [*found, *_other_hashes(sightings)]


def of_platforms(
    late: Iterable[str], figures: Iterable[ComplaintFigures], parameters: Mapping[str, int]
) -> list[Found]:
    """Platforms with late disclosures, and those of whose complaints too many are upheld or answered late.

    ``late`` names a platform once for each late disclosure. The evidence of both is on the ledger.
    """
    missing = Counter(late)
    found = [
        Found(f"platform:{msp_id}", AnomalyKind.LATENESS, {"missing": missing[msp_id]}) for msp_id in sorted(missing)
    ]
    for each in figures:
        if each.complaints < parameters["complaints_min"]:
            continue
        permille = max(each.upheld, each.answered_late) * PERMILLE // each.complaints
        if permille > parameters["complaints_permille"]:
            observed = {"complaints": each.complaints, "upheld": each.upheld, "answered_late": each.answered_late}
            found.append(Found(f"platform:{each.platform}", AnomalyKind.COMPLAINTS, observed))
    return found


def over(still_open: Iterable[Key], found: Iterable[Found], sightings: Iterable[Sighting]) -> list[Key]:
    """The anomalies that are no more: not found again by a round that could have seen them.

    What a watcher can't see, such as what people recorded by hand or the blocks of a node that is silent, stays open.
    """
    visible = {key for each in sightings for key in _seen_of(each)}
    platforms = {AnomalyKind.LATENESS.value, AnomalyKind.COMPLAINTS.value}
    again = {each.key for each in found}
    return sorted(
        key
        for key in still_open
        if key not in again and (key in visible or (key[0].startswith("platform:") and key[1] in platforms))
    )


def _seen_of(sighting: Sighting) -> Iterator[Key]:
    yield sighting.subject, AnomalyKind.AVAILABILITY.value
    if sighting.height is not None:
        yield sighting.subject, AnomalyKind.HEIGHT.value
    if sighting.blocks:
        yield sighting.subject, AnomalyKind.HASH.value


def _other_hashes(sightings: Sequence[Sighting]) -> list[Found]:
    """Nodes of which a block differs from the one that most have; all who hold it where none has a majority."""
    found: dict[str, Found] = {}
    for number in sorted({number for each in sightings for number in each.blocks}):
        seen = [(each, each.blocks[number]) for each in sightings if number in each.blocks]
        (common, holders), *others = Counter(block.hash for _, block in seen).most_common()
        right = common if holders * 2 > len(seen) else ""
        evidence = tuple(dict.fromkeys(block.sha256 for _, block in seen))[:EVIDENCE_MAX]
        for each, block in seen if others else ():
            if block.hash != right:
                found.setdefault(each.node, Found(each.subject, AnomalyKind.HASH, {"block": number}, evidence))
    return list(found.values())
