"""That something changed which visitors may see: the reference's pages are kept under it (docs/decisions/0009)."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Max
from django.utils import timezone


class PublicChangeQuerySet(models.QuerySet):
    """Changes, counted."""

    def note(self):
        """Write down that something changed. A row of its own, so that no writer waits for another."""
        return self.create()

    def version(self):
        """Return what changes with every change: the last number alone would miss one that was begun earlier and ended later. One query."""
        found = self.aggregate(last=Max("pk"), number=Count("pk"))
        return f"{found['last'] or 0}-{found['number']}"

    def forget_old(self):
        """Delete all but the newest day's, and return how many; the last always stays."""
        last = self.order_by("-pk").values_list("pk", flat=True).first()
        return self.filter(at__lt=timezone.now() - timedelta(days=1)).exclude(pk=last).delete()[0] if last else 0


class PublicChange(models.Model):
    """One change. It says nothing about what it was."""

    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PublicChangeQuerySet.as_manager()

    def __str__(self):
        """Return its number."""
        return f"change {self.pk}"
