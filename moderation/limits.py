"""How much one person may write, vote and report (B2), and whether they may write at all.

Counted as members.limits counts: in the shared cache, each window from its first use. Where a later limit refuses, or the writing comes to
nothing after all, what was counted before is given back.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members.limits import Limit, LimitReached, refund, spend
from members.models.member import Member

DAY = 24 * 3600
FIRST_DAY = timedelta(days=1)  # from joining
QUESTIONS = Limit("questions", 20, DAY)
REPLIES = Limit("replies", 100, DAY)
FIRST_QUESTIONS = Limit("first-questions", 3, DAY)
FIRST_REPLIES = Limit("first-replies", 10, DAY)
APART = Limit("posts-apart", 1, 30)
EDITS = Limit("edits", 50, DAY)
VOTES = Limit("votes", 5, 60)
VOTES_OF_DAY = Limit("votes-of-day", 50, DAY)
REPORTS = Limit("reports", 20, DAY)


class LimitedError(PermissionDenied):
    """A moderator lets this member write nothing for a while. until: when that ends. A view that does not catch it answers 403 with the text."""

    def __init__(self, until: datetime):
        """Keep until when."""
        super().__init__()
        self.until = until


def may_write(member: Member) -> bool:
    """Return whether a member may write: they are here, and no moderator has limited them. No query."""
    return member.is_present and limited_until(member) is None


def limited_until(member: Member) -> datetime | None:
    """Return until when a moderator lets a member write nothing, or None."""
    return member.limited_until if member.limited_until and member.limited_until > timezone.now() else None


def ensure_may_write(member: Member) -> None:
    """Raise LimitedError for whom a moderator has limited, PermissionDenied for who is not here. Both are 403 where nobody catches them."""
    until = limited_until(member)
    if until:
        raise LimitedError(until)
    if not member.is_present:
        raise PermissionDenied


def spend_post(by: Member, *, reply: bool) -> None:
    """Count a post. reply: an answer or a comment, else a question or a story. Raises LimitReached and counts nothing then; LimitedError."""
    ensure_may_write(by)
    _spend_all(_limits_of_post(by, reply=reply), by)


def refund_post(by: Member, *, reply: bool) -> None:
    """Give a post back: it was counted, and then not written (it was there already, its question was closed meanwhile)."""
    for limit in _limits_of_post(by, reply=reply):
        refund(limit, by)


def spend_edit(by: Member) -> None:
    """Count a change of a post: each keeps what was before. Raises LimitReached; LimitedError for whom a moderator lets write nothing."""
    ensure_may_write(by)
    spend(EDITS, by)


def spend_vote(by: Member) -> None:
    """Count a vote, also one that is taken back. Raises LimitReached and counts nothing then."""
    _spend_all([VOTES_OF_DAY, VOTES], by)


def spend_report(who: object) -> None:
    """Count a report. who: as members.limits.counted_as says. Raises LimitReached."""
    spend(REPORTS, who)


def refund_report(who: object) -> None:
    """Give a report back: it was there already."""
    refund(REPORTS, who)


def _limits_of_post(by: Member, *, reply: bool) -> list[Limit]:
    """Return what a post is counted in: the longest window first, the one that most often refuses last."""
    limits = [REPLIES if reply else QUESTIONS]
    if not by.is_new:
        return limits
    if by.joined_at is None or timezone.now() - by.joined_at < FIRST_DAY:
        limits.append(FIRST_REPLIES if reply else FIRST_QUESTIONS)
    return [*limits, APART]


def _spend_all(limits: list[Limit], who: Member) -> None:
    counted: list[Limit] = []
    for limit in limits:
        try:
            spend(limit, who)
        except LimitReached:
            for earlier in counted:
                refund(earlier, who)
            raise
        counted.append(limit)
