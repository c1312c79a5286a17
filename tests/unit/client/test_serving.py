"""Applications are served so that clients which follow the rules lose no request."""

import httpx
from fastapi import FastAPI

from fairledger.serving import server_of


def test_idle_connections_are_kept_for_longer_than_clients_keep_them() -> None:
    kept_by_clients = httpx.Limits().keepalive_expiry
    assert kept_by_clients is not None
    assert server_of(FastAPI()).config.timeout_keep_alive > 2 * kept_by_clients


def test_queries_are_in_no_access_log() -> None:
    assert server_of(FastAPI()).config.access_log is False
