"""Out of sight and back: the one place that changes whether a thing is shown. Counters, search and caches follow in the same transaction.

So do the author's standing (`kept_posts`, `upheld_reports`) and the notice to the author.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models.member import Member
from moderation import checks, subjects
from moderation.models.choices import Act, Reason, Rule
from moderation.models.moderated import OUT_OF_SIGHT
from moderation.models.records import Decision, Report
from moderation.telling import tell_author, tell_moderators

CLOSING = frozenset({Act.KEEP, Act.HIDE, Act.UNHIDE, Act.RELEASE})  # what a moderator decides about a thing answers its reports
BLAMELESS = frozenset({Rule.NONE, Rule.DANGER})  # nobody's standing suffers from a need for help
RULE_OF_FINDING = {
    checks.EMAIL: Rule.PRIVACY,
    checks.TELEPHONE: Rule.PRIVACY,
    checks.ADDRESS: Rule.PRIVACY,
    checks.CHAT: Rule.PRIVACY,
    checks.CHILD: Rule.CHILD,
    checks.MONEY: Rule.SELLING,
}


class DecidedAlreadyError(Exception):
    """Somebody else did the same a moment ago, or the thing stands as it is wanted."""


@transaction.atomic
def arrive(*, thing: Any, findings: Iterable[checks.Finding] = ()) -> None:
    """Take in what was just written, once: count it for its author where it is shown, and heed what was found in it."""
    if thing.is_shown:
        _count_kept(thing, +1)
    heed(thing=thing, findings=findings)


@transaction.atomic
def heed(*, thing: Any, findings: Iterable[checks.Finding]) -> None:
    """Act on what was found in a thing that was written or changed: hold it, tell moderators of danger. Nothing to do without findings."""
    findings = list(findings)
    holding = [finding for finding in findings if finding.holds]
    if holding and not thing.held_at:
        rule = RULE_OF_FINDING.get(holding[0].kind, Rule.PRIVACY)
        hold(thing=thing, rule=rule, reason=" ".join(str(finding.words) for finding in holding))
    if any(finding.is_crisis for finding in findings):
        report_danger(thing)


def report_danger(thing: Any) -> Report | None:
    """Put a thing whose words sound like danger on top of the queue; None where that waits already. It is not hidden: nobody is, for being sad."""
    if Report.objects.about(thing).open().filter(automatic=True).exists():
        return None
    words = _("A check found words of self-harm or danger.")
    report = Report.objects.create(thing=thing, automatic=True, reason=Reason.DANGER, is_urgent=True, weight=0, text=words)
    tell_moderators(report)
    return report


def lock(thing: Any) -> Any:
    """Return the newest row of a thing, locked until the end of the transaction. Raises its model's DoesNotExist."""
    return type(thing)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=thing.pk)


@transaction.atomic
def set_mark(thing: Any, name: str, value: datetime | None) -> bool:
    """Set or lift one of OUT_OF_SIGHT; return whether anything changed. Whoever keeps counters is told only where `is_shown` changed."""
    if name not in OUT_OF_SIGHT:
        raise ValueError(f"{name} does not hide anything.")
    row = lock(thing)
    if bool(getattr(row, name)) == bool(value):
        return False
    before = row.is_shown
    setattr(row, name, value)
    row.save(update_fields=row.settle())
    for field in ("is_shown", *OUT_OF_SIGHT):
        setattr(thing, field, getattr(row, field))
    if row.is_shown != before:
        _count_kept(row, +1 if row.is_shown else -1)
        subjects.subject_of(row).changed(row)
    return True


@transaction.atomic
def hide(*, thing: Any, by: Member | None, rule: str, reason: str) -> Decision:
    """Hide a thing from everybody but its author and moderators. by: None where a rule of the machine does it. Raises DecidedAlreadyError.

    What the machine hid, a moderator hides again: then it is no longer waiting; nor is what was held. With open reports the author's
    standing suffers.
    """
    if not set_mark(thing, "hidden_at", timezone.now()) and not (by and hidden_by_machine(thing)):
        raise DecidedAlreadyError
    if by:
        set_mark(thing, "held_at", None)
    decision = write_down(thing=thing, by=by, act=Act.HIDE, rule=rule, reason=reason)
    if _is_upheld(decision):
        _uphold(decision)
    return decision


