"""What this process counts about itself, for `/metrics`. Names of routes, never paths: those may name people.

Each process has its own registry, so each is asked by itself; sums over processes are the watcher's work.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
REQUESTS = Histogram(
    "trian_request_seconds",
    "Time in which requests were answered, by the name of their route.",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=REGISTRY,
)
SHED = Counter(
    "trian_requests_shed", "Requests refused because of too many: crowded, address, member.", ["reason"],
    registry=REGISTRY,
)  # fmt: skip
WAITING = Gauge("trian_requests_waiting", "Requests that wait for their turn in this process.", registry=REGISTRY)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(route: str, method: str, status: int, seconds: float) -> None:
    """Counts one answered request. A method that nobody knows is counted as one, or any word could be a label."""
    REQUESTS.labels(route or "none", method if method in METHODS else "other", str(status)).observe(seconds)
