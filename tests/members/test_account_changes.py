"""A change of address or password is told to the address of before, and can be undone from there: once, for seven days, completely."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.actions import accounts
from members.models.account import AccountChange
from members.models.user import User
from tests.factories import PASSWORD
from tests.members import passkeys
from tests.members.test_accounts import code_of, known, password_sign_in, visitor, without_tokens

pytestmark = pytest.mark.django_db
OLD, NEW = "before@example.org", "after@example.org"
SECOND = "another long password"


@pytest.fixture(autouse=True)
def fresh(settings):
    """Begin without counted tries, and keep mail where tests can read it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture
def user():
    """Return somebody who has joined."""
    return known(email=OLD)


@pytest.fixture
def here(user):
    """Return a browser in which they are signed in."""
    return _signed_in(user)


def _signed_in(user, password=PASSWORD):
    client = Client()
    assert password_sign_in(client, user, password).status_code == 302
    return client


def change_address(client, to=NEW):
    cache.clear()
    client.post(reverse("account_email"), {"action_add": "1", "email": to})
    response = client.post(reverse("account_email_verification_sent"), {"code": code_of(mail.outbox[-1])})
    assert response.url == reverse("members:account_security")


def change_password(client, to=SECOND, old=PASSWORD):
    response = client.post(reverse("account_change_password"), {"oldpassword": old, "password1": to})
    assert response.url == reverse("members:account_security")


def undo_link(address):
    """Return the path of the newest link that was sent to an address."""
    for message in reversed(mail.outbox):
        if message.to == [address] and "/account/undo/" in message.body:
            return "/" + re.search(r"https?://[^/]+/(\S+)", message.body)[1]
    return None


def is_signed_in(client):
    return client.get(reverse("members:account_security")).status_code == 200


def test_a_new_address_counts_only_once_it_is_confirmed(user, here):
    here.post(reverse("account_email"), {"action_add": "1", "email": NEW})
    user.refresh_from_db()
    assert user.email == OLD
    assert undo_link(OLD) is None
    here.post(reverse("account_email_verification_sent"), {"code": code_of(mail.outbox[-1])})
    user.refresh_from_db()
    assert user.email == NEW
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(NEW, True, True)]


def test_the_old_address_is_told_and_the_new_one_is_not_named_there(user, here):
    change_address(here)
    told = [message for message in mail.outbox if message.to == [OLD]]
    assert len(told) == 1
    assert NEW not in told[0].body + told[0].subject
    assert undo_link(OLD)


def test_a_change_of_address_ends_the_other_sessions_and_keeps_this_one(user, here):
    other = _signed_in(user)
    change_address(here)
    assert is_signed_in(here)
    assert not is_signed_in(other)


def test_a_change_of_password_ends_the_other_sessions_and_keeps_this_one(user, here):
    other = _signed_in(user)
    change_password(here)
    assert is_signed_in(here)
    assert not is_signed_in(other)
    assert UserSession.objects.filter(user=user).count() == 1
    assert undo_link(OLD)


def test_a_new_password_by_code_ends_all_sessions_and_is_told_with_a_link(user, here):
    client = visitor()
    client.post(reverse("account_reset_password"), {"email": OLD})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_of(mail.outbox[-1])})
    response = client.post(reverse("account_complete_password_reset"), {"password1": SECOND})
    assert response.url == reverse("account_password_reset_completed")
    assert not is_signed_in(here)
    assert undo_link(OLD)
    assert user.security_events.first().kind == "password-reset"
    assert is_signed_in(_signed_in(user, SECOND))


def test_a_first_password_is_told_with_a_link(user, here):
    user.set_unusable_password()
    user.save()
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": OLD})
    client.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])})
    assert client.post(reverse("account_set_password"), {"password1": SECOND}).url == reverse("members:account_security")
    assert undo_link(OLD)


def test_an_address_that_was_never_confirmed_gets_no_link():
    waiting = known(email="mistyped@example.org")
    old = waiting.emailaddress_set.get()
    old.verified = False
    mail.outbox.clear()
    client = _client_of(waiting)
    request = client.get(reverse("members:account_security")).wsgi_request
    accounts.email_changed(user=waiting, old=old, request=request)
    assert not mail.outbox
    assert not AccountChange.objects.exists()


def _client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_only_a_digest_of_the_link_is_kept(user, here):
    change_password(here)
    token = undo_link(OLD).strip("/").split("/")[-1]
    change = AccountChange.objects.get()
    assert len(token) >= 40
    assert token not in str(AccountChange.objects.values())
    assert change.digest == accounts.digest(token)
    assert timedelta(days=6, hours=23) < change.expires_at - timezone.now() <= timedelta(days=7)


def test_opening_the_link_changes_nothing(user, here):
    change_address(here)
    page = visitor().get(undo_link(OLD))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    user.refresh_from_db()
    assert user.email == NEW
    assert is_signed_in(here)


