"""/health/: is the process alive, and is it ready to serve?"""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from oms_community.models import STOPPED, JobRun


@never_cache
@require_safe
def alive(request):
    """Say that the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request):
    """Say whether database, migrations and worker are well: 200, or 503 with what is not. No detail that helps an attacker.

    A clean-up that stopped itself is for somebody to look at, and no reason to send readers away: it is said, and the status stays.
    """
    checks = {"database": _check(_database), "migrations": _check(_migrations), "worker": _check(_worker)}
    well = all(checks.values())
    told = {"clean-ups": _check(_cleanups)}
    return JsonResponse({"status": "ready" if well else "not ready", "checks": checks, "to look at": told}, status=200 if well else 503)


def _check(probe) -> bool:
    try:
        return probe()
    except DatabaseError:
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> bool:
    """No task waits longer than a working worker would let it."""
    late = timezone.now() - timedelta(seconds=settings.TASK_LATE_SECONDS)
    return not DBTaskResult.objects.ready().filter(enqueued_at__lt=late).exists()


def _cleanups() -> bool:
    """No clean-up has stopped itself before too much at its last run."""
    return not JobRun.objects.filter(result__startswith=STOPPED).exists()
