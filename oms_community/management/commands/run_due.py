"""Run the periodic jobs that are due."""

from django.core.management.base import BaseCommand

from oms_community.jobs import run_due


class Command(BaseCommand):
    """Run what is due; call it every few minutes from cron or systemd."""

    help = "Run the periodic jobs that are due. Safe to run again, also at the same time."

    def handle(self, *args, **options):
        """Run, and say what ran."""
        lines = run_due()
        self.stdout.write("; ".join(lines) + "." if lines else "No job is due.")
