"""Standards: what the association prescribes, with the numbers that contracts read, versioned and dated."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.signatory import Signatory

StandardName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
VersionNumber = Annotated[str, Field(pattern=r"^[0-9]{4}$")]  # counts from 0001, so that keys sort
ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
PARAMETER_MAX = 2**53 - 1


class StandardVersion(BaseModel):
    """The version of a standard whose numbers and rules decide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: StandardName
    version: VersionNumber


class Standard(Record, kind="disclosure-standard", key=("name", "version")):
    """One version of a standard. ``text_sha256`` is the hash of its text; ``parameters`` are its numbers by name.

    Durations end in ``_s`` or ``_days``, shares in ``_permille``, amounts in ``_minor``. It is in force from
    ``effective_from`` on once it is adopted, until a later version is.
    """

    name: StandardName
    version: VersionNumber
    title: Annotated[str, Field(min_length=1, max_length=200)]
    text_sha256: Sha256
    parameters: dict[ParameterName, Annotated[int, Field(strict=True, ge=-PARAMETER_MAX, le=PARAMETER_MAX)]]
    effective_from: datetime
    proposed_at: datetime
    recorder: Signatory
    adopted_at: datetime | None = None
    adopted_by: Signatory | None = None  # whose vote made the majority

    @property
    def reference(self) -> StandardVersion:
        """Name and version."""
        return StandardVersion(name=self.name, version=self.version)

    def deadline(self, name: str, since: datetime) -> datetime:
        """When the seconds of that parameter have passed. Raises ``NotFound`` (DISCLOSURE_PARAMETER_UNKNOWN)."""
        return since + timedelta(seconds=self.parameter(name))

    @property
    def starts(self) -> datetime | None:
        """When it began to count, or will: adopted and effective. None for one that was not adopted."""
        return None if self.adopted_at is None else max(self.adopted_at, self.effective_from)

    def counts(self, at: datetime) -> bool:
        """Whether it had taken effect by a moment."""
        return self.starts is not None and self.starts <= at

    def parameter(self, name: str) -> int:
        """The number of that name. Raises ``NotFound`` (DISCLOSURE_PARAMETER_UNKNOWN)."""
        try:
            return self.parameters[name]
        except KeyError:
            raise NotFound("DISCLOSURE_PARAMETER_UNKNOWN", f"{self.name} {self.version} has no {name}") from None


def in_force(standards: Iterable[Standard], at: datetime) -> Standard | None:
    """The version that counts at a moment: of those adopted by then, the one that took effect last."""
    return max(
        (each for each in standards if each.counts(at)),
        key=lambda each: (each.effective_from, each.version),
        default=None,
    )


async def standard_in_force(ctx: Context, name: str, at: datetime) -> Standard:
    """The standard's version in force at a moment. Raises ``NotFound`` (DISCLOSURE_STANDARD_UNKNOWN)."""
    found = in_force([each async for each in ctx.ledger.range(Standard, name)], at)
    if found is None:
        raise NotFound("DISCLOSURE_STANDARD_UNKNOWN", f"no version of {name} is in force at {at.isoformat()}")
    return found
