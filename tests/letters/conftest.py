"""What tests of letters share: the queue in place of Django's outbox, a clock that can be moved, a backend that fails on demand."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from members import consents
from members.models.consent import Purpose
from tests.factories import UserFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Server(EmailBackend):
    """A mail server in memory, that can be down, or hang up rudely."""

    down = False
    rude = False
    refuses = ""

    def send_messages(self, messages):
        """Take the messages, or be down."""
        if Server.down:
            raise ConnectionRefusedError("no route to somebody@example.org")
        if Server.refuses and Server.refuses in messages[0].to[0]:
            raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such person")})
        return super().send_messages(messages)

    def close(self):
        """Say goodbye."""
        if Server.rude:
            raise smtplib.SMTPServerDisconnected("gone")


@pytest.fixture(autouse=True)
def queue(settings):
    """Send through the queue, to a server of ours."""
    settings.EMAIL_BACKEND = "letters.mail.QueueBackend"
    settings.MAIL_DELIVERY_BACKEND = "tests.letters.conftest.Server"
    settings.SITE_URL = "https://community.example"
    Server.down, Server.rude, Server.refuses = False, False, ""
    mail.outbox = []
    return Server


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        """Start now."""
        self.at = timezone.now()

    def __call__(self):
        """Return the time."""
        return self.at

    def move(self, by):
        """Let time pass."""
        self.at += by


@pytest.fixture
def clock(monkeypatch):
    """Let the test decide what time it is."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def new_member(*, emails=False):
    """Return somebody who has joined, and agreed to e-mails if told so."""
    member = UserFactory().member
    member.joined_at = timezone.now()
    member.save()
    if emails:
        consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    return member
