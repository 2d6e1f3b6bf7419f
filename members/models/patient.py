"""The person who has the condition: the member, or somebody the member cares for. Never a login."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.choices import Course, Level, PatientAge, Relation, Sex, Tumour
from members.models.ids import random_public_id
from members.models.member import Member


class PatientQuerySet(models.QuerySet):
    """Patients as their guardians see them; nobody else sees a patient at all."""

    def visible_to(self, user):
        """Keep those whom this person looks after, or is."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(guardians__member__user=user)

    def editable_by(self, user):
        """Keep those whose record this person may change."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(guardians__member__user=user, guardians__level__in=(Level.EDIT, Level.OWNER))


class Patient(models.Model):
    """A nickname, an age band and what the family chooses to write down. Years are whole, months 1-12 or open; every answer may be empty."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.PROTECT, related_name="+", verbose_name=_("condition"))
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    nickname = models.CharField(_("nickname"), max_length=40)
    age_band = models.CharField(_("age"), max_length=8, choices=PatientAge, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    onset_year = models.PositiveSmallIntegerField(_("year it began"), null=True, blank=True)
    onset_month = models.PositiveSmallIntegerField(_("month it began"), null=True, blank=True)
    diagnosis_year = models.PositiveSmallIntegerField(_("year of the diagnosis"), null=True, blank=True)
    diagnosis_month = models.PositiveSmallIntegerField(_("month of the diagnosis"), null=True, blank=True)
    tumour = models.CharField(_("tumour"), max_length=10, choices=Tumour, blank=True)
    tumour_kind = models.CharField(_("kind of tumour"), max_length=80, blank=True)
    course = models.CharField(_("course"), max_length=10, choices=Course, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        """A month needs its year; a kind of tumour needs a tumour."""

        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ["created_at", "pk"]
        constraints = [
            *[
                models.CheckConstraint(
                    name=f"members_patient_{event}_month_in_year",
                    condition=Q(**{f"{event}_month": None}) | Q(**{f"{event}_month__range": (1, 12), f"{event}_year__isnull": False}),
                )
                for event in ("onset", "diagnosis")
            ],
            models.CheckConstraint(name="members_patient_kind_of_a_tumour", condition=Q(tumour_kind="") | Q(tumour=Tumour.FOUND)),
        ]

    def __str__(self):
        """Return the nickname."""
        return self.nickname


class Guardian(models.Model):
    """Who looks after a patient's record, as what, and what they may do. Exactly one owns it."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="guardians")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="guardianships")
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    level = models.CharField(_("may"), max_length=8, choices=Level)
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """A member stands once beside a patient; a patient has one owner and is at most one member."""

        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        constraints = [
            models.UniqueConstraint(fields=["patient", "member"], name="members_guardian_once"),
            models.UniqueConstraint(fields=["patient"], condition=Q(level=Level.OWNER), name="members_guardian_one_owner"),
            models.UniqueConstraint(fields=["patient"], condition=Q(relation=Relation.SELF), name="members_guardian_one_self"),
            models.UniqueConstraint(fields=["member"], condition=Q(relation=Relation.SELF), name="members_guardian_self_once"),
        ]

    def __str__(self):
        """Return what the member may do."""
        return self.level


class GuardianInvitation(models.Model):
    """A code that lets one more person look after a record. Only a digest of the code is kept; it works once, for seven days.

    hand_over: whoever accepts becomes the patient's owner and self, as a young person does who turns adult.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    level = models.CharField(max_length=8, choices=Level)
    hand_over = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self):
        """Return what the code gives."""
        return self.level
