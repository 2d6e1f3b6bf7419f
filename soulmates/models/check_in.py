"""What a family records: dated sets of answers, and what of it stays out of matching."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.choices import Level
from members.models.ids import random_public_id
from members.models.member import Member
from members.models.patient import Patient
from soulmates.models.choices import Severity

CHANGED_WITHIN = timedelta(days=14)  # after it was saved; later a new check-in says what is so now
DELETED_FOR = timedelta(days=14)  # so long a deleted check-in can be brought back
UNFINISHED_FOR = timedelta(days=180)  # so long one that was begun waits


class CheckInQuerySet(models.QuerySet):
    """Check-ins as those who look after the patient see them; nobody else sees one at all."""

    def visible_to(self, user):
        """Keep those of the patients this person looks after; what somebody else is still writing is theirs alone."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(finished_at__isnull=False) | Q(by=user.member)
        return self.living().filter(mine, patient__guardians__member=user.member)

    def editable_by(self, user):
        """Keep those whose answers this person may change: as guardian who may change the record."""
        if not user.is_authenticated:
            return self.none()
        may = {"patient__guardians__member": user.member, "patient__guardians__level__in": (Level.EDIT, Level.OWNER)}
        return self.living().filter(Q(finished_at__isnull=False) | Q(by=user.member), **may)

    def to_bring_back(self, user):
        """Keep what was deleted lately of the records this person may change; what they were still writing is theirs alone to bring back."""
        if not user.is_authenticated:
            return self.none()
        may = {"patient__guardians__member": user.member, "patient__guardians__level__in": (Level.EDIT, Level.OWNER)}
        lately = {"deleted_at__gt": timezone.now() - DELETED_FOR}
        return self.filter(Q(finished_at__isnull=False) | Q(by=user.member), **lately, **may)

    def living(self):
        """Keep those that are not deleted."""
        return self.filter(deleted_at=None)

    def finished(self):
        """Keep those that were saved, and are not deleted: only they are the patient's picture."""
        return self.living().filter(finished_at__isnull=False)


class CheckIn(models.Model):
    """The answers about one patient on one day. finished_at is empty while it is being written: then it counts nowhere.

    note: a few words for the family's own diary, shown to guardians only.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="check_ins")
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="check_ins")
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        """Whoever is writing one about a patient goes on with it, and begins no second."""

        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-on", "-finished_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "by"], condition=Q(finished_at=None, deleted_at=None), name="soulmates_checkin_one_under_way"),
        ]
        indexes = [models.Index(fields=["patient", "on"], name="soulmates_checkin_by_day")]

    def __str__(self):
        """Return the day."""
        return self.on.isoformat()

    @property
    def is_finished(self):
        """Return whether it was saved."""
        return self.finished_at is not None

    @property
    def can_change(self):
        """Return whether the answers may still be changed: while it is written, and 14 days after it was saved."""
        return self.finished_at is None or timezone.now() - self.finished_at < CHANGED_WITHIN

    @property
    def gone_at(self):
        """Return until when a deleted one can be brought back."""
        return self.deleted_at + DELETED_FOR


class Observation(models.Model):
    """One symptom in one check-in. severity: 0-4, or None for "I do not know". What was skipped has no row."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="observations")
    symptom = models.ForeignKey("conditions.Symptom", on_delete=models.PROTECT, related_name="+")
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, null=True, blank=True)

    class Meta:
        """One answer for a symptom; severities are 0 to 4."""

        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            models.UniqueConstraint(fields=["check_in", "symptom"], name="soulmates_observation_once"),
            models.CheckConstraint(name="soulmates_observation_range", condition=Q(severity=None) | Q(severity__range=(0, 4))),
        ]

    def __str__(self):
        """Return nothing that says what somebody has."""
        return f"observation {self.pk}"


class KeptOut(models.Model):
    """A symptom of a patient that enters no score, no reason and no list of a match."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="kept_out")
    symptom = models.ForeignKey("conditions.Symptom", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once."""

        constraints = [models.UniqueConstraint(fields=["patient", "symptom"], name="soulmates_keptout_once")]

    def __str__(self):
        """Return nothing that says what somebody has."""
        return f"kept out {self.pk}"


class SharedFacts(models.Model):
    """What matches see of a patient beside the symptoms both have; without a row nothing."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="shared_facts")
    age = models.BooleanField(_("age now, as a band"), default=False)
    onset = models.BooleanField(_("age when it began, as a band"), default=False)
    tumour = models.BooleanField(_("whether a tumour was found"), default=False)

    def __str__(self):
        """Return nothing that says what somebody shares."""
        return f"shared facts {self.pk}"
