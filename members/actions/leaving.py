"""Leaving: unseen at once, 14 days to come back, then erased for good; and the ledger that lets a restored backup forget again."""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
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
from search.engines import engine

log = logging.getLogger(__name__)

UNDO_FOR = timedelta(days=14)


class LastAdministratorError(Exception):
    """Without this account nobody could give roles any more."""


class TooLateError(Exception):
    """The 14 days are over."""


@dataclass(frozen=True)
class Going:
    """That somebody began to leave, or was erased. posts: whether what they wrote goes with them; None where an old line does not say."""

    at: datetime
    posts: bool | None = None


@dataclass
class Ledger:
    """What a ledger says, by random id: who was erased, who began to leave last when, and who came back last when."""

    erased: dict[str, Going] = field(default_factory=dict)
    left: dict[str, Going] = field(default_factory=dict)
    back: dict[str, datetime] = field(default_factory=dict)

    def is_leaving(self, public_id: str) -> bool:
        """Return whether somebody began to leave and did not come back since. By time, not by line: two lines may overtake each other."""
        return public_id in self.left and (public_id not in self.back or self.back[public_id] < self.left[public_id].at)


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
    member.refresh_from_db()
    going = Going(timezone.now(), erase_posts)
    _go_away(member, user, going, session)
    # After the commit: a line about a leaving that never came about would take somebody along after a restore.
    transaction.on_commit(partial(_note, member.public_id, leaving_at=going.at, erase_posts=erase_posts), robust=True)
    if _is_confirmed(user):
        transaction.on_commit(partial(_tell, user.email, going.at + UNDO_FOR), robust=True)


def _go_away(member: Member, user: User, going: Going, session: str = "") -> None:
    """Let nobody meet a member any more; their roles and all sessions but the one with this key end."""
    _end_roles(user)
    member.leaving_at, member.erase_posts = going.at, bool(going.posts)
    member.save(update_fields=["leaving_at", "erase_posts"])
    data_rights.standing_changed(member)
    accounts.end_sessions(user=user, keep=session)


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
    """Undo the leaving within 14 days; whoever is not leaving stays as they are. Roles on the team do not come back.

    Raises TooLateError, and OSError where the ledger cannot be written: a restored backup would else take them along again.
    """
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.leaving_at is None:
        return
    if is_over(row):
        raise TooLateError
    member.refresh_from_db()
    _be_back(member)
    _note(member.public_id, back_at=timezone.now())  # before the commit: one line too many keeps somebody, one too few would erase them


def _be_back(member: Member) -> None:
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
    write_ledger({member.public_id: Going(at, _choice(member))})
    if member.pseudonym_skeleton:  # else a provisional name, which is random
        RetiredName.objects.retire(member.pseudonym_skeleton, since=at)
    forget(members=[member])


def _choice(member: Member) -> bool:
    """Return whether what somebody wrote goes with them, as it stands now."""
    return Member.objects.filter(pk=member.pk, erase_posts=True).exists()


def forget(*, members: Iterable[Member]) -> None:
    """Let everything about these accounts go, without a trace in the ledger: an account that was never confirmed needs none."""
    members = list(members)
    _end_sessions([member.user for member in members])
    for member in members:
        cache.delete(accounts._wrong_key(member.user.email))
        data_rights.erase(member)
    if not members:
        return
    engine().tidy()  # SQLite's index keeps the words of what was taken out until its pieces are merged
    caches["visitor_pages"].clear()  # of this process: in others the pages are out of reach already, and run out


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


def write_ledger(entries: dict[str, Going]) -> None:
    """Write who is erased into the ledger: its table, and the file outside of the database. Twice is the same as once.

    Raises OSError when the file cannot be written.
    """
    path = Path(settings.ERASURE_LEDGER)
    known = read_ledger(path).erased
    lines = [_line(public_id, erased_at=going.at, erase_posts=going.posts) for public_id, going in entries.items() if public_id not in known]
    if lines:
        _append(path, "\n".join(lines))
    rows = [Erasure(public_id=public_id, erased_at=going.at) for public_id, going in entries.items()]
    Erasure.objects.bulk_create(rows, ignore_conflicts=True)