@transaction.atomic
def unhide(*, thing: Any, by: Member, reason: str, rule: str = Rule.NONE) -> Decision:
    """Show a thing again; where reports had been upheld the author's standing comes back. Raises DecidedAlreadyError."""
    last = _last_hide(thing)
    decision = _decide(thing, "hidden_at", None, by=by, act=Act.UNHIDE, rule=rule, reason=reason)
    if last and _is_upheld(last):
        _take_back(last)
    return decision


@transaction.atomic
def hold(*, thing: Any, rule: str, reason: str, by: Member | None = None) -> Decision:
    """Keep a thing from others until a moderator has looked. Raises DecidedAlreadyError."""
    return _decide(thing, "held_at", timezone.now(), by=by, act=Act.HOLD, rule=rule, reason=reason)


@transaction.atomic
def release(*, thing: Any, by: Member, reason: str = "", rule: str = Rule.NONE) -> Decision:
    """Let a held thing be seen. Raises DecidedAlreadyError."""
    return _decide(thing, "held_at", None, by=by, act=Act.RELEASE, rule=rule, reason=reason)


@transaction.atomic
def keep(*, thing: Any, by: Member, reason: str, rule: str = Rule.NONE) -> Decision:
    """Answer the reports of a thing: it stands as it is. Raises DecidedAlreadyError where nothing waits, or where it is out of sight."""
    row = lock(thing)
    if row.hidden_at or row.held_at or not Report.objects.about(row).open().exists():
        raise DecidedAlreadyError
    return write_down(thing=row, by=by, act=Act.KEEP, rule=rule, reason=reason)


def delete(*, thing: Any) -> bool:
    """Take a thing out of sight for its author, who can bring it back for 14 days. Return whether anything changed."""
    return set_mark(thing, "deleted_at", timezone.now())


def bring_back(*, thing: Any) -> bool:
    """Undo a deletion of the author's. Return whether anything changed."""
    return set_mark(thing, "deleted_at", None)


def write_down(*, thing: Any, by: Member | None, act: str, rule: str = Rule.NONE, reason: str = "") -> Decision:
    """Write down what was done with a thing, close the reports that it answers, and tell the author where there is something to tell."""
    decision = Decision.objects.create(thing=thing, author=thing.author, by=by, automatic=by is None, act=act, rule=rule, reason=reason)
    if by is not None and act in CLOSING:
        Report.objects.about(thing).open().update(closed_at=decision.created_at, decision=decision)
    tell_author(decision)
    return decision


def hidden_by_machine(thing: Any) -> bool:
    """Return whether a thing is hidden by reports alone, and waits for a moderator. One query."""
    last = _last_hide(thing) if thing.hidden_at else None
    return last is not None and last.automatic


def _decide(thing: Any, name: str, value: datetime | None, *, by: Member | None, act: str, rule: str, reason: str) -> Decision:
    if not set_mark(thing, name, value):
        raise DecidedAlreadyError
    return write_down(thing=thing, by=by, act=act, rule=rule, reason=reason)


def _last_hide(thing: Any) -> Decision | None:
    return Decision.objects.about(thing).filter(act=Act.HIDE).order_by("-pk").first()


def _is_upheld(decision: Decision) -> bool:
    """Return whether somebody's report was right: a moderator hid the thing, for a rule that its author broke."""
    if decision.automatic or decision.rule in BLAMELESS:
        return False
    return decision.reports.filter(automatic=False).exists()


def _uphold(decision: Decision) -> None:
    Member.objects.filter(pk=decision.author_id).update(upheld_reports=F("upheld_reports") + 1, last_upheld_at=decision.created_at)


def _take_back(decision: Decision) -> None:
    """Let an upheld report count no more; the time of the last goes where it was this one."""
    Member.objects.filter(pk=decision.author_id).update(upheld_reports=Greatest(F("upheld_reports") - 1, 0))
    Member.objects.filter(pk=decision.author_id, last_upheld_at=decision.created_at).update(last_upheld_at=None)


def _count_kept(thing: Any, change: int) -> None:
    """Count what an author wrote and nothing hides: from a few on, the limits of new members end."""
    if thing.author_id is not None:
        Member.objects.filter(pk=thing.author_id).update(kept_posts=Greatest(F("kept_posts") + change, 0))
