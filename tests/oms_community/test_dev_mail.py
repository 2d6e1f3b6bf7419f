"""/dev-mail/: the mail of a site under development, newest first; nowhere else."""

import os
import runpy
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from letters.models import OutgoingMail
from oms_community import dev_mail, urls
from tests.html import Document

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.site.urls")]


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def write(subject, text, to="one@example.org"):
    message = EmailMultiAlternatives(subject, text, "us@example.org", [to])
    message.attach_alternative("<p>html</p>", "text/html")
    get_connection("django.core.mail.backends.filebased.EmailBackend").send_messages([message])


def test_the_address_does_not_exist_where_the_site_is_deployed(settings):
    settings.DEBUG = False
    deployed = runpy.run_path(urls.__file__)  # read anew, as a server that starts does
    assert "dev_mail" not in {getattr(pattern, "name", None) for pattern in deployed["urlpatterns"]}
    settings.DEBUG = True
    assert "dev_mail" in {getattr(pattern, "name", None) for pattern in runpy.run_path(urls.__file__)["urlpatterns"]}


def test_without_mail_the_page_says_so(client, folder):
    page = client.get("/dev-mail/")
    assert "No mail yet" in page.content.decode()
    assert not folder.exists()


def test_a_mail_is_shown_with_its_code_and_its_link(client, folder):
    write("Grüße ✓", "Your code: 314159\n\nhttps://community.example/notices/?a=1&b=2\n<b>bold</b> ✓")
    response = client.get("/dev-mail/")
    page = Document(response.content)
    text = "".join(page.one("article").itertext())
    assert "Grüße ✓" in text
    assert "314159" in text
    assert "one@example.org" in text
    assert "<b>bold</b>" in text
    assert "html" not in text
    assert "https://community.example/notices/?a=1&b=2" in [link.get("href") for link in page.all("a")]
    assert "Development only" in response.content.decode()


def test_the_newest_thirty_come_first(folder):
    folder.mkdir()
    for number in range(35):
        path = folder / f"{number % 7}-{number}.log"  # names say nothing
        path.write_text(f"Subject: Number {number}\n\nx\n{'-' * 79}\n", encoding="utf-8")
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    subjects = [str(mail["subject"]) for mail in dev_mail.newest(folder)]
    assert subjects == [f"Number {number}" for number in range(34, 4, -1)]


def test_two_mails_in_one_file_are_two(folder):
    write("First", "x")
    path = next(folder.glob("*.log"))
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b"First", b"Second"))
    assert [str(mail["subject"]) for mail in dev_mail.newest(folder)] == ["Second", "First"]


def test_a_file_that_is_no_mail_breaks_nothing(client, folder):
    folder.mkdir()
    (folder / "odd.log").write_bytes(b"\xff\xfe\x00 Content-Type: x/y; charset=nonsense\n\n\x80")
    (folder / "worse.log").write_bytes(b"Content-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: base64\n\n%%%\xff")
    assert client.get("/dev-mail/").status_code == 200


def test_mail_that_nobody_delivers_is_named(client, folder):
    OutgoingMail.objects.create(address="one@example.org", message=b"x")
    assert "to be delivered" not in client.get("/dev-mail/").content.decode()
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert "1 mail waits to be delivered" in client.get("/dev-mail/").content.decode()
