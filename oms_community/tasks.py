"""Background tasks of the site itself."""

from django_tasks import task


@task()
def heartbeat() -> str:
    """Do nothing: a worker that runs takes it at once, and /health/ sees when none did."""
    return "beat"
