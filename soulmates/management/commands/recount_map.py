"""Check the counters of the map against the locations, and put them right."""

from django.core.management.base import BaseCommand

from conditions.models.condition import Condition
from soulmates.actions.cells import roll_up


class Command(BaseCommand):
    """Rebuild the counters behind the map; runs again without harm."""

    help = "Counts anew who is on the map, and says how many counters were wrong."

    def handle(self, *args, **options):
        """Rebuild those of every condition; one line each."""
        for condition in Condition.objects.all():
            members, wrong = roll_up(condition)
            self.stdout.write(f"{condition.slug}: {members} members on the map, {wrong} counters were wrong.")
