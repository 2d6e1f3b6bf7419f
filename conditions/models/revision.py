"""The texts: revisions, what they cite, and the rows of numbers that belong to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conditions.rendering import plain_words

TARGETS = ("topic", "symptom", "treatment")
TEXT_FIELDS = ("title", "nav_title", "search_words", "short_answer", "red_flags_title", "red_flags", "body", "unknown", "questions", "related")

LIST_FIELDS = (
    *("language", "title", "nav_title", "short_answer_html", "compiled_on", "review_due_on", "decided_at"),
    *("topic__slug", "topic__group", "topic__order", "topic__condition__slug"),
    *("symptom__symptom__slug", "symptom__condition__slug"),
    *("treatment__slug", "treatment__condition__slug"),
)


def _exactly_one_target():
    return Q(
        Q(topic__isnull=False, symptom=None, treatment=None)
        | Q(topic=None, symptom__isnull=False, treatment=None)
        | Q(topic=None, symptom=None, treatment__isnull=False)
    )


class RevisionQuerySet(models.QuerySet):
    """Versions of texts."""

    def approved(self):
        """Keep what readers see."""
        return self.filter(state=Revision.State.APPROVED)

    def proposed(self):
        """Keep what waits for a decision."""
        return self.filter(state=Revision.State.PROPOSED)

    def visible_to(self, user):
        """Keep what this person may read on the site: approved texts. Editors read proposals in the admin."""
        return self.approved()

    def overdue(self, today=None):
        """Keep readers' texts whose review date has passed."""
        return self.approved().filter(review_due_on__lt=today or timezone.localdate())

    def for_page(self):
        """Add what every page shows around its text: the thing, its condition. No query more."""
        return self.select_related("topic__condition", "symptom__condition", "symptom__symptom", "treatment__condition")

    def for_list(self):
        """Fetch what a list shows and its addresses need, and leave the long texts in the database. One query."""
        return self.for_page().only(*LIST_FIELDS)

    def of_condition(self, condition):
        """Keep the texts of one condition's topics, symptoms and treatments."""
        return self.filter(Q(topic__condition=condition) | Q(symptom__condition=condition) | Q(treatment__condition=condition))


