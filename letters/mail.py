"""The mail queue: Django's send_mail puts a message into the database, a task delivers it after the commit."""

import logging
from functools import partial

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from letters.models import OutgoingMail
from letters.stored import plain_address
from letters.tasks import deliver
from members.models.member import Member

log = logging.getLogger("letters.mail")


class QueueBackend(BaseEmailBackend):
    """Write messages into the queue. What Django or the sign-in library sends is account mail: urgent, of no member."""

    def send_messages(self, email_messages):
        """Store each message for each of its recipients; return how many messages."""
        for message in email_messages:
            put(message)
        return len(email_messages)


@transaction.atomic
def put(message: EmailMessage, *, member: Member | None = None, urgent: bool = True) -> list[OutgoingMail]:
    """Store a message once for each recipient, hidden ones too; a task for each goes out with the caller's commit.

    A task that is lost loses nothing: the job `deliver_mail` sends what is due.
    """
    content, now = message.message().as_bytes(), timezone.now()
    fields = {"message": content, "member": member, "urgent": urgent, "created_at": now, "next_try_at": now}
    addresses = dict.fromkeys(plain_address(one) for one in message.recipients())
    rows = [OutgoingMail.objects.create(address=address, **fields) for address in addresses]
    for row in rows:
        transaction.on_commit(partial(_enqueue, row.pk))
    return rows


def _enqueue(pk: int) -> None:
    """Ask the worker to deliver a mail. The row is safe by now: a fault here must not look like one of what the person did."""
    try:
        deliver.enqueue(pk)
    except Exception as error:
        log.error("No task was queued for mail %d, the job will send it: %s", pk, type(error).__name__)
