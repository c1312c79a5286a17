"""Logs: one JSON object a line, on standard error, of this package's own logger and never of the root logger.

No record carries an argument, a value, transient data or a certificate.
"""

import json
import logging
import sys
from datetime import UTC, datetime

LOGGER_NAME = "fairledger_chaincode"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and what the call added by ``extra``; of an exception only where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Write this package's logs of ``level`` and above to standard error."""
    logger = logging.getLogger(LOGGER_NAME)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
