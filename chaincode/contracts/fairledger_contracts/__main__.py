"""``python -m fairledger_contracts serve`` answers peers; ``… digest`` prints the digest of the contracts' code."""

import sys
from collections.abc import Sequence

import fairledger_chaincode
import fairledger_contracts
from fairledger_chaincode import ServerSettings
from fairledger_contracts.contracts import all_contracts

USAGE = "usage: python -m fairledger_contracts serve | digest"
EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status. ``serve`` takes its settings from the environment."""
    match arguments:
        case ["serve"]:
            return _serve()
        case ["digest"]:
            sys.stdout.write(f"{fairledger_chaincode.server_digest([fairledger_contracts])}\n")
            return 0
        case _:
            sys.stderr.write(f"{USAGE}\n")
            return EXIT_USAGE


def _serve() -> int:
    try:
        settings = ServerSettings.from_environment()
    except fairledger_chaincode.ChaincodeError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return EXIT_USAGE
    fairledger_chaincode.serve(contracts=all_contracts(), settings=settings, code=[fairledger_contracts])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
