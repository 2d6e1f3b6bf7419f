"""What a question is about: a page of the reference, or a word of a small list."""

from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom, Topic, Treatment


class Kind(models.TextChoices):
    """What a tag stands for; its value is part of addresses."""

    TOPIC = "topic", _("Topic")
    SYMPTOM = "symptom", _("Symptom")
    TREATMENT = "treatment", _("Treatment")
    WORD = "tag", _("Tag")


class TagQuerySet(models.QuerySet):
    """Tags."""

    def visible_to(self, user):
        """Keep what this person may know of: every tag, since no member makes one."""
        return self


class Tag(models.Model):
    """One tag. name: as readers see it, in the language of the reference's page; `tags.sync` brings it up to date.

    The page it stands for is topic, symptom or treatment, by kind; a word stands for none. A page that was taken out leaves its tag as a word
    of its old kind, without a page: questions keep it.
    """

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    slug = models.SlugField(_("address"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    topic = models.OneToOneField(Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    symptom = models.OneToOneField(ConditionSymptom, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    treatment = models.OneToOneField(Treatment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TagQuerySet.as_manager()

    class Meta:
        """One for each page, and each word once."""

        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "kind", "slug"], name="forum_tag_unique"),
            models.CheckConstraint(
                name="forum_tag_page_by_kind",
                condition=(Q(kind=Kind.TOPIC) | Q(topic=None))
                & (Q(kind=Kind.SYMPTOM) | Q(symptom=None))
                & (Q(kind=Kind.TREATMENT) | Q(treatment=None)),
            ),
        ]

    def __str__(self):
        """Return the name."""
        return self.name

    def get_absolute_url(self):
        """Return the address of its questions."""
        return reverse("forum:tag_detail", args=[self.kind, self.condition.slug, self.slug])

    def get_ask_url(self) -> str:
        """Return where one asks a question that carries this tag from the start."""
        return f"{reverse('forum:question_ask')}?{urlencode({'condition': self.condition.slug, 'tag': f'{self.kind}:{self.slug}'})}"
