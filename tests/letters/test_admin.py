"""The mail queue in the admin: for administrators, to look at, without address or text."""

import pytest
from django.core.mail import send_mail
from django.test import Client, RequestFactory
from django.urls import reverse

from letters.admin import OutgoingMailAdmin
from letters.models import OutgoingMail
from tests.factories import EditorFactory, UserFactory
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
LIST = "admin:letters_outgoingmail_changelist"


def browser(user):
    client = Client()
    sign_in_staff(client, user)
    return client


@pytest.fixture
def row():
    send_mail("Secret subject", "123456", None, ["one@private.example"])
    return OutgoingMail.objects.get()


def test_a_row_tells_neither_to_whom_nor_what(row):
    client = browser(UserFactory(is_staff=True, is_superuser=True))
    for address in (reverse(LIST), reverse("admin:letters_outgoingmail_change", args=[row.pk])):
        page = client.get(address)
        assert page.status_code == 200
        assert f"mail {row.pk}" in page.content.decode()
        assert "private.example" not in page.content.decode()
        assert "Secret" not in page.content.decode()


def test_addresses_cannot_be_guessed_by_the_lists_address(row):
    client = browser(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(reverse(LIST), {"address__startswith": "one"}).status_code in (302, 400)
    assert not OutgoingMailAdmin.search_fields


def test_editors_see_nothing_of_it(row):
    assert browser(EditorFactory()).get(reverse(LIST)).status_code == 403


def test_nobody_changes_anything(row):
    request = RequestFactory().get("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    page = OutgoingMailAdmin(OutgoingMail, None)
    assert not any(getattr(page, f"has_{deed}_permission")(request) for deed in ("add", "change", "delete"))
