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
    ANSWER = "answer", _("An answer to my question")
    COMMENT = "comment", _("A comment on what I wrote")
    HELPED = "helped", _("My answer helped who asked")
    MENTION = "mention", _("Somebody named me in a post")
    WATCHED = "watched", _("A new answer to a question I follow")
    TAG = "tag", _("A new question with a tag I follow")
    OFFER = "offer", _("A question that waits for an answer")
    DECISION = "decision", _("A decision about something I wrote")
    URGENT = "urgent", _("An urgent report, for moderators")


# Every kind has its words: a test fails for one without. `count`: how often it happened since the notice was read.
WORDS = {
    Kind.CONSENT: ngettext_lazy(
        "Something you agreed to has new words: please read them",
        "Something you agreed to has had new words %(count)d times: please read them",
        "count",
    ),
    Kind.MATCH: ngettext_lazy("Somebody with a closer match joined", "Closer matches joined, %(count)d times", "count"),
    Kind.ANSWER: ngettext_lazy("Your question has a new answer", "Your question has %(count)d new answers", "count"),
    Kind.COMMENT: ngettext_lazy("There is a new comment on what you wrote", "There are %(count)d new comments on what you wrote", "count"),
    Kind.HELPED: ngettext_lazy(
        "Your answer helped the person who asked", "Your answer helped the person who asked: they said so %(count)d times", "count"
    ),
    Kind.MENTION: ngettext_lazy("Somebody named you in a post", "Somebody named you in a post, %(count)d times", "count"),
    Kind.WATCHED: ngettext_lazy("A question you follow has a new answer", "A question you follow has %(count)d new answers", "count"),
    Kind.TAG: ngettext_lazy(
        "There is a new question about something you follow", "There is a question about something you follow: it was told %(count)d times", "count"
    ),
    Kind.OFFER: ngettext_lazy(
        "A question has no answer yet. Perhaps you know one", "A question was offered to you %(count)d times. Perhaps you know an answer", "count"
    ),
    Kind.DECISION: ngettext_lazy(
        "There is a decision about something you wrote", "There is a decision about something you wrote: it was told %(count)d times", "count"
    ),
    Kind.URGENT: ngettext_lazy("An urgent report waits for a moderator", "An urgent report waits for a moderator: it came %(count)d times", "count"),
}


def words(kind: str, count: int) -> str:
    """Return the sentence of a notice in the reader's language."""
    return WORDS[Kind(kind)] % {"count": count}
