"""Money, settlements, sanctions and warrants are proved by their transactions, as events are."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fairledger_contracts.records.note import Note
from tests.network.market import Market
from tests.network.proved import assert_proved
from tests.support.contract_calls import WARRANT


async def test_a_note(market: Market, tmp_path: Path) -> None:
    payment = {"owner": market.owner("buyer"), "amount_minor": 1_000}
    done = await market.submit("provider", "issue", f"bank-{secrets.token_hex(8)}", payment, "CNY")
    assert Note.model_validate_json(done.result).id == f"{done.tx_id}:0"
    assert_proved(
        market.site, done.tx_id, tmp_path / "note.json", kind="escrow-note", signer="provider of PlatformAMSP"
    )


async def test_a_settlement(market: Market, tmp_path: Path) -> None:
    order = await market.delivered()
    done = await market.submit("buyer", "confirm", order.id)
    assert (await market.settlement(order)).order == order.id
    assert_proved(
        market.site, done.tx_id, tmp_path / "end.json", kind="escrow-settlement", signer="consumer of PlatformBMSP"
    )


async def test_a_sanction(market: Market, tmp_path: Path) -> None:
    sanction = await market.sanctioned(secrets.token_hex(8))
    assert_proved(
        market.site,
        sanction,
        tmp_path / "sanction.json",
        kind="disclosure-sanction",
        signer="officer of AssociationMSP",
    )


async def test_a_warrant(market: Market, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    terms = {**WARRANT, "valid_from": now.isoformat(), "valid_until": (now + timedelta(days=1)).isoformat()}
    done = await market.submit("regulator", "privacy:make_warrant", terms)
    assert_proved(
        market.site, done.tx_id, tmp_path / "warrant.json", kind="privacy-warrant", signer="regulator of RegulatorMSP"
    )
