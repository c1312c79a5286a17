"""The keeper's round: everything that is due is called once. Anybody can run one, or several."""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

from fairledger.gateway.errors import GatewayError
from fairledger.keeper.due import Due

ELSEWHERE: Final = ("_NOT_DUE", "_STATE", "_FILED", "_ALREADY", "_FROZEN", "_COMMITTED_INVALID")  # how codes end

Submit = Callable[..., Awaitable[bytes]]  # a function with its contract, and arguments


@dataclass(frozen=True)
class Kept:
    """How many calls took effect, and how many failed for a reason that is no other's being first."""

    done: int
    failed: int


async def keep(submit: Submit, due: Iterable[Due], tell: Callable[[str], None]) -> Kept:
    """Call what is due. What another keeper did first, or is not due yet by the standard's grace, is passed over.

    A call that fails keeps none of the others from being made; it is told with its code.
    """
    done = failed = 0
    for each in due:
        try:
            answer = json.loads(await submit(each.function, *each.arguments))
        except GatewayError as error:
            if not error.code.endswith(ELSEWHERE):
                tell(f"{each.about}: {error.code}")
                failed += 1
            continue
        tell(f"{each.about}: {answer.get('state', 'done')}")
        done += 1
    return Kept(done, failed)
