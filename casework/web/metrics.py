"""What Prometheus reads, for whoever has the token; and the counting of requests."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from importlib.metadata import version
from time import perf_counter

from flask import Blueprint, Flask, Response, g, request
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from casework import metrics, policy
from casework.adapters import counters, queue_state
from casework.clock import now
from casework.extensions import settings
from casework.queries import operations
from casework.web.base import guarded, not_found

bp = Blueprint("metrics", __name__)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def init_app(app: Flask) -> None:
    """Count every request from its very beginning."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request_funcs.setdefault(None, []).insert(0, _count)


@bp.get("/metrics")
@guarded(policy.anyone)
def show() -> Response:
    """Answer the figures; without the right token the address does not exist."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        not_found("metrics")
    counters.hand_over(settings().redis_url, at_once=True)
    registry = CollectorRegistry()
    registry.register(_Figures())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


class _Figures(Collector):
    """Everything, read when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        """Yield what the queue server, the database and all processes know."""
        build = GaugeMetricFamily("casework_build_info", "What runs", labels=["version"])
        build.add_metric([version("casework")], 1)
        yield build
        yield from _queue()
        yield from _database()
        yield from _counted(counters.read(settings().redis_url))

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: there is no need to read everything in order to be registered."""
        yield from ()


def _begin() -> None:
    g.began = perf_counter()


def _count(response: Response) -> Response:
    method = request.method if request.method in METHODS else "other"
    seconds = perf_counter() - g.began
    metrics.request(request.endpoint or "none", method, response.status_code, seconds)
    counters.hand_over(settings().redis_url)
    return response


def _queue() -> Iterator[Metric]:
    state = queue_state.look(settings().redis_url)
    yield GaugeMetricFamily("casework_queue_up", "Whether Redis answers", float(state is not None))
    if state is None:
        return
    jobs = GaugeMetricFamily("casework_queue_jobs", "Jobs that wait in a queue", labels=["queue"])
    for name, length in state.lengths.items():
        jobs.add_metric([name], length)
    yield jobs
    yield GaugeMetricFamily("casework_workers", "Workers alive", state.workers)


def _database() -> Iterator[Metric]:
    moment = now()
    found = operations.figures(moment)

    def age(since: object) -> float:
        return (moment - since).total_seconds() if since else 0.0  # type: ignore[operator] # a moment

    last = GaugeMetricFamily(
        "casework_last_run_timestamp_seconds", "When it last ran to its end", labels=["job"]
    )
    took = GaugeMetricFamily("casework_last_run_seconds", "How long that took", labels=["job"])
    for name, beat in found.beats.items():
        last.add_metric([name], beat.at.timestamp())
        took.add_metric([name], beat.seconds or 0.0)
    yield last
    yield took
    yield GaugeMetricFamily(
        "casework_oldest_due_reminder_seconds",
        "For how long the oldest reminder has been due, 0 when none is",
        age(found.oldest_reminder),
    )
    yield GaugeMetricFamily(
        "casework_oldest_unsent_message_seconds",
        "For how long the oldest mail has waited, 0 when none does",
        age(found.unsent.oldest),
    )
    yield GaugeMetricFamily("casework_unsent_messages", "Mails that wait", found.unsent.number)
    failed = found.messages.get("failed", operations.Waiting())
    yield GaugeMetricFamily("casework_failed_messages", "Mails that failed", failed.number)
    works = GaugeMetricFamily("casework_background_works", "Long work", labels=["state"])
    for state in ("waiting", "running", "failed"):
        works.add_metric([state], found.works.get(state, operations.Waiting()).number)
    yield works


def _counted(found: dict[metrics.Field, float]) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "casework_requests", "Requests answered", labels=["endpoint", "method", "status"]
    )
    moves = CounterMetricFamily(
        "casework_moves", "Moves asked for, by what came of them", labels=["workflow", "outcome"]
    )
    for (name, *labels), value in sorted(found.items()):
        if name == metrics.REQUESTS:
            requests.add_metric(labels, value)
        elif name == metrics.MOVES:
            moves.add_metric(labels, value)
    yield requests
    yield moves
    yield _times(found)


def _times(found: dict[metrics.Field, float]) -> Metric:
    times = HistogramMetricFamily(
        "casework_request_seconds", "Time to answer a request", labels=["endpoint", "method"]
    )
    ends = [*map(str, metrics.BUCKETS), "+Inf"]
    for (name, *labels), seconds in sorted(found.items()):
        if name != metrics.REQUEST_SECONDS:
            continue
        buckets, below = [], 0.0
        for end in ends:
            below += found.get((metrics.REQUEST_BUCKETS, *labels, end), 0.0)
            buckets.append((end, below))
        times.add_metric(labels, buckets, sum_value=seconds)
    return times
