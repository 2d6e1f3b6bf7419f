"""Leaving: unseen at once, 14 days to come back, then erased for good; and the ledger that lets a restored backup forget again."""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from members import data_rights
from members.actions import accounts, staff
from members.models.leaving import Erasure, RetiredName
from members.models.member import Member
from members.models.user import User

log = logging.getLogger(__name__)

UNDO_FOR = timedelta(days=14)


class LastAdministratorError(Exception):
    """Without this account nobody could give roles any more."""


class TooLateError(Exception):
    """The 14 days are over."""


def is_last_administrator(user: User) -> bool:
    """Return whether the site would be left without an active administrator who stays."""
    return user.is_superuser and not _other_administrators(user).exists()


def _other_administrators(user: User):
    return User.objects.filter(is_active=True, is_superuser=True, member__leaving_at=None).exclude(pk=user.pk)


@transaction.atomic
def leave(*, member: Member, session: str = "", erase_posts: bool = False) -> None:
    """Begin to leave: nobody meets the member any more, roles on the team end, all sessions but the one with this key end, a mail says how
    to come back. Leaving twice is the same as once. Raises LastAdministratorError.

    erase_posts: whether what they wrote for others goes as well; else it stays without their name.
    """
    # All administrators are locked in one order, so that the last two cannot leave at the same moment.
    list(User.objects.select_for_update(no_key=True).filter(is_superuser=True).order_by("pk"))
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.leaving_at:
        member.leaving_at = row.leaving_at
        return
    user = User.objects.get(pk=row.user_id)
    if is_last_administrator(user):
        raise LastAdministratorError
    _end_roles(user)
    member.refresh_from_db()
    member.leaving_at, member.erase_posts = timezone.now(), erase_posts
    member.save(update_fields=["leaving_at", "erase_posts"])
    data_rights.standing_changed(member)
    accounts.end_sessions(user=user, keep=session)
    if _is_confirmed(user):
        transaction.on_commit(partial(_tell, user.email, member.leaving_at + UNDO_FOR), robust=True)


def _end_roles(user: User) -> None:
    user.groups.clear()
    user.user_permissions.clear()
    user.is_staff = user.is_superuser = False
    user.save(update_fields=["is_staff", "is_superuser"])
    staff.mirror(user=user)


def _is_confirmed(user: User) -> bool:
    """Return whether the address is known to be the member's own: a mistyped one belongs to a stranger, who is told nothing."""
    return user.last_login is not None or EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def _tell(email: str, until: datetime) -> None:
    address = settings.SITE_URL + reverse("members:erase_undo")
    text = render_to_string("members/erase_mail.txt", {"until": until, "address": address})
    send_mail(_("Your account is about to be erased"), text, None, [email])


@transaction.atomic
def come_back(*, member: Member) -> None:
    """Undo the leaving within 14 days; whoever is not leaving stays as they are. Roles on the team do not come back. Raises TooLateError."""
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.leaving_at is None:
        return
    if is_over(row):
        raise TooLateError
    member.refresh_from_db()
    member.leaving_at = None
    member.save(update_fields=["leaving_at"])
    data_rights.standing_changed(member)


def is_over(member: Member) -> bool:
    """Return whether the 14 days are over: then there is no way back, also before the job has come by."""
    return member.leaving_at is not None and member.leaving_at + UNDO_FOR <= timezone.now()


def erase(*, member: Member, at: datetime | None = None) -> None:
    """Erase somebody for good. at: when they were erased first, for a replay.

    Each step may be done twice, and the account goes last: whatever fails on the way, the next run begins again and finishes. The ledger is
    written first. So no crash leaves somebody erased whom a restored backup would bring back, and where the ledger cannot be written
    nothing is erased.
    """
    at = at or timezone.now()
    write_ledger({member.public_id: at})
    if member.pseudonym_skeleton:  # else a provisional name, which is random
        RetiredName.objects.retire(member.pseudonym_skeleton, since=at)
    forget(members=[member])


def forget(*, members: Iterable[Member]) -> None:
    """Let everything about these accounts go, without a trace in the ledger: an account that was never confirmed needs none."""
    members = list(members)
    _end_sessions([member.user for member in members])
    for member in members:
        cache.delete(accounts._wrong_key(member.user.email))
        data_rights.erase(member)


def _end_sessions(users: list[User]) -> None:
    """End the sessions of accounts, and those that hold their address (a sign-in that was begun). One pass: sessions cannot be searched."""
    for user in users:
        accounts.end_sessions(user=user)
    numbers = {str(user.pk) for user in users}
    addresses = {json.dumps(user.email.lower(), ensure_ascii=False) for user in users}  # in quotes: an address may be the end of another
    gone = []
    for session in Session.objects.iterator(chunk_size=500):
        data = session.get_decoded()
        text = json.dumps(data, default=str, ensure_ascii=False).lower()
        if data.get("_auth_user_id") in numbers or any(address in text for address in addresses):
            gone.append(session.session_key)
    for start in range(0, len(gone), 500):
        Session.objects.filter(session_key__in=gone[start : start + 500]).delete()


def finish_leaving(members: Iterable[Member]) -> tuple[int, int]:
    """Erase these members, one after the other; one that fails leaves the others alone. Return how many were erased, and how many failed."""
    done = failed = 0
    for member in members:
        try:
            erase(member=member)
        except Exception as error:  # whatever it is, the others are waiting; the message may hold somebody's words
            log.error("a member could not be erased (%s); it is tried again", type(error).__name__)
            failed += 1
        else:
            done += 1
    return done, failed


def write_ledger(entries: dict[str, datetime]) -> None:
    """Write random ids, each with its time, into the ledger: its table, and the file outside of the database. Twice is the same as once.

    Raises OSError when the file cannot be written.
    """
    path = Path(settings.ERASURE_LEDGER)
    known = dict(read_ledger(path))
    lines = [json.dumps({"id": public_id, "erased_at": at.isoformat()}) for public_id, at in entries.items() if public_id not in known]
    if lines:
        _append(path, "\n".join(lines))
    Erasure.objects.bulk_create([Erasure(public_id=public_id, erased_at=at) for public_id, at in entries.items()], ignore_conflicts=True)


def _append(path: Path, text: str) -> None:
    """Add lines and wait until they are on the disk. A line that a crash has cut off is ended first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        cut = False
        if size:
            file.seek(size - 1)
            cut = file.read(1) != b"\n"
        file.write((b"\n" if cut else b"") + text.encode() + b"\n")
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)  # the name of a new file has to last, too
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_ledger(path: Path) -> Iterator[tuple[str, datetime]]:
    """Give the ids of a ledger's file, each with when it was erased. A line that makes no sense is passed over and logged."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                at = parse_datetime(entry["erased_at"])
                yield str(entry["id"]), at if at and timezone.is_aware(at) else timezone.now()
            except (ValueError, TypeError, KeyError):
                log.warning("line %d of the ledger cannot be read", number)


def replay(path: Path) -> tuple[int, int]:
    """Erase again everybody in the ledger, its file and its table, and complete each by the other. Return how many are in it, how many were here."""
    entries = dict(Erasure.objects.values_list("public_id", "erased_at"))
    for public_id, at in read_ledger(path):
        entries.setdefault(public_id, at)
    write_ledger(entries)
    ids = Member.objects.values_list("pk", "public_id").iterator()  # all of them: a ledger may be longer than a query
    again = [pk for pk, public_id in ids if public_id in entries]
    for pk in again:
        member = Member.objects.select_related("user").get(pk=pk)
        erase(member=member, at=entries[member.public_id])
    return len(entries), len(again)
