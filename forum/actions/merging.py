"""Two questions become one: answers, comments, votes and watches go along, and everything can be taken apart again."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from forum import counters
from forum.actions import locks
from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.vote import Vote
from letters.models import Watch
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Act, Audience
from moderation.models.records import Decision
from search import actions as search


class MergeRefusedError(ValueError):
    """These two cannot be joined. words: why, for people."""

    def __init__(self, words: str):
        """Keep why."""
        super().__init__(words)
        self.words = words


def fault(question: Question, into: Question) -> str:
    """Return in words why a question cannot be joined with another, or an empty string. Three queries at most."""
    if question.pk == into.pk:
        return _("That is this question itself. Name the other one.")
    if question.merged_into_id:
        return _("This question was joined with another already.")
    if into.merged_into_id:
        return _("That question was itself joined with another. Name that other one.")
    if not (question.is_shown and into.is_shown):
        return _("Only questions that are shown can be joined.")
    if question.condition_id != into.condition_id:
        return _("The two questions are about different conditions.")
    if Question.objects.filter(merged_into=question).exists():
        return _("Others were joined with this question. Take those apart first.")
    replies = question.answers.exists() or question.comments.exists()
    if question.audience == Audience.MEMBERS and into.audience == Audience.EVERYONE and replies:
        return _("Replies to this question were written for members only, and that question is public.")
    return ""


@transaction.atomic
def merge(*, question: Question, into: Question, by: Member, why: str) -> Decision:
    """Join a question with another, whose page shows everything from then on. Replies get its audience. Raises MergeRefusedError.

    A person's vote or watch on both counts once.
    """
    moved = locks.replies_of(question)
    question, into = _locked(question, into)
    words = fault(question, into)
    if words:
        raise MergeRefusedError(words)
    decision = standing.write_down(thing=question, by=by, act=Act.MERGE, reason=why)
    # Whoever answered since the answers were locked waits for nobody: their answer goes along, too.
    for replies in (Answer, Comment):
        replies.objects.filter(question=question).update(question=into, merged_from=question, audience=into.audience)
    _move_votes(question, into)
    _copy_watches(question, into, decision)
    question.merged_into = into
    question.save(update_fields=["merged_into"])
    _follow(question, into, answers=moved)
    return decision


@transaction.atomic
def unmerge(*, question: Question, by: Member, why: str) -> Decision:
    """Take two questions apart: what came along goes back, with what was written below it since. Raises standing.DecidedAlreadyError.

    Nothing gets a wider audience than it had together: what was joined with a question for members stays for members.
    """
    moved = list(Answer.objects.select_for_update(of=("self",), no_key=True).filter(merged_from=question).order_by("pk").values_list("pk", flat=True))
    other = Question.objects.filter(merged__pk=question.pk).first()
    if other is None:
        raise standing.DecidedAlreadyError
    question, into = _locked(question, other)
    if question.merged_into_id != into.pk:
        raise standing.DecidedAlreadyError
    if into.audience == Audience.MEMBERS:
        question.audience = into.audience
    back = {"question": question, "merged_from": None, "audience": question.audience}
    Comment.objects.filter(Q(merged_from=question) | Q(answer__in=moved)).update(**back)
    Answer.objects.filter(pk__in=moved).update(**back)
    Vote.objects.filter(question=into, merged_from=question).update(question=question, merged_from=None)
    _take_back_watches(question, into)
    if into.accepted_id in moved:
        into.accepted = None
        into.save(update_fields=["accepted"])
    question.merged_into = None
    question.save(update_fields=["merged_into", "audience"])
    decision = standing.write_down(thing=question, by=by, act=Act.UNMERGE, reason=why)
    _follow(question, into, answers=moved)
    return decision


def _locked(*questions: Question) -> tuple[Question, Question]:
    """Return the newest rows of two questions, locked in the order of their numbers. Raises MergeRefusedError where one is gone."""
    numbers = [question.pk for question in questions]
    rows = {row.pk: row for row in Question.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=numbers).order_by("pk")}
    if len(rows) != len(set(numbers)):
        raise MergeRefusedError(_("One of the two questions is not there any more."))
    return rows[numbers[0]], rows[numbers[1]]


def _move_votes(question: Question, into: Question) -> None:
    """Move what does not double a vote there, and is none of the other asker's on their own question; the rest stays where it is, uncounted."""
    double = Vote.objects.filter(question=into, member=OuterRef("member"), kind=OuterRef("kind"))
    moving = Vote.objects.filter(~Exists(double), question=question)
    if into.author_id is not None:
        moving = moving.filter(Q(member=None) | ~Q(member=into.author_id))
    Vote.objects.filter(pk__in=list(moving.values_list("pk", flat=True))).update(question=into, merged_from=question)


def _copy_watches(question: Question, into: Question, decision: Decision) -> None:
    """Let whoever watches a question watch the other. The copies carry the time of the decision, so that taking apart finds them."""
    kind = ContentType.objects.get_for_model(Question)
    there = Watch.objects.filter(content_type=kind, object_id=into.pk).values("member")
    members = Watch.objects.filter(content_type=kind, object_id=question.pk).exclude(member__in=there).values_list("member", flat=True)
    copies = [Watch(member_id=member, content_type=kind, object_id=into.pk, created_at=decision.created_at) for member in members]
    Watch.objects.bulk_create(copies, ignore_conflicts=True)


def _take_back_watches(question: Question, into: Question) -> None:
    decision = Decision.objects.about(question).filter(act=Act.MERGE).first()
    if decision is not None:
        kind = ContentType.objects.get_for_model(Question)
        theirs = Watch.objects.filter(content_type=kind, object_id=question.pk).values("member")
        Watch.objects.filter(content_type=kind, object_id=into.pk, created_at=decision.created_at, member__in=theirs).delete()


def _follow(question: Question, into: Question, *, answers: Iterable[int]) -> None:
    """Bring counters, search and visitors' pages in line."""
    both = Question.objects.filter(pk__in=[question.pk, into.pk])
    counters.count_questions(both)
    counters.count_answer_votes(Answer.objects.filter(pk__in=list(answers)))
    search.index("question", list(both))
    PublicChange.objects.note()
