"""No question is left alone: one that nobody has answered for a day is offered to the members who are likeliest to know an answer.

Who has lived through what a question is about is known above (symptoms that families record); it is handed down here as numbers. The notice
says that a question waits and nothing else: neither who was chosen nor why.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from forum.models.answer import Answer
from forum.models.question import Offer, Question
from forum.models.tag import Tag
from letters import actions as letters
from letters.kinds import Kind
from letters.models import Watch
from members.models.member import Member

WAITS = timedelta(hours=24)  # before it is offered
AGAIN = timedelta(days=3)  # before it is offered to others
ENDS = timedelta(days=30)  # after that it stands in its list, and nobody is told any more
EACH_TIME = 5  # members
REST = timedelta(days=3)  # for so long a member is offered nothing else
SEEN_WITHIN = timedelta(days=180)  # whoever was not here for longer will not read it
# What speaks for somebody. Of what is known at all, having lived through it weighs most.
LIVED, ANSWERED, FOLLOWS, SAME_ROLE = 3, 2, 2, 1
LEAST = 2  # a role alone is no reason to write to somebody
MOST_QUESTIONS = 200  # in one run


def due(now: datetime) -> QuerySet[Question]:
    """Return the questions that are to be offered now, the longest waiting first."""
    asked = Q(offered_at=None, created_at__lte=now - WAITS) | Q(offered_at__lte=now - AGAIN)
    waiting = Question.objects.shown().unanswered().filter(asked, created_at__gt=now - ENDS)
    return waiting.select_related("author").prefetch_related("tags").order_by("created_at", "pk")[:MOST_QUESTIONS]


def likeliest(question: Question, lived: dict[int, int], now: datetime) -> list[Member]:
    """Return at most EACH_TIME members who may know an answer, the likeliest first.

    lived: {member's number: how many of the things the question is about they live with}, of those who let us know.
    """
    tags = list(question.tags.all())
    weights: defaultdict[int, int] = defaultdict(int)
    for weight, members in ((LIVED, lived), (ANSWERED, _answered(tags)), (FOLLOWS, _follow(tags))):
        for member, number in members.items():
            weights[member] += weight * min(number, 2)
    candidates = list(_free(question, now).filter(pk__in=list(weights)).select_related("user"))
    role = question.about_role or (question.author.role if question.author and question.by_name else "")
    for member in candidates:
        weights[member.pk] += SAME_ROLE if role and member.role == role else 0
    fit = [member for member in candidates if weights[member.pk] >= LEAST and _speaks(member, question.language)]
    return sorted(fit, key=lambda member: (-weights[member.pk], -member.user.last_login.timestamp(), member.pk))[:EACH_TIME]


@transaction.atomic
def offer(question: Question, members: Iterable[Member], now: datetime) -> int:
    """Offer a question to these members, once to each; return to how many. Nothing where another run, or an answer, was quicker."""
    row = Question.objects.filter(pk=question.pk, offered_at=question.offered_at, is_shown=True, answer_count=0)
    if not row.update(offered_at=now):
        return 0
    members = list(members)
    Offer.objects.bulk_create([Offer(question=question, member=member, at=now) for member in members], ignore_conflicts=True)
    for member in members:
        # No actor: whom they do not want to meet was left out above, and an asker without a name must not be told by what comes and what not.
        transaction.on_commit(partial(letters.notify, member=member, kind=Kind.OFFER, target=question), robust=True)
    return len(members)


def _free(question: Question, now: datetime) -> QuerySet[Member]:
    """Return who may be asked: here, seen lately, not asked anything for some days, and neither the asker nor apart from them."""
    rested = Offer.objects.filter(member=OuterRef("pk")).filter(Q(question=question) | Q(at__gt=now - REST))
    free = Q(limited_until=None) | Q(limited_until__lte=now)
    members = Member.objects.present().filter(free, ~Exists(rested), user__last_login__gt=now - SEEN_WITHIN)
    asker = question.author_id
    if asker is None:
        return members
    members = members.exclude(pk=asker)
    if not question.by_name:
        return members
    return members.exclude(blocks_given__blocked=asker).exclude(blocks_got__blocker=asker).exclude(mutes_given__muted=asker)


def _speaks(member: Member, language: str) -> bool:
    """Return whether a member may read a question's language: one that was not given, one of theirs, or anything where they gave none."""
    return not language or not member.languages or language in member.languages


def _answered(tags: list[Tag]) -> dict[int, int]:
    """Return who answered questions of these tags: {member's number: answers}."""
    rows = Answer.objects.shown().filter(question__tags__in=tags, author__isnull=False).order_by().values("author")
    return dict(rows.annotate(number=Count("pk", distinct=True)).values_list("author", "number"))


def _follow(tags: list[Tag]) -> dict[int, int]:
    rows = Watch.objects.filter(content_type=ContentType.objects.get_for_model(Tag), object_id__in=[tag.pk for tag in tags]).order_by()
    return dict(rows.values("member").annotate(number=Count("pk")).values_list("member", "number"))
