"""That something helped, and that somebody has the same question."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models.answer import Answer
from forum.models.question import Question
from members.models.member import Member


class VoteKind(models.TextChoices):
    """What a vote says; there is none against anything."""

    HELPFUL = "helpful", _("Helpful")
    SAME = "same", _("I have this question too")


class Vote(models.Model):
    """One vote. member: None once they were erased; it still counts."""

    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=VoteKind)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, null=True, blank=True, related_name="votes")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="votes")
    merged_from = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")  # before a merge
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One of a person for each thing; about a question or an answer."""

        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "question"], name="forum_vote_question_once"),
            models.UniqueConstraint(fields=["member", "kind", "answer"], name="forum_vote_answer_once"),
            models.CheckConstraint(
                name="forum_vote_about_one",
                condition=Q(question__isnull=False, answer=None) | Q(question=None, answer__isnull=False, kind=VoteKind.HELPFUL),
            ),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"vote {self.pk}"
