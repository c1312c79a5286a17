"""``python -m tests.bench.layouts serve`` answers peers; ``… digest`` prints the digest of the layouts' code."""

import sys

import fairledger_chaincode
import fairledger_contracts
from fairledger_chaincode import ServerSettings
from fairledger_contracts.trace.contract import Trace
from tests.bench import layouts
from tests.bench.layouts.contract import Layouts

CODE = [layouts, fairledger_contracts]

if sys.argv[1:] == ["digest"]:
    sys.stdout.write(f"{fairledger_chaincode.server_digest(CODE)}\n")
else:
    fairledger_chaincode.serve([Layouts(), Trace()], ServerSettings.from_environment(), CODE)