def test_undoing_a_change_of_address_brings_the_old_one_back_and_signs_everybody_out(user, here):
    change_address(here)
    user.refresh_from_db()
    other = _signed_in(user)
    before = len(mail.outbox)
    response = visitor().post(undo_link(OLD))
    assert response.url == reverse("account_request_login_code")
    user.refresh_from_db()
    assert user.email == OLD
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(OLD, True, True)]
    assert not is_signed_in(here)
    assert not is_signed_in(other)
    assert {message.to[0] for message in mail.outbox[before:]} == {OLD, NEW}
    assert user.security_events.first().kind == "undone"
    # The owner gets in with a code.
    client = visitor()
    client.post(reverse("account_request_login_code"), {"email": OLD})
    assert client.post(reverse("account_confirm_login_code"), {"code": code_of(mail.outbox[-1])}).status_code == 302
    assert is_signed_in(client)


def test_undoing_a_change_of_password_leaves_none_that_works(user, here):
    change_password(here)
    visitor().post(undo_link(OLD))
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not is_signed_in(here)
    for password in (PASSWORD, SECOND):
        assert password_sign_in(visitor(), user, password).status_code == 200


def test_a_link_works_once(user, here):
    change_password(here)
    link = undo_link(OLD)
    assert visitor().post(link).status_code == 302
    for answer in (visitor().get(link), visitor().post(link)):
        assert answer.status_code == 404
        assert "This link no longer works" in answer.content.decode()


def test_a_link_works_for_seven_days(user, here):
    change_password(here)
    AccountChange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert visitor().post(undo_link(OLD)).status_code == 404
    user.refresh_from_db()
    assert user.has_usable_password()


def test_a_guessed_link_says_nothing():
    assert visitor().get(reverse("members:change_undo", args=["guess"])).status_code == 404
    assert visitor().post(reverse("members:change_undo", args=["guess"])).status_code == 404


def test_what_was_added_since_the_change_goes_and_what_was_there_before_stays(user, here):
    before = passkeys.passkey(user, "Mine")
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=3))
    change_password(here)
    passkeys.passkey(user, "Theirs")
    passkeys.app(user)
    visitor().post(undo_link(OLD))
    assert list(Authenticator.objects.filter(user=user)) == [before]


def test_recovery_codes_do_not_stay_alone(user, here):
    passkeys.codes(user)
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=3))
    change_password(here)
    passkeys.app(user)
    visitor().post(undo_link(OLD))
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_code_that_was_sent_before_no_longer_opens_the_account(user, here):
    change_address(here)
    intruder, second_intruder = visitor(), visitor()
    intruder.post(reverse("account_request_login_code"), {"email": NEW})
    code = code_of(mail.outbox[-1])
    second_intruder.post(reverse("account_reset_password"), {"email": NEW})
    second_intruder.post(reverse("account_confirm_password_reset_code"), {"code": code_of(mail.outbox[-1])})
    visitor().post(undo_link(OLD))
    intruder.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_signed_in(intruder)
    answer = second_intruder.post(reverse("account_complete_password_reset"), {"password1": "the intruder's own"})
    assert "This code no longer counts" in answer.content.decode()
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_a_sign_in_that_waits_for_its_second_step_does_not_go_on_after_an_undo(user, here):
    passkeys.app(user)
    spare = passkeys.codes(user).wrap().get_unused_codes()[0]
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=3))
    change_password(here)
    intruder = visitor()
    assert password_sign_in(intruder, user, SECOND).url == reverse("mfa_authenticate")
    visitor().post(undo_link(OLD))
    intruder.post(reverse("mfa_authenticate"), {"code": spare})
    assert not is_signed_in(intruder)


def test_links_that_went_to_the_other_side_end_with_an_undo_and_earlier_ones_do_not(user, here):
    change_address(here)
    first = undo_link(OLD)
    user.refresh_from_db()
    change_address(here, "third@example.org")
    second = undo_link(NEW)
    # The other side brings back its own address: the owner's link still works after that.
    assert visitor().post(second).status_code == 302
    assert User.objects.get(pk=user.pk).email == NEW
    assert visitor().post(first).status_code == 302
    assert User.objects.get(pk=user.pk).email == OLD


def test_a_later_link_is_void_once_the_owner_has_undone_the_first(user, here):
    change_address(here)
    first = undo_link(OLD)
    change_address(here, "third@example.org")
    second = undo_link(NEW)
    visitor().post(first)
    assert visitor().post(second).status_code == 404
    assert User.objects.get(pk=user.pk).email == OLD


def test_an_old_address_that_another_account_has_by_now_is_not_taken_away(user, here):
    change_address(here)
    other = known(email=OLD)
    answer = visitor().post(undo_link(OLD))
    assert answer.status_code == 409
    assert "We have to help you by hand" in answer.content.decode()
    other.refresh_from_db()
    user.refresh_from_db()
    assert (other.email, user.email) == (OLD, NEW)
    assert is_signed_in(here)


def test_somebody_else_who_presses_stays_signed_in_as_themselves(user, here):
    change_password(here)
    helper = _signed_in(known())
    helper.post(undo_link(OLD))
    assert is_signed_in(helper)


def test_nobody_changes_to_an_address_that_has_an_account_and_learns_so_only_with_its_mailbox(user, here):
    other = known(email=NEW)
    here.get(reverse("members:account_security"))  # says once that one is signed in
    taken = here.post(reverse("account_email"), {"action_add": "1", "email": NEW}, follow=True)
    cache.clear()
    free = here.post(reverse("account_email"), {"action_add": "1", "email": "free1@example.org"}, follow=True)
    assert without_tokens(taken, NEW) == without_tokens(free, "free1@example.org")
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.email, other.email) == (OLD, NEW)
