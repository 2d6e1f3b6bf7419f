"""From a form that is filled in to a post that stands: what is looked at, counted and held on the way, and that it happens once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from members.models.member import Member
from moderation import checks, limits, standing, submissions
from moderation.checks import Finding


class RefusedError(ValueError):
    """The text cannot stand as it is. words: why, for people."""

    def __init__(self, words: str):
        """Keep why."""
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Taken:
    """A post that was written. held: why it waits for a moderator, in words for its author; empty where it does not. crisis: show the help."""

    post: Any
    held: tuple[str, ...] = ()
    crisis: bool = False


def take(*, by: Member, key: str, text: str, place: str = "", reply: bool, write: Callable[[], Any]) -> Taken:
    """Write a post once, within the limits of its author, and hold it where a check finds a reason.

    key: of the form. text: all words of it. place: where it is said, if it may be said elsewhere, too. write: writes and returns the post.
    Raises RefusedError, LimitReached, LimitedError, AlreadySentError, and what `write` raises; nothing is counted then.
    """
    findings = looked_at(text, by=by)
    with submissions.once(member=by, key=key, text=f"{place} {text}") as sent:
        limits.spend_post(by, reply=reply)  # within: whoever presses twice hears that it is there, not that it was too often
        try:
            post = write()
            sent.address = post.get_absolute_url()
            standing.arrive(thing=post)
            return settle(post, findings)
        except Exception:
            limits.refund_post(by, reply=reply)
            raise


def looked_at(text: str, *, by: Member) -> list[Finding]:
    """Return what the checks found that lets a text stand. Raises RefusedError for what its author has to mend first."""
    findings = checks.look(text, by=by)
    for finding in findings:
        if finding.refuses:
            raise RefusedError(str(finding.words))
    return findings


@transaction.atomic
def settle(post: Any, findings: Sequence[Finding]) -> Taken:
    """Do about a post that was just written what was found in it: hold it, or see to it that somebody looks."""
    held = tuple(str(finding.words) for finding in findings if finding.holds)
    standing.heed(thing=post, findings=findings)
    return Taken(post, held, any(finding.is_crisis for finding in findings))
