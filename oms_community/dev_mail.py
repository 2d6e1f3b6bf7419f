"""/dev-mail/: the mail of a site under development, so that somebody can join without a mail server. Its address exists in DEBUG only."""

import heapq
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from pathlib import Path

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from letters.models import OutgoingMail
from letters.stored import reading, text_of

NEWEST = 30
BETWEEN = b"\n" + b"-" * 79 + b"\n"  # what Django's file backend writes after each message
SOON = timedelta(seconds=5)  # a worker that runs takes a mail by then


@never_cache
@require_safe
def mail_list(request):
    """Show the newest mail that was written to files, and say if some waits because nothing delivers it."""
    waiting = OutgoingMail.objects.waiting().filter(created_at__lt=timezone.now() - SOON).count()
    return render(request, "pages/dev_mail.html", {"mails": newest(Path(settings.EMAIL_FILE_PATH)), "waiting": waiting})


def newest(folder: Path) -> list[dict]:
    """Return the newest messages of a folder, newest first: to, subject, text, and when the file was written."""
    files = heapq.nlargest(NEWEST, ((path.stat().st_mtime, path) for path in folder.glob("*.log"))) if folder.is_dir() else []
    found = []
    for written, path in files:
        for content in reversed(path.read_bytes().split(BETWEEN)):
            if content.strip():
                found.append({"at": datetime.fromtimestamp(written, UTC), **_read(content)})
    return found[:NEWEST]


def _read(content: bytes) -> dict:
    try:
        message = reading(content)
        return {"to": message["to"] or "", "subject": message["subject"] or "", "text": text_of(message)}
    except (MessageError, LookupError, ValueError):  # a file that somebody else put there
        return {"to": "", "subject": "", "text": content.decode(errors="replace")}
