"""Signing in: all ways, what nobody learns, how often somebody may try, and what mail says."""

import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from members.actions import accounts
from members.forms.accounts import SignUpForm
from members.models.account import SecurityEvent
from members.models.member import Member
from members.models.user import User
from tests.factories import PASSWORD, UserFactory
from tests.members import passkeys
from tests.rooms.accounts import answered
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
NOBODY = "nobody@example.org"


@pytest.fixture(autouse=True)
def fresh(settings):
    """Begin without counted tries, and keep mail where tests can read it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user():
    """Return somebody who has joined, with a confirmed address and PASSWORD."""
    return known()


def known(**fields):
    """Return somebody who has joined, with a confirmed address and PASSWORD."""
    user = UserFactory(**fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    Member.objects.filter(user=user).update(joined_at=user.date_joined, age_band="18+")
    return user


def visitor(**session):
    """Return a browser that nobody is signed in with."""
    client = Client()
    if session:
        store = client.session
        store.update(session)
        store.save()
    return client


def without_tokens(response, address):
    """Return a page without what differs each time: tokens, the request's number, the address that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return page.replace(address, "ADDRESS").replace(response["X-Request-Id"], "NUMBER")


def code_of(message):
    """Return the code that stands on a line of its own."""
    return re.search(r"^([A-Z]{4}-[A-Z]{4})$", message.body, flags=re.M)[1]


def password_sign_in(client, user, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **more})


# Nobody learns whether an address has an account


def journey(name, data, **session):
    """Return a function of an address: the page after sending it, followed to its end."""

    def go(address):
        client = visitor(**session)
        response = client.post(reverse(name), {key: value or address for key, value in data.items()}, follow=True)
        return response, client

    return go


JOURNEYS = {
    "wrong password": journey("account_login", {"login": "", "password": "not the right one"}),
    "password forgotten": journey("account_reset_password", {"email": ""}),
    "code to sign in": journey("account_request_login_code", {"email": ""}),
}


def sign_up(address, name="account_signup"):
    client = visitor(**answered())
    data = {"email": address} | ({"password1": "four words for me"} if name == "account_signup" else {})
    return client.post(reverse(name), data, follow=True), client


@pytest.mark.parametrize("name", [*JOURNEYS, "sign up", "sign up with a passkey"])
def test_a_known_and_an_unknown_address_get_the_same_page(name, user):
    go = JOURNEYS.get(name) or (lambda address: sign_up(address, "account_signup" if name == "sign up" else "account_signup_by_passkey"))
    (one, its), (other, others) = go(user.email), go(NOBODY)
    assert one.status_code == other.status_code
    assert one.redirect_chain == other.redirect_chain
    assert without_tokens(one, user.email) == without_tokens(other, NOBODY)
    assert set(its.cookies) == set(others.cookies)
    assert {key: value["max-age"] for key, value in its.cookies.items()} == {key: value["max-age"] for key, value in others.cookies.items()}


@pytest.mark.parametrize("name", ["password forgotten", "code to sign in", "sign up"])
def test_a_wrong_code_gets_the_same_page_for_a_known_and_an_unknown_address(name, user):
    pages = []
    for address in (user.email, NOBODY):
        response, client = JOURNEYS[name](address) if name in JOURNEYS else sign_up(address)
        here = response.redirect_chain[-1][0]
        pages.append(without_tokens(client.post(here, {"code": "BBBB-BBBB"}, follow=True), address))
        pages.append(without_tokens(client.post(here, {"action": "change", "email": "other@example.org"}, follow=True), address))
        pages.append(without_tokens(client.post(here, {"action": "resend"}, follow=True), address))
    assert pages[:3] == pages[3:]
    assert "This code is not right" in pages[0]


def test_an_address_that_was_never_confirmed_looks_like_any_other(user):
    waiting = UserFactory()
    waiting.emailaddress_set.create(email=waiting.email, verified=False, primary=True)
    for go in (*JOURNEYS.values(), sign_up):
        cache.clear()
        (one, _), (other, _) = go(waiting.email), go(NOBODY)
        assert without_tokens(one, waiting.email) == without_tokens(other, NOBODY)
        User.objects.filter(email=NOBODY).delete()


