"""How a ledger behaves, said once and held against the simulator and the real peer."""

import pytest

pytest.register_assert_rewrite(
    "tests.suite.ledger",
    "tests.suite.public_state",
    "tests.suite.conflicts",
    "tests.suite.endorsement",
    "tests.suite.private_data",
)

from tests.suite import conflicts, endorsement, private_data, public_state  # noqa: E402, F401 - they add their checks
from tests.suite.ledger import CHECKS  # noqa: E402

__all__ = ["CHECKS"]
