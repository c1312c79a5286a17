"""What the consortium calls its channel and the chaincode that holds its contracts."""

from typing import Final

CHANNEL: Final = "credit-channel"
CHAINCODE: Final = "credit"
