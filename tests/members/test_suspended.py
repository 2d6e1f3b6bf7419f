"""A form that waits for the question who somebody is: what of it is kept meanwhile, and what goes on."""

import json
import time

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from members.accounts import suspended
from members.models.member import Member
from tests.factories import HelpNumberFactory, UserFactory
from tests.rooms.world import PASSWORD, person, sign_in
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
CANARIES = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_USER_AGENT": "Canary/1.0 (Bird)",
    "HTTP_REFERER": "http://testserver/canary-referer/",
    "HTTP_ACCEPT_LANGUAGE": "canary-language",
}
SECRETS = {
    "password": "canary-password",
    "new_password1": "canary-new",
    "oldpassword": "canary-old",
    "code": "canary-code",
    "csrfmiddlewaretoken": "canary-token",
    "credential": "canary-credential",
}
VIEWS = ("members:export_list", "members:erase", "mfa_activate_totp")


def asked_again(client, user):
    """Sign in an hour ago: every change asks again who it is."""
    sign_in(client, user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    client.cookies["canary"] = "canary-cookie"


def everything_kept(client):
    """Return all that the rows of sessions hold, decoded."""
    return json.dumps([row.get_decoded() for row in Session.objects.all()])


@pytest.mark.parametrize("name", VIEWS)
def test_the_session_keeps_the_way_and_harmless_fields_and_nothing_secret(name):
    client = Client()
    asked_again(client, person("writer", "Quiet Otter").user)
    client.cookies["canary"] = "canary-cookie"
    response = client.post(f"{reverse(name)}?token=canary-query", {**SECRETS, "posts": "delete", "note": "my own words"}, **CANARIES)
    assert "reauthenticate" in response.url
    kept = client.session[STATE_SESSION_KEY]["request"]
    assert json.loads(kept).keys() == {"path", "path_info", "method", "GET", "POST"}
    assert json.loads(kept)["POST"] == "posts=delete&note=my+own+words"
    for secret in (*CANARIES.values(), *SECRETS.values(), "canary", PASSWORD, client.cookies["sessionid"].value):
        assert secret not in everything_kept(client), secret


def test_staff_who_are_asked_for_their_factor_leave_no_secret_either():
    client, number = Client(), HelpNumberFactory()
    user = UserFactory(is_staff=True, is_superuser=True)
    sign_in_staff(client, user, hours_ago=13)
    user.authenticator_set.create(type="totp", data={})
    response = client.post(reverse("admin:conditions_helpnumber_change", args=[number.pk]), {**SECRETS, "name": "New words"}, **CANARIES)
    assert response.status_code == 302
    assert json.loads(client.session[STATE_SESSION_KEY]["request"])["POST"] == "name=New+words"
    assert "canary" not in everything_kept(client).lower()


def test_what_waited_goes_on_as_a_request_of_just_now(rf):
    waited = rf.post("/me/erase/?a=1", {"posts": "delete"}, REMOTE_ADDR="203.0.113.77")
    now = rf.post("/account/reauthenticate/", {"password": "canary"}, REMOTE_ADDR="203.0.113.9")
    request = suspended.go_on(suspended.keep(waited), now)
    assert (request.path, request.method, request.POST.dict(), request.GET.dict()) == ("/me/erase/", "POST", {"posts": "delete"}, {"a": "1"})
    assert (request.META["REMOTE_ADDR"], request.META["PATH_INFO"], request.META["QUERY_STRING"]) == ("203.0.113.9", "/me/erase/", "a=1")


def test_after_the_password_the_form_goes_on_once_and_the_session_forgets_it():
    client, member = Client(), person("writer", "Quiet Otter")
    asked_again(client, member.user)
    response = client.post(reverse("members:erase"), {"posts": "delete"})
    client.post(response.url, {"password": PASSWORD})
    member = Member.objects.get(pk=member.pk)
    assert member.leaving_at
    assert member.erase_posts
    assert STATE_SESSION_KEY not in client.session
