"""What goes by itself when its time is over (B11). Each function may run twice, and says in a few words what it did.

Before more than 5 percent of a table would go, a job stops with an error in the log: a wrong clock or a mistake shall not empty the site.
Up to 20 rows always go. Whoever has looked into it lets a job through once by a higher share: `cleanup.forget_drafts(most=1)`.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members import own_part
from members.actions import leaving
from members.models.account import AccountChange, AddressLook, SecurityEvent
from members.models.draft import Draft
from members.models.leaving import Export, RetiredName
from members.models.member import Member
from members.models.patient import GuardianInvitation
from members.models.user import User

log = logging.getLogger(__name__)

MOST, ALWAYS = 0.05, 20  # share of a table; rows
UNCONFIRMED_FOR = timedelta(days=7)
EVENTS_LAST = timedelta(days=365)
LOOKS_LAST = timedelta(days=3 * 365)  # and the admin's log
CHANGES_LAST = timedelta(days=30)  # after the link has run out: by then every sign-in that was begun before has, too
MONTH = timedelta(days=30)  # so that 24 of them are never more than two years
WARNED_AT, WARNED_AGAIN_AT, ERASED_AT = 22 * MONTH, 23 * MONTH, 24 * MONTH
STRAY_AFTER = timedelta(hours=1)  # a file that is being written has no row yet
BATCH = 500
_stops: ContextVar[list[str] | None] = ContextVar("stops", default=None)


@contextmanager
def noting_stops() -> Iterator[list[str]]:
    """Give a list that fills with what was left alone meanwhile because it was too much: so that whoever runs the jobs can say so."""
    stops: list[str] = []
    token = _stops.set(stops)
    try:
        yield stops
    finally:
        _stops.reset(token)


def within_reason(number: int, of: type[Model], what: str, most: float = MOST) -> bool:
    """Return whether so many rows may go; else say in the log that they may not. of: the model whose rows measure what is much."""
    if number <= ALWAYS or number <= most * of._default_manager.count():
        return True
    log.error("%d %s are due to go, more than %g percent: nothing was touched, please look why", number, what, most * 100)
    stops = _stops.get()
    if stops is not None:
        stops.append(what)
    return False


def delete_within_reason(rows: QuerySet, what: str, *, of: type[Model] | None = None, most: float = MOST) -> str:
    """Delete these rows unless they are too many; return in a few words what was done. what: their name for the log."""
    numbers = list(rows.order_by().values_list("pk", flat=True))
    if not within_reason(len(numbers), of or rows.model, what, most):
        return f"{what}: stopped before {len(numbers)}"
    for start in range(0, len(numbers), BATCH):
        # The condition is asked again: what changed meanwhile (a draft went on) stays.
        rows.model._default_manager.filter(pk__in=rows.filter(pk__in=numbers[start : start + BATCH]).order_by().values("pk")).delete()
    return f"{what}: {len(numbers)} deleted"


def forget_unconfirmed(most: float = MOST) -> str:
    """Delete accounts whose address was not confirmed within 7 days. Whoever signed in once has confirmed; staff are left alone."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    late = User.objects.filter(
        ~Exists(confirmed), date_joined__lt=timezone.now() - UNCONFIRMED_FOR, last_login=None, is_staff=False, is_superuser=False, is_demo=False
    )
    members = list(Member.objects.filter(user__in=late, joined_at=None).select_related("user"))
    if not within_reason(len(members), User, "accounts without a confirmed address", most):
        return f"unconfirmed accounts: stopped before {len(members)}"
    leaving.forget(members=members)
    return f"unconfirmed accounts: {len(members)} deleted"


def finish_leaving(most: float = MOST) -> str:
    """Erase for good whoever left 14 days ago."""
    due = Member.objects.filter(leaving_at__lte=timezone.now() - leaving.UNDO_FOR).select_related("user").order_by("leaving_at", "pk")
    return _erase(list(due), "members who left", most)


def _erase(members: list[Member], what: str, most: float) -> str:
    if not within_reason(len(members), Member, what, most):
        return f"{what}: stopped before {len(members)}"
    done, failed = leaving.finish_leaving(members)
    return f"{what}: {done} erased" + (f", {failed} failed" if failed else "")


def mind_idle(most: float = MOST) -> str:
    """Write to whoever was away for 22 months, again after 23, and erase after 24: never staff, and nobody who was not written to twice.

    Between two letters, and between the second and the end, lies a month, also where this job did not run for long.
    """
    _forgive_those_who_came_back()
    seen = Coalesce(F("user__last_login"), F("user__date_joined"))
    away = Member.objects.alias(seen=seen).filter(
        *(Q(**{name: False}) for name in ("is_moderator", "is_editor", "is_admin", "user__is_staff", "user__is_superuser", "user__is_demo")),
        leaving_at=None,
    )
    now = timezone.now()
    # The end first: whoever gets the second letter in this run is not erased in it.
    gone = list(away.filter(seen__lte=now - ERASED_AT, idle_warnings=2, idle_warned_at__lte=now - MONTH).select_related("user").order_by("pk"))
    erased = _erase(gone, "members away for two years", most)
    twice = _warn(away.filter(seen__lte=now - WARNED_AGAIN_AT, idle_warnings=1, idle_warned_at__lte=now - MONTH), now, now + MONTH, most)
    once = _warn(away.filter(seen__lte=now - WARNED_AT, idle_warnings=0), now, now + 2 * MONTH, most)
    return f"{erased}; {once} warned, {twice} warned again"