def test_who_has_no_account_is_told_by_mail_and_nothing_is_kept():
    JOURNEYS["code to sign in"](NOBODY)
    assert mail.outbox[0].to == [NOBODY]
    assert "There is no account with it" in mail.outbox[0].body
    assert settings.SITE_URL + reverse("members:join_start") in mail.outbox[0].body
    assert not User.objects.exists()


def test_who_has_an_account_already_is_told_by_mail_and_gets_no_second_one(user):
    sign_up(user.email)
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert "It has one already" in mail.outbox[0].body
    assert User.objects.count() == 1


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_demo": True}])
def test_an_account_that_may_not_sign_in_looks_like_a_wrong_password(fields, user):
    closed = known(**fields)
    right = password_sign_in(visitor(), closed)
    wrong = password_sign_in(visitor(), user, "not the right one")
    assert without_tokens(right, closed.email) == without_tokens(wrong, user.email)
    assert "_auth_user_id" not in right.client.session


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_demo": True}])
def test_tries_at_an_account_that_may_not_sign_in_are_counted_like_any_other(fields):
    closed = known(**fields)
    assert [password_sign_in(visitor(), closed).status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_demonstration_account_signs_in_while_debug_is_on(settings):
    settings.DEBUG = True
    demo = known(is_demo=True)
    assert password_sign_in(visitor(), demo).status_code == 302


def test_a_code_does_not_open_a_demonstration_account_either():
    demo = known(is_demo=True)
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": demo.email})
    response = client.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])}, follow=True)
    assert "_auth_user_id" not in client.session
    assert "That did not work" in response.content.decode()


# All ways in


def test_a_password_signs_in_and_leads_to_ones_own_page(user):
    response = password_sign_in(visitor(), user)
    assert response.url == reverse("members:me")


def test_a_password_manager_that_types_the_address_in_capitals_gets_in(user):
    assert visitor().post(reverse("account_login"), {"login": user.email.upper(), "password": PASSWORD}).status_code == 302


def test_signing_in_leads_back_to_where_one_came_from_but_never_off_the_site(user):
    assert password_sign_in(visitor(), user, next="/settings/").url == "/settings/"
    assert password_sign_in(visitor(), user, next="https://elsewhere.example/").url == reverse("members:me")


@pytest.mark.parametrize("stay, age", [({"remember": "on"}, settings.SESSION_COOKIE_AGE), ({}, "")])
def test_a_sign_in_lasts_as_long_as_was_asked_for(stay, age, user):
    client = visitor()
    password_sign_in(client, user, **stay)
    assert client.cookies["sessionid"]["max-age"] == age
    other = visitor()
    other.post(reverse("account_request_login_code"), {"email": user.email, **stay})
    other.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])})
    assert "_auth_user_id" in other.session
    assert other.cookies["sessionid"]["max-age"] == age


def test_a_code_may_be_typed_in_small_letters_without_its_dash(user):
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = code_of(mail.outbox[-1]).replace("-", " ").lower()
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).url == reverse("members:me")


def test_a_code_that_went_to_an_address_of_before_opens_nothing(user):
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    EmailAddress.objects.filter(user=user).delete()
    user.emailaddress_set.create(email="newer@example.org", verified=True, primary=True)
    User.objects.filter(pk=user.pk).update(email="newer@example.org")
    client.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])})
    assert "_auth_user_id" not in client.session


def test_after_five_wrong_codes_one_starts_again(user):
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    for _ in range(5):
        response = client.post(reverse("account_confirm_login_code"), {"code": "BBBB-BBBB"})
    assert response.url == reverse("account_request_login_code")
    client.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])})
    assert "_auth_user_id" not in client.session


def test_joining_makes_a_member_once_the_address_is_confirmed():
    response, client = sign_up("new@example.org")
    new = User.objects.get(email="new@example.org")
    assert new.member.joined_at is None
    assert "_auth_user_id" not in client.session
    response = client.post(reverse("account_email_verification_sent"), {"code": code_of(mail.outbox[-1])})
    assert response.url == reverse("members:join_done")
    new.member.refresh_from_db()
    assert new.member.joined_at
    assert EmailAddress.objects.get(user=new).verified


