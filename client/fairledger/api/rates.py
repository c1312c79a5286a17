"""How often one may ask: reads by the client's address, writes by person, each in a window that moves with the clock.

Counts are in this process's memory and end with it; addresses are in no log and no file. IPv6 addresses count by their
/64, which is what one customer of a network has.

Source: draft-ietf-httpapi-ratelimit-headers-10 (RateLimit and RateLimit-Policy).
"""

import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from fairledger.api.problems import Problem

KEY_REQUESTS_PER_MINUTE: Final = 60  # of one address: each is one reading under warrant
FORGET_EACH: Final = 1_000  # requests, after which callers who have not asked for a window are forgotten
_CUSTOMER_BITS: Final = 64


@dataclass(frozen=True)
class Standing:
    """Where a caller stands after a request: ``remaining`` of ``quota`` requests, more in ``reset_s`` seconds."""

    name: str
    quota: int
    window_s: int
    allowed: bool
    remaining: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        """The header fields that tell it."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.quota};w={self.window_s}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset_s}',
        }

    def check(self) -> None:
        """Raise ``Problem`` (RATE_LIMITED) for who asked too often."""
        if not self.allowed:
            headers = {**self.headers, "Retry-After": str(self.reset_s)}
            raise Problem("RATE_LIMITED", f"more than {self.quota} {self.name} a minute", headers=headers)


class Rates:
    """The counts of one service."""

    def __init__(self, reads_per_minute: int, writes_per_minute: int) -> None:
        self._reads = RateLimitItemPerMinute(reads_per_minute, namespace="reads")
        self._writes = RateLimitItemPerMinute(writes_per_minute, namespace="writes")
        self._key_requests = RateLimitItemPerMinute(KEY_REQUESTS_PER_MINUTE, namespace="requests for keys")
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._counted = 0

    def read(self, address: str) -> Standing:
        """Count a read from ``address``."""
        return self._count(self._reads, "address", _customer(address))

    def write(self, person: str) -> Standing:
        """Count a write of ``person``."""
        return self._count(self._writes, "person", person)

    def write_of_nobody(self, address: str) -> Standing:
        """Count a write that comes without a valid token, from ``address``."""
        return self._count(self._writes, "address", _customer(address))

    def key_request(self, address: str) -> Standing:
        """Count a request for the keys of a reading, from ``address``."""
        return self._count(self._key_requests, "address", _customer(address))

    @property
    def callers(self) -> int:
        """How many callers are remembered."""
        return len(self._storage.events)

    def _count(self, item: RateLimitItem, *caller: str) -> Standing:
        self._counted += 1
        if self._counted % FORGET_EACH == 0:
            self._forget()
        allowed = self._limiter.hit(item, *caller)
        now = time.time()
        stats = self._limiter.get_window_stats(item, *caller)
        window_s = item.get_expiry()
        reset_s = min(max(math.ceil(stats.reset_time - now), 1), window_s)
        return Standing(item.namespace, item.amount, window_s, allowed, stats.remaining, reset_s)

    def _forget(self) -> None:
        """The library drops what is out of the window, but keeps an empty list for each caller that ever was."""
        for key in [key for key, entries in list(self._storage.events.items()) if not entries]:
            self._storage.clear(key)


def _customer(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"  # a socket without addresses, or a proxy that gives none: one caller for all
    if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped:
        return str(IPv6Network((int(parsed), _CUSTOMER_BITS), strict=False))
    return str(parsed)
