"""The index as rows. Only `search.actions` writes here: the engine's own structure beside these tables has to follow in step."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from search.sources import MEMBERS, PUBLIC


class Audience(models.TextChoices):
    """Who may find an entry at all; a source's `visible_to` narrows it further."""

    PUBLIC = PUBLIC, _("everybody")
    MEMBERS = MEMBERS, _("members")


class Entry(models.Model):
    """One object in one language, as it can be found and shown: a page of results loads nothing else."""

    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=20, blank=True)
    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.PUBLIC)
    title = models.TextField()
    words = models.TextField(blank=True)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=500)

    class Meta:
        """One row for each object and language."""

        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "language"], name="search_entry_unique")]

    def __str__(self):
        """Return the title."""
        return self.title


class Word(models.Model):
    """A word that some entry contains, as it is written there: what "did you mean" may offer.

    entry: one that contains it, the witness. When that entry goes, another is looked for, and without one the word goes too. Counting
    instead would make every writer wait for every other at the row of a common word.
    """

    audience = models.CharField(max_length=20, choices=Audience.choices)
    word = models.CharField(max_length=40)
    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        """One row for each audience, because words of members' posts must not be offered to visitors."""

        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        constraints = [models.UniqueConstraint(fields=["audience", "word"], name="search_word_unique")]

    def __str__(self):
        """Return the word."""
        return self.word
