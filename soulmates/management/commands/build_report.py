"""Build the members' report where it is due."""

from django.core.management.base import BaseCommand

from soulmates.actions.report import build_due


class Command(BaseCommand):
    """`manage.py build_report`: what the periodic job does, at once."""

    help = "Counts anew what members report: at most weekly, and only when 10 or more patients joined, left or changed. Safe to run again."

    def handle(self, *args, **options):
        """Build, and say in one line what happened."""
        self.stdout.write(f"Members' report: {build_due()}.")
