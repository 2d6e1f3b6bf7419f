"""The symptom vocabulary: terms of the Human Phenotype Ontology, unchanged, with plain names of our own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AncestorTerm(models.Model):
    """An HPO term above the vocabulary. is_a: HPO ids of its direct parents. ic: information content in nats, -ln(share of diseases)."""

    hpo_id = models.CharField("HPO", max_length=10, primary_key=True)
    name = models.CharField(_("HPO name"), max_length=200)
    ic = models.FloatField(_("information content"))
    n_diseases = models.PositiveIntegerField(_("annotated diseases"))
    is_a = models.JSONField(default=list, blank=True)

    class Meta:
        """By id."""

        ordering = ["hpo_id"]

    def __str__(self):
        """Return id and name."""
        return f"{self.hpo_id} {self.name}"


class Symptom(models.Model):
    """An HPO term of our vocabulary.

    ancestors: HPO ids of every term above it up to Phenotypic abnormality, most specific first; is_a: the direct ones.
    ic: information content in nats; ic_imputed where no disease is annotated and ln(N) stands in.
    """

    hpo_id = models.CharField("HPO", max_length=10, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("HPO name"), max_length=200)
    plain_name = models.CharField(_("plain name"), max_length=120)
    synonyms = models.JSONField(_("other words"), default=list, blank=True)
    is_a = models.JSONField(default=list, blank=True)
    ancestors = models.JSONField(default=list, blank=True)
    ic = models.FloatField(_("information content"))
    ic_imputed = models.BooleanField(default=False)
    n_diseases = models.PositiveIntegerField(_("annotated diseases"))

    class Meta:
        """By plain name."""

        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")
        ordering = ["plain_name"]

    def __str__(self):
        """Return the plain name."""
        return self.plain_name
