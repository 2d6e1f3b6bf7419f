"""Stored HTML made anew: when somebody who is named in posts has another name, is away or is gone, and when the renderer changes."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forum import counters, rendering
from forum.actions.posting import named_in
from forum.models.answer import Answer, Comment
from forum.models.extras import Edit, Mention
from forum.models.question import Question
from members.models.member import Member

MODELS = (Question, Answer, Comment)
_BATCH = 500


@transaction.atomic
def posts_naming(member: Member) -> int:
    """Render the posts again that name a member, after a rename or when they are away or back; return how many changed.

    Data rights call it whenever a standing changes: without a mention it is one query.
    """
    return sum(rerender(mention.post) for mention in _mentions(member))


@transaction.atomic
def forget(member: Member) -> int:
    """Take a member's name out of all posts that name them, and out of their earlier words; return how many there were. For an erase.

    The source changes as well: nothing that is rendered later brings the name back.
    """
    count = 0
    for mention in _mentions(member):
        post, names = mention.post, {mention.name, member.pseudonym}
        post = type(post).objects.select_for_update(of=("self",), no_key=True).get(pk=post.pk)
        post.body = _without(post.body, names)
        edits = list(Edit.objects.filter(**{post._meta.model_name: post}))
        for edit in edits:
            edit.body, edit.body_html = _without(edit.body, names), _without(edit.body_html, names)
        Edit.objects.bulk_update(edits, ["body", "body_html"])
        mention.delete()
        post.save(update_fields=["body"])
        rerender(post)
        count += 1
    return count


@transaction.atomic
def rerender(post: Any) -> bool:
    """Render one post again from its source; return whether anything changed. It is no edit: nothing is written into its history."""
    row = type(post).objects.select_for_update(of=("self",), no_key=True).filter(pk=post.pk).first()
    if row is None:
        return False
    rendered = rendering.render(row.body, known=named_in(row), title=getattr(row, "title", ""))
    stored = {"body_html": rendered.html, "is_medical": rendered.is_medical}
    if isinstance(row, Question):
        stored["excerpt"] = rendered.excerpt
    if all(getattr(row, name) == value for name, value in stored.items()):
        return False
    for name, value in stored.items():
        setattr(row, name, value)
    row.save(update_fields=list(stored))
    counters.follow(row)
    return True


def everything() -> Iterable[tuple[int, int]]:
    """Render all posts again; give after each batch how many were looked at and how many changed."""
    seen = changed = 0
    for model in MODELS:
        last = 0
        while batch := list(model.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
            for post in batch:
                changed += rerender(post)
            seen, last = seen + len(batch), batch[-1].pk
            yield seen, changed


def _mentions(member: Member) -> Iterable[Mention]:
    return Mention.objects.filter(member=member).select_related("question", "answer", "comment").order_by("pk")


def _without(text: str, names: Iterable[str]) -> str:
    """Return a text in which nobody is called by these names any more."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?!\w)", lambda _found: f"@{_('Former member')}", text, flags=re.IGNORECASE)
    return text
