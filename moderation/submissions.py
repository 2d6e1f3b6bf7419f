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
    try:
        with transaction.atomic():
            return Submission.objects.create(member=member, key=key, digest=_digests(text)[0])
    except IntegrityError:  # written by another request since we looked; the database let us wait until it was there
        _refuse_known(member, key, text)
        raise


def _refuse_known(member: Member, key: str, text: str) -> None:
    same_text = Q(digest__in=[digest for digest in _digests(text) if digest], created_at__gt=timezone.now() - SAME_TEXT)
    known = list(Submission.objects.filter(Q(key=key) | same_text, member=member).order_by("-created_at", "-pk"))
    if known:
        first = next((row for row in known if row.key == key), known[0])
        raise AlreadySentError(first.address, same_form=first.key == key)


def _digests(text: str) -> tuple[str, str]:
    """Return the keyed digests of a text: of these five minutes, and of the five before. "" for no text.

    The time is part of it, so that one unique row holds the same text off while two are sent at once, and not for ever.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not words:
        return "", ""
    now = int(timezone.now().timestamp() // SAME_TEXT.total_seconds())
    return _digest(f"{now} {words}"), _digest(f"{now - 1} {words}")


def _digest(text: str) -> str:
    return salted_hmac("moderation.submissions", text, algorithm="sha256").hexdigest()
