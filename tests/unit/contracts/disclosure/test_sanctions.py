"""Sanctions: heard, decided, appealed, ended; and what a suspension does meanwhile."""

import json
from datetime import timedelta
from typing import Any

import pytest

from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.sanction import Sanction, SanctionState
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.suspension import Suspension
from tests.support.supervised import DOCUMENT, Supervised, parameters_of

TIMES = parameters_of("sanctions")
ANSWER_S = parameters_of("complaints")["answer_s"]
SUSPENSION_S = 1_000_000
State = SanctionState


async def opened(founded: Supervised, penalty: str = "warning", **members: Any) -> Sanction:
    return await founded.submit(
        Sanction, "disclosure:open_sanction", await new(founded, penalty, **members), by=founded.officer
    )


async def new(founded: Supervised, penalty: str = "warning", **members: Any) -> dict[str, Any]:
    """A sanction for a complaint that the platform did not answer."""
    complaint = await ignored(founded)
    owns: dict[str, dict[str, Any]] = {
        "warning": {},
        "fine": {"amount_minor": 1_000, "currency": "CNY"},
        "suspension": {"suspension_s": SUSPENSION_S},
    }
    return {
        "msp_id": "PlatformAMSP",
        "penalty": penalty,
        "ground": {"kind": "complaint", "key": [complaint.id]},
        "rule": "unanswered_complaint",
        "evidence": [DOCUMENT],
        **owns[penalty],
        **members,
    }


async def complained(founded: Supervised) -> Complaint:
    about = {"about": {"kind": "platform", "id": "PlatformAMSP"}, "platform": "PlatformAMSP", "matter": "no_service"}
    return await founded.submit(Complaint, "supervision:complain", about, by=founded.consumer)


async def ignored(founded: Supervised) -> Complaint:
    """A complaint that the platform let its time pass for."""
    complaint = await complained(founded)
    founded.wait(ANSWER_S + 1)
    return await founded.submit(Complaint, "supervision:push_complaint", complaint.id, by=founded.consumer)


async def step(founded: Supervised, call: str, sanction: Sanction, *arguments: Any, by: SimulatedIdentity) -> Sanction:
    return await founded.submit(Sanction, f"disclosure:{call}", sanction.id, *arguments, by=by)


async def imposed(founded: Supervised, penalty: str = "warning") -> Sanction:
    sanction = await opened(founded, penalty)
    await step(founded, "hear", sanction, [], by=founded.platform)
    return await step(founded, "decide", sanction, True, [DOCUMENT], by=founded.officer)


def suspension(founded: Supervised) -> Suspension:
    return founded.held(Suspension, "PlatformAMSP")


async def test_a_platform_is_heard_before_a_sanction_is_imposed(founded: Supervised) -> None:
    sanction = await opened(founded)
    now = founded.ledger.clock.now()
    assert (sanction.state, sanction.due_at) == (State.HEARING, now + timedelta(seconds=TIMES["hearing_s"]))
    code = await founded.refused("disclosure:decide", sanction.id, True, [], by=founded.officer)
    assert code == "DISCLOSURE_NOT_DUE"
    heard = await step(founded, "hear", sanction, [DOCUMENT], by=founded.platform)
    assert heard.steps[-1].documents == sanction.steps[0].documents
    decided = await step(founded, "decide", sanction, True, [DOCUMENT], by=founded.officer)
    assert (decided.state, decided.due_at) == (State.IMPOSED, now + timedelta(seconds=TIMES["appeal_s"]))
    assert [each.by.msp_id for each in decided.steps] == ["AssociationMSP", "PlatformAMSP", "AssociationMSP"]


async def test_a_platform_that_says_nothing_is_decided_on_after_its_time(founded: Supervised) -> None:
    sanction = await opened(founded)
    founded.wait(TIMES["hearing_s"] + 1)
    assert await founded.refused("disclosure:hear", sanction.id, [], by=founded.platform) == "DISCLOSURE_TOO_LATE"
    assert (await step(founded, "decide", sanction, True, [], by=founded.officer)).state is State.IMPOSED


