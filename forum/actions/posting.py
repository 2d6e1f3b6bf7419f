"""Writing: questions, answers, comments, and changing their words."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from conditions.models.condition import Condition
from forum import counters, rendering
from forum.actions import locks
from forum.models.answer import Answer, Comment
from forum.models.extras import Edit, Mention
from forum.models.question import Question, QuestionTag
from forum.models.tag import Tag
from forum.tags import copy_of
from letters import actions as letters
from members.models.member import Member
from members.models.patient import Patient


class WiderError(ValueError):
    """Replies were written for fewer people than the question would then have."""


class EditedMeanwhileError(Exception):
    """Somebody changed the post since the form was opened. post: as it is now."""

    def __init__(self, post: Any):
        """Keep what is there now, so that both can be shown side by side."""
        super().__init__()
        self.post = post


class ClosedError(Exception):
    """The question takes no more replies: it was locked, archived, merged, hidden or deleted in the meantime."""


@transaction.atomic
def ask(
    *,
    by: Member,
    condition: Condition,
    title: str,
    body: str = "",
    tags: Sequence[Tag] = (),
    audience: str,
    by_name: bool = True,
    patient: Patient | None = None,
    about_role: str = "",
    about_onset: str = "",
    language: str = "",
) -> Question:
    """Ask a question; its asker watches it. tags: at most MOST_TAGS, in order."""
    rendered = rendering.render(body, author=by, by_name=by_name, title=title)
    question = Question.objects.create(
        author=by, by_name=by_name, audience=audience, language=language, condition=condition, title=title, body=body,
        patient=patient, about_role=about_role, about_onset=about_onset, **_stored(rendered), excerpt=rendered.excerpt,
    )  # fmt: skip
    set_tags(question, tags)
    _mention(question, rendered)
    letters.watch(member=by, target=question)
    counters.follow(question)
    return question


@transaction.atomic
def answer(
    *,
    question: Question,
    by: Member,
    body: str,
    by_name: bool = True,
    patient: Patient | None = None,
    about_role: str = "",
    about_onset: str = "",
    language: str = "",
) -> Answer:
    """Answer a question; who answers watches it. Raises ClosedError."""
    question = _open(question)
    rendered = rendering.render(body, author=by, by_name=by_name)
    answer = Answer.objects.create(
        question=question, author=by, by_name=by_name, audience=question.audience, language=language, body=body,
        patient=patient, about_role=about_role, about_onset=about_onset, **_stored(rendered),
    )  # fmt: skip
    _mention(answer, rendered)
    letters.watch(member=by, target=question)
    counters.follow(answer)
    return answer


@transaction.atomic
def comment(*, question: Question, by: Member, body: str, answer: Answer | None = None, by_name: bool = True, language: str = "") -> Comment:
    """Comment on a question or on one of its answers. Raises ClosedError, also where the answer is not there any more."""
    question = _open(question)
    if answer is not None and not Answer.objects.filter(pk=answer.pk, question=question, is_shown=True).exists():
        raise ClosedError
    rendered = rendering.render(body, author=by, by_name=by_name)
    comment = Comment.objects.create(
        question=question, answer=answer, author=by, by_name=by_name, audience=question.audience, language=language, body=body, **_stored(rendered)
    )
    _mention(comment, rendered)
    counters.follow(comment)
    return comment


@transaction.atomic
def edit(*, post: Any, version: int, body: str, tags: Sequence[Tag] | None = None, **fields: Any) -> Any:
    """Change the words of a post, and keep what they were. fields: title, audience of a question. Return the post as it is now.

    version: of the words that the form showed. tags: other tags of a question; they have no history. Raises
    EditedMeanwhileError, or ClosedError where it is gone or its question is closed; WiderError for an audience that replies forbid.
    """
    if isinstance(post, Question) and "audience" in fields:
        locks.replies_of(post)
    row = type(post).objects.select_for_update(of=("self",), no_key=True).filter(pk=post.pk).first()
    question = row if isinstance(row, Question) else row and row.question
    if row is None or row.hidden_at or row.deleted_at or not question.is_open:
        raise ClosedError
    if row.version != version:
        raise EditedMeanwhileError(row)
    if fields.get("audience", row.audience) != row.audience and not row.may_become(fields["audience"]):
        raise WiderError
    retagged = tags is not None and [tag.pk for tag in tags] != list(row.tag_links.order_by("order").values_list("tag", flat=True))
    if retagged:
        set_tags(row, tags)
    if body == row.body and all(getattr(row, name) == value for name, value in fields.items()):
        if retagged:
            counters.follow(row)
        return row
    name = row._meta.model_name
    Edit.objects.create(
        **{name: row}, version=row.version, title=getattr(row, "title", ""), body=row.body, body_html=row.body_html, withheld=bool(row.held_at)
    )
    title = fields.get("title", getattr(row, "title", ""))
    rendered = rendering.render(body, author=row.author, by_name=row.by_name, known=named_in(row), title=title)
    narrowed = fields.get("audience", row.audience) != row.audience
    stored = {**_stored(rendered), **fields, "body": body, "version": row.version + 1, "edited_at": timezone.now()}
    if isinstance(row, Question):
        stored["excerpt"] = rendered.excerpt
    before = row.audience
    for field, value in stored.items():
        setattr(row, field, value)
    row.save(update_fields=list(stored))
    if narrowed:
        for replies in (Answer, Comment):
            replies.objects.filter(question=row).update(audience=row.audience)
    _mention(row, rendered)
    counters.follow(row, was=before)
    return row


def set_tags(question: Question, tags: Sequence[Tag]) -> None:
    """Let a question carry these tags, in their order, and keep the copy that its page shows."""
    question.tag_links.exclude(tag__in=[tag.pk for tag in tags]).delete()
    for order, tag in enumerate(tags):
        QuestionTag.objects.update_or_create({"order": order, "created_at": question.created_at}, question=question, tag=tag)
    question.tag_list = [copy_of(tag) for tag in tags]
    question.save(update_fields=["tag_list"])


def _open(question: Question) -> Question:
    """Return the question's newest row, locked, so that nobody closes it while it is answered."""
    row = Question.objects.select_for_update(of=("self",), no_key=True).filter(pk=question.pk).first()
    if row is None or not (row.is_shown and row.is_open):
        raise ClosedError
    return row


def _stored(rendered: rendering.Rendered) -> dict[str, Any]:
    return {"body_html": rendered.html, "is_medical": rendered.is_medical}


def _mention(post: Any, rendered: rendering.Rendered) -> None:
    """Write down who is named. Who was named before an edit stays: the earlier words are still there to read, and are redacted with the rest."""
    name = post._meta.model_name
    for written, member in rendered.mentions.items():
        Mention.objects.get_or_create(**{name: post}, member=member, name=written)


def named_in(post: Any) -> dict[str, Member]:
    """Return who is named in a post, or was before an edit: {name as written: member}. One query."""
    rows = Mention.objects.filter(**{post._meta.model_name: post}).select_related("member__user").order_by("pk")
    return {row.name: row.member for row in rows}
