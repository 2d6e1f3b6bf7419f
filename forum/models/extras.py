"""What hangs on a post: its earlier words, who is named in it, its pictures."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models.answer import Answer, Comment
from forum.models.question import Question
from members.models.ids import random_public_id
from members.models.member import Member

LONGEST_ALT = 250  # characters
FOLDER = "post-pictures"  # beside the members' own, which a job of theirs keeps in order


def picture_name(_instance, _name: str) -> str:
    """Return where a picture of a post is kept: nothing of the file's own name survives."""
    return f"{FOLDER}/{secrets.token_hex(16)}.webp"


def of_one_post(name: str) -> models.CheckConstraint:
    """Return the rule that a row hangs on exactly one post."""
    posts = ("question", "answer", "comment")
    one = Q()
    for post in posts:
        one |= Q(**{f"{other}__isnull": other != post for other in posts})
    return models.CheckConstraint(name=name, condition=one)


class OnPost(models.Model):
    """Hangs on a question, an answer or a comment; abstract."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        """Not a table of its own."""

        abstract = True

    @property
    def post(self):
        """Return what it hangs on."""
        return self.question or self.answer or self.comment


class Edit(OnPost):
    """The words of a post before an edit, open to whoever may read the post. version: which they were.

    withheld: nobody but the author and moderators saw them, because a check held the post; that stays so when the post itself is let through.
    """

    version = models.PositiveIntegerField()
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    until = models.DateTimeField(default=timezone.now)  # when other words took their place
    withheld = models.BooleanField(default=False)

    class Meta:
        """Newest first; each version once."""

        ordering = ["-version"]
        constraints = [
            of_one_post("forum_edit_of_one_post"),
            models.UniqueConstraint(fields=["question", "version"], name="forum_edit_question_version"),
            models.UniqueConstraint(fields=["answer", "version"], name="forum_edit_answer_version"),
            models.UniqueConstraint(fields=["comment", "version"], name="forum_edit_comment_version"),
        ]

    def __str__(self):
        """Return nothing of the text."""
        return f"edit {self.pk}"


class Mention(OnPost):
    """Somebody is named in a post: a row beside the text, so that rename and erase find the posts to render again.

    name: how the text writes it, after the @. Earlier words of a post may have written it otherwise: each spelling has its row, so that an erase
    finds them all.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)

    class Meta:
        """Each spelling once in a post."""

        constraints = [
            of_one_post("forum_mention_in_one_post"),
            models.UniqueConstraint(fields=["member", "name", "question"], name="forum_mention_question_once"),
            models.UniqueConstraint(fields=["member", "name", "answer"], name="forum_mention_answer_once"),
            models.UniqueConstraint(fields=["member", "name", "comment"], name="forum_mention_comment_once"),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"mention {self.pk}"


class Picture(models.Model):
    """A picture in a question or an answer, re-encoded and without metadata. alt: what it shows, in words of its author.

    public_id: the last part of its address; the file itself is handed out by a view that asks who may see the post.
    """

    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures")
    file = models.FileField(_("picture"), upload_to=picture_name)
    alt = models.CharField(_("what it shows"), max_length=LONGEST_ALT)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order they were added; of one post."""

        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="forum_picture_of_one_post", condition=Q(question__isnull=False, answer=None) | Q(question=None, answer__isnull=False)
            )
        ]

    def __str__(self):
        """Return nothing of it."""
        return f"picture {self.pk}"

    @property
    def post(self):
        """Return what it belongs to."""
        return self.question or self.answer
