"""A question, and what it is about."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from forum.models.tag import Tag
from members.models.choices import OnsetAge, Role
from members.models.member import Member
from members.models.patient import Patient
from moderation.models.choices import Audience
from moderation.models.moderated import Moderated, ModeratedQuerySet

MOST_TAGS = 5
LONGEST_TITLE, LONGEST_BODY = 150, 20_000  # characters
# What a row of a list needs: the rest of a question and of its author stays in the database.
ROW = (
    *("author", "by_name", "audience", "language", "created_at", "is_shown", "hidden_at", "held_at", "away_at", "deleted_at"),
    *("title", "excerpt", "tag_list", "answer_count", "helpful_count", "is_solved", "active_at", "locked_at", "archived_at", "merged_into"),
    *(f"author__{name}" for name in ("pseudonym", "public_id", "joined_at", "suspended_at", "leaving_at")),
    *("author__user__id", "author__user__is_active"),
)


class QuestionQuerySet(ModeratedQuerySet):
    """Questions as lists and pages need them."""

    def for_list(self):
        """Add what a row shows. One query, whatever the length; the text stays in the database."""
        return self.select_related("author__user").only(*ROW)

    def for_page(self):
        """Add what the question's own page shows. One query; the source of the text stays in the database."""
        return self.select_related("author__user", "condition", "merged_into").defer("body", "author__about", "author__about_html")

    def open_to(self, user):
        """Keep what has a page for this person: what they may see, and what its author deleted while replies of others stand below it.

        For the question's own page and what belongs to it, and for nothing else: whoever uses it shows `gone_title` in place of the words.
        """
        somebody_else = Q(author=None) | ~Q(author=OuterRef("author")) | Q(question__author=None)  # a former member is nobody's equal
        replies = [self.model._meta.get_field(name).related_model.objects for name in ("answers", "comments")]
        answers, comments = (rows.filter(somebody_else, question=OuterRef("pk"), is_shown=True) for rows in replies)
        comments = comments.filter(Q(answer=None) | Q(answer__hidden_at=None, answer__held_at=None))
        # A question that was joined with another leads there, whatever became of who asked it.
        left = Q(Exists(answers)) | Q(Exists(comments)) | Q(merged_into__isnull=False)
        stub = Q(is_shown=False, hidden_at=None, held_at=None) & left
        if not user.is_authenticated:
            return self.filter(Q(is_shown=True, audience=Audience.EVERYONE) | stub & Q(audience=Audience.EVERYONE))
        if user.member.is_moderator:
            return self
        return self.filter(Q(is_shown=True) | Q(author=user.member) | stub)

    def standing(self):
        """Keep what was not merged into another: lists show the other."""
        return self.filter(merged_into=None)

    def unanswered(self):
        """Keep what still waits for its first answer and can get one."""
        return self.standing().filter(answer_count=0, locked_at=None, archived_at=None)

    def about(self, tag):
        """Keep what carries a tag."""
        return self.filter(tag_links__tag=tag)