def test_two_who_join_with_one_address_at_the_same_moment_are_one_account(monkeypatch):
    clean = SignUpForm.clean

    def somebody_was_faster(self):
        cleaned = clean(self)
        User.objects.create_user(self.cleaned_data["email"], PASSWORD)
        return cleaned

    monkeypatch.setattr(SignUpForm, "clean", somebody_was_faster)
    response, _client = sign_up("twice@example.org")
    assert response.status_code == 200
    assert User.objects.filter(email="twice@example.org").count() == 1
    assert "It has one already" in mail.outbox[-1].body


def test_a_password_is_refused_with_what_counts_and_the_address_stays_typed():
    client = visitor(**answered())
    page = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": "password12"}).content.decode()
    assert "too common" in page
    assert 'value="new@example.org"' in page
    assert "password12" not in page


def test_a_second_step_is_asked_for_after_the_password_and_a_recovery_code_will_do(user):
    passkeys.app(user)
    spare = passkeys.codes(user).wrap().get_unused_codes()[0]
    client = visitor()
    assert password_sign_in(client, user).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    assert "_auth_user_id" in client.session
    again = visitor()
    password_sign_in(again, user)
    assert again.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 200, "a recovery code works once"


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.dictionaries(
        some.sampled_from(["id", "rawId", "type", "response", "clientExtensionResults"]),
        some.none()
        | some.text(max_size=20)
        | some.dictionaries(some.sampled_from(["userHandle", "signature", "clientDataJSON"]), some.text(max_size=9)),
    )
    | some.lists(some.integers(), max_size=2)
    | some.text(max_size=10)
)
def test_no_answer_of_a_browser_about_a_passkey_breaks_the_page(sent):
    cache.clear()
    client = visitor()
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    for typed in (json.dumps(sent), str(sent)):
        assert client.post(reverse("mfa_login_webauthn"), {"credential": typed}).status_code in (200, 302)
    assert "_auth_user_id" not in client.session


# How often


def test_after_five_wrong_passwords_one_waits_and_then_the_right_one_works(user, monkeypatch):
    for _ in range(5):
        assert password_sign_in(visitor(), user, "wrong").status_code == 200
    response = password_sign_in(visitor(), user)
    assert response.status_code == 429
    assert 295 <= int(response["Retry-After"]) <= 300
    assert "A little too fast" in response.content.decode()
    now = time.time()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 240)
    assert 55 <= int(password_sign_in(visitor(), user)["Retry-After"]) <= 60
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 301)
    assert password_sign_in(visitor(), user).status_code == 302


def test_the_wait_is_the_same_for_an_address_without_an_account(user):
    for address in (user.email, NOBODY):
        data = {"login": address, "password": "wrong"}
        assert [visitor().post(reverse("account_login"), data).status_code for _ in range(6)] == [200] * 5 + [429]


def test_twenty_wrong_passwords_an_hour_come_from_one_network(user):
    def attempt(number, address):
        data = {"login": f"person{number}@example.org", "password": "wrong"}
        return visitor().post(reverse("account_login"), data, REMOTE_ADDR=address).status_code

    # IPv6: one household has 2^64 addresses.
    assert [attempt(number, f"2001:db8:1:2::{number:x}") for number in range(1, 21)] == [200] * 20
    assert attempt(21, "2001:db8:1:2:ffff::1") == 429
    refused = visitor().post(reverse("account_login"), {"login": "x@example.org", "password": "wrong"}, REMOTE_ADDR="2001:db8:1:2::1")
    assert 3590 <= int(refused["Retry-After"]) <= 3600
    assert attempt(22, "2001:db8:1:3::1") == 200


def test_right_passwords_are_not_counted(user):
    assert {password_sign_in(visitor(), user).status_code for _ in range(8)} == {302}


