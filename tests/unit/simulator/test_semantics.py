"""The shared suite, held against the simulator. tests/network/test_semantics.py holds it against real peers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from json import loads
from typing import Any

import pytest

from fairledger_chaincode.simulator import Collection, LedgerSimulator, SimulatorError
from fairledger_chaincode.simulator.errors import STABLE_CODE
from tests.network.probe.script import Script, Step
from tests.suite import CHECKS
from tests.suite.ledger import (
    CALLEE,
    CALLEE_POLICY,
    COLLECTIONS,
    MEMBERS_POLICY,
    ORGANIZATIONS,
    POLICY,
    PROBE,
    ROLES,
    Check,
    Endorsed,
    Outcome,
    Refused,
    script,
)


class SimulatedLedger:
    """A ``LedgerUnderTest`` on the simulator."""

    def __init__(self, simulator: LedgerSimulator) -> None:
        self._simulator = simulator
        self._callers = {msp_id: simulator.identity(msp_id, role, role=role) for msp_id, role in ROLES.items()}

    async def evaluate(
        self, caller: str, steps: Sequence[Step], *, at: str = "", transient: Mapping[str, bytes] | None = None
    ) -> list[Any]:
        try:
            answer = await self._simulator.evaluate(
                self._callers[caller], "script:ask", script(steps), organization=at or None, transient=transient
            )
        except SimulatorError as error:
            raise refused(error) from error
        return list(loads(answer))

    async def endorse(
        self,
        caller: str,
        steps: Sequence[Step],
        *,
        endorsers: Sequence[str] = (),
        transient: Mapping[str, bytes] | None = None,
    ) -> Endorsed:
        try:
            endorsed = await self._simulator.endorse(
                self._callers[caller],
                "script:run",
                script(steps),
                organizations=endorsers or None,
                transient=transient,
            )
        except SimulatorError as error:
            raise refused(error) from error
        return Endorsed(endorsed.tx_id, tuple(loads(endorsed.result)), endorsed)

    async def commit(self, transactions: Sequence[Endorsed]) -> list[Outcome]:
        committed = await self._simulator.commit([transaction.handle for transaction in transactions])
        return [
            Outcome(one.tx_id, one.validation_code, one.block_number, tuple(loads(one.result))) for one in committed
        ]

    async def events(self, outcomes: Sequence[Outcome]) -> list[tuple[str, str, bytes]]:
        numbers = {outcome.block_number for outcome in outcomes}
        return [
            (event.tx_id, event.name, event.payload)
            for event in self._simulator.events
            if event.block_number in numbers
        ]


def refused(error: SimulatorError) -> Refused:
    found = STABLE_CODE.match(error.message)
    return Refused(error.message, found[1] if found else "")


@pytest.fixture
async def ledger() -> AsyncIterator[SimulatedLedger]:
    collections = [
        Collection(
            settings.name,
            MEMBERS_POLICY,
            endorsement_policy=settings.endorsement_policy,
            member_only_read=settings.member_only,
            member_only_write=settings.member_only,
            block_to_live=settings.block_to_live,
        )
        for settings in COLLECTIONS
    ]
    async with LedgerSimulator(
        [Script()], ORGANIZATIONS, policy=POLICY, collections=collections, chaincode=PROBE, replicas=1
    ) as simulator:
        simulator.add_chaincode(CALLEE, [Script()], policy=CALLEE_POLICY)
        yield SimulatedLedger(simulator)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_simulator(check: Check, ledger: SimulatedLedger) -> None:
    await check(ledger)
