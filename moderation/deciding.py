"""What a moderator may do with a thing now, and doing it: by a rule, for a reason, once."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from members.models.member import Member
from moderation import rights, standing
from moderation.models.choices import Act
from moderation.models.records import Decision, Report

DEEDS: dict[str, Callable[..., Decision]] = {
    Act.KEEP: standing.keep,
    Act.HIDE: standing.hide,
    Act.UNHIDE: standing.unhide,
    Act.RELEASE: standing.release,
}
TAKES_AWAY = frozenset({Act.HIDE})  # only by a rule that was broken


def possible(thing: Any) -> list[str]:
    """Return what can be done with a thing as it stands, the usual first. Two queries at most."""
    if thing.hidden_at:
        return [Act.HIDE, Act.UNHIDE] if standing.hidden_by_machine(thing) else [Act.UNHIDE]
    if thing.held_at:
        return [Act.RELEASE, Act.HIDE]
    return [Act.KEEP, Act.HIDE] if Report.objects.about(thing).open().exists() else [Act.HIDE]


def last_number() -> int:
    """Return the number of the newest decision of all: what a page was shown with."""
    return Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def decide(*, thing: Any, by: Member, act: str, rule: str, reason: str, seen: int) -> Decision:
    """Do something with a thing, and write it down. seen: `last_number` when the page was shown.

    Raises PermissionDenied for what is not this member's to decide; DecidedAlreadyError where another moderator decided since, or where the
    thing is as it is wanted; KeyError for no deed; ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Nothing is decided without a reason.")
    row = standing.lock(thing)
    if not rights.may_decide(by, row):
        raise PermissionDenied
    if Decision.objects.about(row).by_people().filter(pk__gt=seen).exists():
        raise standing.DecidedAlreadyError
    return DEEDS[act](thing=row, by=by, rule=rule, reason=reason)
