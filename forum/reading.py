"""What a question's page needs, in a fixed number of queries: the question, its answers, comments, pictures, and questions like it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from forum import about, mentions
from forum.models.answer import Answer, Comment
from forum.models.extras import Picture
from forum.models.question import Question, QuestionTag
from forum.models.vote import Vote, VoteKind
from forum.paging import EPOCH, LARGEST, LAST_MICROS
from letters.models import Notice, Watch

PER_PAGE = 20  # answers
SHOWN_COMMENTS = 3  # of each post; the others are folded
MOST_RELATED = 5
BEST, NEWEST, OLDEST = "best", "newest", "oldest"
# By what answers are ordered, as (field, descending); the accepted one stands before the best.
ORDERS = {
    BEST: (("helpful_count", True), ("created_at", False), ("pk", False)),
    NEWEST: (("created_at", True), ("pk", True)),
    OLDEST: (("created_at", False), ("pk", False)),
}
_KEY = re.compile(r"\d{1,19}(?:-\d{1,19}){1,2}", re.ASCII)


@dataclass(frozen=True)
class Look:
    """Which answers somebody looks at. sort: a key of ORDERS. after: the values of the last answer of the page before, or () for the first page."""

    sort: str = BEST
    after: tuple[Any, ...] = ()

    @classmethod
    def of(cls, asked: Any) -> "Look":
        """Return what an address's query asks for; what it does not understand is the first page of the best."""
        sort = asked.get("sort", BEST)
        sort = sort if sort in ORDERS else BEST
        text = asked.get("after", "")
        parts = [int(part) for part in text.split("-")] if _KEY.fullmatch(text) else []
        if len(parts) != len(ORDERS[sort]) or parts[-1] > LARGEST or parts[-2] > LAST_MICROS or parts[0] > max(LARGEST, LAST_MICROS):
            return cls(sort)
        return cls(sort, (*parts[:-2], EPOCH + timedelta(microseconds=parts[-2]), parts[-1]))

    def behind(self, answer: Answer) -> "Look":
        """Return the look at what follows an answer."""
        return Look(self.sort, tuple(getattr(answer, name) for name, _down in ORDERS[self.sort]))

    @property
    def query(self) -> str:
        """Return the query of its address, an empty string for the first page of the best."""
        values: dict[str, str] = {}
        if self.sort != BEST:
            values["sort"] = self.sort
        if self.after:
            *before, at, pk = self.after
            values["after"] = "-".join(str(part) for part in (*before, (at - EPOCH) // timedelta(microseconds=1), pk))
        return f"?{urlencode(values)}" if values else ""

    def ordered(self, answers: QuerySet[Answer], accepted: int | None) -> QuerySet[Answer]:
        """Return answers in this order, the accepted one first among the best."""
        by = [f"-{name}" if down else name for name, down in ORDERS[self.sort]]
        if self.sort != BEST or accepted is None:
            return answers.order_by(*by)
        first = Case(When(pk=accepted, then=Value(0)), default=Value(1), output_field=IntegerField())
        return answers.order_by(first, *by)

    def rest(self, answers: QuerySet[Answer], accepted: int | None) -> QuerySet[Answer]:
        """Return what stands behind `after`, in order."""
        if self.after:
            beyond, same = Q(), Q()
            for (name, down), value in zip(ORDERS[self.sort], self.after, strict=True):
                beyond |= same & Q(**{f"{name}__{'lt' if down else 'gt'}": value})
                same &= Q(**{name: value})
            answers = answers.filter(beyond)
            if self.sort == BEST and accepted is not None:
                answers = answers.exclude(pk=accepted)  # it stood on the first page
        return self.ordered(answers, accepted)


@dataclass
class Thread:
    """A post with what hangs on it. comments: the first; more: those that are folded.

    own: whether they wrote it. without: no word of it may be shown to them.
    """

    post: Any
    own: bool = False
    without: bool = False
    comments: list[Comment] = field(default_factory=list)
    more: list[Comment] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def about(self) -> str:
        """Return in words whom its author speaks of, as far as they let others see it."""
        return about.words(self.post)

    @cached_property
    def address(self) -> str:
        """Return where it stands for good; the addresses of what one may do with it begin with it."""
        return str(self.post.get_absolute_url())


@dataclass(frozen=True)
class Page:
    """A question's page. following: the look at the next answers, or None. accepted: the answer that helped, where this page shows it."""

    question: Thread
    answers: Sequence[Thread]
    look: Look
    following: Look | None
    related: Sequence[Question]
    accepted: Answer | None = None


def question_for(user: Any, **which: Any) -> QuerySet[Question]:
    """Return the questions that have a page for somebody, with what it shows of the question and what they did there.

    For members it adds found_helpful, has_it_too, is_watching, and unread: their notices, for the page's head.
    """
    questions = Question.objects.open_to(user).for_page().with_folds(user).filter(**which)
    if not user.is_authenticated:
        return questions
    me = user.member
    votes = Vote.objects.filter(member=me, question=OuterRef("pk"))
    watch = Watch.objects.filter(member=me, content_type=ContentType.objects.get_for_model(Question), object_id=OuterRef("pk"))
    unread = Notice.objects.unread(me).order_by().values("member").annotate(number=Count("pk")).values("number")
    return questions.annotate(
        found_helpful=Exists(votes.filter(kind=VoteKind.HELPFUL)),
        has_it_too=Exists(votes.filter(kind=VoteKind.SAME)),
        is_watching=Exists(watch),
        unread=Coalesce(Subquery(unread), 0),
    )


def page_of(question: Question, user: Any, look: Look) -> Page:
    """Return everything below a question of `question_for`. Four queries."""
    found = list(look.rest(_answers(question, user), question.accepted_id)[: PER_PAGE + 1])
    answers = [_thread(answer, user) for answer in found[:PER_PAGE]]
    head = _thread(question, user)
    by_answer = {None: head, **{thread.post.pk: thread for thread in answers}}
    for thread in answers:
        thread.post.question = question
    for comment in _comments(question, user, [thread.post.pk for thread in answers]):
        comment.question, comment.own = question, comment.is_by(user)
        _without_profiles(comment, user)
        thread = by_answer[comment.answer_id]
        (thread.comments if len(thread.comments) < SHOWN_COMMENTS else thread.more).append(comment)
    for picture in Picture.objects.filter(Q(question=question) | Q(answer__in=[thread.post.pk for thread in answers])):
        by_answer[picture.answer_id].pictures.append(picture)
    return Page(
        question=head,
        answers=answers,
        look=look,
        following=look.behind(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None,
        related=related_to(question, user),
        accepted=next((thread.post for thread in answers if thread.post.pk == question.accepted_id and thread.post.is_shown), None),
    )


def look_at(answer: Answer, user: Any, sort: str = BEST) -> Look:
    """Return the page on which an answer stands for somebody. Two queries at most."""
    look, question = Look(sort), answer.question
    answers, accepted = _answers(question, user), question.accepted_id if sort == BEST else None
    if answer.pk == accepted:
        return look
    before = answers.exclude(pk=answer.pk).exclude(pk__in=look.behind(answer).rest(answers, accepted).values("pk").order_by()).count()
    if before < PER_PAGE:
        return look
    return look.behind(look.ordered(answers, accepted)[before // PER_PAGE * PER_PAGE - 1])


def related_to(question: Question, user: Any) -> list[Question]:
    """Return questions that share tags with one: most tags first, then the newest. One query."""
    mine = QuestionTag.objects.filter(question=question).values("tag")
    shared = Count("tag_links", filter=Q(tag_links__tag__in=mine))
    others = Question.objects.listed_for(user).standing().filter(tag_links__tag__in=mine).exclude(pk=question.pk)
    shown = others.annotate(shared=shared).order_by("-shared", "-pk")
    return list(shown.only("title", "language", "is_shown", "hidden_at", "held_at")[:MOST_RELATED])


def _answers(question: Question, user: Any) -> QuerySet[Answer]:
    answers = Answer.objects.open_to(user).filter(question=question).for_page().with_folds(user)
    if not user.is_authenticated:
        return answers
    return answers.annotate(found_helpful=Exists(Vote.objects.filter(member=user.member, kind=VoteKind.HELPFUL, answer=OuterRef("pk"))))


def _comments(question: Question, user: Any, answers: list[int]) -> QuerySet[Comment]:
    comments = Comment.objects.visible_to(user).for_page().with_folds(user)
    return comments.filter(Q(answer=None) | Q(answer__in=answers), question=question)


def _thread(post: Any, user: Any) -> Thread:
    """Return a post without anything on it yet. What its author took away has its place only for what stands below it."""
    _without_profiles(post, user)
    own = post.is_by(user)
    moderates = user.is_authenticated and user.member.is_moderator
    return Thread(post, own=own, without=post.is_stub and not own and not moderates)


def _without_profiles(post: Any, user: Any) -> None:
    """Let visitors read who is named in a post, without the way to a profile."""
    if not user.is_authenticated:
        post.body_html = mentions.unlinked(post.body_html)
