"""Capture through the REST service: events a second from the request until queries find them.

``python -m tests.bench service`` brings up a consortium of its own with its services, and posts documents of 500 events
without ids to one of them: the service computes the hash ids, has the documents endorsed and ordered, and its projector
brings them to the read model. A document counts when its job is finished, and all events are counted by queries in the
end. The same documents with ids go beside, which shows what the ids cost.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import harmonic_mean

import httpx
from sqlalchemy import func, select

from fairledger.cli.state import State
from fairledger.readmodel.database import Database
from fairledger.readmodel.location import readmodel_url
from fairledger.readmodel.tables import events as events_table
from fairledger.tokens import KEY_FILE, TokenAuthority
from fairledger.trace.remote import capture_at
from fairledger_network.site import Site
from tests.bench.bench_capture import EVENTS, EVENTS_A_SECOND_MIN, cpu_s
from tests.bench.capture_load import documents
from tests.bench.consortium import running_consortium

ORGANIZATION, PERSON = "PlatformA", "producer"
DOCUMENTS, IN_FLIGHT, ROUNDS = 10, 4, 2
REQUEST_TIMEOUT_S = 300.0  # a busy machine computes ids for long


def post_all(site: Site, given: Sequence[str]) -> float:
    """Post documents, ``IN_FLIGHT`` at a time, until queries find them; seconds. Raises what a capture raises."""
    authority = TokenAuthority.load(ORGANIZATION, site.layout.api(ORGANIZATION) / KEY_FILE)
    bearer = {"Authorization": f"Bearer {authority.issue(PERSON)}"}
    url = State(site.layout.root).service(ORGANIZATION)
    begun = time.perf_counter()
    with (
        httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_S, trust_env=False) as http,
        ThreadPoolExecutor(IN_FLIGHT) as pool,
    ):
        list(pool.map(lambda document: capture_at(http, bearer, document), given))
    return time.perf_counter() - begun


def events_found(site: Site) -> int:
    """How many events the organisation's read model has."""
    database = Database.open(readmodel_url(site.layout.api(ORGANIZATION)), create=False)
    try:
        with database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(events_table)).scalar_one())
    finally:
        database.close()


def main() -> int:
    """Run the bench; returns the exit status: 1 when the rate without ids is below ``EVENTS_A_SECOND_MIN``."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    with running_consortium(services=True) as site:
        post_all(site, documents(1, EVENTS, "in sequence", ids=False))
        for number in range(ROUNDS):
            for ids in (False, True) if number % 2 == 0 else (True, False):
                before, used_s = events_found(site), cpu_s(site)
                seconds = post_all(site, documents(DOCUMENTS, EVENTS, "in sequence", ids=ids))
                found, used_s = events_found(site) - before, cpu_s(site) - used_s
                if found != DOCUMENTS * EVENTS:
                    raise AssertionError(f"{DOCUMENTS * EVENTS} events were captured, and queries find {found}")
                rates[ids].append(found / seconds)
                told = "with ids" if ids else "without ids"
                per_event_ms = 1000 * used_s / found
                print(f"  round {number + 1} {told:12} {found / seconds:7.0f} events/s, {per_event_ms:.2f} ms CPU each")
    print(f"aim: {EVENTS_A_SECOND_MIN:,} events/s committed and found by queries; load {os.getloadavg()[0]:.1f}")
    for ids, each in rates.items():
        told = "with" if ids else "without"
        print(f"documents {told} ids: {harmonic_mean(each):,.0f} events/s, best {max(each):,.0f}")
    return 0 if harmonic_mean(rates[False]) >= EVENTS_A_SECOND_MIN else 1
