"""Whatever parties do and leave undone, a complaint has a way out, and nobody takes it before its time is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fairledger_chaincode.errors import ContractError
from fairledger_contracts.disclosure.act import Act
from fairledger_contracts.records.complaint import (
    ENDS,
    About,
    AboutKind,
    Category,
    Complaint,
    ComplaintState,
    ComplaintStep,
    Matter,
    Verdict,
)
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.supervision import complaint_rules as rules
from tests.support.supervised import parameters_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PARTIES = {
    role: Signatory(msp_id=msp_id, id=role, role=role, gln="")
    for role, msp_id in {
        "consumer": "PlatformBMSP",
        "platform-officer": "PlatformAMSP",
        "officer": "AssociationMSP",
    }.items()
}
STANDARD = Standard(
    name="complaints",
    version="0001",
    title="x",
    text_sha256="ab" * 32,
    parameters=parameters_of("complaints"),
    effective_from=NOW,
    proposed_at=NOW,
    recorder=PARTIES["officer"],
)
TIMES = sorted(set(STANDARD.parameters.values()))
ORDER = list(ComplaintState)


def filed() -> Complaint:
    by = PARTIES["consumer"]
    return Complaint(
        id="1",
        about=About(kind=AboutKind.ORDER, id="1"),
        platform="PlatformAMSP",
        category=Category.DELIVERY,
        matter=Matter.NOT_DELIVERED,
        state=ComplaintState.FILED,
        filed_at=NOW,
        due_at=STANDARD.deadline("answer_s", NOW),
        standard=STANDARD.reference,
        steps=(ComplaintStep(state=ComplaintState.FILED, at=NOW, by=by),),
        recorder=by,
    )


class ComplaintMachine(RuleBasedStateMachine):
    """One complaint, and a clock that goes on by steps around the deadlines."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.complaint = filed()

    @rule(seconds=st.sampled_from([0, 1, *TIMES, *(each + 1 for each in TIMES)]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(by=st.sampled_from(sorted(PARTIES)), call=st.sampled_from(["answer", "escalate", "settle", "push"]))
    def step(self, by: str, call: str) -> None:
        act = Act(PARTIES[by], self.now)
        self.attempt(call, lambda: getattr(rules, call)(self.complaint, STANDARD, act))

    @rule(call=st.sampled_from(["decide", "close"]), verdict=st.sampled_from([Verdict.UPHELD, Verdict.DISMISSED]))
    def judge(self, call: str, verdict: Verdict) -> None:
        act = Act(PARTIES["officer"], self.now)
        self.attempt(call, lambda: getattr(rules, call)(self.complaint, STANDARD, act, verdict))

    def attempt(self, call: str, work: Callable[[], Complaint]) -> None:
        before = self.complaint
        try:
            after = work()
        except ContractError:
            return
        late = self.now > before.due_at
        if call == "push":
            assert late, "pushed before its time was over"
        elif call != "settle":
            assert not late, "done after its time was over"
        assert before.state not in ENDS
        assert after.steps[:-1] == before.steps
        assert (after.steps[-1].state, after.steps[-1].at) == (after.state, self.now)
        assert (after.id, after.filed_at, after.recorder) == (before.id, before.filed_at, before.recorder)
        assert after.due_at >= before.due_at or late or call in {"answer", "escalate", "decide", "settle"}
        self.complaint = after

    @invariant()
    def anybody_can_end_it_by_waiting(self) -> None:
        complaint, now, steps = getattr(self, "complaint", filed()), getattr(self, "now", NOW), 0
        while complaint.state not in ENDS:
            now = max(now, complaint.due_at) + timedelta(seconds=1)
            complaint = rules.push(complaint, STANDARD, Act(PARTIES["consumer"], now))
            steps += 1
        assert steps <= 4

    @invariant()
    def it_never_goes_back(self) -> None:
        if hasattr(self, "complaint"):
            places = [ORDER.index(each.state) for each in self.complaint.steps]
            assert places == sorted(places)


ComplaintMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestComplaints = ComplaintMachine.TestCase