async def test_a_platform_has_a_few_statements_and_documents_in_a_hearing(founded: Supervised) -> None:
    sanction = await opened(founded)
    await step(founded, "hear", sanction, [DOCUMENT] * 20, by=founded.platform)
    more = await founded.refused("disclosure:hear", sanction.id, [DOCUMENT], by=founded.platform)
    assert more == "DISCLOSURE_STATEMENTS"
    for _ in range(9):
        await step(founded, "hear", sanction, [], by=founded.platform)
    more = await founded.refused("disclosure:hear", sanction.id, [], by=founded.platform)
    assert more == "DISCLOSURE_STATEMENTS"


async def test_what_is_not_decided_in_time_is_dropped_by_anybody(founded: Supervised) -> None:
    sanction = await opened(founded)
    founded.wait(TIMES["hearing_s"] + 1)
    assert await founded.refused("disclosure:push_sanction", sanction.id, by=founded.consumer) == "DISCLOSURE_NOT_DUE"
    founded.wait(TIMES["decide_s"])
    late = await founded.refused("disclosure:decide", sanction.id, True, [], by=founded.officer)
    assert late == "DISCLOSURE_TOO_LATE"
    dropped = await step(founded, "push_sanction", sanction, by=founded.consumer)
    assert (dropped.state, dropped.steps[-1].by.role) == (State.DROPPED, "consumer")


async def test_the_association_may_drop_it_at_once(founded: Supervised) -> None:
    dropped = await step(founded, "decide", await opened(founded), False, [], by=founded.officer)
    assert dropped.state is State.DROPPED
    calls: dict[str, tuple[Any, ...]] = {"decide": (True, []), "end_sanction": ([],), "push_sanction": ()}
    for call, arguments in calls.items():
        code = await founded.refused(f"disclosure:{call}", dropped.id, *arguments, by=founded.officer)
        assert code == "DISCLOSURE_SANCTION_STATE", call


async def test_a_warning_stands_for_its_time_and_ends(founded: Supervised) -> None:
    sanction = await imposed(founded)
    assert await founded.refused("disclosure:push_sanction", sanction.id, by=founded.consumer) == "DISCLOSURE_NOT_DUE"
    founded.wait(TIMES["appeal_s"] + 1)
    assert await founded.refused("disclosure:appeal", sanction.id, [], by=founded.platform) == "DISCLOSURE_TOO_LATE"
    final = await step(founded, "push_sanction", sanction, by=founded.consumer)
    assert final.state is State.FINAL
    assert final.due_at == founded.ledger.clock.now() + timedelta(seconds=TIMES["warning_s"])
    ended = await step(founded, "end_sanction", sanction, [], by=founded.officer)
    assert ended.state is State.ENDED


@pytest.mark.parametrize("upheld", [True, False])
async def test_the_regulator_decides_an_appeal(founded: Supervised, upheld: bool) -> None:
    sanction = await imposed(founded, "fine")
    appealed = await step(founded, "appeal", sanction, [DOCUMENT], by=founded.platform)
    assert appealed.state is State.APPEALED
    denied = await founded.refused("disclosure:judge", sanction.id, upheld, [], by=founded.officer)
    assert denied == "DISCLOSURE_ROLE_DENIED"
    judged = await step(founded, "judge", sanction, upheld, [], by=founded.regulator)
    assert (judged.state, judged.upheld) == (State.FINAL if upheld else State.LIFTED, upheld)


async def test_an_appeal_that_nobody_decides_succeeds(founded: Supervised) -> None:
    sanction = await imposed(founded, "suspension")
    await step(founded, "appeal", sanction, [], by=founded.platform)
    founded.wait(TIMES["appeal_decision_s"] + 1)
    late = await founded.refused("disclosure:judge", sanction.id, True, [], by=founded.regulator)
    assert late == "DISCLOSURE_TOO_LATE"
    assert (await step(founded, "push_sanction", sanction, by=founded.platform)).state is State.LIFTED


