"""A ``LedgerUnderTest`` of real peers: one gateway an organisation, and blocks read back to see what became of all."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from json import loads
from pathlib import Path
from typing import Any

from fairledger.gateway import Gateway
from fairledger.gateway.block import transactions as transactions_of
from fairledger.gateway.contract import Contract
from fairledger.gateway.errors import EndorseError, EvaluateError
from fairledger.gateway.network import Network
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from tests.network.probe.script import Step
from tests.suite.ledger import MEMBER, PROBE, ROLES, Endorsed, Outcome, Refused, put, script

ORDER_GAP_S = 0.03  # an orderer that is not the leader forwards what it got: let that arrive before the next
COMMIT_MAX_S = 60.0
POLL_S = 0.02
POLLS_MAX = round(COMMIT_MAX_S / POLL_S)
CHANNEL = "credit-channel"


class NotTogether(Exception):
    """The orderers cut the block between transactions that were to be in one, or took them in another order."""


class RealLedger:
    """Peers of all organisations, by one gateway and one person of each."""

    def __init__(self, gateways: Mapping[str, Gateway], channel: str) -> None:
        self._gateways = gateways
        self._channel = channel

    def _network(self, msp_id: str) -> Network:
        return self._gateways[msp_id].network(self._channel)

    def _contract(self, msp_id: str) -> Contract:
        return self._network(msp_id).contract(PROBE, "script")

    async def evaluate(
        self, caller: str, steps: Sequence[Step], *, at: str = "", transient: Mapping[str, bytes] | None = None
    ) -> list[Any]:
        try:
            answer = await self._contract(caller).evaluate(
                "ask", script(steps), transient=transient, endorsing_organizations=[at or caller]
            )
        except EvaluateError as error:
            raise Refused(str(error), error.code) from error
        return list(loads(answer))

    async def endorse(
        self,
        caller: str,
        steps: Sequence[Step],
        *,
        endorsers: Sequence[str] = (),
        transient: Mapping[str, bytes] | None = None,
    ) -> Endorsed:
        proposal = self._contract(caller).new_proposal(
            "run", script(steps), transient=transient, endorsing_organizations=endorsers
        )
        try:
            transaction = await self._gateways[caller].endorse(proposal)
        except EndorseError as error:
            raise Refused(str(error), error.code) from error
        return Endorsed(transaction.tx_id, tuple(loads(transaction.result)), (caller, transaction))

    async def commit(self, transactions: Sequence[Endorsed]) -> list[Outcome]:
        height = (await self._network(MEMBER).chain_info()).height
        for number, endorsed in enumerate(transactions):
            if number:
                await asyncio.sleep(ORDER_GAP_S)
            caller, transaction = endorsed.handle
            await self._gateways[caller].submit(transaction)
        found = await self._find([endorsed.tx_id for endorsed in transactions], height)
        await self._wait_for_all(found[-1][2])
        if [tx_id for tx_id, _, _ in found] != [endorsed.tx_id for endorsed in transactions]:
            raise NotTogether
        if len({block for _, _, block in found}) > 1:
            raise NotTogether
        return [
            Outcome(tx_id, code, block, endorsed.answers)
            for (tx_id, code, block), endorsed in zip(found, transactions, strict=True)
        ]

    async def events(self, outcomes: Sequence[Outcome]) -> list[tuple[str, str, bytes]]:
        """Read on until an event that is sent after all others."""
        last = await self.endorse(MEMBER, [put("sentinel", "x"), Step(do="event", key="sentinel")])
        await self.commit([last])
        numbers = {outcome.block_number for outcome in outcomes}
        found = []
        async for event in self._network(MEMBER).chaincode_events(PROBE, start_block=min(numbers)):
            if event.tx_id == last.tx_id:
                break
            if event.block_number in numbers:
                found.append((event.tx_id, event.name, event.payload))
        return found

    async def _find(self, tx_ids: Sequence[str], height: int) -> list[tuple[str, str, int]]:
        """Return id, code and block of as many transactions as ``tx_ids`` has, in the order of the ledger."""
        network, found = self._network(MEMBER), list[tuple[str, str, int]]()
        async with asyncio.timeout(COMMIT_MAX_S):
            while len(found) < len(tx_ids):
                if (await network.chain_info()).height == height:
                    await asyncio.sleep(POLL_S)
                    continue
                block = await network.block_by_number(height)
                found += [(tx.tx_id, tx.code_name, height) for tx in transactions_of(block) if tx.tx_id in tx_ids]
                height += 1
        return found

    async def _wait_for_all(self, block_number: int) -> None:
        for msp_id in self._gateways:
            for _ in range(POLLS_MAX):
                if (await self._network(msp_id).chain_info()).height > block_number:
                    break
                await asyncio.sleep(POLL_S)
            else:
                raise TimeoutError(f"the peer of {msp_id} did not get block {block_number}")


@asynccontextmanager
async def real_ledger(state: Path) -> AsyncIterator[RealLedger]:
    """Connect to the consortium whose state directory is ``state``, as the people of ``ROLES``."""
    async with AsyncExitStack() as stack:
        gateways = {}
        for msp_id, person in ROLES.items():
            organization = msp_id.removesuffix("MSP")
            entry = Wallet(state / "wallets" / organization).get(person)
            profile = ConnectionProfile.load(state / "profiles" / f"{organization}.json")
            gateway = Gateway.connect(profile, entry.identity, entry.signer)
            gateways[msp_id] = await stack.enter_async_context(gateway)
        yield RealLedger(gateways, CHANNEL)
