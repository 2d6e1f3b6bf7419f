"""What everything that people write has in common: an author, an audience, and whether it is shown at all."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from members.models.relations import Block, Mute
from moderation.models.choices import Audience

BACK_FOR = timedelta(days=14)  # what its author deleted can be brought back so long
OUT_OF_SIGHT = ("hidden_at", "held_at", "away_at", "deleted_at")  # each alone keeps a thing from everybody else


class ModeratedQuerySet(models.QuerySet):
    """What people wrote, as others may meet it."""

    def shown(self):
        """Keep what nothing hides: neither a moderator, nor a check, nor its author."""
        return self.filter(is_shown=True)

    def public(self):
        """Keep what visitors, feeds, search engines and the sitemap may know of."""
        return self.filter(is_shown=True, audience=Audience.EVERYONE)

    def listed_for(self, user):
        """Keep what stands in lists, counts, search and feeds for this person: the same for all members, their own hidden things left out.

        A list or a count that held more for some would tell, by its numbers, that something is hidden.
        """
        return self.shown() if user.is_authenticated else self.public()

    def visible_to(self, user):
        """Keep what this person may open: what is listed for them, what they wrote themselves, and everything for a moderator."""
        if not user.is_authenticated:
            return self.public()
        if user.member.is_moderator:
            return self
        return self.filter(Q(is_shown=True) | Q(author=user.member))

    def with_folds(self, user):
        """Add `folded`: whether this person blocked or muted who wrote it under their name. What is written without a name folds for nobody."""
        if not user.is_authenticated:
            return self.annotate(folded=Value(False, output_field=models.BooleanField()))
        me = user.member
        theirs = Exists(Block.objects.filter(blocker=me, blocked=OuterRef("author"))) | Exists(
            Mute.objects.filter(muter=me, muted=OuterRef("author"))
        )
        return self.annotate(folded=models.Case(models.When(by_name=True, then=theirs), default=Value(False), output_field=models.BooleanField()))

    def written_by(self, member):
        """Keep what a member wrote under their name: for a list that others see."""
        return self.filter(author=member, by_name=True)


class Moderated(models.Model):
    """Something that a member wrote and others read.

    author: None once they were erased and what they wrote was kept. by_name: written under the pseudonym, or as "a member".
    version: grows with each edit, so that two edits at once are noticed. is_shown: whether none of OUT_OF_SIGHT holds; stored for the lists.
    hidden_at: by a decision. held_at: waits for a look. away_at: its author is leaving and wants it gone. deleted_at: by its author.
    """

    author = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    by_name = models.BooleanField(_("under the pseudonym"), default=True)
    audience = models.CharField(_("who may read it"), max_length=8, choices=Audience, default=Audience.MEMBERS)
    language = models.CharField(_("language"), max_length=12, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_shown = models.BooleanField(_("shown"), default=True, editable=False)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True, editable=False)
    held_at = models.DateTimeField(_("held"), null=True, blank=True, editable=False)
    away_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = ModeratedQuerySet.as_manager()

    class Meta:
        """Shown is what nothing hides: no path around the actions may leave them apart. A subclass inherits this."""

        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_shown_is_unhidden",
                condition=Q(is_shown=True, **dict.fromkeys(OUT_OF_SIGHT)) | Q(is_shown=False) & ~Q(**dict.fromkeys(OUT_OF_SIGHT)),
            )
        ]

    def settle(self) -> list[str]:
        """Bring `is_shown` in line with what hides the thing; return the names of the fields to save."""
        self.is_shown = not any(getattr(self, name) for name in OUT_OF_SIGHT)
        return ["is_shown", *OUT_OF_SIGHT]

    def is_by(self, user) -> bool:
        """Return whether this person wrote it."""
        return user.is_authenticated and self.author_id is not None and self.author_id == user.member.pk

    @property
    def is_public(self) -> bool:
        """Return whether visitors may read it."""
        return self.is_shown and self.audience == Audience.EVERYONE

    @property
    def back_until(self):
        """Return until when its author can bring it back."""
        return self.deleted_at + BACK_FOR

    @property
    def named_author(self) -> Member | None:
        """Return who may be named beside it: nobody where it was written without a name, or where the member is not here any more.

        For lists, notices, feeds and markup alike: what this does not give, no page may show.
        """
        return self.author if self.author and self.by_name and self.author.is_present else None

    @property
    def byline(self) -> str:
        """Return the words that stand for who wrote it. Without a name they stay when the author goes: what changed then would tell who it was."""
        if not self.by_name:
            return str(_("A member"))
        return self.author.pseudonym if self.author and self.author.is_present else str(_("Former member"))
