"""What the shared suite needs of a ledger, simulated or real, and what has to be deployed on it."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from tests.network.probe.script import Step

MEMBER = "PlatformAMSP"  # of the collections
OTHER_MEMBER = "RegulatorMSP"
OUTSIDER = "AssociationMSP"
ANOTHER = "PlatformBMSP"
ORGANIZATIONS = (MEMBER, ANOTHER, OUTSIDER, OTHER_MEMBER)
ROLES = {MEMBER: "producer", ANOTHER: "carrier", OUTSIDER: "inspector", OTHER_MEMBER: "regulator"}

PROBE = "probe"
CALLEE = "probe-callee"  # the same contract under another name, to be invoked by the probe
POLICY = "OutOf(2, 'PlatformAMSP.peer', 'PlatformBMSP.peer', 'AssociationMSP.peer', 'RegulatorMSP.peer')"
CALLEE_POLICY = "AND('AssociationMSP.peer', OR('PlatformAMSP.peer', 'PlatformBMSP.peer', 'RegulatorMSP.peer'))"
MEMBERS_POLICY = "OR('PlatformAMSP.member', 'RegulatorMSP.member')"
MEMBER_ENDORSES = "OR('PlatformAMSP.peer', 'RegulatorMSP.peer')"


@dataclass(frozen=True)
class CollectionSettings:
    """A collection of the probe; ``block_to_live`` in blocks, 0 for ever."""

    name: str
    endorsement_policy: str | None
    member_only: bool
    block_to_live: int = 0


SHARED = CollectionSettings("shared", MEMBER_ENDORSES, member_only=True)
OPEN = CollectionSettings("open", None, member_only=False)  # whoever asks may read and write, the chaincode's policy
BRIEF = CollectionSettings("brief", MEMBER_ENDORSES, member_only=True, block_to_live=2)
COLLECTIONS = (SHARED, OPEN, BRIEF)


class Refused(Exception):
    """A call failed before any block; the message is the endorsers'. ``code`` is the contract's stable code, if any."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What became of a transaction: ``code`` is Fabric's validation code by name."""

    tx_id: str
    code: str
    block_number: int
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Endorsed:
    """A transaction ready to be ordered; ``handle`` is the ledger's own."""

    tx_id: str
    answers: tuple[Any, ...]
    handle: Any


class LedgerUnderTest(Protocol):
    """A channel with the probe on it. Organisations are named by MSP id; ``caller`` acts through one of its members."""

    async def evaluate(
        self, caller: str, steps: Sequence[Step], *, at: str = "", transient: Mapping[str, bytes] | None = None
    ) -> list[Any]:
        """Do read-only ``steps`` at one peer, of ``at`` or else the caller's own. Raises ``Refused``."""
        ...

    async def endorse(
        self,
        caller: str,
        steps: Sequence[Step],
        *,
        endorsers: Sequence[str] = (),
        transient: Mapping[str, bytes] | None = None,
    ) -> Endorsed:
        """Let ``endorsers`` endorse, or as many as the policies want. Raises ``Refused``."""
        ...

    async def commit(self, transactions: Sequence[Endorsed]) -> list[Outcome]:
        """Order the transactions in this order, in one block, and wait for it at all peers."""
        ...

    async def events(self, outcomes: Sequence[Outcome]) -> list[tuple[str, str, bytes]]:
        """Return the events (transaction id, name, payload) in the blocks of ``outcomes``, in order."""
        ...


Check = Callable[[LedgerUnderTest], Awaitable[None]]
CHECKS: list[Check] = []


def semantics(check: Check) -> Check:
    """Add a check to the suite."""
    CHECKS.append(check)
    return check


def fresh(prefix: str = "k") -> str:
    """Return a key that no check has used: the real ledger keeps what earlier runs wrote."""
    return f"{prefix}-{uuid4().hex}"


def script(steps: Sequence[Step]) -> str:
    """Spell steps as the probe's argument."""
    return json.dumps([step.model_dump(mode="json", exclude_defaults=True) for step in steps])


def get(key: str) -> Step:
    return Step(do="get", key=key)


def put(key: str, value: str) -> Step:
    return Step(do="put", key=key, value=value)


async def submit(
    ledger: LedgerUnderTest,
    caller: str,
    *steps: Step,
    endorsers: Sequence[str] = (),
    transient: Mapping[str, bytes] | None = None,
) -> Outcome:
    """Endorse ``steps`` and commit them in a block of their own; invalid or not."""
    (outcome,) = await ledger.commit([await ledger.endorse(caller, steps, endorsers=endorsers, transient=transient)])
    return outcome


async def value_of(ledger: LedgerUnderTest, key: str) -> str | None:
    """Read a public key."""
    (value,) = await ledger.evaluate(MEMBER, [get(key)])
    return None if value is None else str(value)


async def commit_valid(ledger: LedgerUnderTest, caller: str, *steps: Step, **how: Any) -> Outcome:
    """Submit ``steps`` and insist that they are valid."""
    outcome = await submit(ledger, caller, *steps, **how)
    assert outcome.code == "VALID", outcome
    return outcome
