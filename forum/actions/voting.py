"""Votes: that something helped, and that somebody has the same question."""

from typing import Any

from django.db import transaction

from forum import counters
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.vote import Vote, VoteKind
from members.models.member import Member
from moderation import standing


class OwnPostError(Exception):
    """Nobody votes on what they wrote themselves, under whatever name."""


class GoneError(Exception):
    """What somebody wanted to vote on is not there to read any more."""


@transaction.atomic
def give(*, by: Member, on: Any, kind: str = VoteKind.HELPFUL) -> bool:
    """Give a vote on a question or an answer; given twice it is one. Return whether it is new. Raises OwnPostError, GoneError.

    The post is locked, so that whoever votes at the same time waits for the count.
    """
    row = _open(on)
    if row.author_id == by.pk:
        raise OwnPostError
    _vote, is_new = Vote.objects.get_or_create(member=by, kind=kind, **{_name(row): row})
    if is_new:
        _count(row)
    return is_new


@transaction.atomic
def take_back(*, by: Member, on: Any, kind: str = VoteKind.HELPFUL) -> bool:
    """Take a vote back. Return whether there was one. Raises GoneError."""
    row = _open(on)
    number, _models = Vote.objects.filter(member=by, kind=kind, **{_name(row): row}).delete()
    if number:
        _count(row)
    return bool(number)


def _open(on: Any) -> Any:
    """Return the newest row of a post, locked. Raises GoneError where it, or its question, is not shown, or is merged."""
    try:
        row = standing.lock(on)
    except type(on).DoesNotExist:
        raise GoneError from None
    question = row if isinstance(row, Question) else row.question
    if not row.is_shown or question.hidden_at or question.held_at or question.merged_into_id:
        raise GoneError
    return row


def _count(row: Any) -> None:
    """Write the post's number anew; visitors' pages show it."""
    rows = type(row).objects.filter(pk=row.pk)
    if isinstance(row, Question):
        counters.count_question_votes(rows)
    else:
        counters.count_answer_votes(rows)
    if row.is_public:
        PublicChange.objects.note()


def _name(row: Any) -> str:
    return "question" if isinstance(row, Question) else "answer"
