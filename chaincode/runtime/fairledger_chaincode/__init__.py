"""A chaincode-as-a-service runtime for Hyperledger Fabric 2.5 and later."""

from fairledger_chaincode.context import Context
from fairledger_chaincode.contract import Contract, query, transaction
from fairledger_chaincode.errors import (
    ChaincodeError,
    ContractError,
    NotAllowed,
    NotFound,
    PeerError,
    RuleBroken,
    StartRefused,
    WrongState,
)
from fairledger_chaincode.handler import ChaincodeHandler
from fairledger_chaincode.limits import Limits
from fairledger_chaincode.process import serve, server_digest
from fairledger_chaincode.record import Record
from fairledger_chaincode.settings import ServerSettings
from fairledger_chaincode.stream import MessageStream
from fairledger_chaincode.stub import Stub

__all__ = [
    "ChaincodeError",
    "ChaincodeHandler",
    "Context",
    "Contract",
    "ContractError",
    "Limits",
    "MessageStream",
    "NotAllowed",
    "NotFound",
    "PeerError",
    "Record",
    "RuleBroken",
    "ServerSettings",
    "StartRefused",
    "Stub",
    "WrongState",
    "query",
    "serve",
    "server_digest",
    "transaction",
]