class Revision(models.Model):
    """A version of a page's text in one language. Markdown is rendered once, when it is saved (`conditions.rendering`)."""

    class State(models.TextChoices):
        """Readers see the approved one."""

        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        REPLACED = "replaced", _("Replaced")
        DECLINED = "declined", _("Declined")

    class Origin(models.TextChoices):
        """Where a text was written."""

        FILE = "file", _("The content files")
        EDITOR = "editor", _("An editor")

    topic = models.ForeignKey("conditions.Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    symptom = models.ForeignKey("conditions.ConditionSymptom", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    treatment = models.ForeignKey("conditions.Treatment", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions")
    language = models.CharField(_("language"), max_length=12)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED, editable=False)
    origin = models.CharField(_("written in"), max_length=10, choices=Origin, default=Origin.EDITOR, editable=False)

    title = models.CharField(_("title"), max_length=160, help_text=_("The reader's question, or the plain name."))
    nav_title = models.CharField(_("short title"), max_length=40, help_text=_("For lists and the way back."))
    search_words = models.JSONField(_("search words"), default=list, blank=True, help_text=_("Words people type that stand nowhere in the text."))
    short_answer = models.TextField(_("short answer"), help_text=_("Two or three sentences that answer the title."))
    red_flags_title = models.CharField(_("title of the warning"), max_length=120, blank=True)
    red_flags = models.TextField(_("warning"), blank=True, help_text=_("Signs that need help at once or today. Only where it applies."))
    body = models.TextField(_("text"), blank=True)
    unknown = models.TextField(_("what we do not know"), blank=True)
    questions = models.JSONField(_("questions for the team"), default=list, blank=True)
    related = models.JSONField(_("related pages"), default=list, blank=True, help_text=_("Such as topic:relapse, symptom:ataxia, treatment:ivig."))

    short_answer_html = models.TextField(editable=False, blank=True)
    red_flags_html = models.TextField(editable=False, blank=True)
    body_html = models.TextField(editable=False, blank=True)
    unknown_html = models.TextField(editable=False, blank=True)
    contents = models.JSONField(editable=False, default=list)  # [[id, heading]] of the body

    compiled_on = models.DateField(_("checked against its sources on"))
    review_due_on = models.DateField(_("check again by"))
    reviewed_on = models.DateField(_("reviewed by a clinician on"), null=True, blank=True)
    reviewer_name = models.CharField(_("clinician who reviewed it"), max_length=120, blank=True)
    reviewer_role = models.CharField(_("the clinician's profession and place"), max_length=160, blank=True)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    note = models.CharField(_("why this change"), max_length=300, blank=True)
    decision_note = models.CharField(_("why this decision"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        """One text at a time is the approved one; nobody approves what they wrote."""

        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-created_at", "-pk"]
        permissions = [("decide_revision", _("May approve or decline what another editor proposed"))]
        indexes = [models.Index(fields=["state", "review_due_on"], name="conditions_revision_due")]
        constraints = [
            models.CheckConstraint(name="conditions_revision_one_target", condition=_exactly_one_target()),
            *[
                models.UniqueConstraint(fields=[target, "language"], condition=Q(state="approved"), name=f"conditions_revision_one_approved_{target}")
                for target in TARGETS
            ],
            models.CheckConstraint(
                name="conditions_revision_second_editor", condition=Q(author=None) | Q(decided_by=None) | ~Q(author=F("decided_by"))
            ),
            models.CheckConstraint(
                name="conditions_revision_review_together",
                condition=Q(reviewed_on=None, reviewer_name="") | (Q(reviewed_on__isnull=False) & ~Q(reviewer_name="")),
            ),
            models.CheckConstraint(
                name="conditions_revision_decided",
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the address of the page it belongs to."""
        return self.target.get_absolute_url()

    @property
    def target(self):
        """Return the topic, symptom or treatment that this is a text of."""
        return self.topic or self.symptom or self.treatment

    @property
    def answer(self):
        """Return the short answer in plain words, without marks."""
        return plain_words(self.short_answer_html)

    @property
    def kind(self):
        """Return "topic", "symptom" or "treatment"."""
        return next(kind for kind in TARGETS if getattr(self, f"{kind}_id"))

    @property
    def is_overdue(self):
        """Return whether the day of the next check has passed."""
        return self.review_due_on < timezone.localdate()


class Citation(models.Model):
    """A source that a revision cites, under the number the page shows."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey("conditions.Source", on_delete=models.PROTECT, related_name="citations")
    number = models.PositiveSmallIntegerField()

    class Meta:
        """By number."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "source"], name="conditions_citation_source_unique"),
            models.UniqueConstraint(fields=["revision", "number"], name="conditions_citation_number_unique"),
        ]

    def __str__(self):
        """Return number and source."""
        return f"{self.number}: {self.source_id}"


class EvidenceRow(models.Model):
    """One study, one line of a treatment's evidence table."""

    class Confidence(models.TextChoices):
        """Our own judgement, in the words of GRADE."""

        HIGH = "high", _("High")
        MODERATE = "moderate", _("Moderate")
        LOW = "low", _("Low")
        VERY_LOW = "very low", _("Very low")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="evidence")
    order = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(_("claim"), max_length=400)
    study = models.CharField(_("kind of study"), max_length=200)
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = models.ForeignKey("conditions.Source", on_delete=models.PROTECT, related_name="+")
    confidence = models.CharField(_("our confidence"), max_length=10, choices=Confidence)

    class Meta:
        """Strongest first, as written."""

        ordering = ["order", "pk"]
        verbose_name = _("line of the evidence table")
        verbose_name_plural = _("evidence table")

    def __str__(self):
        """Return the claim."""
        return self.claim


class FrequencyRow(models.Model):
    """One study that counted a symptom: `count` of `total` people."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="frequencies")
    order = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("study"), max_length=200)
    count = models.PositiveIntegerField(_("with the symptom"))
    total = models.PositiveIntegerField(_("people studied"))
    source = models.ForeignKey("conditions.Source", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A count is at most its total."""

        ordering = ["order", "pk"]
        verbose_name = _("study that counted it")
        verbose_name_plural = _("studies that counted it")
        constraints = [
            models.CheckConstraint(name="conditions_frequency_in_range", condition=Q(total__gt=0, count__lte=F("total"))),
        ]

    def __str__(self):
        """Return the label."""
        return self.label
