"""Settings of a chaincode server, under the names that Fabric's own chaincodes use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fairledger_chaincode.errors import StartRefused
from fairledger_chaincode.limits import DEFAULT_LIMITS, Limits
from fairledger_chaincode.tls import TlsFiles

PORT_MAX = 65_535
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where to listen, as which package, and with which keys. ``tls`` is None only when TLS was disabled by name."""

    host: str
    port: int
    chaincode_id: str
    tls: TlsFiles | None
    code_digest: str | None = None
    log_level: str = "INFO"
    limits: Limits = DEFAULT_LIMITS

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ServerSettings":
        """Read the settings from these variables; raises ``StartRefused`` that names the one which is wrong.

        CHAINCODE_SERVER_ADDRESS  host:port to listen at
        CHAINCODE_ID              package id that the peer knows
        CHAINCODE_TLS_DISABLED    ``true`` for no TLS at all; otherwise these three are needed:
        CHAINCODE_TLS_KEY, CHAINCODE_TLS_CERT, CHAINCODE_CLIENT_CA_CERT   paths of PEM files
        CHAINCODE_CODE_DIGEST     digest that the package records; the server starts only when its own is the same
        CHAINCODE_LOG_LEVEL       DEBUG, INFO (default), WARNING or ERROR
        """
        host, port = _address(_needed(environment, "CHAINCODE_SERVER_ADDRESS"))
        return cls(
            host=host,
            port=port,
            chaincode_id=_needed(environment, "CHAINCODE_ID"),
            tls=_tls(environment),
            code_digest=environment.get("CHAINCODE_CODE_DIGEST") or None,
            log_level=_log_level(environment.get("CHAINCODE_LOG_LEVEL") or "INFO"),
        )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise StartRefused(f"set {name}")
    return value


def _address(address: str) -> tuple[str, int]:
    host, separator, port = address.rpartition(":")
    if not separator or not host or not port.isascii() or not port.isdigit() or int(port) > PORT_MAX:
        raise StartRefused("CHAINCODE_SERVER_ADDRESS is not host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _tls(environment: Mapping[str, str]) -> TlsFiles | None:
    disabled = environment.get("CHAINCODE_TLS_DISABLED", "false").lower()
    if disabled not in ("true", "false"):
        raise StartRefused("CHAINCODE_TLS_DISABLED is neither true nor false")
    if disabled == "true":
        return None
    return TlsFiles(
        key=Path(_needed(environment, "CHAINCODE_TLS_KEY")),
        certificate=Path(_needed(environment, "CHAINCODE_TLS_CERT")),
        client_ca=Path(_needed(environment, "CHAINCODE_CLIENT_CA_CERT")),
    )


def _log_level(name: str) -> str:
    if name.upper() not in LOG_LEVELS:
        raise StartRefused(f"CHAINCODE_LOG_LEVEL is none of {', '.join(LOG_LEVELS)}")
    return name.upper()
