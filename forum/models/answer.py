"""What is written below a question."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.models.question import LONGEST_BODY, Question
from members.models.choices import OnsetAge, Role
from members.models.patient import Patient
from moderation.models.choices import Audience
from moderation.models.moderated import Moderated, ModeratedQuerySet

LONGEST_COMMENT = 2_000  # characters


# A question that a decision or a check took away takes its replies along; one that its author deleted leaves them standing.
STANDS = Q(question__hidden_at=None, question__held_at=None)


# The same holds one step further down: a comment goes with an answer that was taken away, and outlives one that its author deleted.
STANDS_ON = Q(answer=None) | Q(answer__hidden_at=None, answer__held_at=None)


class ReplyQuerySet(ModeratedQuerySet):
    """What stands below a question goes with it when it is hidden, and stays when its author deletes it."""

    def shown(self):
        """Keep what nothing hides, of questions that no decision and no check hides."""
        return super().shown().filter(STANDS)

    def public(self):
        """Keep what visitors may know of; a reply has its question's audience, as a copy."""
        return super().public().filter(STANDS)

    def visible_to(self, user):
        """Keep what this person may open: what is shown, what they wrote below a question they may open, and everything for a moderator."""
        if not user.is_authenticated:
            return self.public()
        if user.member.is_moderator:
            return self
        me = user.member
        return self.filter((Q(is_shown=True) | Q(author=me)) & (STANDS | Q(question__author=me)))


class AnswerQuerySet(ReplyQuerySet):
    """Answers as pages need them."""

    def open_to(self, user):
        """Keep what has a place on its question's page: what this person may see, and what its author took away above comments of others.

        For that page and nothing else: whoever uses it shows no word of the latter.
        """
        if user.is_authenticated and user.member.is_moderator:
            return self
        somebody_else = Q(author=None) | ~Q(author=OuterRef("author")) | Q(answer__author=None)
        theirs = Comment.objects.filter(answer=OuterRef("pk"), is_shown=True).filter(somebody_else)
        open_ones = Q(is_shown=True) | Q(is_shown=False, hidden_at=None, held_at=None) & Q(Exists(theirs))
        if not user.is_authenticated:
            return self.filter(open_ones & STANDS, audience=Audience.EVERYONE)
        me = user.member
        return self.filter((open_ones | Q(author=me)) & (STANDS | Q(question__author=me)))

    def for_page(self):
        """Add what the question's page shows of each. One query; the source of the text stays in the database."""
        return self.select_related("author__user").defer("body", "author__about", "author__about_html")

    def best_first(self):
        """Order: the most helpful first, then the oldest. The accepted one is put before them by the page."""
        return self.order_by("-helpful_count", "created_at", "pk")


class CommentQuerySet(ReplyQuerySet):
    """Comments as pages need them."""

    def shown(self):
        """Keep what nothing hides, neither itself nor what it stands below."""
        return super().shown().filter(STANDS_ON)

    def public(self):
        """Keep what visitors may know of."""
        return super().public().filter(STANDS_ON)

    def visible_to(self, user):
        """Keep what this person may open; below an answer that was taken away that is for its author and moderators."""
        found = super().visible_to(user)
        if not user.is_authenticated or user.member.is_moderator:
            return found
        return found.filter(STANDS_ON | Q(answer__author=user.member))

    def for_page(self):
        """Add what the question's page shows of each, oldest first. One query; the source of the text stays in the database."""
        return self.select_related("author__user").defer("body", "author__about", "author__about_html").order_by("created_at", "pk")


class Reply(Moderated):
    """An answer or a comment; abstract. It has its question's audience, copied when either changes."""

    body = models.TextField(_("text"), max_length=LONGEST_BODY)
    body_html = models.TextField(editable=False)
    is_medical = models.BooleanField(editable=False, default=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)  # when whom it concerns was told, once it was shown

    class Meta(Moderated.Meta):
        """Not a table of its own."""

        abstract = True

    @property
    def is_stub(self):
        """Return whether its author took it away: where it has a place at all, the page shows the replies of others and no word of it."""
        return not (self.is_shown or self.hidden_at or self.held_at)

    def can_edit(self, user):
        """Return whether this person may change its words."""
        return self.is_by(user) and self.question.is_open and not (self.hidden_at or self.deleted_at) and user.member.is_present


class Answer(Reply):
    """An answer. about_role, about_onset: what its author lets others see of whom they speak of, as with a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    merged_from = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")  # before a merge
    patient = models.ForeignKey(Patient, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    about_role = models.CharField(max_length=16, choices=Role, blank=True)
    about_onset = models.CharField(max_length=12, choices=OnsetAge, blank=True)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta(Reply.Meta):
        """In the order of a question's page."""

        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [
            models.Index(fields=["question", "-helpful_count", "created_at"], name="forum_answer_best"),
            models.Index(fields=["author", "-created_at"], name="forum_answer_author"),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"answer {self.pk}"

    def get_absolute_url(self):
        """Return its permanent address, which leads to its place on the question's page."""
        return reverse("forum:answer_detail", args=[self.pk])


class Comment(Reply):
    """A comment on a question, or on one of its answers."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="comments")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    merged_from = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")  # before a merge

    objects = CommentQuerySet.as_manager()

    class Meta(Reply.Meta):
        """In the order they were written."""

        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["question", "created_at"], name="forum_comment_page"),
            models.Index(fields=["author", "-created_at"], name="forum_comment_author"),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"comment {self.pk}"

    def get_absolute_url(self):
        """Return its permanent address, which leads to its place on the question's page."""
        return reverse("forum:comment_detail", args=[self.pk])
