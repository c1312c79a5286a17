"""``python -m tests.bench.nothing serve`` answers peers; ``… digest`` prints the digest of the code."""

import sys

import fairledger_chaincode
from fairledger_chaincode import ServerSettings
from tests.bench import nothing
from tests.bench.nothing.contract import Nothing

if sys.argv[1:] == ["digest"]:
    sys.stdout.write(f"{fairledger_chaincode.server_digest([nothing])}\n")
else:
    fairledger_chaincode.serve([Nothing()], ServerSettings.from_environment(), [nothing])
