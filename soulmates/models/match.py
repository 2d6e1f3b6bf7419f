"""What members say of matches, and who waits for a closer one."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member
from members.models.patient import Patient


class MatchFeedback(models.Model):
    """Whether a match felt right: evidence for tuning the measure, shown to nobody but its writer. percent: what was shown, 0-100."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="match_feedback")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    good = models.BooleanField(_("good match"))
    why = models.CharField(_("why"), max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField()
    weights_version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The last word of a member about two patients stands."""

        constraints = [models.UniqueConstraint(fields=["member", "patient", "other"], name="soulmates_feedback_once")]

    def __str__(self):
        """Return nothing that says who is like whom."""
        return f"feedback {self.pk}"


class MatchWatchQuerySet(models.QuerySet):
    """Watches, which only their owner sees."""

    def visible_to(self, user):
        """Keep the person's own."""
        return self.filter(member=user.member) if user.is_authenticated else self.none()


class MatchWatch(models.Model):
    """Somebody waits for a match closer than `best` (percent, 0-100): the closest they were told of, or saw. since: when it was last looked."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="match_watches")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="match_watches")
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    best = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)

    objects = MatchWatchQuerySet.as_manager()

    class Meta:
        """One watch for a patient each."""

        constraints = [models.UniqueConstraint(fields=["member", "patient"], name="soulmates_watch_once")]

    def __str__(self):
        """Return nothing that says who waits."""
        return f"watch {self.pk}"

    def get_absolute_url(self):
        """Return the address of the matches of the patient."""
        return f"{reverse('soulmates:match_list')}?for={self.patient.public_id}"
