"""What moderators do with a question: lock, archive, open again; and the title and tags that trusted members mend, too. Joining: merging.py."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from forum import counters
from forum.actions import posting
from forum.models.question import Question
from forum.models.tag import Tag
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Act, Rule
from moderation.models.records import Decision

CLOSING = {Act.LOCK: "locked_at", Act.ARCHIVE: "archived_at"}
OPENING = {Act.UNLOCK: "locked_at", Act.UNARCHIVE: "archived_at"}


@transaction.atomic
def close(*, question: Question, by: Member, act: str, rule: str = Rule.NONE, why: str) -> Decision:
    """Let a question take no more posts. act: of CLOSING. why: everybody reads it on the page. Raises standing.DecidedAlreadyError."""
    return _mark(question, CLOSING[Act(act)], closed=True, why=why, by=by, act=act, rule=rule)


@transaction.atomic
def reopen(*, question: Question, by: Member, act: str, why: str) -> Decision:
    """Let a question take posts again. act: of OPENING. Raises standing.DecidedAlreadyError."""
    return _mark(question, OPENING[Act(act)], closed=False, why=why, by=by, act=act, rule=Rule.NONE)


@transaction.atomic
def mend(*, question: Question, by: Member, version: int, title: str, tags: Sequence[Tag], why: str) -> Decision:
    """Mend title and tags; the old title stays in the history. Raises posting.EditedMeanwhileError, posting.ClosedError."""
    row = posting.edit(post=question, version=version, body=question.body, title=title)
    posting.set_tags(row, tags)
    counters.follow(row)
    return standing.write_down(thing=row, by=by, act=Act.RETAG, reason=why)


def _mark(question: Question, name: str, *, closed: bool, why: str, by: Member, act: str, rule: str) -> Decision:
    row = standing.lock(question)
    if bool(getattr(row, name)) == closed or row.merged_into_id:
        raise standing.DecidedAlreadyError
    setattr(row, name, timezone.now() if closed else None)
    row.closed_reason = why if closed else row.closed_reason if not row.is_open else ""
    row.save(update_fields=[name, "closed_reason"])
    counters.follow(row)
    return standing.write_down(thing=row, by=by, act=act, rule=rule, reason=why)
