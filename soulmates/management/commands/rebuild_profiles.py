"""Make what matching reads anew from what families recorded."""

from django.core.management.base import BaseCommand

from conditions.models.condition import Condition
from soulmates.actions import profiles


class Command(BaseCommand):
    """`manage.py rebuild_profiles`: safe to run at any time; every process builds its copy anew. Run it after a backup was restored."""

    help = "Make all matching profiles and weights anew from what families recorded."

    def handle(self, **options):
        """Rebuild every condition and say how many profiles it has."""
        for condition in Condition.objects.order_by("order", "slug"):
            self.stdout.write(f"{condition.slug}: {profiles.rebuild(condition)} matching profiles.")