async def demanded(founded: Supervised) -> Sanction:
    """A fine that is final."""
    sanction = await imposed(founded, "fine")
    founded.wait(TIMES["appeal_s"] + 1)
    return await step(founded, "push_sanction", sanction, by=founded.consumer)


async def money(founded: Supervised, owner: str, amount: int = 1_500, currency: str = "CNY") -> str:
    """A new note, by its id."""
    provider = founded.licensed(founded.person("provider"))
    payment = {"owner": owner, "amount_minor": amount}
    reference = f"bank-{len(founded.ledger.ledger.blocks)}"
    return (await founded.submit(Note, "escrow:issue", reference, payment, currency, by=provider)).id


async def test_a_fine_is_paid_from_the_platforms_notes_to_the_association_and_ends_by_that(
    founded: Supervised,
) -> None:
    sanction = await imposed(founded, "fine")
    note = await money(founded, "PlatformAMSP:account")
    early = await founded.refused("disclosure:pay_fine", sanction.id, [note], by=founded.platform)
    assert early == "DISCLOSURE_SANCTION_STATE"
    founded.wait(TIMES["appeal_s"] + 1)
    final = await step(founded, "push_sanction", sanction, by=founded.consumer)
    assert final.due_at == founded.ledger.clock.now() + timedelta(seconds=TIMES["pay_s"])
    assert (final.paid_at, final.movement) == (None, "")
    ended = await founded.refused("disclosure:end_sanction", sanction.id, [], by=founded.officer)
    assert ended == "DISCLOSURE_SANCTION_STATE"  # it ends by its payment alone
    paid = await step(founded, "pay_fine", sanction, [note], by=founded.platform)
    assert (paid.state, paid.paid_at, paid.amount_minor) == (State.ENDED, founded.ledger.clock.now(), 1_000)
    movement = founded.held(Movement, paid.movement)
    assert (movement.movement, movement.reference, movement.reason) == ("pay", f"fine-{sanction.id}", "fine")
    assert [(piece.owner, piece.amount_minor) for piece in movement.made] == [
        ("AssociationMSP:account", 1_000),
        ("PlatformAMSP:account", 500),
    ]
    again = await founded.refused("disclosure:pay_fine", sanction.id, [movement.made[1].note], by=founded.platform)
    assert again == "DISCLOSURE_SANCTION_STATE"


async def test_a_fine_is_paid_by_the_platform_concerned_and_with_money_of_its_own(founded: Supervised) -> None:
    sanction = await demanded(founded)
    own = await money(founded, "PlatformAMSP:account")
    for by in (founded.officer, founded.regulator, founded.consumer):
        code = await founded.refused("disclosure:pay_fine", sanction.id, [own], by=by)
        assert code == "DISCLOSURE_ROLE_DENIED"
    rivals = await money(founded, "PlatformBMSP:account")
    code = await founded.refused("disclosure:pay_fine", sanction.id, [rivals], by=founded.rival)
    assert code == "DISCLOSURE_SANCTION_DENIED"
    for note, said in (
        (rivals, "ESCROW_NOTE_NOT_YOURS"),
        (await money(founded, "PlatformAMSP:account", 999), "ESCROW_NOTE_SHORT"),
        (await money(founded, "PlatformAMSP:account", 1_000, "USD"), "ESCROW_NOTE_CURRENCIES"),
    ):
        assert await founded.refused("disclosure:pay_fine", sanction.id, [note], by=founded.platform) == said
    assert await founded.refused("disclosure:pay_fine", "0" * 64, [own], by=founded.platform) == (
        "DISCLOSURE_SANCTION_UNKNOWN"
    )
    assert founded.held(Sanction, sanction.id).state is State.FINAL


