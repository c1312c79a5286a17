"""Is a node ready to work? Each check answers at once and never raises."""

import http.client
import ssl
from pathlib import Path

from fairledger_network.ports import LOOPBACK

ANSWER_DEADLINE_S = 2.0
HTTP_OK = 200


def https_ok(port: int, path: str, root: Path) -> bool:
    """Does the server on that port show a certificate of ``root`` and answer 200?"""
    try:
        context = ssl.create_default_context(cafile=str(root))
        connection = http.client.HTTPSConnection(LOOPBACK, port, timeout=ANSWER_DEADLINE_S, context=context)
        return _ok(connection, path)
    except (OSError, http.client.HTTPException):
        return False


def http_ok(port: int, path: str) -> bool:
    """Does the server on that port answer 200?"""
    try:
        return _ok(http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_DEADLINE_S), path)
    except (OSError, http.client.HTTPException):
        return False


def _ok(connection: http.client.HTTPConnection, path: str) -> bool:
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTP_OK
    finally:
        connection.close()
