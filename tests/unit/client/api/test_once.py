"""Every operation that changes something: sent again with its key it has one effect and one answer, in one table."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from tests.unit.client.api.authorization import OPERATIONS
from tests.unit.client.api.test_authorization import Scene, described, set_scene

KEY: Final = {"Idempotency-Key": "6f0c2f0e-75a4-4d4b-93f1-3d6d6e4a7c10"}
WITHOUT: Final = {  # operations that take no key, and why that does no harm
    "POST /tags": "makes signatures, and keeps nothing",
    "POST /complaints/receipts": "asks, and changes nothing; the receipt is in the body so that no log has it",
    "POST /privacy/orders/{order}/disclosure": "asks, and changes nothing",
    "POST /privacy/disclosures/check": "asks, and changes nothing",
    "POST /privacy/keys": "is done once for each reading, as test_key_service shows",
    "POST /providers/{provider}/webhook": "has the event's id, as test_providers shows",
    "POST /signing/proposals": "makes what is to be signed, and keeps nothing",
    "POST /signing/endorsements": "collects endorsements of a signed proposal, and keeps nothing",
    "POST /signing/submissions": "has the transaction's id, as test_signing shows",
    "POST /signing/certificates": "the CA counts enrolments by its secret",
    "POST /signing/renewals": "makes what is to be signed, and keeps nothing",
    "POST /signing/renewals/signed": "the CA makes a certificate for a key that only its owner has",
    "POST /signing/challenges": "makes a challenge, which one session uses up",
    "POST /signing/sessions": "uses up its challenge, as test_own_keys shows",
}
WITH: Final = sorted(OPERATIONS.keys() - WITHOUT.keys())


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with set_scene(tmp_path_factory.mktemp("once")) as made:
        yield made


def takes_key(operation: Any) -> bool:
    return any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))


def test_every_operation_takes_a_key_or_has_its_reason() -> None:
    assert sorted(described(takes_key)) == WITH


@pytest.mark.parametrize("operation", WITH)
async def test_sent_again_it_has_one_effect_and_the_same_answer(scene: Scene, operation: str) -> None:
    row = OPERATIONS[operation]
    scene.known["id"] = scene.known.get(operation.split("/")[1])
    first = await scene.ask(operation, row, row.right, **KEY)
    assert first.status_code not in {401, 403, 429}, first.text
    assert first.status_code < 500, first.text
    submissions = len(scene.running.ledger.submissions)
    again = await scene.ask(operation, row, row.right, **KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("Location", "Fairledger-Transaction"):
        assert again.headers.get(name) == first.headers.get(name)
    assert len(scene.running.ledger.submissions) == submissions
