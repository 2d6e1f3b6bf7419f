"""Reports, decisions, and what was sent already."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member
from moderation.models.choices import URGENT, Act, Reason, Rule


class AboutQuerySet(models.QuerySet):
    """Rows that speak of a thing of another app."""

    def about(self, thing):
        """Keep what is about one thing."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class ReportQuerySet(AboutQuerySet):
    """Reports as the queue has them."""

    def open(self):
        """Keep what nobody has decided yet."""
        return self.filter(closed_at=None)

    def for_queue(self):
        """Urgent ones first, then the oldest."""
        return self.select_related("reporter", "content_type").order_by("-is_urgent", "created_at", "pk")


class Report(models.Model):
    """Somebody says that a thing should not stand as it is. reporter: None for a visitor, and after an erase.

    Who reported is never told to the author. text: the reporter's own words; moderators alone read them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)  # the receipt
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()
    reporter = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False, editable=False)
    weight = models.PositiveSmallIntegerField(default=1, editable=False)  # 0: visitors and new members, 1: past the first limits, 3: trusted
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        """One open report of a member about a thing."""

        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-is_urgent", "created_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="moderation_report_about")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "content_type", "object_id"],
                condition=Q(closed_at=None, reporter__isnull=False),
                name="moderation_report_one_open",
            )
        ]

    def __str__(self):
        """Return the receipt: it names nobody."""
        return self.public_id

    @staticmethod
    def urgency(reason: str) -> bool:
        """Return whether a reason goes to the top of the queue."""
        return reason in URGENT


class Decision(models.Model):
    """What was done with a thing, by whom, by which rule and why. Never changed and never deleted by any screen.

    by: None where a rule of the machine did it (`automatic`), and after the moderator was erased.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    automatic = models.BooleanField(default=False)
    act = models.CharField(_("what was done"), max_length=12, choices=Act)
    rule = models.CharField(_("rule"), max_length=12, choices=Rule, default=Rule.NONE)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = AboutQuerySet.as_manager()

    class Meta:
        """Newest first."""

        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-created_at"], name="moderation_decision_about")]

    def __str__(self):
        """Return what was done."""
        return str(self.get_act_display())


class Submission(models.Model):
    """A form that was sent and taken: the same form sent again finds what became of it, and so does the same text within minutes.

    key: the random value the form carried. digest: of the text, keyed. address: where the thing stands.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="submissions")
    key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once for each form."""

        constraints = [models.UniqueConstraint(fields=["member", "key"], name="moderation_submission_once")]
        indexes = [models.Index(fields=["member", "digest"], name="moderation_submission_text")]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"submission {self.pk}"
