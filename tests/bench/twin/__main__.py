"""``python -m tests.bench.twin serve`` answers peers; ``… digest`` prints the digest of its code."""

import sys

import fairledger_chaincode
from fairledger_chaincode import ServerSettings
from tests.bench import twin
from tests.bench.twin.contract import Twin

if sys.argv[1:] == ["digest"]:
    sys.stdout.write(f"{fairledger_chaincode.server_digest([twin])}\n")
else:
    fairledger_chaincode.serve([Twin()], ServerSettings.from_environment(), [twin])