@pytest.mark.parametrize("name, data", [("account_request_login_code", {"email": ""}), ("account_reset_password", {"email": ""})])
def test_three_codes_an_hour_go_to_one_mailbox(name, data, user):
    for address in (user.email, NOBODY):
        mail.outbox.clear()
        answers = [visitor().post(reverse(name), {"email": address}) for _ in range(4)]
        assert [one.status_code for one in answers] == [302, 302, 302, 429]
        assert 3590 <= int(answers[-1]["Retry-After"]) <= 3600
        assert len(mail.outbox) == 3


# Asked once more


def test_who_has_just_signed_in_is_not_asked_again_and_later_is(client, user, monkeypatch):
    sign_in(client, user)
    assert client.get(reverse("account_email")).status_code == 200
    now = time.time()
    monkeypatch.setattr("members.accounts.adapter.time.time", lambda: now + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    for name in ("account_email", "account_change_password", "mfa_activate_totp", "mfa_add_webauthn"):
        response = client.get(reverse(name))
        assert response.url == f"{reverse('account_reauthenticate')}?next={reverse(name).replace('/', '%2F')}", name
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("account_email")})
    assert response.url == reverse("account_email")


def test_a_typed_password_is_never_kept_while_somebody_is_asked_again(client, user, monkeypatch):
    user.set_unusable_password()
    user.save()
    passkeys.app(user)
    sign_in(client, user)
    now = time.time()
    monkeypatch.setattr("members.accounts.adapter.time.time", lambda: now + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    response = client.post(reverse("account_set_password"), {"password1": "a secret of mine"})
    assert response.url.startswith(reverse("mfa_reauthenticate"))
    assert "a secret of mine" not in str(dict(client.session))
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_who_has_nothing_but_the_mailbox_signs_in_once_more(client, user, monkeypatch):
    user.set_unusable_password()
    user.save()
    sign_in(client, user, "code")
    assert client.get(reverse("account_set_password")).status_code == 200
    now = time.time()
    monkeypatch.setattr("members.accounts.adapter.time.time", lambda: now + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    response = client.get(reverse("account_set_password"))
    assert response.url.startswith(reverse("account_request_login_code") + "?next=")
    assert "_auth_user_id" not in client.session


# What the owner sees


def test_the_security_page_shows_what_happened_and_needs_few_queries(client, user, django_assert_max_num_queries):
    passkeys.passkey(user)
    passkeys.codes(user)
    for kind in accounts.KINDS:
        SecurityEvent.objects.create(user=user, kind=kind, device="Firefox on Android")
    sign_in(client, user)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("members:account_security")).content.decode()
    for words in accounts.KINDS.values():
        assert str(words) in page
    assert user.email in page
    assert "You have 1 passkey." in page
    assert "10 recovery codes are left." in page


@pytest.mark.parametrize("rows", [1, 15])
def test_the_security_page_needs_the_same_queries_for_any_length(client, user, rows, django_assert_num_queries):
    SecurityEvent.objects.bulk_create([SecurityEvent(user=user, kind="signed-in")] * rows)
    for number in range(rows):
        passkeys.passkey(user, f"Key {number}")
    sign_in(client, user)
    with django_assert_num_queries(7):
        client.get(reverse("members:account_security"))


def test_nobody_sees_the_security_page_of_another(client, user):
    other = known()
    accounts.note(user=other, kind="undone", request=None)
    sign_in(client, user)
    page = client.get(reverse("members:account_security")).content.decode()
    assert other.email not in page
    assert str(accounts.KINDS["undone"]) not in page
    assert visitor().get(reverse("members:account_security")).status_code == 302


def test_a_wrong_password_is_told_at_the_next_sign_in_and_nothing_is_written_before(user):
    password_sign_in(visitor(), user, "wrong")
    assert not user.security_events.exists()
    password_sign_in(visitor(), user)
    assert list(user.security_events.order_by("at").values_list("kind", flat=True)) == ["wrong-password", "signed-in"]
    password_sign_in(visitor(), user)
    assert user.security_events.filter(kind="wrong-password").count() == 1


def test_an_event_without_words_is_refused(user):
    with pytest.raises(KeyError):
        accounts.note(user=user, kind="something", request=None)


# Mail


def all_mail(user, client):
    """Cause every kind of mail once; return them."""
    JOURNEYS["password forgotten"](user.email)
    JOURNEYS["code to sign in"](user.email)
    JOURNEYS["code to sign in"](NOBODY)
    sign_up("new@example.org")
    sign_up(user.email)
    sign_in(client, user)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "another long one"})
    client.get(reverse("mfa_activate_totp"))
    return mail.outbox


