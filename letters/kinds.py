"""What a notice can be about, and what it says: whole sentences, with and without a number. Never a name or a text of anybody.

A part of the site that has news adds a kind and its words here, and its models say themselves who may see them (`visible_to`) and where
they stand (`get_absolute_url`): nothing else is to be registered.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class Kind(models.TextChoices):
    """What a notice is about. Later parts of the site add theirs."""

    CONSENT = "consent", _("The words of a consent changed")
    MATCH = "match", _("Somebody with a closer match joined")


# Every kind has its words: a test fails for one without. `count`: how often it happened since the notice was read.
WORDS = {
    Kind.CONSENT: ngettext_lazy(
        "Something you agreed to has new words: please read them",
        "Something you agreed to has had new words %(count)d times: please read them",
        "count",
    ),
    Kind.MATCH: ngettext_lazy("Somebody with a closer match joined", "Closer matches joined, %(count)d times", "count"),
}


def words(kind: str, count: int) -> str:
    """Return the sentence of a notice in the reader's language."""
    return WORDS[Kind(kind)] % {"count": count}