class Question(Moderated):
    """A question. Its replies have its audience.

    patient: whom it is about, known to the asker alone; about_role and about_onset are what the asker lets others see, copied when written,
    and emptied when the consent to keep health data ends. tag_list: [{kind, condition, slug, name}] as the page shows them, a copy of
    `tags`. Counters count what is listed for members; they are stored and checked by `recount`. active_at: the last question, answer or
    comment. accepted: the answer that helped the asker.
    """

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("question"), max_length=LONGEST_TITLE)
    body = models.TextField(_("details"), max_length=LONGEST_BODY, blank=True)
    body_html = models.TextField(editable=False, blank=True)
    excerpt = models.CharField(max_length=200, editable=False, blank=True)
    is_medical = models.BooleanField(editable=False, default=False)  # speaks of doses or of stopping: the callout goes with it
    patient = models.ForeignKey(Patient, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    about_role = models.CharField(max_length=16, choices=Role, blank=True)
    about_onset = models.CharField(max_length=12, choices=OnsetAge, blank=True)
    tags = models.ManyToManyField(Tag, through="forum.QuestionTag", related_name="questions")
    tag_list = models.JSONField(default=list, blank=True, editable=False)
    answer_count = models.PositiveIntegerField(default=0, editable=False)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    same_count = models.PositiveIntegerField(default=0, editable=False)  # "I have this question too"
    active_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted = models.ForeignKey("forum.Answer", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_solved = models.BooleanField(default=False, editable=False)  # the answer that helped is there to read: a counter as the others
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    closed_reason = models.CharField(_("why it takes no more answers"), max_length=300, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)  # when it was last offered to members who could answer
    told_at = models.DateTimeField(null=True, blank=True, editable=False)  # when whom it concerns was told, once it was shown

    objects = QuestionQuerySet.as_manager()

    class Meta(Moderated.Meta):
        """Each list has its index: what is shown, in its order. Not merged into itself."""

        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="forum_question_new", condition=Q(is_shown=True)),
            models.Index(fields=["-active_at", "-id"], name="forum_question_active", condition=Q(is_shown=True)),
            models.Index(fields=["-helpful_count", "-id"], name="forum_question_helpful", condition=Q(is_shown=True)),
            models.Index(fields=["created_at", "id"], name="forum_question_waiting", condition=Q(is_shown=True, answer_count=0)),
            models.Index(fields=["author", "-created_at"], name="forum_question_author"),
        ]
        constraints = [
            *Moderated.Meta.constraints,
            models.CheckConstraint(name="forum_question_not_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))),
        ]

    def __str__(self):
        """Return the title."""
        return self.title

    def get_absolute_url(self):
        """Return the page's address."""
        return reverse("forum:question_detail", args=[self.pk, self.slug])

    @property
    def is_stub(self):
        """Return whether its author took it away: where it has a page at all, the page shows the replies of others and no word of it."""
        return not (self.is_shown or self.hidden_at or self.held_at)

    @property
    def gone_title(self):
        """Return what stands in the title's place then."""
        return str(_("A question that its author deleted"))

    @property
    def slug(self):
        """Return the last part of the address: words of the title where its letters can be written so, none of what was deleted."""
        if self.is_stub:
            return "question"
        return slugify(self.title)[:60].strip("-") or "question"

    @property
    def is_open(self):
        """Return whether it takes answers and comments."""
        return not (self.locked_at or self.archived_at or self.merged_into_id)

    def can_answer(self, user):
        """Return whether this person may write below it."""
        return user.is_authenticated and self.is_shown and self.is_open and user.member.is_present

    def can_edit(self, user):
        """Return whether this person may change its words: its author, while it is not closed, not hidden and not deleted."""
        return self.is_by(user) and self.is_open and not (self.hidden_at or self.deleted_at) and user.member.is_present

    def can_accept(self, user):
        """Return whether this person may say which answer helped."""
        return self.is_by(user) and self.is_shown and user.member.is_present

    def may_become(self, audience):
        """Return whether its author may choose this audience now: it may always get narrower, and wider only while nobody has replied."""
        if audience == self.audience or audience == Audience.MEMBERS:
            return True
        return not self.answers.exists() and not self.comments.exists()


class QuestionTag(models.Model):
    """A tag of a question, in the asker's order. created_at: a copy of the question's, so that a tag's list reads one index."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="links")
    order = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Once each."""

        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "tag"], name="forum_questiontag_once")]
        indexes = [models.Index(fields=["tag", "-created_at", "-question"], name="forum_questiontag_list")]

    def __str__(self):
        """Return nothing that is not on the page."""
        return f"tag of question {self.question_id}"


class Offer(models.Model):
    """A question that waited was offered to a member who may know an answer. Nothing here says why they were chosen."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="offers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once to each."""

        constraints = [models.UniqueConstraint(fields=["question", "member"], name="forum_offer_once")]
        indexes = [models.Index(fields=["member", "-at"], name="forum_offer_member")]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"offer {self.pk}"
