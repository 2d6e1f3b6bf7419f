"""Who hears of what is written here: whose question was answered, who follows it, who is named. Never by a name, never by a text.

A post is told of once, when it is first shown: one that waits for a look is told of when it is let through. What is out of sight again takes
its notices along.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from forum.models.answer import Answer, Comment
from forum.models.extras import Mention
from forum.models.question import Question
from letters import actions as letters
from letters.kinds import Kind
from members.models.member import Member

GROUPED = (Kind.ANSWER, Kind.WATCHED)  # notices that lead to the question and count its answers
OWN = (Kind.COMMENT, Kind.HELPED, Kind.MENTION, Kind.TAG, Kind.OFFER)  # notices that lead to the post itself


def follow(post: Any) -> None:
    """Plan, or take back, what a post has to tell. In the transaction of the change; the notices are written after it."""
    if post.is_shown and post.told_at is None:
        # robust: the post is there, whatever happens to the notices about it.
        transaction.on_commit(partial(tell, type(post), post.pk), robust=True)
    elif not post.is_shown and post.told_at:
        letters.take_back(kinds=OWN, target=post, since=post.told_at)  # or the number in the page's head would tell that there was something
        if isinstance(post, Answer):
            letters.take_back(kinds=GROUPED, target=post.question, since=post.told_at)


def tell(model: type, pk: int) -> bool:
    """Tell whom a post concerns, once; return whether this call did. Whoever reads what was still held meanwhile hears nothing."""
    if not model.objects.filter(pk=pk, is_shown=True, told_at=None).update(told_at=timezone.now()):
        return False
    post = model.objects.select_related("author__user", *(() if model is Question else ("question__author__user",))).get(pk=pk)
    if post.author is None:
        return True
    # Without a name nobody may conclude who wrote it, not even from a notice that a block keeps away.
    actor = post.author if post.by_name else None
    named = _named(post, actor)
    done = {post.author.pk, *named}
    if isinstance(post, Question):
        _of_question(post, actor, done)
    elif isinstance(post, Answer):
        _of_answer(post, actor, done)
    else:
        _of_comment(post, actor, done)
    return True


def helped(answer: Answer) -> None:
    """Tell an answer's author that it helped who asked. In the transaction in which that was said."""
    asker = answer.question.author
    if answer.author is None or asker is None or answer.author == asker:
        return
    actor = asker if answer.question.by_name else None
    transaction.on_commit(partial(letters.notify, member=answer.author, kind=Kind.HELPED, target=answer, actor=actor), robust=True)


def _of_question(question: Question, actor: Member | None, done: set[int]) -> None:
    for link in question.tag_links.select_related("tag"):
        letters.notify_watchers(link.tag, kind=Kind.TAG, actor=actor, about=question, besides=done)


def _of_answer(answer: Answer, actor: Member | None, done: set[int]) -> None:
    asker = answer.question.author
    if asker and asker.pk not in done:
        letters.notify(member=asker, kind=Kind.ANSWER, target=answer.question, actor=actor)
        done |= {asker.pk}
    letters.notify_watchers(answer.question, kind=Kind.WATCHED, actor=actor, besides=done)


def _of_comment(comment: Comment, actor: Member | None, done: set[int]) -> None:
    on = comment.answer or comment.question
    if on.author and on.author.pk not in done:
        letters.notify(member=on.author, kind=Kind.COMMENT, target=comment, actor=actor)


def _named(post: Any, actor: Member | None) -> set[int]:
    """Tell who is named in a post; return their numbers."""
    mentions = Mention.objects.filter(**{post._meta.model_name: post}).exclude(member=post.author_id).select_related("member__user")
    named = {mention.member_id: mention.member for mention in mentions}  # once each, in however many spellings
    for member in named.values():
        letters.notify(member=member, kind=Kind.MENTION, target=post, actor=actor)
    return set(named)
