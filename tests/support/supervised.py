"""The contracts ``disclosure`` and ``supervision`` as clients see them, with the first standards."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from fairledger_chaincode.record import Record
from fairledger_chaincode.simulator import ChaincodeFailed, LedgerSimulator, SimulatedIdentity
from fairledger_chaincode.simulator.store import VersionedValue
from fairledger_chaincode.simulator.version import Version
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.service_licence import ServiceLicence, Validity
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from tests.support.licensed import licences_for

STANDARDS: Final = Path(__file__).parents[2] / "standards"
ORGANIZATIONS: Final = ("PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP")
POLICY: Final = "OR('AssociationMSP.peer', 'PlatformAMSP.peer')"  # two replicas are enough to compare
DOCUMENT: Final[Mapping[str, Any]] = {
    "sha256": "ab" * 32,
    "kind": "other",
    "title": "What happened",
    "media_type": "application/pdf",
    "size_bytes": 10_000,
}
LONG_AGO: Final = datetime(2025, 1, 1, tzinfo=UTC)
AnyRecord = TypeVar("AnyRecord", bound=Record)


def parameters_of(name: str) -> dict[str, int]:
    """The numbers of an example standard."""
    found: dict[str, int] = json.loads((STANDARDS / f"{name}.json").read_text())["parameters"]
    return found


def first_standard(name: str) -> Standard:
    """A first standard as it is once it was adopted, in force since long ago."""
    told = json.loads((STANDARDS / f"{name}.json").read_text())
    dates = dict.fromkeys(("effective_from", "proposed_at", "adopted_at"), LONG_AGO)
    officer = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")
    return Standard(**told, **dates, version="0001", text_sha256="cd" * 32, recorder=officer)


class Supervised:
    """A ledger, and the people who act on it."""

    def __init__(self, ledger: LedgerSimulator) -> None:
        self.ledger = ledger
        self.ledger.clock.advance(timedelta())  # stands still until a test waits
        self.officer = self.person("officer", "AssociationMSP")
        self.regulator = self.person("regulator", "RegulatorMSP")
        self.platform = self.person("platform-officer", "PlatformAMSP")
        self.rival = self.person("platform-officer", "PlatformBMSP")
        self.consumer = self.person("consumer", "PlatformAMSP")
        self.service = self.person("service", "PlatformAMSP")

    def person(self, role: str, msp_id: str = "PlatformAMSP", name: str = "", gln: str = "") -> SimulatedIdentity:
        """Somebody with a role; one of another name is somebody else."""
        told = {"role": role, "gln": gln}
        return self.ledger.identity(
            msp_id, name or role or "somebody", **{key: value for key, value in told.items() if value}
        )

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.ledger.clock.advance(timedelta(seconds=seconds))

    async def submit(self, kind: type[AnyRecord], function: str, *arguments: Any, by: SimulatedIdentity) -> AnyRecord:
        """What a transaction answers."""
        return kind.model_validate_json(await self.raw(function, *arguments, by=by))

    async def raw(self, function: str, *arguments: Any, by: SimulatedIdentity) -> bytes:
        """The answer as it came; arguments are JSON where they are no strings."""
        told = [each if isinstance(each, str) else json.dumps(each) for each in arguments]
        return (await self.ledger.submit(by, function, *told)).result

    async def refused(self, function: str, *arguments: Any, by: SimulatedIdentity) -> str:
        """The code with which a call is refused."""
        with pytest.raises(ChaincodeFailed) as failure:
            await self.raw(function, *arguments, by=by)
        return failure.value.message.partition(":")[0]

    def held(self, kind: type[AnyRecord], *key: str) -> AnyRecord:
        """A record as it is on the ledger."""
        state = self.ledger.state(kind.key_of(*key))
        assert state is not None
        return kind.model_validate_json(state)

    def proposal(self, name: str, *, in_s: int = 1, votes_s: int = 3_600, **parameters: int) -> dict[str, Any]:
        """A standard to propose: the example's, with other numbers where they are given."""
        now = self.ledger.clock.now()
        return {
            "name": name,
            "title": f"Standard {name}",
            "text_sha256": "cd" * 32,
            "parameters": {**parameters_of(name), **parameters},
            "effective_from": (now + timedelta(seconds=in_s)).isoformat(),
            "votes_until": (now + timedelta(seconds=votes_s)).isoformat(),
        }

    async def propose(self, name: str, **how: int) -> Standard:
        """Propose a standard as the association's officer."""
        return await self.submit(Standard, "disclosure:propose", self.proposal(name, **how), by=self.officer)

    async def vote(self, standard: Standard, by: SimulatedIdentity, *, approves: bool = True) -> Ballot:
        """Vote on a version."""
        return await self.submit(Ballot, "disclosure:vote", standard.name, standard.version, approves, by=by)

    async def adopt(self, name: str, **parameters: int) -> Standard:
        """Propose a standard, adopt it by the votes of all who have one, and wait until it is in force."""
        standard = await self.propose(name, **parameters)
        electorate = self.held(Ballot, standard.name, standard.version).electorate
        voters = {
            "AssociationMSP": self.officer,
            "RegulatorMSP": self.regulator,
            "PlatformAMSP": self.platform,
            "PlatformBMSP": self.rival,
        }
        for msp_id in electorate[: len(electorate) // 2 + 1]:
            await self.vote(standard, voters[msp_id])
        self.wait(2)
        return self.held(Standard, standard.name, standard.version)

    def founded(self) -> "Supervised":
        """Both platforms are members, and all first standards in force, as after their votes."""
        now = self.ledger.clock.now() - timedelta(seconds=10)
        officer = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")
        for msp_id in ("PlatformAMSP", "PlatformBMSP"):
            self.hold(Member(msp_id=msp_id, name=f"Shop of {msp_id}", since=now, recorder=officer))
        for file in sorted(STANDARDS.glob("*.json")):
            told = {**self.proposal(file.stem), "effective_from": now}
            closes = told.pop("votes_until")
            by = {"version": "0001", "proposed_at": now, "adopted_at": now, "recorder": officer}
            self.hold(Standard(**told, **by))
            ballot = {"electorate": ("AssociationMSP", "RegulatorMSP"), "closes_at": closes, "recorder": officer}
            self.hold(Ballot(name=file.stem, version="0001", state=BallotState.ADOPTED, **ballot))
        return self

    def licensed(self, person: SimulatedIdentity) -> SimulatedIdentity:
        """The person with a licence, in force for long, as its role needs it."""
        officer = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")
        for told in licences_for([person.serialized]):
            self.hold(ServiceLicence(**told, validities=(Validity(since=LONG_AGO),), recorder=officer))
        return person

    def hold(self, record: Record) -> None:
        """Put a record on the ledger, past all contracts: tests that begin with it have no time for its history."""
        store = self.ledger.ledger.world.public("chaincode")
        store.put(record.ledger_key, VersionedValue(record.to_state(), Version(0, 0)))