async def test_an_organisations_account_is_spent_by_its_officials(founded: Supervised) -> None:
    payment = [{"owner": "RegulatorMSP:account", "amount_minor": 1_500}]
    for msp_id, official in (
        ("PlatformAMSP", founded.platform),
        ("AssociationMSP", founded.officer),
        ("RegulatorMSP", founded.regulator),
    ):
        note = await money(founded, f"{msp_id}:account")
        others = [founded.rival, founded.consumer, founded.person("platform-officer", "AssociationMSP")]
        others += [founded.person("officer", "PlatformAMSP")]
        for by in others:
            assert await founded.refused("escrow:pay", [note], payment, by=by) == "ESCROW_NOTE_NOT_YOURS"
        (made,) = json.loads(await founded.raw("escrow:pay", [note], payment, by=official))
        assert made["owner"] == "RegulatorMSP:account"


async def test_a_fine_does_not_end_by_waiting_and_grounds_the_next_sanction(founded: Supervised) -> None:
    sanction = await imposed(founded, "fine")
    founded.wait(TIMES["appeal_s"] + 1)
    await step(founded, "push_sanction", sanction, by=founded.consumer)
    founded.wait(TIMES["pay_s"] + 1)
    code = await founded.refused("disclosure:push_sanction", sanction.id, by=founded.consumer)
    assert code == "DISCLOSURE_SANCTION_STATE"
    ground = {"kind": "sanction", "key": [sanction.id]}
    following = await opened(founded, "suspension", ground=ground, rule="unpaid_fine")
    assert following.ground.key == (sanction.id,)


async def test_a_fine_is_unpaid_once_its_time_is_over_and_not_before(founded: Supervised) -> None:
    fine = await demanded(founded)
    told = {**await new(founded), "ground": {"kind": "sanction", "key": [fine.id]}, "rule": "unpaid_fine"}
    assert fine.due_at > founded.ledger.clock.now()
    assert await founded.refused("disclosure:open_sanction", told, by=founded.officer) == "DISCLOSURE_GROUND"
    founded.wait(TIMES["pay_s"])
    await founded.raw("disclosure:open_sanction", told, by=founded.officer)


async def test_a_complaint_is_no_fact_while_it_can_still_be_answered(founded: Supervised) -> None:
    complaint = await complained(founded)
    told = {**await new(founded), "ground": {"kind": "complaint", "key": [complaint.id]}}
    assert await founded.refused("disclosure:open_sanction", told, by=founded.officer) == "DISCLOSURE_GROUND"


async def test_a_complaint_is_upheld_when_that_is_final(founded: Supervised) -> None:
    complaint = await ignored(founded)
    await founded.raw("supervision:decide_complaint", complaint.id, '"upheld"', "[]", by=founded.officer)
    told = {**await new(founded), "ground": {"kind": "complaint", "key": [complaint.id]}, "rule": "upheld_complaint"}
    assert await founded.refused("disclosure:open_sanction", told, by=founded.officer) == "DISCLOSURE_GROUND"
    await founded.raw("supervision:settle_complaint", complaint.id, by=founded.consumer)
    await founded.raw("disclosure:open_sanction", told, by=founded.officer)


async def test_a_fact_has_one_sanction_by_a_rule_whatever_came_of_it(founded: Supervised) -> None:
    told = await new(founded)
    made = await founded.submit(Sanction, "disclosure:open_sanction", told, by=founded.officer)
    again = {**told, "penalty": "suspension", "suspension_s": 1}
    assert await founded.refused("disclosure:open_sanction", again, by=founded.officer) == "DISCLOSURE_SANCTIONED"
    await step(founded, "decide", made, False, [], by=founded.officer)
    assert await founded.refused("disclosure:open_sanction", told, by=founded.officer) == "DISCLOSURE_SANCTIONED"


