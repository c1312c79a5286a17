"""What can go wrong in a chaincode, and the code by which a caller tells.

ChaincodeError              anything this package raises
├── ContractError           a call is refused; travels to the caller as ``CODE: message``
│   ├── NotFound            the record asked for does not exist
│   ├── NotAllowed          the caller's identity or role may not do this
│   ├── WrongState          the record exists, but not in a state that permits this
│   ├── RuleBroken          the request contradicts a rule of the domain
│   ├── FunctionUnknown     CHAINCODE_FUNCTION_UNKNOWN    no such contract or function
│   ├── ArgumentsRefused    CHAINCODE_ARGUMENTS           count, encoding or type of an argument
│   ├── ArgumentTooLarge    CHAINCODE_ARGUMENT_TOO_LARGE  one argument exceeds the limit
│   ├── ClockRefused        CHAINCODE_CLOCK               the proposal's time is off the endorser's clock
│   ├── KeyRefused          CHAINCODE_KEY                 a key or a part of a composite key
│   ├── CollectionRefused   CHAINCODE_COLLECTION          no name of a collection
│   ├── EventRefused        CHAINCODE_EVENT               an event without a name
│   ├── ReadOnly            CHAINCODE_READ_ONLY           a query that writes
│   ├── JsonRefused         CHAINCODE_JSON                a value or text that is not interoperable JSON
│   │   └── FloatRefused    CHAINCODE_FLOAT               a binary floating-point number
│   ├── StateUnreadable     CHAINCODE_STATE               a stored record does not fit its declaration
│   ├── IdentityRefused     CHAINCODE_IDENTITY            the caller's certificate can't be read or has expired
│   ├── PeerError           CHAINCODE_PEER                the peer answered ERROR
│   ├── CallRefused         CHAINCODE_CALL                a chaincode called from this one refused
│   ├── MessageTooLarge     CHAINCODE_MESSAGE_TOO_LARGE   a value or a result that no peer would take
│   ├── Busy                CHAINCODE_BUSY                as many transactions in flight as permitted
│   ├── Stopping            CHAINCODE_STOPPING            the server is going down
│   └── InternalError       CHAINCODE_INTERNAL            an exception that nobody expected
├── StreamLost              the peer's stream ended under a running transaction
└── StartRefused            the server can't start: settings, code digest or contract

Codes are part of the public interface: they never change meaning, and callers match them, never the prose.
A message never carries an argument, a value, transient data or a certificate.
"""

from typing import ClassVar


class ChaincodeError(Exception):
    """Base of everything this package raises."""


class ContractError(ChaincodeError):
    """Base of all refusals; travels to the caller as ``CODE: message`` with status 500."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NotFound(ContractError):
    """The record asked for does not exist."""


class NotAllowed(ContractError):
    """The caller's identity or role may not do this."""


class WrongState(ContractError):
    """The record exists, but not in a state that permits this."""


class RuleBroken(ContractError):
    """The request contradicts a rule of the domain."""


class RuntimeRefusal(ContractError):
    """Base of the refusals that the runtime itself makes; each class has one fixed code."""

    CODE: ClassVar[str] = "CHAINCODE_INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(self.CODE, message)


class FunctionUnknown(RuntimeRefusal):
    """No contract or no function has the name that was called."""

    CODE = "CHAINCODE_FUNCTION_UNKNOWN"


class ArgumentsRefused(RuntimeRefusal):
    """Too many or too few arguments, or one that is not UTF-8, not JSON or of another type."""

    CODE = "CHAINCODE_ARGUMENTS"


class ArgumentTooLarge(RuntimeRefusal):
    """One argument has more bytes than ``Limits.argument_max_bytes``."""

    CODE = "CHAINCODE_ARGUMENT_TOO_LARGE"


class ClockRefused(RuntimeRefusal):
    """The proposal's timestamp is missing, or further off the endorser's clock than ``Limits.clock_skew_max_s``."""

    CODE = "CHAINCODE_CLOCK"


class KeyRefused(RuntimeRefusal):
    """A key that the ledger can't keep apart from others: empty, not UTF-8, or with a reserved character."""

    CODE = "CHAINCODE_KEY"


class CollectionRefused(RuntimeRefusal):
    """An operation on private data without the name of a collection."""

    CODE = "CHAINCODE_COLLECTION"


class EventRefused(RuntimeRefusal):
    """An event without a name."""

    CODE = "CHAINCODE_EVENT"


class ReadOnly(RuntimeRefusal):
    """A function declared with ``@query`` tried to write."""

    CODE = "CHAINCODE_READ_ONLY"


class JsonRefused(RuntimeRefusal):
    """A text or value that not every JSON implementation reads alike."""

    CODE = "CHAINCODE_JSON"


class FloatRefused(JsonRefused):
    """A binary floating-point number in what goes to the ledger or to the caller."""

    CODE = "CHAINCODE_FLOAT"


class StateUnreadable(RuntimeRefusal):
    """What is stored under a record's key is not such a record; names the fields that don't fit."""

    CODE = "CHAINCODE_STATE"


class IdentityRefused(RuntimeRefusal):
    """The creator of the proposal has no X.509 certificate that can be read, or one that has expired."""

    CODE = "CHAINCODE_IDENTITY"


class PeerError(RuntimeRefusal):
    """The peer answered ERROR to a ledger call; the message is the peer's own.

    The transaction fails, even if the contract catches this and returns a value.
    """

    CODE = "CHAINCODE_PEER"


class CallRefused(RuntimeRefusal):
    """A chaincode called from this one answered with a status of 400 or more.

    What the called one wrote before it refused stays in the transaction's write set, so the transaction
    fails, even if the contract catches this and returns a value. ``status`` is the callee's.
    """

    CODE = "CHAINCODE_CALL"

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"status {status}: {message}")
        self.status = status


class MessageTooLarge(RuntimeRefusal):
    """A request to the peer, or the answer to it, is too long for one message, and would end the stream."""

    CODE = "CHAINCODE_MESSAGE_TOO_LARGE"


class Busy(RuntimeRefusal):
    """``Limits.transactions_max`` transactions are already running on this stream; try again."""

    CODE = "CHAINCODE_BUSY"


class Stopping(RuntimeRefusal):
    """The server was asked to stop and takes no new transaction; try again, another endorser may answer."""

    CODE = "CHAINCODE_STOPPING"


class InternalError(RuntimeRefusal):
    """A contract raised something that is no refusal; the message names the exception's type only."""

    CODE = "CHAINCODE_INTERNAL"


class StreamLost(ChaincodeError):
    """The peer's stream ended while a transaction was running; nobody is left to answer to."""


class StartRefused(ChaincodeError):
    """The server can't start; the message names the remedy. ``exit_status`` is what the process should end with."""

    def __init__(self, message: str, exit_status: int = 2) -> None:
        super().__init__(message)
        self.exit_status = exit_status
