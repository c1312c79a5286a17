"""``python -m tests.network.probe serve`` answers peers; ``… digest`` prints the digest of the probe's code."""

import sys

import fairledger_chaincode
from fairledger_chaincode import ServerSettings
from tests.network import probe
from tests.network.probe.ledger_calls import LedgerCalls
from tests.network.probe.misbehaviour import Misbehaviour
from tests.network.probe.script import Script

if sys.argv[1:] == ["digest"]:
    sys.stdout.write(f"{fairledger_chaincode.server_digest([probe])}\n")
else:
    fairledger_chaincode.serve([LedgerCalls(), Misbehaviour(), Script()], ServerSettings.from_environment(), [probe])
