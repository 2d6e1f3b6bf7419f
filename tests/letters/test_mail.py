"""The queue: what Django sends becomes rows in the caller's transaction, and goes out after the commit as it was written."""

import pytest
from django.core import mail
from django.core.mail import BadHeaderError, EmailMultiAlternatives, send_mail
from django.core.mail.backends.smtp import EmailBackend as Smtp
from django.db import transaction

from letters import tasks
from letters.models import OutgoingMail
from letters.stored import StoredMessage, plain_address, reading, text_of

pytestmark = pytest.mark.django_db


def message(**fields):
    message = EmailMultiAlternatives(
        "Grüße ✓", "Ein Wort: äöü ✓\nFrom here on\n" + "lang " * 300, "Us <us@example.org>", **{"to": ["One <one@example.org>"], **fields}
    )
    message.attach_alternative("<p>äöü</p>", "text/html")
    message.attach("a.bin", bytes(range(256)), "application/octet-stream")
    return message


def test_a_mail_is_one_row_for_each_recipient_hidden_ones_too():
    message(cc=["two@example.org"], bcc=["three@example.org", "one@example.org"]).send()
    assert sorted(OutgoingMail.objects.values_list("address", flat=True)) == ["one@example.org", "three@example.org", "two@example.org"]
    assert all(row.urgent and row.member is None for row in OutgoingMail.objects.all())
    assert not any(b"three@example.org" in bytes(row.message) for row in OutgoingMail.objects.all())


def test_nothing_is_sent_before_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send_mail("Code", "123456", None, ["one@example.org"])
        assert mail.outbox == []
    assert [one.body for one in mail.outbox] == ["123456"]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_sent():
    with transaction.atomic():
        send_mail("Code", "123456", None, ["one@example.org"])
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_goes_out_at_once():
    send_mail("Code", "123456", None, ["one@example.org"])
    assert [one.to for one in mail.outbox] == [["one@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_cannot_be_queued_loses_nothing(monkeypatch, caplog):
    def broken(self, *arguments, **named):
        raise ArithmeticError

    monkeypatch.setattr(type(tasks.deliver), "enqueue", broken)
    assert send_mail("Code", "123456", None, ["one@example.org"]) == 1
    assert OutgoingMail.objects.waiting().count() == 1
    assert "one@example.org" not in caplog.text
    assert "ArithmeticError" in caplog.text


def test_a_header_with_a_line_break_is_refused_and_leaves_no_row():
    with pytest.raises(BadHeaderError):
        send_mail("Code\nBcc: evil@example.org", "x", None, ["one@example.org"])
    assert not OutgoingMail.objects.exists()


def test_the_stored_message_is_the_one_that_was_written():
    content = message().message().as_bytes()
    stored = StoredMessage(content, to="one@example.org")
    assert stored.message().as_bytes() == content
    assert stored.message().as_bytes(linesep="\r\n") == content.replace(b"\n", b"\r\n")
    assert (stored.subject, stored.from_email, stored.to) == ("Grüße ✓", "Us <us@example.org>", ["one@example.org"])
    assert stored.body.startswith("Ein Wort: äöü ✓\nFrom here on")
    parts = [part.get_content() for part in reading(content).walk() if not part.is_multipart()]
    assert parts[1:] == ["<p>äöü</p>", bytes(range(256))]


def test_the_smtp_backend_hands_over_the_stored_bytes(monkeypatch):
    sent = []

    class Connection:
        def sendmail(self, sender, recipients, content):
            sent.append((sender, recipients, content))

    backend = Smtp()
    backend.connection = Connection()
    content = message().message().as_bytes()
    assert backend.send_messages([StoredMessage(content, to="one@example.org")]) == 1
    assert sent == [("Us <us@example.org>", ["one@example.org"], content.replace(b"\n", b"\r\n"))]


def test_a_new_address_takes_the_place_of_the_old_one_in_the_header():
    stored = StoredMessage(message().message().as_bytes(), to="new@example.org", readdress=True)
    assert reading(stored.message().as_bytes())["to"] == "new@example.org"
    assert b"one@example.org" not in stored.message().as_bytes()


@pytest.mark.parametrize(("written", "plain"), [("a@b.example", "a@b.example"), ("Ä B <a@b.example>", "a@b.example"), ("odd", "odd")])
def test_an_address_is_stored_without_a_name(written, plain):
    assert plain_address(written) == plain


def test_a_message_without_a_text_has_none():
    assert text_of(reading(b"Subject: x\nContent-Type: text/html\n\n<p>x</p>")) == ""
