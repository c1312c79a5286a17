"""``/metrics``: what the service does and how far it is, in the text format of Prometheus.

Labels are patterns of routes, methods and status codes: never an id, a person or an item.
"""

import time
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from fairledger.api.parameters import takes
from fairledger.api.service import service_of

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
router = APIRouter(tags=["Service"])


class Metrics:
    """The measures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "fairledger_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self._duration = Histogram(
            "fairledger_request_duration_seconds",
            "Time to the end of the answer.",
            ("route",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.blocks_projected = Gauge(
            "fairledger_readmodel_blocks", "Blocks that the read model holds.", registry=self.registry
        )
        self.since_block = Gauge(
            "fairledger_readmodel_last_block_age_seconds",
            "Time since the read model took its last block.",
            registry=self.registry,
        )
        self.stopped = Gauge(
            "fairledger_readmodel_stopped", "1 when the projector has stopped for good.", registry=self.registry
        )

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, method, str(status)).inc()
        self._duration.labels(route).observe(seconds)


def metrics_of(scope: Scope) -> Metrics:
    """The measures of the application that answers."""
    metrics = scope["app"].state.metrics
    assert isinstance(metrics, Metrics), "the application has them from its making"  # noqa: S101
    return metrics


@router.get(
    "/metrics",
    summary="Measures for Prometheus.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "Text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def measures(request: Request) -> Response:
    """Tell counts of requests, their durations, and how far the read model is."""
    metrics = metrics_of(request.scope)
    state = service_of(request).follower.state
    metrics.blocks_projected.set(state.next_block)
    metrics.since_block.set(time.monotonic() - state.last_block_at_s)
    metrics.stopped.set(1 if state.stopped else 0)
    return Response(generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
