"""What pages lean on: sources, organisations, glossary, help numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class Source(models.Model):
    """A publication or page that a statement cites."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="sources")
    key = models.CharField(_("key"), max_length=12)
    title = models.CharField(_("title"), max_length=400)
    authors = models.CharField(_("authors"), max_length=400, blank=True)
    container = models.CharField(_("journal, site or publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    doi = models.CharField("DOI", max_length=120, blank=True)
    pmid = models.CharField("PMID", max_length=20, blank=True)
    pmcid = models.CharField("PMCID", max_length=20, blank=True)
    url = models.URLField(_("address"), max_length=400, blank=True)
    people = models.PositiveIntegerField(_("people studied"), null=True, blank=True)
    seen = models.CharField(_("how much of it we saw"), max_length=40, blank=True)
    uncertain = models.BooleanField(_("to be used with care"), default=False)
    note = models.CharField(_("note to readers"), max_length=400, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """A key stands once in a condition."""

        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "key"], name="conditions_source_key_unique")]

    def __str__(self):
        """Return key and title."""
        return f"{self.key} {self.title}"

    @property
    def link(self):
        """Return where a reader can open it, or an empty string."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.url:
            return self.url
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else ""


class Organisation(models.Model):
    """A charity, hospital, network or database that helps."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="organisations")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"), blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    offers = models.TextField(_("what it offers"), blank=True)
    offers_html = models.TextField(editable=False, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    url = models.URLField(_("address"), max_length=400, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="organisations")
    seen_on = models.DateField(_("seen on"))

    class Meta:
        """A name stands once in a condition."""

        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["condition", "name"], name="conditions_organisation_unique")]

    def __str__(self):
        """Return the name."""
        return self.name


class GlossaryTerm(models.Model):
    """A medical word in plain words."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="glossary")
    term = models.CharField(_("term"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80)
    also = models.JSONField(_("other spellings"), default=list, blank=True)
    text = models.TextField(_("in plain words"))
    text_html = models.TextField(editable=False, blank=True)

    class Meta:
        """By the alphabet."""

        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term"]
        constraints = [models.UniqueConstraint(fields=["condition", "slug"], name="conditions_glossary_unique")]

    def __str__(self):
        """Return the term."""
        return self.term


class HelpNumber(models.Model):
    """A number to call in an emergency or a crisis, with the page that shows it. Editors keep it; files only seed it."""

    class Kind(models.TextChoices):
        """What the number is for, in the order readers need it."""

        EMERGENCY = "emergency", _("Emergency")
        EMERGENCY_TEXT = "emergency-text", _("Emergency by text message")
        CRISIS = "crisis", _("If you feel very low")
        HEALTH_ADVICE = "health-advice", _("Health advice by telephone")
        POISON = "poison", _("Poison advice")

    country = models.CharField(_("country or EU"), max_length=2)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number to call"), max_length=40, blank=True)
    text_number = models.CharField(_("number to text"), max_length=40, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    url = models.URLField(_("page that shows it"), max_length=400)
    seen_on = models.DateField(_("seen on"))
    confirmed_on = models.DateField(_("confirmed on the live page on"), null=True, blank=True, help_text=_("By an editor who opened it."))
    review_due_on = models.DateField(_("check again by"))

    class Meta:
        """A number stands once for a country and kind."""

        verbose_name = _("help number")
        verbose_name_plural = _("help numbers")
        ordering = ["country", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["country", "kind", "name"], name="conditions_help_number_unique"),
            models.CheckConstraint(condition=~models.Q(number="", text_number=""), name="conditions_help_number_some_number"),
        ]

    def __str__(self):
        """Return country and name."""
        return f"{self.country} {self.name}"

    @property
    def dial(self):
        """Return the number as a `tel:` address takes it."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")