def test_mail_names_no_site_no_illness_and_no_person(client, user, settings):
    settings.SITE_NAME = "Canary Club"
    Member.objects.filter(user=user).update(pseudonym="Canary Bird")
    messages = all_mail(user, client)
    assert len(messages) == 6
    for message in messages:
        text = message.subject + message.body + message.from_email
        assert "Canary" not in text
        assert str(user) not in text
        assert not re.search(r"\bOMS\b|illness|health|127\.0\.0", text)
        assert message.from_email.startswith(settings.MAIL_SENDER_NAME)
        assert not message.alternatives
        assert "  " not in message.body.replace("\n", " ").replace("  ", " ")
        assert not re.search(r"\n{3,}|{[{%]|&#", message.body), message.body


def test_every_mail_template_of_the_library_is_ours():
    library = [*_texts(allauth.__path__[0] + "/templates")]
    ours = {*_texts(str(settings.BASE_DIR / "templates"))}
    missing = [name for name in library if name not in ours and "phone" not in name and "reset_key" not in name]
    assert missing == ["mfa/recovery_codes/download.txt"]


def _texts(folder):
    for path in sorted(Path(folder).rglob("*.txt")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in ("account", "mfa", "usersessions", "socialaccount"):
            yield name


def test_the_pages_of_the_library_carry_the_sites_own_name(user):
    page = visitor().get(reverse("account_login")).content.decode()
    assert f"Sign in - {settings.SITE_NAME}</title>" in page


@pytest.mark.parametrize("hours, seen", [(0.5, False), (2, True)])
def test_a_session_is_noted_as_seen_once_an_hour(user, hours, seen):
    client = visitor()
    password_sign_in(client, user)
    UserSession.objects.update(last_seen_at=user.date_joined - timedelta(days=1))
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= hours * 3600
    session.save()
    for _ in range(3):
        client.get(reverse("settings"))
    assert (UserSession.objects.get().last_seen_at > user.date_joined - timedelta(hours=1)) is seen


def test_without_providers_no_page_offers_another_service(client, user):
    for page in (visitor().get(reverse("account_login")), visitor(**answered()).get(reverse("account_signup"))):
        assert "another service" not in page.content.decode()
    sign_in(client, user)
    assert "Connect another service" not in client.get(reverse("socialaccount_connections")).content.decode()


@pytest.mark.once
def test_a_provider_from_the_settings_is_offered_in_our_look(tmp_path):
    script = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
page = Client().get("/account/login/").content.decode()
assert "With another service" in page and "/account/dummy/login/" in page, page
response = Client().get("/account/dummy/login/")
page = response.content.decode()
assert 'class="button' in page and "Skip to main content" in page, page
assert "form-action 'self' https:" in response["Content-Security-Policy"], response["Content-Security-Policy"]
assert "https:" not in Client().get("/account/login/")["Content-Security-Policy"]
# Somebody new comes from there: the pages of joining are asked first, then the address, which is confirmed by a code.
client = Client()
response = client.post("/account/dummy/authenticate/?state=" + client.post("/account/dummy/login/").url.partition("state=")[2],
    {"id": 7, "email": "there@example.org", "email_verified": "on"})
assert response.url == "/account/3rdparty/signup/", response.url
response = client.get(response.url)
assert response.status_code == 302 and "/account/join/" in response.url, response
from members.joining import Answers
session = client.session
Answers(age="18+", name="From There", health=0).keep(session)
session.save()
page = client.get("/account/3rdparty/signup/").content.decode()
assert "E-mail address" in page and 'class="button' in page, page
from members.models.user import User
assert not User.objects.exists()
"""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/one.sqlite3",
        "SIGN_IN_PROVIDERS": "dummy",
        "DUMMY_CLIENT_ID": "id",
        "DUMMY_SECRET": "secret",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
