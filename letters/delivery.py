"""From the queue to the mail server: each mail once, tried again for two days, at most five about notices an hour for a member.

A row is claimed by one conditional update before it is sent, so that no two workers send it. Only where a process dies between the
server's yes and our note of it does a mail go out a second time: a code that comes twice is better than one that never comes.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from letters import notice_mail
from letters.models import CLAIM, OutgoingMail
from letters.stored import StoredMessage
from members.models.member import Member

log = logging.getLogger("letters.delivery")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BACK_OFF = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY)  # after the first fault, the second ...; then it is given up
AN_HOUR = 5  # mails about notices to one member
KEPT = timedelta(days=30)  # rows of what was sent or given up; they hold no address and no text any more
LONGEST_RUN = 50  # seconds
FAULTS_IN_A_ROW = 3  # then the server is down, and the rest waits for the next run


class NotTakenError(Exception):
    """The delivery backend did not say that it took the message."""


def deliver(pk: int) -> str:
    """Send one mail if it is due; return what became of it, in a word. Raises nothing of the mail server's."""
    mail = _claim(pk)
    if mail is None:
        return "not due"
    try:
        _send(mail)
    except Exception as error:
        return _put_off(mail, type(error).__name__)
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), address="", message=b"", fault="")
    return "sent"


def deliver_due() -> str:
    """Send what is due, urgent mail first: tasks that were lost, faults that are tried again, mail that had to wait. Return a few words."""
    sent = faults = 0
    end = time.monotonic() + LONGEST_RUN
    for pk in OutgoingMail.objects.due(timezone.now()).order_by("-urgent", "next_try_at", "pk").values_list("pk", flat=True):
        result = deliver(pk)
        sent += result == "sent"
        faults = faults + 1 if result in ("tried", "given up") else 0
        if faults == FAULTS_IN_A_ROW or time.monotonic() > end:
            break
    return f"{sent} mails sent, {OutgoingMail.objects.waiting().count()} wait"


def forget_old() -> int:
    """Delete the rows of mail that was sent or given up a month ago; return how many."""
    before = timezone.now() - KEPT
    sent = OutgoingMail.objects.filter(sent_at__lt=before).delete()[0]
    return sent + OutgoingMail.objects.filter(failed_at__lt=before).delete()[0]


def _claim(pk: int) -> OutgoingMail | None:
    """Return a mail that is now ours to send, or None: not due, somebody else's, gone, or its member had five this hour."""
    now = timezone.now()
    mail = OutgoingMail.objects.due(now).filter(pk=pk).first()
    if mail is None:
        return None
    if mail.urgent or mail.member_id is None:
        return mail if _take(mail, now) else None
    with transaction.atomic():
        # One at a time for each member, or two workers would both see four and send two.
        lock = Member.objects.select_for_update(of=("self",), no_key=True).select_related("user")
        member = lock.filter(pk=mail.member_id).first()
        if member is None:  # erased a moment ago, and this mail with them
            return None
        mail.member = member
        now = timezone.now()  # again, behind the lock: what another worker took before us must not lie in our future
        free_at = _free_at(mail, now)
        if free_at > now:
            OutgoingMail.objects.due(now).notices_of(mail.member_id).update(next_try_at=free_at)
            return None
        if not _take(mail, now):
            return None
        if mail.created_at < now - DAY:
            _group(mail, now)
        return mail


def _take(mail: OutgoingMail, now: datetime) -> bool:
    return OutgoingMail.objects.due(now).filter(pk=mail.pk).update(next_try_at=now + CLAIM) == 1


def _free_at(mail: OutgoingMail, now: datetime) -> datetime:
    """Return when a member may get the next mail about notices: now, or when the fifth last is an hour old."""
    ours = OutgoingMail.objects.notices_of(mail.member_id)
    in_hand = ours.in_hand(now).count()  # first: one that is sent between the two questions is counted twice then, and never not at all
    times = list(ours.filter(sent_at__gt=now - HOUR).order_by("-sent_at").values_list("sent_at", flat=True)[:AN_HOUR])
    if len(times) == AN_HOUR:
        return times[-1] + HOUR
    return now if len(times) + in_hand < AN_HOUR else now + CLAIM


def _group(mail: OutgoingMail, now: datetime) -> None:
    """Let one mail stand for all that have waited for a day."""
    others = OutgoingMail.objects.waiting().notices_of(mail.member_id).filter(created_at__lt=now - DAY)
    others = others.exclude(pk__in=OutgoingMail.objects.in_hand(now).values("pk"))  # ours is in hand by now
    if others.delete()[0]:
        mail.message = notice_mail.grouped(mail.member).message().as_bytes()
        mail.save(update_fields=["message"])


def _send(mail: OutgoingMail) -> None:
    """Hand a mail to the delivery backend, within its time-out. Raises whatever goes wrong before the message is taken."""
    about_notices = mail.member is not None and not mail.urgent
    address = mail.member.user.email if about_notices else mail.address  # a notice follows its member, account mail stays where it was sent
    message = StoredMessage(bytes(mail.message), to=address, readdress=address != mail.address)
    connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    connection.open()
    try:
        taken = connection.send_messages([message])
    finally:
        _close(connection)
    if not taken:
        raise NotTakenError


def _close(connection) -> None:
    """End the connection; a fault in saying goodbye must not make a mail that was taken look unsent."""
    try:
        connection.close()
    except Exception as error:
        log.info("The connection to the mail server did not end well: %s", type(error).__name__)


def _put_off(mail: OutgoingMail, fault: str) -> str:
    """Write a fault down, by its name only, and try again later or give up: then address and text go, too."""
    now, tries = timezone.now(), mail.tries + 1
    log.warning("Mail %d was not sent, try %d: %s", mail.pk, tries, fault)
    ours = OutgoingMail.objects.filter(pk=mail.pk)
    if mail.tries < len(BACK_OFF):
        ours.update(tries=tries, next_try_at=now + BACK_OFF[mail.tries], fault=fault[:80])
        return "tried"
    ours.update(tries=tries, failed_at=now, fault=fault[:80], address="", message=b"")
    return "given up"
