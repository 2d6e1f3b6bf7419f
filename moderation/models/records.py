"""Reports, decisions, and what was sent already."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member
from moderation import rights
from moderation.models.choices import URGENT, Act, Reason, Rule


class AboutQuerySet(models.QuerySet):
    """Rows that speak of a thing of another app."""

    def about(self, thing):
        """Keep what is about one thing."""
        return self.about_model(type(thing)).filter(object_id=thing.pk)

    def about_model(self, model):
        """Keep what is about things of one model."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))


class ReportQuerySet(AboutQuerySet):
    """Reports as the queue has them."""

    def visible_to(self, user):
        """Keep what this person may open: their own, everything for a moderator, and for whoever has its number what a visitor sent."""
        of_visitors = Q(reporter=None, automatic=False)
        if not user.is_authenticated:
            return self.filter(of_visitors)
        if rights.may_moderate(user.member):
            return self
        return self.filter(of_visitors | Q(reporter=user.member))

    def open(self):
        """Keep what nobody has decided yet."""
        return self.filter(closed_at=None)

    def for_queue(self):
        """Urgent ones first, then the oldest. One query."""
        return self.select_related("reporter__user", "content_type", "decision").order_by("-is_urgent", "created_at", "pk")


class Report(models.Model):
    """Somebody says that a thing should not stand as it is. reporter: None for a visitor, and after an erase.

    Who reported is never told to the author. text: the reporter's own words; moderators alone read them. name, email: of a visitor who says
    that something is against the law. automatic: a check of ours found it, nobody reported. decision: what closed it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)  # the receipt
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()
    reporter = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    automatic = models.BooleanField(_("found by a check"), default=False, editable=False)
    is_urgent = models.BooleanField(_("urgent"), default=False, editable=False)
    weight = models.PositiveSmallIntegerField(default=1, editable=False)  # 0: visitors and new members, 1: past the first limits, 3: trusted
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision = models.ForeignKey("moderation.Decision", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")

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

    def get_absolute_url(self):
        """Return the address of the receipt."""
        return reverse("moderation:report_detail", args=[self.public_id])

    @staticmethod
    def urgency(reason: str) -> bool:
        """Return whether a reason goes to the top of the queue."""
        return reason in URGENT


class DecisionQuerySet(AboutQuerySet):
    """Decisions as people may read them."""

    def visible_to(self, user):
        """Keep what this person may open: what was decided about their own words, and everything for a moderator."""
        if not user.is_authenticated:
            return self.none()
        return self if rights.may_moderate(user.member) else self.filter(author=user.member)

    def by_people(self):
        """Keep what a moderator decided, not the machine."""
        return self.filter(automatic=False)


class Decision(models.Model):
    """What was done with a thing, by whom, by which rule and why. Never changed and never deleted by any screen.

    by: None where a rule of the machine did it (`automatic`), and after the moderator was erased. author: who had written the thing and may
    read the decision; None after they were erased.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey()
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    automatic = models.BooleanField(default=False)
    act = models.CharField(_("what was done"), max_length=12, choices=Act)
    rule = models.CharField(_("rule"), max_length=12, choices=Rule, default=Rule.NONE)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        """Newest first."""

        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-created_at"], name="moderation_decision_about"),
            models.Index(fields=["author", "-created_at"], name="moderation_decision_author"),
        ]

    def __str__(self):
        """Return what was done."""
        return str(self.get_act_display())

    def get_absolute_url(self):
        """Return the address of the page that tells the author."""
        return reverse("moderation:decision_detail", args=[self.pk])


class Submission(models.Model):
    """A form that was sent and taken: the same form sent again finds what became of it, and so does the same text within minutes.

    key: the random value the form carried. digest: of the text, keyed; emptied when its five minutes are over and it comes again. address:
    where the thing stands.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="submissions")
    key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once for each form; the same text once in five minutes."""

        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="moderation_submission_once"),
            models.UniqueConstraint(fields=["member", "digest"], condition=~Q(digest=""), name="moderation_submission_text_once"),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"submission {self.pk}"
