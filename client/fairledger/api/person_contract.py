"""The contract ``privacy`` in a person's name, as the service calls it: the facade's way to the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairledger.api.ledger import Ledger
from fairledger.api.writes import Writes
from fairledger.gateway import ConflictRetry
from fairledger.gateway.retry import NEVER
from fairledger.wallet import WalletEntry


@dataclass(frozen=True)
class PersonContract:
    """A ``PrivacyContract`` that signs with the key of ``person``; the read model has what was submitted."""

    ledger: Ledger
    writes: Writes
    person: WalletEntry

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """Ask the organisation's own peer. Raises ``GatewayError``."""
        return await self.ledger.evaluate(self.person, f"privacy:{function}", *arguments)

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        retry: ConflictRetry = NEVER,
    ) -> bytes:
        """Submit; conflicts are tried again as ``Writes`` does, whatever ``retry`` says. Raises as ``Writes.write``."""
        del retry
        written = await self.writes.write(
            self.person,
            f"privacy:{function}",
            *arguments,
            transient=transient,
            organizations=endorsing_organizations,
        )
        return written.result
