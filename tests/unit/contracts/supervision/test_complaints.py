"""Complaints: who may do what of them and when, and how they end."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.records.complaint import Category, Complaint, ComplaintState, Verdict
from fairledger_contracts.records.licence import Holder, Licence
from fairledger_contracts.records.order import Order, OrderState
from fairledger_contracts.records.order_record import OrderRecord, Seal
from fairledger_contracts.records.parcel import BoundItem
from fairledger_contracts.records.signatory import Signatory
from tests.support.escrow import ITEM, terms
from tests.support.privacy import facts
from tests.support.supervised import DOCUMENT, LONG_AGO, Supervised, parameters_of

TIMES = parameters_of("complaints")
State = ComplaintState
NEW: dict[str, Any] = {
    "about": {"kind": "order", "id": "order-1"},
    "platform": "PlatformAMSP",
    "matter": "not_delivered",
    "documents": [DOCUMENT],
}
UPHELD = '"upheld"'
GLN = "9521000000018"


async def filed(founded: Supervised, by: SimulatedIdentity | None = None, **members: Any) -> Complaint:
    told = {**NEW, **members}
    return await founded.submit(Complaint, "supervision:complain", told, by=by or founded.consumer)


async def step(founded: Supervised, call: str, of: Complaint, *arguments: Any, by: SimulatedIdentity) -> Complaint:
    return await founded.submit(Complaint, f"supervision:{call}", of.id, *arguments, by=by)


async def refused(founded: Supervised, call: str, of: Complaint, *arguments: Any, by: SimulatedIdentity) -> str:
    return await founded.refused(f"supervision:{call}", of.id, *arguments, by=by)


async def test_a_complaint_goes_from_platform_to_association_to_regulator(founded: Supervised) -> None:
    complaint = await filed(founded)
    now = founded.ledger.clock.now()
    assert (complaint.state, complaint.category) == (State.FILED, Category.DELIVERY)
    assert complaint.due_at == now + timedelta(seconds=TIMES["answer_s"])
    answered = await step(founded, "answer_complaint", complaint, [DOCUMENT], by=founded.platform)
    assert (answered.state, answered.due_at) == (State.ANSWERED, now + timedelta(seconds=TIMES["reaction_s"]))
    escalated = await step(founded, "escalate_complaint", complaint, [DOCUMENT], by=founded.consumer)
    assert (escalated.state, escalated.answered_late) == (State.ESCALATED, False)
    decided = await step(founded, "decide_complaint", complaint, '"dismissed"', [DOCUMENT], by=founded.officer)
    assert (decided.state, decided.verdict) == (State.DECIDED, Verdict.DISMISSED)
    appealed = await step(founded, "escalate_complaint", complaint, [], by=founded.consumer)
    assert appealed.state is State.APPEALED
    closed = await step(founded, "close_complaint", complaint, UPHELD, [], by=founded.regulator)
    assert (closed.state, closed.verdict) == (State.CLOSED, Verdict.UPHELD)
    assert [each.by.role for each in closed.steps] == [
        *("consumer", "platform-officer", "consumer", "officer", "consumer", "regulator")
    ]


async def test_who_is_content_ends_it(founded: Supervised) -> None:
    complaint = await filed(founded)
    await step(founded, "answer_complaint", complaint, [], by=founded.platform)
    assert (await step(founded, "settle_complaint", complaint, by=founded.consumer)).state is State.RESOLVED
    for call, arguments, by in (
        ("settle_complaint", (), founded.consumer),
        ("escalate_complaint", ([],), founded.consumer),
        ("push_complaint", (), founded.officer),
        ("answer_complaint", ([],), founded.platform),
    ):
        assert await refused(founded, call, complaint, *arguments, by=by) == "SUPERVISION_COMPLAINT_STATE"


async def test_each_silence_is_pushed_on_by_anybody_once_its_time_is_over(founded: Supervised) -> None:
    complaint = await filed(founded)
    stranger = founded.person("carrier", "PlatformBMSP")
    for time, state in (
        ("answer_s", State.ESCALATED),
        ("association_s", State.APPEALED),
        ("regulator_s", State.CLOSED),
    ):
        founded.wait(TIMES[time])
        assert await refused(founded, "push_complaint", complaint, by=stranger) == "SUPERVISION_NOT_DUE"
        founded.wait(1)
        pushed = await step(founded, "push_complaint", complaint, by=stranger)
        assert (pushed.state, pushed.steps[-1].overdue) == (state, True)
    assert (pushed.verdict, pushed.answered_late) == (Verdict.OVERDUE, True)


async def test_an_answer_that_nobody_objects_to_resolves_it(founded: Supervised) -> None:
    complaint = await filed(founded)
    await step(founded, "answer_complaint", complaint, [], by=founded.platform)
    founded.wait(TIMES["reaction_s"] + 1)
    late = await refused(founded, "escalate_complaint", complaint, [], by=founded.consumer)
    assert late == "SUPERVISION_TOO_LATE"
    assert (await step(founded, "push_complaint", complaint, by=founded.platform)).state is State.RESOLVED


async def test_nothing_escalates_before_its_time(founded: Supervised) -> None:
    complaint = await filed(founded)
    assert await refused(founded, "escalate_complaint", complaint, [], by=founded.consumer) == (
        "SUPERVISION_COMPLAINT_STATE"
    )
    assert await refused(founded, "decide_complaint", complaint, UPHELD, [], by=founded.officer) == (
        "SUPERVISION_COMPLAINT_STATE"
    )
    founded.wait(TIMES["answer_s"] + 1)
    late = await refused(founded, "answer_complaint", complaint, [], by=founded.platform)
    assert late == "SUPERVISION_TOO_LATE"


async def test_the_associations_verdict_stands_when_the_regulator_is_silent(founded: Supervised) -> None:
    complaint = await filed(founded)
    founded.wait(TIMES["answer_s"] + 1)
    await step(founded, "push_complaint", complaint, by=founded.officer)
    await step(founded, "decide_complaint", complaint, UPHELD, [], by=founded.officer)
    await step(founded, "escalate_complaint", complaint, [], by=founded.consumer)
    founded.wait(TIMES["regulator_s"] + 1)
    closed = await step(founded, "push_complaint", complaint, by=founded.consumer)
    assert (closed.state, closed.verdict) == (State.CLOSED, Verdict.UPHELD)


async def test_others_do_not_act_in_anothers_place(founded: Supervised) -> None:
    complaint = await filed(founded)
    other = founded.person("consumer", "PlatformAMSP", "another")
    namesake = founded.person("consumer", "PlatformBMSP", "consumer")
    for by in (other, namesake, founded.officer):
        assert await refused(founded, "settle_complaint", complaint, by=by) == "SUPERVISION_COMPLAINT_DENIED"
    assert await refused(founded, "answer_complaint", complaint, [], by=founded.rival) == (
        "SUPERVISION_COMPLAINT_DENIED"
    )
    for call, by in (
        ("decide_complaint", founded.platform),
        ("decide_complaint", founded.person("officer", "PlatformAMSP")),
        ("decide_complaint", founded.regulator),
        ("close_complaint", founded.officer),
        ("close_complaint", founded.person("regulator", "AssociationMSP")),
    ):
        assert await refused(founded, call, complaint, UPHELD, [], by=by) == "SUPERVISION_ROLE_DENIED"
    assert await refused(founded, "answer_complaint", complaint, [], by=founded.consumer) == "SUPERVISION_ROLE_DENIED"
    assert await refused(founded, "decide_complaint", complaint, '"overdue"', [], by=founded.officer) == (
        "SUPERVISION_VERDICT"
    )


async def test_nobody_decides_what_they_complained_of_themselves(founded: Supervised) -> None:
    for role, msp_id, call, silences in (
        ("officer", "AssociationMSP", "decide_complaint", ("answer_s",)),
        ("regulator", "RegulatorMSP", "close_complaint", ("answer_s", "association_s")),
    ):
        by = founded.person(role, msp_id)
        complaint = await filed(founded, by)
        for time in silences:
            founded.wait(TIMES[time] + 1)
            await step(founded, "push_complaint", complaint, by=founded.consumer)
        assert await refused(founded, call, complaint, UPHELD, [], by=by) == "SUPERVISION_COMPLAINT_DENIED"
        other = founded.person(role, msp_id, "another")
        assert (await step(founded, call, complaint, UPHELD, [], by=other)).verdict is Verdict.UPHELD


def codes(uses: int = 3) -> list[str]:
    """Codes of a receipt: the first is to be shown last, and the hash of the last is on the ledger."""
    chain = ["ab" * 32]
    for _ in range(uses):
        chain.append(hashlib.sha256(bytes.fromhex(chain[-1])).hexdigest())
    return chain


async def test_who_has_no_identity_is_known_by_the_receipts_codes_each_good_once(founded: Supervised) -> None:
    first, second, third, public = codes()
    complaint = await founded.submit(Complaint, "supervision:complain_for", NEW, public, by=founded.service)
    assert (complaint.receipt_sha256, complaint.recorder.role) == (public, "service")
    await step(founded, "answer_complaint", complaint, [], by=founded.platform)
    for wrong in ("", public, second, "ab" * 31):
        code = await refused(founded, "escalate_complaint", complaint, [], wrong, by=founded.service)
        assert code == "SUPERVISION_RECEIPT", wrong
    for no_receipt in ("x", third.upper()):
        code = await refused(founded, "escalate_complaint", complaint, [], no_receipt, by=founded.service)
        assert code == "CHAINCODE_ARGUMENTS", no_receipt
    elsewhere = founded.person("service", "RegulatorMSP")
    escalated = await step(founded, "escalate_complaint", complaint, [], third, by=elsewhere)
    assert (escalated.state, escalated.receipt_sha256) == (State.ESCALATED, third)
    seen = await refused(founded, "settle_complaint", complaint, third, by=founded.service)
    assert seen == "SUPERVISION_RECEIPT"
    assert (await step(founded, "settle_complaint", complaint, second, by=elsewhere)).state is State.RESOLVED
    assert hashlib.sha256(bytes.fromhex(first)).hexdigest() == second


async def test_receipts_are_given_by_services_and_services_give_receipts(founded: Supervised) -> None:
    denied = await founded.refused("supervision:complain_for", NEW, codes()[-1], by=founded.consumer)
    assert denied == "SUPERVISION_ROLE_DENIED"
    without = await founded.refused("supervision:complain", NEW, by=founded.service)
    assert without == "SUPERVISION_RECEIPT_MISSING"
    assert await founded.refused("supervision:complain_for", NEW, "x", by=founded.service) == "CHAINCODE_ARGUMENTS"


async def test_a_complaint_about_a_tag_names_it_by_its_canonical_id(founded: Supervised) -> None:
    about = {"kind": "tag", "id": "urn:epc:id:sgtin:9521000.012345.A1"}
    assert (await filed(founded, about=about)).about.id == "https://id.gs1.org/01/09521000123458/21/A1"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"platform": "NobodyMSP"}, "SUPERVISION_PLATFORM_UNKNOWN"),
        ({"platform": "RegulatorMSP"}, "SUPERVISION_PLATFORM_UNKNOWN"),
        ({"about": {"kind": "platform", "id": "PlatformBMSP"}}, "SUPERVISION_ABOUT"),
        ({"about": {"kind": "merchant", "id": "Li Lei"}}, "CHAINCODE_ARGUMENTS"),
        ({"about": {"kind": "merchant", "id": "LiLei"}}, "SUPERVISION_ABOUT"),
        ({"about": {"kind": "order", "id": "a\x00b"}}, "CHAINCODE_ARGUMENTS"),
        ({"matter": "Li Lei was rude to me"}, "CHAINCODE_ARGUMENTS"),
        ({"text": "Li Lei was rude to me"}, "CHAINCODE_ARGUMENTS"),
        ({"documents": [DOCUMENT] * 11}, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_complaint_is_refused(founded: Supervised, members: dict[str, Any], code: str) -> None:
    assert await founded.refused("supervision:complain", {**NEW, **members}, by=founded.consumer) == code


async def test_an_unknown_complaint_is_unknown(founded: Supervised) -> None:
    code = await founded.refused("supervision:push_complaint", "0" * 64, by=founded.consumer)
    assert code == "SUPERVISION_COMPLAINT_UNKNOWN"


async def test_a_new_standard_moves_no_deadline_of_what_is_under_way(founded: Supervised) -> None:
    complaint = await filed(founded)
    await founded.adopt("complaints", reaction_s=1, answer_s=1)
    answered = await step(founded, "answer_complaint", complaint, [], by=founded.platform)
    assert answered.due_at == founded.ledger.clock.now() + timedelta(seconds=TIMES["reaction_s"])
    new = await filed(founded)
    assert (new.standard.version, new.due_at) == ("0002", founded.ledger.clock.now() + timedelta(seconds=1))


def sold(msp_id: str, order_id: str) -> Order:
    """An order in escrow of a seller of that organisation."""
    seller = Signatory(msp_id=msp_id, id="s", role="merchant", gln=GLN)
    return Order(
        id=order_id,
        listing="1",
        terms=terms(),
        terms_sha256="ab" * 32,
        buyer=seller,
        seller=seller,
        area="wtw",
        state=OrderState.SETTLED,
        ordered_at=LONG_AGO,
        due_at=None,
        price=None,
        recorder=seller,
    )


def published(msp_id: str, order_id: str) -> OrderRecord:
    """An order that a platform published."""
    seal = Seal(version="0001", fields=("name",), root="ab" * 32, private_sha256="ab" * 32)
    signer = Signatory(msp_id=msp_id, id="p", role="platform", gln="")
    told = facts(order=order_id)
    return OrderRecord(
        platform=msp_id, order=order_id, facts=told, seals=(seal,), published_at=LONG_AGO, recorder=signer
    )


def licensed(msp_id: str, gln: str) -> Licence:
    """The licence of a business for the first digits of its GLN."""
    signer = Signatory(msp_id="AssociationMSP", id="o", role="officer", gln="")
    holder = Holder(msp_id=msp_id, gln=gln, name="Shop", since=LONG_AGO)
    return Licence(prefix=gln[:9], holders=(holder,), recorder=signer)


@pytest.mark.parametrize(
    "about",
    [
        {"kind": "order", "id": "ab" * 32},
        {"kind": "order", "id": "o-1"},
        {"kind": "merchant", "id": GLN},
        {"kind": "tag", "id": ITEM},
    ],
)
async def test_the_platform_answers_whose_order_merchant_or_tag_it_is(
    founded: Supervised, about: dict[str, str]
) -> None:
    rivals: dict[str, Any] = {"about": about, "platform": "PlatformBMSP"}
    assert (await filed(founded, **rivals)).platform == "PlatformBMSP"  # nobody knows better
    order = sold("PlatformAMSP", "ab" * 32)
    bound = BoundItem(item=ITEM, order=order.id, recorder=order.recorder)
    for record in (order, bound, published("PlatformAMSP", "o-1"), licensed("PlatformAMSP", GLN)):
        founded.hold(record)
    assert await founded.refused("supervision:complain", {**NEW, **rivals}, by=founded.consumer) == "SUPERVISION_ABOUT"
    assert (await filed(founded, about=about, platform="PlatformAMSP")).about.id == about["id"]


async def test_a_business_that_does_not_hold_the_licence_may_be_anybodys(founded: Supervised) -> None:
    other = f"{GLN[:9]}9999"
    founded.hold(licensed("PlatformAMSP", GLN))
    complaint = await filed(founded, about={"kind": "merchant", "id": other}, platform="PlatformBMSP")
    assert complaint.platform == "PlatformBMSP"
