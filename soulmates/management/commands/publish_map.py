"""Build what visitors see of the map."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from conditions.models.condition import Condition
from soulmates.actions import publish


class Command(BaseCommand):
    """Publish the map of every condition whose last build is a week old; runs again without harm."""

    help = "Builds what visitors see of the map, where the last build is a week old."

    def handle(self, *args, **options):
        """Build what is due; one line for each condition."""
        for condition in Condition.objects.all():
            now = timezone.now()
            was_due = publish.due(condition, now)
            build = publish.publish(condition, now)
            shown = len(json.loads(build.units)["u"])
            what = f"published: {shown} countries and regions have {settings.MAP_K} members or more, in two builds"
            self.stdout.write(f"{condition.slug}: {what if was_due else f'already published on {build.made_at:%d %B %Y}; builds are a week apart'}.")
