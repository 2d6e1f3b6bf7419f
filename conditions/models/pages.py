"""What has a page of text: a topic, a symptom in a condition, a treatment."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition

OVERVIEW = "overview"  # the topic whose page is the condition's own address
INDEX_TOPICS = ("symptoms", "treatments", "organisations")  # answer first, list below


class PageQuerySet(models.QuerySet):
    """Pages of the reference."""

    def visible_to(self, user):
        """Keep what this person may read: pages with an approved text. The same for everybody."""
        return self.filter(has_page=True)


class Page(models.Model):
    """Shared by everything that has revisions. `has_page` is a stored column: an approved revision exists."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="%(class)ss")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    has_page = models.BooleanField(_("has an approved text"), default=False, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def get_absolute_url(self) -> str:
        """Return the page's address."""
        raise NotImplementedError


class Topic(Page):
    """One standard question about a condition. group: a key of `Condition.groups`; the overview has none."""

    slug = models.SlugField(_("address"), max_length=80)
    group = models.CharField(_("group"), max_length=40, blank=True)

    class Meta:
        """In the order of groups and files."""

        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "slug"]
        constraints = [models.UniqueConstraint(fields=["condition", "slug"], name="conditions_topic_unique")]

    def __str__(self):
        """Return the address's last part."""
        return self.slug

    def get_absolute_url(self):
        """Return the page's address: the overview is the condition's own."""
        if self.slug == OVERVIEW:
            return self.condition.get_absolute_url()
        return reverse("conditions:topic_detail", args=[self.condition.slug, self.slug])


class ConditionSymptom(Page):
    """A symptom as it belongs to a condition: its category, how often it is documented, how well supported."""

    class Frequency(models.TextChoices):
        """Orphanet's frequency classes, as HPO annotations carry them."""

        VERY_FREQUENT = "very-frequent", _("Very often")
        FREQUENT = "frequent", _("Often")
        OCCASIONAL = "occasional", _("Sometimes")

    class Support(models.TextChoices):
        """How well the literature supports it in this condition."""

        CORE = "core", _("Part of the diagnostic picture")
        COMMON = "common", _("Reported often")
        REPORTED = "reported", _("Reported in some people")
        UNCERTAIN = "uncertain", _("Not established")
        DIFFERENTIAL = "differential", _("Often confused with it")
        TREATMENT_EFFECT = "treatment-effect", _("Mainly an effect of treatment")

    RANGES = {Frequency.VERY_FREQUENT: (80, 99), Frequency.FREQUENT: (30, 79), Frequency.OCCASIONAL: (5, 29)}  # in 100 people

    symptom = models.ForeignKey("conditions.Symptom", on_delete=models.CASCADE, related_name="in_conditions")
    category = models.CharField(_("category"), max_length=40)
    frequency = models.CharField(_("frequency class"), max_length=20, choices=Frequency, blank=True)
    support = models.CharField(_("support"), max_length=20, choices=Support)
    source_keys = models.JSONField(_("sources"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        """In the order of the file."""

        verbose_name = _("symptom of a condition")
        verbose_name_plural = _("symptoms of conditions")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "symptom"], name="conditions_conditionsymptom_unique")]

    def __str__(self):
        """Return the plain name."""
        return self.symptom.plain_name

    def get_absolute_url(self):
        """Return the page's address."""
        return reverse("conditions:symptom_detail", args=[self.condition.slug, self.symptom.slug])

    @property
    def slug(self):
        """Return the symptom's address part."""
        return self.symptom.slug

    @property
    def range(self):
        """Return the documented class as (least, most) in 100 people, or None when no source gives one."""
        return self.RANGES.get(self.frequency)


class Treatment(Page):
    """What is used or asked about: for what, with which evidence, effects and checks."""

    class Evidence(models.TextChoices):
        """The strongest kind of study about it in this condition."""

        RANDOMISED_TRIAL = "randomised-trial", _("One randomised trial")
        OBSERVATIONAL = "observational", _("Observational studies")
        CASE_REPORTS = "case-reports", _("Single cases")
        EXPERT_OPINION = "expert-opinion", _("Expert opinion")
        NONE = "none", _("Not studied in this condition")

    slug = models.SlugField(_("address"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    plain_name = models.CharField(_("plain name"), max_length=200)
    also_called = models.JSONField(_("also called"), default=list, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    used_for = models.CharField(_("used for"), max_length=300)
    evidence_level = models.CharField(_("evidence"), max_length=20, choices=Evidence)
    evidence_note = models.CharField(_("about the evidence"), max_length=300, blank=True)
    side_effects = models.JSONField(_("side effects"), default=list, blank=True)
    monitoring = models.JSONField(_("checks"), default=list, blank=True)
    source_keys = models.JSONField(_("sources"), default=list, blank=True)

    class Meta:
        """In the order of the file."""

        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "slug"], name="conditions_treatment_unique")]

    def __str__(self):
        """Return the plain name."""
        return self.plain_name

    def get_absolute_url(self):
        """Return the page's address."""
        return reverse("conditions:treatment_detail", args=[self.condition.slug, self.slug])
