"""One step of a probe's script: a ledger call, or something that a contract should not do."""

from base64 import b64decode, b64encode
from typing import Literal

from pydantic import BaseModel, ConfigDict

Operation = Literal[
    "get",
    "put",
    "delete",
    "range",
    "page",
    "composite_range",
    "history",
    "get_private",
    "get_private_hash",
    "put_private",
    "delete_private",
    "purge_private",
    "private_range",
    "get_policy",
    "set_policy",
    "event",
    "invoke",
    "caller",
    "refuse",
    "raise",
    "dice",
]


class Step(BaseModel):
    """What to do, and with what; fields that an operation does not need stay empty.

    A private value is taken from the transient data under the name in ``value``, so that it is in no block.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Operation
    key: str = ""
    value: str = ""
    collection: str = ""
    start: str = ""
    end: str = ""
    attributes: tuple[str, ...] = ()
    limit: int | None = None  # results to read before leaving a range; all of them by default
    page_size: int = 0
    bookmark: str = ""
    policy: str = ""  # base64 of a SignaturePolicyEnvelope
    chaincode: str = ""
    steps: tuple["Step", ...] = ()  # what the invoked chaincode does

    @property
    def policy_bytes(self) -> bytes:
        return b64decode(self.policy)

    @staticmethod
    def text(policy: bytes) -> str:
        """Spell a policy as a step carries it."""
        return b64encode(policy).decode()
