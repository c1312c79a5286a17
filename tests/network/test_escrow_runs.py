"""Random runs of parties who trade, made on a simulated ledger and again on the real one: all comes out the same."""

import asyncio
import secrets
import string
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fairledger.gateway.errors import EndorseError
from fairledger.readmodel.blocks import decode
from fairledger_chaincode.keys import SEPARATOR
from fairledger_contracts.escrow.contract import Told
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import provider_of
from tests.network.ledger_load import CHANNEL
from tests.network.market import NUMBERS, Market
from tests.support.escrow import MONEY, NOON, EscrowLedger, ledger_with_escrow, standard
from tests.support.escrow_draws import record
from tests.support.escrow_run_funds import FUNDS
from tests.support.escrow_runs import Ended, Run, SimulatedRunLedger

SEEDS = (4, 5, 8, 15)  # by the panel, for a defect, lost, too light; not shipped, not fetched, undisputed; with freezes
LENGTH = 18
PERIODS = {"accept_s": 4, "ship_s": 4, "delivery_s": 5, "cooling_off_s": 6, "evidence_s": 5}
SPAN = timedelta(seconds=60)  # of the ledger's time: endorsers take what is less than two minutes ahead of theirs
MOVEMENTS = f"{SEPARATOR}{Movement.kind}{SEPARATOR}"
NOTES = f"{SEPARATOR}{Note.kind}{SEPARATOR}"


class RealRunLedger:
    """The consortium as runs need it. Unspent notes are those that the blocks of its transactions tell."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._notes: dict[str, Note] = {}
        self._movements: dict[str, Movement] = {}

    async def call(self, by: str, function: str, *arguments: Any, at: datetime) -> tuple[str, bytes]:
        try:
            done = await self._market.submit(by, function, *arguments, at=at)
        except EndorseError as error:
            if not error.code.startswith("ESCROW_"):
                raise
            return error.code, b""
        network = self._market.gateways["keeper"].network(CHANNEL)
        block = decode(await network.block_by_number(done.block_number))
        (written,) = [each.writes for each in block.transactions if each.tx_id == done.tx_id]
        for write in written:
            if write.key.startswith(NOTES):
                self._notes.pop(write.key, None)
                if write.value is not None:
                    self._notes[write.key] = Note.model_validate_json(write.value)
            elif write.key.startswith(MOVEMENTS) and write.value is not None:
                movement = Movement.model_validate_json(write.value)
                self._movements[movement.id] = movement
        return "", done.result

    async def notes(self, currencies: Sequence[str]) -> list[Note]:
        return [note for note in self._notes.values() if note.currency in currencies]

    async def movements(self) -> Mapping[str, Movement]:
        return self._movements

    async def order(self, order_id: str) -> Order:
        return (await self._told(order_id)).order

    async def ended(self, order_id: str) -> Ended | None:
        settlement = (await self._told(order_id)).settlement
        return None if settlement is None else Ended.of(settlement)

    async def _told(self, order_id: str) -> Told:
        return Told.model_validate_json(await self._market.contract("keeper").evaluate("told", order_id))

    def owner(self, name: str) -> str:
        return self._market.owner(name)

    def provider(self, name: str) -> str:
        return provider_of(self._market.signatory(name))


async def recorded(seed: int) -> Run:
    """A run by its seed, on a simulated ledger."""
    escrow = EscrowLedger(ledger_with_escrow())
    await escrow.found(standard(**NUMBERS))
    version = {"name": "escrow", "version": "0001"}
    run = Run(SimulatedRunLedger(escrow), NOON, version, periods=PERIODS)
    await run.begin(MONEY)
    await record(run, seed, LENGTH)
    await escrow.ledger.close()
    return run


async def made_again(market: Market, run: Run, seed: int) -> Run:
    """The same calls on the consortium, in currencies of their own, so that runs do not see each other's money."""
    version = {"name": "escrow", "version": market.standard.version}
    tag = "".join(secrets.choice(string.ascii_uppercase) for _ in range(6))
    currencies = (f"XA{string.ascii_uppercase[seed]}", f"XB{string.ascii_uppercase[seed]}")
    again = Run(RealRunLedger(market), datetime.now(UTC), version, currencies, PERIODS, tag)
    await again.begin(MONEY)
    await again.play(run.calls)
    return again


async def test_the_real_ledger_comes_to_the_same(market: Market) -> None:
    runs = [await recorded(seed) for seed in SEEDS]
    assert all(run.now - NOON < SPAN for run in runs), [run.now - NOON for run in runs]

    again = await asyncio.gather(*(made_again(market, run, seed) for run, seed in zip(runs, SEEDS, strict=True)))

    for simulated, real in zip(runs, again, strict=True):
        assert real.outcomes == simulated.outcomes
        assert await real.money() == await simulated.money()
        assert await real.ends() == await simulated.ends()
        assert real.edges == simulated.edges
        assert all(edge.is_in_table for edge in real.edges)
        for currency in real.currencies:
            held = sum(note.amount_minor for note in await real.ledger.notes([currency]))
            assert held == real.issued[currency] - real.redeemed[currency]
    outcomes = [outcome for run in runs for outcome in run.outcomes]
    refused = [outcome for outcome in outcomes if "ESCROW_" in outcome]
    assert 0 < len(refused) < len(outcomes)
    done = {call.function for run in runs for call, said in zip(run.calls, run.outcomes, strict=True) if "done" in said}
    assert done >= FUNDS.keys()
    ends = {end.rule for run in runs for end in await run.ends() if end is not None}
    assert len(ends) > len(SEEDS), ends
