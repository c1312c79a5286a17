"""What is out of line, of what was seen. Pure: the same sightings and numbers give the same findings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fairledger.readmodel.complaint_figures import ComplaintFigures
from fairledger_contracts.records.monitoring import AnomalyKind

PERMILLE = 1_000


@dataclass(frozen=True)
class Sighting:
    """A node's service as it answered: ``height`` is missing where it did not, ``hash`` is that of the block compared.

    ``block_sha256`` is the evidence: the SHA-256 of the block as the service gave it.
    """

    node: str
    height: int | None
    block: int | None = None
    hash: str = ""
    block_sha256: str = ""


@dataclass(frozen=True)
class Found:
    """An anomaly as the contract takes it."""

    subject: str
    name: AnomalyKind
    observed: dict[str, int] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """By what it is the same anomaly."""
        return self.subject, self.name.value


def of_nodes(sightings: Sequence[Sighting], parameters: Mapping[str, int]) -> list[Found]:
    """Nodes that don't answer, lag behind the highest, or hold another block than most do."""
    heights = [each.height for each in sightings if each.height is not None]
    highest = max(heights, default=0)
    found = []
    for each in sightings:
        subject = f"node:{each.node}"
        if each.height is None:
            asked = {"asked": parameters["unavailable_rounds"], "answered": 0}
            found.append(Found(subject, AnomalyKind.AVAILABILITY, asked))
        elif highest - each.height > parameters["height_lag_blocks"]:
            found.append(Found(subject, AnomalyKind.HEIGHT, {"height": each.height, "highest": highest}))
    return [*found, *_other_hashes(sightings)]


def of_platforms(
    missing: Iterable[str], figures: Iterable[ComplaintFigures], parameters: Mapping[str, int]
) -> list[Found]:
    """Platforms with late disclosures, and those of whose complaints too many are upheld or answered late."""
    late = Counter(missing)
    found = [Found(f"platform:{msp_id}", AnomalyKind.LATENESS, {"missing": late[msp_id]}) for msp_id in sorted(late)]
    for each in figures:
        if each.complaints < parameters["complaints_min"]:
            continue
        permille = max(each.upheld, each.answered_late) * PERMILLE // each.complaints
        if permille > parameters["complaints_permille"]:
            observed = {"complaints": each.complaints, "upheld": each.upheld, "answered_late": each.answered_late}
            found.append(Found(f"platform:{each.platform}", AnomalyKind.COMPLAINTS, observed))
    return found


def _other_hashes(sightings: Sequence[Sighting]) -> list[Found]:
    """Nodes whose block differs from the one that most have; all of them where none has a majority."""
    seen = [each for each in sightings if each.hash and each.block is not None]
    counts = Counter(each.hash for each in seen)
    if len(counts) < 2:  # noqa: PLR2004  all the same
        return []
    (common, number), *_ = counts.most_common()
    right = common if number * 2 > len(seen) else ""
    evidence = tuple(dict.fromkeys(each.block_sha256 for each in seen))
    return [
        Found(f"node:{each.node}", AnomalyKind.HASH, {"block": each.block or 0}, evidence)
        for each in seen
        if each.hash != right
    ]
