"""Numbers that are stored beside what they count, and what else has to follow when a post is shown, hidden or changed."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.vote import Vote, VoteKind
from moderation.models.choices import Audience
from search import actions as search


def follow(post: Any, *, was: str = "") -> None:
    """Bring everything in line that shows a post, after it was written, changed, hidden, shown again or deleted. In its transaction.

    was: its audience before the change, where that changed.
    """
    question = post if isinstance(post, Question) else post.question
    count(Question.objects.filter(pk=question.pk))
    if isinstance(post, Question):
        search.index("question", [post])
    else:
        search.index("question", Question.objects.filter(pk=question.pk))
    if Audience.EVERYONE in (question.audience, was):
        PublicChange.objects.note()


def count(questions: QuerySet[Question]) -> int:
    """Write the counters of these questions and of their answers anew from the rows they count; return how many questions there were."""
    shown = Answer.objects.filter(question=OuterRef("pk"), is_shown=True)
    answers = shown.order_by().values("question").annotate(number=Count("pk")).values("number")
    last_answer = shown.order_by("-created_at").values("created_at")[:1]
    last_comment = Comment.objects.filter(question=OuterRef("pk"), is_shown=True).order_by("-created_at").values("created_at")[:1]
    newest = Greatest(
        "created_at",
        Coalesce(Subquery(last_answer), "created_at"),
        Coalesce(Subquery(last_comment), "created_at"),
    )
    Answer.objects.filter(question__in=questions.values("pk")).update(helpful_count=Coalesce(_votes("answer", VoteKind.HELPFUL), 0))
    return questions.update(
        answer_count=Coalesce(Subquery(answers), 0),
        helpful_count=Coalesce(_votes("question", VoteKind.HELPFUL), 0),
        same_count=Coalesce(_votes("question", VoteKind.SAME), 0),
        active_at=newest,
    )


def wrong() -> QuerySet[Question]:
    """Return the questions whose stored number of answers is not what is there: for `recount`, which says so."""
    there = Count("answers", filter=Q(answers__is_shown=True))
    return Question.objects.annotate(there=there).exclude(there=F("answer_count"))


def _votes(about: str, kind: str) -> Subquery:
    votes = Vote.objects.filter(**{about: OuterRef("pk")}, kind=kind).order_by().values(about)
    return Subquery(votes.annotate(number=Count("pk")).values("number"))
