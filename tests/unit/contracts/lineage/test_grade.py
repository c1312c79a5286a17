"""From the checks' outcomes to a grade: nothing that is worse can raise it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.grade import CAPS, Check, Finding, Grade, Outcome, grade_of

WORSE = (Outcome.SHOWN, Outcome.MISSING, Outcome.CONTRADICTED)
FINDINGS = st.builds(Finding, check=st.sampled_from(Check), outcome=st.sampled_from(Outcome), code=st.just("CODE"))


def found(check: Check, outcome: Outcome = Outcome.MISSING) -> Finding:
    return Finding(check=check, outcome=outcome, code="CODE")


def test_a_history_without_flaws_is_an_a() -> None:
    assert grade_of([]) is Grade.A
    assert grade_of(found(check, Outcome.SHOWN) for check in Check) is Grade.A
    assert grade_of(found(check, Outcome.NONE) for check in Check) is Grade.A


@pytest.mark.parametrize(("check", "outcome"), sorted(CAPS))
def test_a_single_flaw_leaves_its_cap(check: Check, outcome: Outcome) -> None:
    assert grade_of([found(check, outcome)]) is CAPS[check, outcome]


@pytest.mark.parametrize(
    ("flaws", "grade"),
    [
        ([Check.CUSTODY, Check.EVIDENCE], Grade.B),
        ([Check.CUSTODY, Check.EVIDENCE, Check.TIMELY], Grade.C),
        ([Check.CUSTODY, Check.CUSTODY, Check.EVIDENCE], Grade.B),
        ([Check.CUSTODY, Check.EVIDENCE, Check.TIMELY, Check.COMMISSIONED], Grade.D),
    ],
)
def test_small_flaws_of_three_checks_are_a_habit(flaws: list[Check], grade: Grade) -> None:
    assert grade_of(map(found, flaws)) is grade


def test_what_contradicts_who_may_make_it_is_an_e_whatever_else_is_shown() -> None:
    for check in (Check.MAKER_LICENSED, Check.MADE_ONCE, Check.ORDER, Check.PLACES, Check.TAG):
        shown = [found(each, Outcome.SHOWN) for each in Check]
        assert grade_of([*shown, found(check, Outcome.CONTRADICTED)]) is Grade.E


@given(st.lists(FINDINGS), st.data())
def test_a_worse_outcome_never_raises_the_grade(findings: list[Finding], data: st.DataObject) -> None:
    def worsened(finding: Finding) -> Finding:
        if finding.outcome is Outcome.NONE:
            return finding
        outcome = data.draw(st.sampled_from(WORSE[WORSE.index(finding.outcome) :]))
        return finding.model_copy(update={"outcome": outcome})

    assert grade_of(map(worsened, findings)) >= grade_of(findings)


@given(st.lists(FINDINGS), st.lists(FINDINGS))
def test_further_findings_never_raise_the_grade(findings: list[Finding], further: list[Finding]) -> None:
    assert grade_of([*findings, *further]) >= grade_of(findings)


@given(st.lists(FINDINGS).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_findings_does_not_matter(both: tuple[list[Finding], list[Finding]]) -> None:
    assert grade_of(both[0]) is grade_of(both[1])
