"""Deleting for good: the words, the pictures' files, the rows. What others wrote below stays, under a stub that says nothing."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from forum import counters
from forum.models.answer import Answer, Comment
from forum.models.extras import Edit, Mention, Picture
from forum.models.question import Question
from search import actions as search

BATCH = 500


@transaction.atomic
def remove(posts: QuerySet) -> int:
    """Delete these posts of one model for good; return how many. One with replies of others stays as a stub, without words, author or history."""
    total = 0
    numbers = list(posts.order_by().values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH):
        total += _remove(posts.model, numbers[start : start + BATCH])
    return total


def stubs(model: type) -> Q:
    """Return the condition of posts that are stubs already."""
    empty = Q(body="", author=None, deleted_at__isnull=False)
    return empty & Q(title="") if model is Question else empty


def _remove(model: type, numbers: list[int]) -> int:
    rows = model.objects.filter(pk__in=numbers)
    questions = set(rows.values_list("pk" if model is Question else "question", flat=True))
    _forget_around(model, numbers)
    with_replies = set(rows.filter(_has_replies(model)).values_list("pk", flat=True))
    _empty(model, model.objects.filter(pk__in=with_replies))
    model.objects.filter(pk__in=set(numbers) - with_replies).delete()
    if model is Question:
        search.remove("question", numbers)
    else:
        left = Question.objects.filter(pk__in=questions)
        counters.count(left)
        search.index("question", left)
    return len(numbers)


def _has_replies(model: type) -> Q:
    if model is Question:
        replies = Q(Exists(Answer.objects.filter(question=OuterRef("pk")))) | Q(Exists(Comment.objects.filter(question=OuterRef("pk"))))
        return replies | Q(merged_into__isnull=False)  # its old address leads to where all replies went
    return Q(Exists(Comment.objects.filter(answer=OuterRef("pk")))) if model is Answer else Q(pk__in=[])


def _empty(model: type, posts: QuerySet) -> None:
    """Let nothing stay but the place that others' replies hang on."""
    values: dict[str, Any] = {
        "author": None, "by_name": True, "body": "", "body_html": "", "is_medical": False, "is_shown": False,
        "away_at": None, "language": "",
    }  # fmt: skip
    if model is not Comment:
        values |= {"patient": None, "about_role": "", "about_onset": ""}
    if model is Question:
        values |= {"title": "", "excerpt": "", "tag_list": [], "accepted": None}
    posts.filter(deleted_at=None).update(deleted_at=timezone.now(), is_shown=False)
    posts.update(**values)


def _forget_around(model: type, numbers: list[int]) -> None:
    """Delete earlier words, mentions and pictures; the files go once the rows are really gone."""
    name = model._meta.model_name
    for around in (Edit, Mention):
        around.objects.filter(**{f"{name}__in": numbers}).delete()
    if model is Comment:
        return
    pictures = Picture.objects.filter(**{f"{name}__in": numbers})
    for file in pictures.values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, file), robust=True)
    pictures.delete()
