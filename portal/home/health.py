"""For machines that watch the house: is the process alive, and can it do its work."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.core import clock, health
from portal.events.models import Delivery
from portal.jobs import heartbeat
from portal.jobs.models import CronRun

# Seconds pass in normal work; minutes mean that whoever should do it is gone.
LATE = timedelta(minutes=2)


def silence(name: str) -> str:
    """A background process that has given signs of life, and no longer does."""
    seconds = heartbeat.seconds_since(name)
    return "gives no sign of life" if seconds is not None and seconds > LATE.total_seconds() else ""


def relay_lag() -> str:
    """Deliveries that never were tried and should have been long ago: nobody relays."""
    late = Delivery.objects.filter(done_at=None, attempts=0, due_at__lt=clock.now() - LATE).exists()
    return "deliveries wait" if late else silence("relay")


def worker_lag() -> str:
    """Tasks that are long due while none is begun: no worker runs. A heap that a worker is busy with is no fault."""
    before = clock.now() - LATE
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, enqueued_at__lt=before)
    # A task for "at once" carries the largest date.
    late = ready.filter(Q(run_after__lt=before) | Q(run_after=get_date_max())).exists()
    return "tasks wait" if late and not DBTaskResult.objects.filter(started_at__gte=before).exists() else ""


def scheduler_lag() -> str:
    """A calendar that has run before and has not for a while: no scheduler runs."""
    newest = CronRun.objects.order_by("-due").values_list("due", flat=True).first()
    return "calendar stands still" if newest is not None and newest < clock.now() - 5 * LATE else silence("scheduler")


health.register("relay", relay_lag)
health.register("worker", worker_lag)
health.register("scheduler", scheduler_lag)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a slow database does not get it killed."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything it leans on works; otherwise 503 and which does not."""
    findings = health.findings()
    ready = all(answer == "ok" for answer in findings.values())
    return JsonResponse({"ready": ready, **findings}, status=200 if ready else 503)