async def test_what_a_rule_costs_is_of_the_standard_that_counted_when_it_was_broken(founded: Supervised) -> None:
    told = await new(founded, "fine", amount_minor=TIMES["unanswered_complaint"])
    await founded.adopt("sanctions", unanswered_complaint=5, hearing_s=1)
    made = await founded.submit(Sanction, "disclosure:open_sanction", told, by=founded.officer)
    assert (made.tariff.version, made.standard.version) == ("0001", "0002")
    assert made.due_at == founded.ledger.clock.now() + timedelta(seconds=1)
    dearer = await new(founded, "fine", amount_minor=6)
    assert await founded.refused("disclosure:open_sanction", dearer, by=founded.officer) == "DISCLOSURE_PENALTY"


async def test_nothing_is_punished_that_happened_before_there_was_a_standard(fresh: Supervised) -> None:
    await fresh.raw("disclosure:enrol", "PlatformAMSP", "Shop", by=fresh.officer)
    voters = (fresh.officer, fresh.regulator)
    complaints = await fresh.propose("complaints")
    for voter in voters:
        await fresh.vote(complaints, voter)
    fresh.wait(2)
    told = await new(fresh)
    sanctions = await fresh.propose("sanctions")
    for voter in (*voters, fresh.platform):
        if fresh.held(Standard, "sanctions", sanctions.version).adopted_at is None:
            await fresh.vote(sanctions, voter)
    fresh.wait(2)
    refused = await fresh.refused("disclosure:open_sanction", told, by=fresh.officer)
    assert refused == "DISCLOSURE_STANDARD_UNKNOWN"


async def test_a_suspension_holds_from_the_decision_to_its_end(founded: Supervised) -> None:
    await imposed(founded, "suspension")
    since = founded.ledger.clock.now()
    held = suspension(founded)
    assert (held.since, held.until) == (since, since + timedelta(seconds=SUSPENSION_S))
    moments = [since - timedelta(seconds=1), since, since + timedelta(seconds=SUSPENSION_S)]
    assert [held.holds(at) for at in moments] == [False, True, False]


@pytest.mark.parametrize("way", ["lifted", "ended"])
async def test_a_suspension_ends_with_its_sanction(founded: Supervised, way: str) -> None:
    sanction = await imposed(founded, "suspension")
    founded.wait(10)
    if way == "ended":
        await step(founded, "end_sanction", sanction, [], by=founded.officer)
    else:
        await step(founded, "appeal", sanction, [], by=founded.platform)
        await step(founded, "judge", sanction, False, [], by=founded.regulator)
    assert suspension(founded).until == founded.ledger.clock.now()


async def test_a_platform_is_suspended_once_and_an_old_sanction_does_not_end_a_new_suspension(
    founded: Supervised,
) -> None:
    first = await imposed(founded, "suspension")
    second = await opened(founded, "suspension")
    await step(founded, "hear", second, [], by=founded.platform)
    code = await founded.refused("disclosure:decide", second.id, True, [], by=founded.officer)
    assert code == "DISCLOSURE_SUSPENDED"
    founded.wait(SUSPENSION_S)
    await step(founded, "decide", second, True, [], by=founded.officer)
    until = suspension(founded).until
    founded.wait(TIMES["appeal_s"])
    assert (await step(founded, "push_sanction", first, by=founded.consumer)).state is State.FINAL
    founded.ledger.clock.set(founded.ledger.clock.now() - timedelta(seconds=TIMES["appeal_s"] - 1))
    assert (await step(founded, "push_sanction", first, by=founded.consumer)).state is State.ENDED
    assert suspension(founded).until == until


