"""Which answer helped the one who asked."""

from django.db import transaction

from forum import telling
from forum.models.answer import Answer
from forum.models.change import PublicChange
from forum.models.question import Question
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience


class NotAskedError(Exception):
    """Only who asked says what helped them."""


class GoneError(Exception):
    """The answer or the question is not there to read any more."""


@transaction.atomic
def accept(*, answer: Answer, by: Member) -> Question:
    """Mark the answer that helped, in place of another; twice is once. Return the question. Raises NotAskedError, GoneError.

    The answer is locked before its question, as hiding and deleting do it: whoever comes second sees what the first has done.
    """
    try:
        row = standing.lock(answer)
    except Answer.DoesNotExist:
        raise GoneError from None
    question = standing.lock(row.question)
    if question.author_id != by.pk:
        raise NotAskedError
    if not row.is_shown or not question.is_shown or question.merged_into_id:
        raise GoneError
    if question.accepted_id != row.pk:
        telling.helped(row)
    return _set(question, row)


@transaction.atomic
def take_back(*, answer: Answer, by: Member) -> Question:
    """Let no answer be the one that helped, if it is this one. Return the question. Raises NotAskedError, GoneError."""
    try:
        question = standing.lock(answer.question)
    except Question.DoesNotExist:
        raise GoneError from None
    if question.author_id != by.pk:
        raise NotAskedError
    return _set(question, None) if question.accepted_id == answer.pk else question


def _set(question: Question, answer: Answer | None) -> Question:
    if question.accepted_id == (answer.pk if answer else None):
        return question
    question.accepted, question.is_solved = answer, answer is not None
    question.save(update_fields=["accepted", "is_solved"])
    if question.audience == Audience.EVERYONE:
        PublicChange.objects.note()
    return question
