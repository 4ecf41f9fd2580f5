"""`/metrics` for those who watch the house (Prometheus text form): what this process counted, and what waits in tables.

Whoever brings the token may read it, or whoever asks directly from a network that is allowed. Everybody else meets a
missing page, for the very existence tells something.
"""

import ipaddress
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from portal.core import clock
from portal.core.metrics import REGISTRY
from portal.events.models import Delivery
from portal.realtime.hub import open_sockets

# Written by proxies alone: a request that carries one did not come from a watcher beside us.
PROXIED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


class House(Collector):
    """What waits in the tables, read when somebody asks; a database that is away costs these rows alone."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Three queries at most."""
        yield gauge("trian_open_sockets", "Sockets open in this process.", open_sockets())
        try:
            found = list(self._rows())
        except DatabaseError:
            found = [gauge("trian_database_up", "1 while the database answers.", 0)]
        yield from found

    def _rows(self) -> Iterator[GaugeMetricFamily]:
        waiting = Delivery.objects.filter(done_at=None).aggregate(
            all=Count("pk"), failed=Count("pk", filter=Q(attempts__gt=0)), oldest=Min("event__occurred_at")
        )
        age = (clock.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
        yield gauge("trian_deliveries_waiting", "Deliveries of events that the relay has not made.", waiting["all"])
        yield gauge("trian_deliveries_failed", "Of these, tried at least once without success.", waiting["failed"])
        yield gauge("trian_delivery_oldest_seconds", "Age of the event that has waited longest.", max(age, 0.0))
        jobs = dict(DBTaskResult.objects.values_list("status").annotate(n=Count("pk")).order_by())
        yield gauge("trian_jobs_waiting", "Jobs that no worker has begun.", jobs.get(TaskResultStatus.READY, 0))
        yield gauge("trian_jobs_failed", "Jobs that ended in failure and are still kept.", jobs.get("FAILED", 0))
        yield gauge("trian_database_up", "1 while the database answers.", 1)


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(name, words, value=value)


REGISTRY.register(House())


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers; 404 for whoever may not see them."""
    if not may_watch(request):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def may_watch(request: HttpRequest) -> bool:
    """By the token (`Authorization: Bearer …`), or directly from an allowed network, never through a proxy."""
    scheme, _space, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = settings.METRICS_TOKEN
    if token and scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), token.encode()):
        return True
    if any(name in request.META for name in PROXIED):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.METRICS_NETWORKS)