def _note(public_id: str, **values: Any) -> None:
    """Add one line to the ledger's file: that somebody began to leave, or came back. The table needs none: the member's row says it."""
    _append(Path(settings.ERASURE_LEDGER), _line(public_id, **values))


def _line(public_id: str, **values: Any) -> str:
    known = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items() if value is not None}
    return json.dumps({"id": public_id, **known})


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


def read_ledger(path: Path) -> Ledger:
    """Return what a ledger's file says. A line that makes no sense is passed over and logged; of two erasures of one id the last line counts."""
    ledger = Ledger()
    if not path.exists():
        return ledger
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                _read_line(json.loads(line), ledger)
            except (ValueError, TypeError, KeyError):
                log.warning("line %d of the ledger cannot be read", number)
    return ledger


def _read_line(entry: dict[str, Any], ledger: Ledger) -> None:
    """Take one line in. An erasure without a good time is one of now; the other two count only with theirs."""
    public_id, posts = str(entry["id"]), entry.get("erase_posts")
    posts = posts if isinstance(posts, bool) else None
    if "back_at" in entry:
        at = _time(entry["back_at"])
        ledger.back[public_id] = max(at, ledger.back.get(public_id, at))
    elif "leaving_at" in entry:
        going = Going(_time(entry["leaving_at"]), posts)
        ledger.left[public_id] = max(going, ledger.left.get(public_id, going), key=lambda one: one.at)
    else:
        erased_at = parse_datetime(entry["erased_at"])
        ledger.erased[public_id] = Going(erased_at if erased_at and timezone.is_aware(erased_at) else timezone.now(), posts)


def _time(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None or timezone.is_naive(at):
        raise ValueError("no time")
    return at


@dataclass(frozen=True)
class Replayed:
    """What a replay found: entries in the ledger, members who were here and are erased again, who leave again, and who are back again."""

    entries: int
    erased: int
    leaving: int
    back: int


def replay(path: Path) -> Replayed:
    """Bring a restored backup up to what the ledger knows: erase again everybody in it, its file and its table, and complete each by the other;
    let those leave who had begun to since the backup, and those be back who had come back.
    """
    ledger = read_ledger(path)
    entries = dict(ledger.erased)
    for public_id, at in Erasure.objects.values_list("public_id", "erased_at"):
        entries[public_id] = Going(at, entries[public_id].posts if public_id in entries else None)
    write_ledger(entries)
    ids = list(Member.objects.values_list("pk", "public_id").iterator())  # all of them: a ledger may be longer than a query
    again = [pk for pk, public_id in ids if public_id in entries]
    for pk in again:
        member = Member.objects.select_related("user").get(pk=pk)
        _choose_again(member, entries[member.public_id], ledger)
        erase(member=member, at=entries[member.public_id].at)
    here = [(pk, public_id) for pk, public_id in ids if public_id not in entries]
    away = sum(_leave_again(pk, ledger) for pk, public_id in here if ledger.is_leaving(public_id))
    back = sum(_back_again(pk, ledger) for pk, public_id in here if public_id in ledger.back and not ledger.is_leaving(public_id))
    return Replayed(len(entries), len(again), away, back)


def _choose_again(member: Member, going: Going, ledger: Ledger) -> None:
    """Let the choice of the ledger stand: the row of a backup from before does not know it."""
    left = ledger.left.get(member.public_id)
    posts = going.posts if going.posts is not None else (left.posts if left else None)
    if posts is not None:
        Member.objects.filter(pk=member.pk).update(erase_posts=posts)
        member.erase_posts = posts


@transaction.atomic
def _leave_again(pk: int, ledger: Ledger) -> bool:
    """Let somebody be on the way out again since when they were, and return whether they were not. No mail: they were told."""
    member = Member.objects.select_for_update(no_key=True).get(pk=pk)
    going = ledger.left[member.public_id]
    if member.leaving_at == going.at and member.erase_posts == bool(going.posts):
        return False
    _go_away(member, User.objects.get(pk=member.user_id), going)
    return True


@transaction.atomic
def _back_again(pk: int, ledger: Ledger) -> bool:
    """Take back a leaving that the backup knows and from which somebody has come back since; return whether there was one."""
    member = Member.objects.select_for_update(no_key=True).get(pk=pk)
    if member.leaving_at is None or member.leaving_at >= ledger.back[member.public_id]:
        return False
    _be_back(member)
    return True
