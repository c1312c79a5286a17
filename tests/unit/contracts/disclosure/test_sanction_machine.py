"""Whatever parties do and leave undone, a sanction has a way out, and no silence of an authority keeps it alive."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fairledger_chaincode.errors import ContractError, WrongState
from fairledger_contracts.disclosure import sanction_rules as rules
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.records.sanction import (
    ENDS,
    Ground,
    GroundKind,
    Penalty,
    Sanction,
    SanctionState,
    Step,
)
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from tests.support.supervised import parameters_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OFFICER = Signatory(msp_id="AssociationMSP", id="o", role="officer", gln="")
PLATFORM = Signatory(msp_id="PlatformAMSP", id="p", role="platform-officer", gln="")
RIVAL = Signatory(msp_id="PlatformBMSP", id="r", role="platform-officer", gln="")
STANDARD = Standard(
    name="sanctions",
    version="0001",
    title="x",
    text_sha256="ab" * 32,
    parameters=parameters_of("sanctions"),
    effective_from=NOW,
    proposed_at=NOW,
    recorder=OFFICER,
)
TIMES = sorted({value for name, value in STANDARD.parameters.items() if name.endswith("_s")})


def opened(penalty: Penalty) -> Sanction:
    hearing = STANDARD.deadline("hearing_s", NOW)
    return Sanction(
        id="1",
        msp_id="PlatformAMSP",
        penalty=penalty,
        ground=Ground(kind=GroundKind.COMPLAINT, key=("1",)),
        rule="late_disclosure",
        standard=STANDARD.reference,
        tariff=STANDARD.reference,
        state=SanctionState.HEARING,
        due_at=hearing,
        decide_until=STANDARD.deadline("decide_s", hearing),
        suspension_s=1_000 if penalty is Penalty.SUSPENSION else 0,
        steps=(Step(state=SanctionState.HEARING, at=NOW, by=OFFICER),),
        payment_reference="fine-1",
        recorder=OFFICER,
    )


class SanctionMachine(RuleBasedStateMachine):
    """One sanction, and a clock that goes on by steps around the deadlines."""

    @initialize(penalty=st.sampled_from(Penalty))
    def begin(self, penalty: Penalty) -> None:
        self.now = NOW
        self.sanction = opened(penalty)

    @rule(seconds=st.sampled_from([0, 1, *TIMES, *(each + 1 for each in TIMES)]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(by=st.sampled_from([PLATFORM, RIVAL, OFFICER]))
    def hear(self, by: Signatory) -> None:
        self.attempt(lambda: rules.hear(self.sanction, Act(by, self.now)), late=False)

    @rule(imposed=st.booleans())
    def decide(self, imposed: bool) -> None:
        before = self.sanction
        self.attempt(lambda: rules.decide(before, STANDARD, Act(OFFICER, self.now), imposed=imposed))
        if self.sanction.state is SanctionState.IMPOSED and self.sanction is not before:
            assert before.heard or self.now > before.due_at, "imposed without a hearing"

    @rule(by=st.sampled_from([PLATFORM, RIVAL]))
    def appeal(self, by: Signatory) -> None:
        self.attempt(lambda: rules.appeal(self.sanction, STANDARD, Act(by, self.now)), late=False)

    @rule(upheld=st.booleans())
    def judge(self, upheld: bool) -> None:
        self.attempt(lambda: rules.judge(self.sanction, STANDARD, Act(OFFICER, self.now), upheld=upheld), late=False)

    @rule()
    def push(self) -> None:
        self.attempt(lambda: rules.push(self.sanction, STANDARD, Act(RIVAL, self.now)), late=True)

    @rule(by=st.sampled_from([PLATFORM, RIVAL, OFFICER]))
    def pay(self, by: Signatory) -> None:
        self.attempt(lambda: rules.pay(self.sanction, Act(by, self.now), "movement"))

    @rule()
    def end(self) -> None:
        self.attempt(lambda: rules.end(self.sanction, Act(OFFICER, self.now)))

    def attempt(self, work: Callable[[], Sanction], **told: Any) -> None:
        before = self.sanction
        try:
            after = work()
        except ContractError:
            return
        if "late" in told:
            assert (self.now > before.due_at) is told["late"]
        assert before.state not in ENDS
        assert after.steps[:-1] == before.steps
        assert after.steps[-1].state is after.state
        assert after.steps[-1].by.msp_id != "PlatformBMSP" or told.get("late"), "a rival did more than push"
        self.sanction = after

    @invariant()
    def it_ends_by_waiting_unless_a_fine_is_unpaid(self) -> None:
        if not hasattr(self, "sanction"):
            return
        sanction, now = self.sanction, self.now
        for _ in range(4):
            if sanction.state in ENDS:
                return
            if sanction.state is SanctionState.FINAL and sanction.penalty is Penalty.FINE:
                paid = rules.pay(sanction, Act(PLATFORM, now), "movement")
                assert (paid.state, paid.movement) == (SanctionState.ENDED, "movement")
                with pytest.raises(WrongState, match="DISCLOSURE_SANCTION_STATE"):
                    rules.end(sanction, Act(OFFICER, now))
                return
            now = max(now, sanction.due_at, sanction.decide_until) + timedelta(seconds=1)
            sanction = rules.push(sanction, STANDARD, Act(RIVAL, now))
        assert sanction.state in ENDS


SanctionMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestSanctions = SanctionMachine.TestCase
