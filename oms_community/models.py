"""Records of the site itself."""

from django.db import models

STOPPED = "stopped"  # how the result begins of a clean-up that touched nothing because it would have been too much


class JobRun(models.Model):
    """When a periodic job ran last. Its row is claimed by one update, so that a period has one run however many processes ask."""

    name = models.CharField(max_length=60, primary_key=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=200, blank=True)

    def __str__(self):
        """Return the job's name."""
        return self.name
