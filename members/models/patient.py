"""The person who has the condition: the member, or somebody the member cares for. Never a login."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.choices import Course, Level, OnsetAge, PatientAge, Relation, Sex, Tumour
from members.models.ids import random_public_id
from members.models.member import Member
from members.models.relations import Block

# What is asked after a record is made, in this order; each question with the fields of which one says that it was answered.
QUESTIONS = {
    "sex": ("sex",),
    "began": ("onset_year", "onset_age"),
    "diagnosis": ("diagnosis_year",),
    "tumour": ("tumour",),
    "course": ("course",),
}


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

    def owned_by(self, user):
        """Keep those whose record this person owns: only they invite, hand over and delete."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(guardians__member__user=user, guardians__level=Level.OWNER)


class Patient(models.Model):
    """A nickname, an age band and what the family chooses to write down. Years are whole, months 1-12 or open; every answer may be empty."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.PROTECT, related_name="+", verbose_name=_("condition"))
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    nickname = models.CharField(_("nickname"), max_length=40)
    age_band = models.CharField(_("age"), max_length=8, choices=PatientAge, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    onset_age = models.CharField(_("age when it began"), max_length=10, choices=OnsetAge, blank=True)
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

    def get_absolute_url(self):
        """Return the address of the record, for those who look after it."""
        return reverse("members:patient_detail", args=[self.public_id])

    def is_open(self, question):
        """Return whether a question of QUESTIONS has no answer yet; "I do not know" is an answer."""
        return not any(getattr(self, name) for name in QUESTIONS[question])

    @property
    def open_questions(self):
        """Return the questions without an answer, in the order in which they are asked."""
        return [question for question in QUESTIONS if self.is_open(question)]

    @property
    def may_be_grown(self):
        """Return whether the person is at an age at which the record is offered to them."""
        return self.age_band in (PatientAge.YOUTH, PatientAge.YOUNG_ADULT)

    @property
    def is_grown(self):
        """Return whether the person is old enough, by the age band that is written down, to keep the record themselves."""
        return self.age_band in PatientAge.grown()


class GuardianQuerySet(models.QuerySet):
    """Guardians as the others beside a record see them."""

    def for_list(self):
        """Add the member; the owner first, then by how long they are there."""
        return self.select_related("member").order_by(models.Case(models.When(level=Level.OWNER, then=0), default=1), "since", "pk")


class Guardian(models.Model):
    """Who looks after a patient's record, as what, and what they may do. Exactly one owns it."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="guardians")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="guardianships")
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    level = models.CharField(_("may"), max_length=8, choices=Level)
    since = models.DateTimeField(default=timezone.now, editable=False)

    objects = GuardianQuerySet.as_manager()

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

    @property
    def is_owner(self):
        """Return whether this is who invites, hands over and deletes."""
        return self.level == Level.OWNER

    @property
    def can_change(self):
        """Return whether the answers may be changed."""
        return self.level in (Level.EDIT, Level.OWNER)

    @property
    def is_away(self):
        """Return whether the member is on the way out or suspended: then nobody is shown their name."""
        return bool(self.member.leaving_at or self.member.suspended_at)


class GuardianInvitationQuerySet(models.QuerySet):
    """Invitations as codes open them."""

    def open(self):
        """Keep those whose seven days are not over."""
        return self.filter(expires_at__gt=timezone.now())

    def open_to(self, member):
        """Keep those this member may take: still made by the owner, who is here, and neither has blocked the other."""
        blocks = Block.objects.filter(
            Q(blocker=member, blocked=models.OuterRef("invited_by")) | Q(blocked=member, blocker=models.OuterRef("invited_by"))
        )
        owners = Guardian.objects.filter(patient=models.OuterRef("patient"), member=models.OuterRef("invited_by"), level=Level.OWNER)
        here = {"invited_by__leaving_at": None, "invited_by__suspended_at": None, "invited_by__user__is_active": True}
        return self.open().filter(~models.Exists(blocks), models.Exists(owners), **here)


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

    objects = GuardianInvitationQuerySet.as_manager()

    def __str__(self):
        """Return what the code gives."""
        return self.level
