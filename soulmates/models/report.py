"""The members' report: a snapshot, so that nobody's answers can be read off two versions."""

from django.db import models
from django.utils import timezone

from members.models.patient import Patient


class ReportSnapshotQuerySet(models.QuerySet):
    """Snapshots as readers see them: the newest of a condition, visitors and members alike."""

    def newest(self, condition):
        """Return the newest snapshot of a condition, or None."""
        return self.filter(condition=condition).first()

    def published(self):
        """Keep those that show something."""
        return self.exclude(table={})


class ReportSnapshot(models.Model):
    """What was counted, and among how many patients. table: see report.py; it holds only what may be shown.

    An empty table is a report that has paused: too few patients are left. It stays for its entries, which the next build compares with.
    """

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    patients = models.PositiveIntegerField()
    table = models.JSONField()

    objects = ReportSnapshotQuerySet.as_manager()

    class Meta:
        """The newest first."""

        ordering = ["-made_at", "-pk"]

    def __str__(self):
        """Return the day."""
        return self.made_at.date().isoformat()

    @property
    def is_published(self):
        """Return whether it shows something."""
        return bool(self.table)

    @classmethod
    def version(cls):
        """Return what changes whenever readers see other numbers: every build writes a row of its own. One query."""
        return str(cls.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


class ReportEntry(models.Model):
    """Who was counted, so that the next build knows how many joined, left or changed. digest: keyed, of the answers. Only of the newest."""

    snapshot = models.ForeignKey(ReportSnapshot, on_delete=models.CASCADE, related_name="entries")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        """Once in a snapshot."""

        constraints = [models.UniqueConstraint(fields=["snapshot", "patient"], name="soulmates_report_entry_once")]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"entry {self.pk}"