@pytest.mark.parametrize(
    ("penalty", "members", "code"),
    [
        ("fine", {"amount_minor": TIMES["unanswered_complaint"] + 1}, "DISCLOSURE_PENALTY"),
        ("fine", {"amount_minor": 0}, "DISCLOSURE_PENALTY"),
        ("fine", {"currency": ""}, "DISCLOSURE_PENALTY"),
        ("fine", {"currency": "USD"}, "DISCLOSURE_PENALTY"),
        ("warning", {"amount_minor": 5}, "DISCLOSURE_PENALTY"),
        ("warning", {"suspension_s": 5}, "DISCLOSURE_PENALTY"),
        ("suspension", {"suspension_s": TIMES["suspension_max_s"] + 1}, "DISCLOSURE_PENALTY"),
        ("warning", {"rule": "mood"}, "DISCLOSURE_RULE_UNKNOWN"),
        ("fine", {"rule": "pay_s"}, "DISCLOSURE_RULE_UNKNOWN"),
        ("warning", {"rule": "upheld_complaint"}, "DISCLOSURE_GROUND"),
        ("warning", {"rule": "failed_inspection"}, "DISCLOSURE_GROUND"),
        ("warning", {"msp_id": "NobodyMSP"}, "DISCLOSURE_MEMBER_UNKNOWN"),
        ("warning", {"msp_id": "PlatformBMSP"}, "DISCLOSURE_GROUND"),
        ("warning", {"ground": {"kind": "complaint", "key": ["0" * 64]}}, "DISCLOSURE_GROUND_UNKNOWN"),
        ("warning", {"ground": {"kind": "disclosure", "key": ["0" * 64]}}, "DISCLOSURE_GROUND"),
        ("warning", {"ground": {"kind": "complaint", "key": ["0" * 64, "x"]}}, "DISCLOSURE_GROUND"),
        ("warning", {"ground": {"kind": "complaint", "key": ["\x00"]}}, "CHAINCODE_ARGUMENTS"),
        ("warning", {"penalty": "exile"}, "CHAINCODE_ARGUMENTS"),
        ("fine", {"amount_minor": -5}, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_a_sanction_that_the_standard_does_not_know_is_refused(
    founded: Supervised, penalty: str, members: dict[str, Any], code: str
) -> None:
    told = {**await new(founded, penalty), **members}
    assert await founded.refused("disclosure:open_sanction", told, by=founded.officer) == code


async def test_who_may_not_is_refused(founded: Supervised) -> None:
    told = await new(founded)
    for role, msp_id in (("officer", "PlatformAMSP"), ("regulator", "RegulatorMSP"), ("consumer", "AssociationMSP")):
        by = founded.person(role, msp_id)
        assert await founded.refused("disclosure:open_sanction", told, by=by) == "DISCLOSURE_ROLE_DENIED"
    sanction = await opened(founded)
    for call in ("hear", "appeal"):
        assert await founded.refused(f"disclosure:{call}", sanction.id, [], by=founded.officer) == (
            "DISCLOSURE_ROLE_DENIED"
        )
    assert await founded.refused("disclosure:hear", sanction.id, [], by=founded.rival) == "DISCLOSURE_SANCTION_DENIED"
    calls: dict[str, tuple[Any, ...]] = {"decide": (True, []), "end_sanction": ([],)}
    for call, arguments in calls.items():
        code = await founded.refused(f"disclosure:{call}", sanction.id, *arguments, by=founded.platform)
        assert code == "DISCLOSURE_ROLE_DENIED"
    unknown = await founded.refused("disclosure:hear", "0" * 64, [], by=founded.platform)
    assert unknown == "DISCLOSURE_SANCTION_UNKNOWN"


async def test_a_new_standard_does_not_change_what_is_under_way(founded: Supervised) -> None:
    sanction = await opened(founded)
    await founded.adopt("sanctions", appeal_s=1)
    await step(founded, "hear", sanction, [], by=founded.platform)
    decided = await step(founded, "decide", sanction, True, [], by=founded.officer)
    assert decided.due_at - founded.ledger.clock.now() == timedelta(seconds=TIMES["appeal_s"])
    assert (await opened(founded)).standard.version == "0002"