def _forgive_those_who_came_back() -> None:
    Member.objects.filter(idle_warnings__gt=0, user__last_login__gt=F("idle_warned_at")).update(idle_warnings=0, idle_warned_at=None)


def _warn(members: QuerySet[Member], now: datetime, until: datetime, most: float) -> int:
    """Write to these members, each with the note that it was done in one transaction. Return to how many."""
    numbers, number = list(members.order_by("pk").values_list("pk", flat=True)), 0
    if not within_reason(len(numbers), Member, "members to write to", most):
        return 0
    for pk in numbers:
        with transaction.atomic():
            member = members.select_for_update(of=("self",), no_key=True).select_related("user").filter(pk=pk).first()
            if member is None:  # signed in meanwhile
                continue
            member.idle_warnings, member.idle_warned_at = member.idle_warnings + 1, now
            member.save(update_fields=["idle_warnings", "idle_warned_at"])
            send_mail(*_letter_to_idle(until), None, [member.user.email])  # into the queue, in this transaction
            number += 1
    return number


def _letter_to_idle(until: datetime) -> tuple[str, str]:
    text = render_to_string("members/idle_mail.txt", {"until": until, "address": settings.SITE_URL + reverse("members:me")})
    return _("You have not been here for a long time"), text


def forget_drafts(most: float = MOST) -> str:
    """Delete drafts that nobody changed for 180 days, and for good those that their writer deleted 14 days ago."""
    old = delete_within_reason(Draft.objects.expired(), "drafts", most=most)
    gone = delete_within_reason(Draft.objects.gone(), "deleted drafts", of=Member, most=most)  # a table that is mostly on its way out
    return f"{old}; {gone}"


def forget_exports(most: float = MOST) -> str:
    """Delete exports that have run out: the file, then the row. All of them live for two days only, so members are what they are measured by."""
    over = list(Export.objects.over())
    if not within_reason(len(over), Member, "exports", most):
        return f"exports: stopped before {len(over)}"
    for export in over:
        if export.file:
            default_storage.delete(export.file.name)
        export.delete()
    return f"exports: {len(over)} deleted"


def forget_stray_files(most: float = MOST) -> str:
    """Delete pictures and exports that no row knows: a process died between the file and its row."""
    stray = [
        *_strays("pictures", Member.objects.exclude(picture="").values_list("picture", flat=True)),
        *_strays("exports", Export.objects.exclude(file="").values_list("file", flat=True)),
    ]
    if not within_reason(len(stray), Member, "files that belong to nobody", most):
        return f"stray files: stopped before {len(stray)}"
    for name in stray:
        default_storage.delete(name)
    return f"stray files: {len(stray)} deleted"


def _strays(folder: str, known: Iterable[str]) -> list[str]:
    # The files first, then the rows: what is written in between is known, or too young.
    try:
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []
    before = timezone.now() - STRAY_AFTER
    rows = set(known)
    return [name for name in names if name not in rows and default_storage.get_modified_time(name) < before]


def forget_account_records(most: float = MOST) -> str:
    """Delete the lines about an account after 12 months, the old address of a change a month after its link ran out, and who looked at an
    address after 36 months.
    """
    now = timezone.now()
    events = delete_within_reason(SecurityEvent.objects.filter(at__lt=now - EVENTS_LAST), "security events", most=most)
    changes = delete_within_reason(AccountChange.objects.filter(expires_at__lt=now - CHANGES_LAST), "account changes", of=User, most=most)
    looks = delete_within_reason(AddressLook.objects.filter(at__lt=now - LOOKS_LAST), "looks at addresses", most=most)
    return f"{events}; {changes}; {looks}"


def forget_admin_log(most: float = MOST) -> str:
    """Delete what the admin wrote down about changes after 36 months."""
    return delete_within_reason(LogEntry.objects.filter(action_time__lt=timezone.now() - LOOKS_LAST), "lines of the admin's log", most=most)


def forget_ended_sessions() -> str:
    """Delete the device and cut address of sessions that have ended. No limit: a session's end is no accident."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return f"ended sessions: {UserSession.objects.exclude(session_key__in=alive).delete()[0]} deleted"


def forget_invitations(most: float = MOST) -> str:
    """Delete codes whose seven days are over."""
    return delete_within_reason(GuardianInvitation.objects.filter(expires_at__lte=timezone.now()), "invitations", of=Member, most=most)


def forget_retired_names(most: float = MOST) -> str:
    """Give names free that have rested for 24 months."""
    return delete_within_reason(RetiredName.objects.filter(until__lte=timezone.now()), "retired names", most=most)


def forget_proofs(most: float = MOST) -> str:
    """Delete proofs of consent 24 months after their member has gone."""
    return delete_within_reason(own_part.old_proofs(), "proofs of consent", most=most)
