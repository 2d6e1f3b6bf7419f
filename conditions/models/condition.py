"""A condition: a disease with pages of its own."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Condition(models.Model):
    """A disease, its groups of topics and the order of its symptom categories.

    groups: [{key, title}], paths: [{key, title, text, topics: [slug]}], symptom_categories and treatment_kinds: [{key, title}],
    credits: [{text, url}]; all in the order readers see. They are data of the files; the texts readers see are revisions of topics.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    language = models.CharField(_("language"), max_length=12, default="en")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40)
    tagline = models.CharField(_("headline of the home page"), max_length=120, blank=True)
    intro = models.TextField(_("first sentences of the home page"), blank=True)
    description = models.CharField(_("one sentence for search engines"), max_length=200, blank=True)
    vocabulary_release = models.CharField(_("release of the vocabulary"), max_length=60, blank=True)
    frequency_source = models.ForeignKey(
        "conditions.Source", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source of the frequency classes")
    )
    groups = models.JSONField(default=list, blank=True)
    paths = models.JSONField(default=list, blank=True)
    symptom_categories = models.JSONField(default=list, blank=True)
    treatment_kinds = models.JSONField(default=list, blank=True)
    credits = models.JSONField(default=list, blank=True)
    files_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        """The first condition is the one that the home page speaks of."""

        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["order", "slug"]

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the overview's address."""
        return reverse("conditions:condition_detail", args=[self.slug])


class ConditionName(models.Model):
    """Another name of a condition, with where it is used."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="names")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    note_html = models.TextField(editable=False, blank=True)
    source = models.ForeignKey("conditions.Source", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """In the order of the file."""

        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "name"], name="conditions_name_unique")]

    def __str__(self):
        """Return the name."""
        return self.name


class ConditionCode(models.Model):
    """The code of a condition in a classification."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="codes")
    order = models.PositiveSmallIntegerField(default=0)
    system = models.CharField(_("system"), max_length=60)
    code = models.CharField(_("code"), max_length=40)
    label = models.CharField(_("what the code says"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    note_html = models.TextField(editable=False, blank=True)
    doubtful = models.BooleanField(_("doubtful"), default=False)
    source = models.ForeignKey("conditions.Source", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order of the file."""

        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "system", "code"], name="conditions_code_unique")]

    def __str__(self):
        """Return system and code."""
        return f"{self.system} {self.code}"
