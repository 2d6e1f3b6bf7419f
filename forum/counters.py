"""Numbers that are stored beside what they count, and what else has to follow when a post is shown, hidden or changed."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from forum import telling
from forum.models.answer import STANDS_ON, Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.vote import Vote, VoteKind
from moderation.models.choices import Audience
from search import actions as search


def follow(post: Any, *, was: str = "") -> None:
    """Bring everything in line that shows a post, after it was written, changed, hidden, shown again or deleted. In its transaction.

    Only what such a post can change is counted: a comment stands in no number and not in the index, a question counts only others' posts,
    and votes are counted where they are given. was: its audience before the change, where that changed.
    """
    question = post if isinstance(post, Question) else post.question
    row = Question.objects.filter(pk=question.pk)
    if isinstance(post, Answer):
        row.update(answer_count=_answers(), active_at=_active_at(), is_solved=_solved())
    else:
        row.update(active_at=_active_at())
    if isinstance(post, Question):
        search.index("question", [post])
    elif isinstance(post, Answer):
        search.index("question", row)
    telling.follow(post)
    if Audience.EVERYONE in (question.audience, was):
        PublicChange.objects.note()


def count(questions: QuerySet[Question]) -> int:
    """Write the counters of these questions and of their answers anew from the rows they count; return how many questions there were."""
    Answer.objects.filter(question__in=questions.values("pk")).update(helpful_count=_votes("answer", VoteKind.HELPFUL))
    return count_questions(questions)


def count_questions(questions: QuerySet[Question]) -> int:
    """Write the counters of these questions alone anew, none of their answers'; return how many there were."""
    return questions.update(**_counted())


def count_question_votes(questions: QuerySet[Question]) -> int:
    """Write anew how many found these questions helpful and how many have them too; return how many questions there were."""
    return questions.update(helpful_count=_votes("question", VoteKind.HELPFUL), same_count=_votes("question", VoteKind.SAME))


def count_answer_votes(answers: QuerySet[Answer]) -> int:
    """Write anew how many found these answers helpful; return how many answers there were."""
    return answers.update(helpful_count=_votes("answer", VoteKind.HELPFUL))


def wrong_questions() -> QuerySet[Question]:
    """Return the questions of which a stored number is not what is there."""
    there = {f"there_{name}": value for name, value in _counted().items()}
    differs = Q()
    for name in _counted():
        differs |= ~Q(**{name: F(f"there_{name}")})
    return Question.objects.annotate(**there).filter(differs)


def wrong_answers() -> QuerySet[Answer]:
    """Return the answers whose number of votes is not what is there."""
    return Answer.objects.annotate(there=_votes("answer", VoteKind.HELPFUL)).exclude(there=F("helpful_count"))


def _counted() -> dict[str, Any]:
    return {
        "answer_count": _answers(),
        "helpful_count": _votes("question", VoteKind.HELPFUL),
        "same_count": _votes("question", VoteKind.SAME),
        "active_at": _active_at(),
        "is_solved": _solved(),
    }


def _answers() -> Coalesce:
    shown = Answer.objects.filter(question=OuterRef("pk"), is_shown=True).order_by().values("question")
    return Coalesce(Subquery(shown.annotate(number=Count("pk")).values("number")), 0)


def _solved() -> Exists:
    """Return whether the answer that helped the asker is there to read."""
    return Exists(Answer.objects.filter(pk=OuterRef("accepted"), question=OuterRef("pk"), is_shown=True))


def _active_at() -> Greatest:
    """Return when a question, or what is shown below it, was last written."""

    def last(rows: QuerySet) -> Coalesce:
        shown = rows.filter(question=OuterRef("pk"), is_shown=True).order_by("-created_at")
        return Coalesce(Subquery(shown.values("created_at")[:1]), "created_at")

    return Greatest("created_at", last(Answer.objects.all()), last(Comment.objects.filter(STANDS_ON)))


def _votes(about: str, kind: str) -> Coalesce:
    votes = Vote.objects.filter(**{about: OuterRef("pk")}, kind=kind).order_by().values(about)
    return Coalesce(Subquery(votes.annotate(number=Count("pk")).values("number")), 0)
