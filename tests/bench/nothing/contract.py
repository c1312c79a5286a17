"""The contract ``nothing``."""

from fairledger_chaincode import Context, Contract, transaction


class Nothing(Contract):
    """Neither reads nor writes."""

    name = "nothing"

    @transaction
    async def pass_by(self, ctx: Context) -> None:
        """Be endorsed, ordered and committed, and change nothing."""
