"""The members' report: a snapshot, so that nobody's answers can be read off two versions."""

from django.db import models
from django.utils import timezone

from members.models.patient import Patient


class ReportSnapshot(models.Model):
    """What was counted, and among how many patients. table: see report.py; it holds only what may be shown."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    patients = models.PositiveIntegerField()
    table = models.JSONField()

    class Meta:
        """The newest first."""

        ordering = ["-made_at", "-pk"]

    def __str__(self):
        """Return the day."""
        return self.made_at.date().isoformat()


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
