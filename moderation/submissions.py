"""A form that is sent twice has one result: a double press, "back" and send again, two tabs.

A form of a member carries a hidden field FORM_KEY with a `new_key()`; what writes says, in its transaction:

    with submissions.once(member=by, key=request.POST.get(FORM_KEY, ""), text=body) as sent:
        question = posting.ask(...)
        sent.address = question.get_absolute_url()

and answers AlreadySentError with a way to its `address`. A form that is shown again after it was refused keeps its key.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.models.member import Member
from moderation.models.records import Submission

FORM_KEY = "form_key"
SAME_TEXT = timedelta(minutes=5)


class AlreadySentError(Exception):
    """The same was sent before. address: where it stands. same_form: the form's key was taken; else another form brought the same text."""

    def __init__(self, address: str, *, same_form: bool = True):
        """Keep where it stands."""
        super().__init__()
        self.address, self.same_form = address, same_form


@dataclass
class Sent:
    """What is being written. address: where it stands, to be set before the block ends."""

    address: str = ""


def new_key() -> str:
    """Return the value for the hidden field of a form that is shown for the first time."""
    return secrets.token_urlsafe(18)


@contextmanager
def once(*, member: Member, key: str, text: str) -> Iterator[Sent]:
    """Let what stands in the block be written once for each key, and not again with the same text within 5 minutes.

    key: as the form brought it; one that is none of ours guards nothing. text: what makes two posts the same (title and text); "" for none.
    What is said in one place and may be said in another ("Thank you.") gets the place put before it. Raises AlreadySentError, also for two
    at the same moment: the second waits until the first is written. When the block fails nothing is kept. Raises ValueError without an address.
    """
    key = key if re.fullmatch(r"[\w-]{8,40}", key, flags=re.ASCII) else new_key()
    with transaction.atomic():
        row = _take(member, key, text)
        sent = Sent()
        yield sent
        if not sent.address:
            raise ValueError("Say where the thing stands: whoever sends it again is led there.")
        row.address = sent.address
        row.save(update_fields=["address"])


def _take(member: Member, key: str, text: str) -> Submission:
    _refuse_known(member, key, text)
    digest = _digest(text)
    if digest:  # one row holds a text off: an old one lets go of it first, and keeps its key
        ours = Submission.objects.filter(member=member, digest=digest)
        ours.filter(created_at__lte=timezone.now() - SAME_TEXT).update(digest="")
    try:
        with transaction.atomic():
            return Submission.objects.create(member=member, key=key, digest=digest)
    except IntegrityError:  # written by another request since we looked; the database let us wait until it was there
        _refuse_known(member, key, text)
        raise


def _refuse_known(member: Member, key: str, text: str) -> None:
    digest = _digest(text)
    known = Q(key=key)
    if digest:
        known |= Q(digest=digest, created_at__gt=timezone.now() - SAME_TEXT)
    rows = list(Submission.objects.filter(known, member=member).order_by("-created_at", "-pk"))
    if rows:
        first = next((row for row in rows if row.key == key), rows[0])
        raise AlreadySentError(first.address, same_form=first.key == key)


def _digest(text: str) -> str:
    """Return the keyed digest of a text, whatever its spaces and capitals; "" for no text."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return salted_hmac("moderation.submissions", words, algorithm="sha256").hexdigest() if words else ""
