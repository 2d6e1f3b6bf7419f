"""Out of sight and back: the one place that changes whether a thing is shown. Counters, search and caches follow in the same transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from members.models.member import Member
from moderation import subjects
from moderation.models.choices import Act, Rule
from moderation.models.moderated import OUT_OF_SIGHT
from moderation.models.records import Decision, Report


class DecidedAlreadyError(Exception):
    """Somebody else did the same a moment ago, or the thing stands as it is wanted."""


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
        subjects.subject_of(row).changed(row)
    return True


@transaction.atomic
def hide(*, thing: Any, by: Member | None, rule: str, reason: str) -> Decision:
    """Hide a thing from everybody but its author and moderators. by: None where a rule of the machine does it. Raises DecidedAlreadyError."""
    return _decide(thing, "hidden_at", timezone.now(), by=by, act=Act.HIDE, rule=rule, reason=reason)


@transaction.atomic
def unhide(*, thing: Any, by: Member, reason: str) -> Decision:
    """Show a thing again. Raises DecidedAlreadyError."""
    return _decide(thing, "hidden_at", None, by=by, act=Act.UNHIDE, rule=Rule.NONE, reason=reason)


@transaction.atomic
def hold(*, thing: Any, rule: str, reason: str, by: Member | None = None) -> Decision:
    """Keep a thing from others until a moderator has looked. Raises DecidedAlreadyError."""
    return _decide(thing, "held_at", timezone.now(), by=by, act=Act.HOLD, rule=rule, reason=reason)


@transaction.atomic
def release(*, thing: Any, by: Member, reason: str = "") -> Decision:
    """Let a held thing be seen. Raises DecidedAlreadyError."""
    return _decide(thing, "held_at", None, by=by, act=Act.RELEASE, rule=Rule.NONE, reason=reason)


def delete(*, thing: Any) -> bool:
    """Take a thing out of sight for its author, who can bring it back for 14 days. Return whether anything changed."""
    return set_mark(thing, "deleted_at", timezone.now())


def bring_back(*, thing: Any) -> bool:
    """Undo a deletion of the author's. Return whether anything changed."""
    return set_mark(thing, "deleted_at", None)


def write_down(*, thing: Any, by: Member | None, act: str, rule: str = Rule.NONE, reason: str = "") -> Decision:
    """Write down what was done with a thing, and close the reports that it answers."""
    decision = Decision.objects.create(thing=thing, by=by, automatic=by is None, act=act, rule=rule, reason=reason)
    if by is not None and act in (Act.KEEP, Act.HIDE, Act.UNHIDE, Act.RELEASE):
        Report.objects.about(thing).open().update(closed_at=decision.created_at)
    return decision


def _decide(thing: Any, name: str, value: datetime | None, *, by: Member | None, act: str, rule: str, reason: str) -> Decision:
    if not set_mark(thing, name, value):
        raise DecidedAlreadyError
    return write_down(thing=thing, by=by, act=act, rule=rule, reason=reason)
