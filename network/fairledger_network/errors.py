"""What can go wrong while a consortium is run, and the code by which a caller tells.

NetworkError
├── ConsortiumInvalid   consortium.yaml is missing, unreadable or contradicts itself
├── ProgramsMissing     a Fabric program can't be found or built
├── PortTaken           somebody else listens on a port that the consortium needs
├── NodeFailed          a node did not start, did not become healthy or did not stop
├── CommandFailed       a Fabric program that was called answered with an error
├── NotReady            the command needs something that is not there yet
└── DemoFailed          the demo's documents can't be recorded, or it saw something other than it promises
"""


class NetworkError(Exception):
    """Base of all failures of the network commands; ``code`` is stable, the text names the remedy."""

    code = "NETWORK"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConsortiumInvalid(NetworkError):
    """consortium.yaml is missing, unreadable or contradicts itself."""

    code = "CONSORTIUM_INVALID"


class ProgramsMissing(NetworkError):
    """A Fabric program can't be found or built."""

    code = "PROGRAMS_MISSING"


class PortTaken(NetworkError):
    """Somebody else listens on a port that the consortium needs."""

    code = "PORT_TAKEN"


class NodeFailed(NetworkError):
    """A node did not start, did not become healthy or did not stop in time."""

    code = "NODE_FAILED"


class CommandFailed(NetworkError):
    """A Fabric program that was called answered with an error."""

    code = "COMMAND_FAILED"


class NotReady(NetworkError):
    """The command needs something that is not there yet."""

    code = "NOT_READY"


class DemoFailed(NetworkError):
    """The demo's documents can't be recorded, or it saw something other than it promises."""

    code = "DEMO_FAILED"
