"""The team: roles are mirrored, a second factor is asked for, and asked for again; nobody else comes in."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from members.actions.staff import mirror
from members.models.member import Member
from members.models.user import User
from tests.factories import PASSWORD, EditorFactory, HelpNumberFactory, UserFactory, editors_group
from tests.rooms.world import sign_in
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
ADMIN, MFA, SHOW = reverse("admin:index"), reverse("mfa_index"), reverse("mfa_reauthenticate")
SECRET = "JBSWY3DPEHPK3PXP"


def moderators():
    return Group.objects.get_or_create(name="Moderators")[0]


def administrator(**fields):
    return UserFactory(is_staff=True, is_superuser=True, **fields)


def browser(user, **how):
    client = Client()
    sign_in_staff(client, user, **how)
    return client


def code_now(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


STAFF = {
    "editor": EditorFactory,
    "administrator": administrator,
    "may enter the admin": lambda: UserFactory(is_staff=True),
    "superuser only": lambda: UserFactory(is_superuser=True),
    "moderator by role only": lambda: _moderator(),
}


def _moderator():
    user = UserFactory()
    user.groups.add(moderators())
    mirror(user=user)
    return user


# The second factor


@pytest.mark.parametrize("kind", STAFF)
@pytest.mark.parametrize("path", [ADMIN, reverse("members:me"), reverse("home"), reverse("letters:notice_list")])
def test_staff_without_a_second_factor_are_led_to_set_one_up(kind, path):
    client = browser(STAFF[kind](), factor="")
    response = client.get(path)
    assert response.url == MFA
    assert "second step" in str(next(iter(get_messages(response.wsgi_request))))
    assert client.post(path, {"x": "y"}).url == MFA


@pytest.mark.parametrize("kind", STAFF)
def test_staff_with_a_factor_that_this_session_has_not_seen_are_asked_to_show_it(kind):
    user = STAFF[kind]()
    TOTP.activate(user, SECRET)
    assert browser(user, factor="").get(f"{ADMIN}?a=b").url == f"{SHOW}?next=%2Fadmin%2F%3Fa%3Db"


@pytest.mark.parametrize("factor", ["totp", "webauthn"])
def test_staff_who_have_shown_their_factor_come_in(factor):
    assert browser(EditorFactory(), factor=factor).get(ADMIN).status_code == 200


@pytest.mark.parametrize(("hours", "open_door"), [(11.9, True), (12.1, False), (300, False)])
def test_a_factor_is_good_for_twelve_hours(hours, open_door):
    user = EditorFactory()
    TOTP.activate(user, SECRET)
    response = browser(user, hours_ago=hours).get(ADMIN)
    assert response.status_code == 200 if open_door else response.url.startswith(SHOW)


def test_who_has_only_a_passkey_is_asked_for_it():
    user = EditorFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    assert browser(user, factor="").get(ADMIN).url.startswith(reverse("mfa_reauthenticate_webauthn"))


def test_a_recovery_code_opens_no_staff_door_but_lets_a_new_factor_be_set_up():
    user = EditorFactory()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    assert browser(user, factor="recovery_codes").get(ADMIN).url == MFA


def test_records_of_another_account_in_the_session_prove_nothing():
    client = browser(EditorFactory())
    session = client.session
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert client.get(ADMIN).url == MFA


def test_a_password_shown_again_is_no_second_factor():
    user, client = EditorFactory(), Client()
    sign_in(client, user, "password", "password", "socialaccount", "code")
    assert client.get(ADMIN).url == MFA


@pytest.mark.parametrize("name", ["mfa_index", "account_email", "account_logout", "members:account_security", "usersessions_list"])
def test_pages_of_the_account_stay_open_to_staff(name):
    assert browser(EditorFactory(), factor="").get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["help_now", "settings", "health_alive", "guidelines"])
def test_pages_that_need_nobody_stay_open_to_staff(name):
    assert browser(EditorFactory(), factor="").get(reverse(name)).status_code == 200


def test_members_need_no_second_factor(django_assert_num_queries):
    client = Client()
    sign_in(client, UserFactory())
    assert client.get(reverse("members:me")).status_code == 200


def test_generated_staff_are_let_through_in_debug_only(settings):
    user = EditorFactory(is_demo=True)
    settings.DEBUG = True
    client = browser(user, factor="")
    assert client.get(ADMIN).status_code == 200
    settings.DEBUG = False
    assert client.get(ADMIN).status_code == 302
    assert not client.get(reverse("help_now")).wsgi_request.user.is_authenticated
    assert browser(EditorFactory(), factor="").get(ADMIN).url == MFA


def test_real_staff_need_a_factor_in_debug_too(settings):
    settings.DEBUG = True
    assert browser(EditorFactory(), factor="").get(ADMIN).url == MFA


# Setting one up, and showing it


@pytest.mark.django_db(transaction=True)  # the library counts the factor on commit
def test_staff_set_up_a_factor_and_go_on_to_what_they_wanted():
    user, client = EditorFactory(), Client()
    sign_in(client, user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()
    wanted = reverse("admin:conditions_revision_changelist")
    assert client.get(wanted).url == MFA
    assert client.get(MFA).status_code == 200  # nothing is set up yet: it leads nowhere
    client.get(reverse("mfa_activate_totp"))
    response = client.post(reverse("mfa_activate_totp"), {"code": code_now(client.session["mfa.totp.secret"])})
    assert response.url == reverse("mfa_view_recovery_codes")
    assert client.get(response.url).status_code == 200
    assert client.get(MFA).url == wanted
    assert client.get(wanted).status_code == 200
    assert client.get(MFA).status_code == 200  # once


def test_a_factor_that_is_taken_away_proves_nothing_any_more(django_capture_on_commit_callbacks):
    user, client = EditorFactory(), Client()
    TOTP.activate(user, SECRET)
    sign_in_staff(client, user)
    session = client.session
    session["account_authentication_methods"] = [{**one, "reauthenticated": True} for one in session["account_authentication_methods"]]
    session.save()
    assert client.get(ADMIN).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()
    assert client.get(ADMIN).url == MFA


def test_what_was_typed_comes_back_once_the_factor_is_shown():
    """An editor whose twelve hours ended while writing loses nothing."""
    user = EditorFactory()
    TOTP.activate(user, SECRET)
    number = HelpNumberFactory()
    client = browser(user, hours_ago=13)
    path = reverse("admin:conditions_helpnumber_change", args=[number.pk])
    sent = {"country": "GB", "kind": number.kind, "name": "A new name", "number": "0800 1", "url": number.url, "languages": "", "hours": ""}
    response = client.post(path, {**sent, "seen_on": "2026-01-15", "review_due_on": "2028-01-15", "note": ""})
    assert response.url.startswith(SHOW)
    answered = client.post(response.url, {"code": code_now()})
    number.refresh_from_db()
    assert number.name == "A new name" or b"A new name" in answered.content


# The door of the admin


def test_a_visitor_signs_in_at_the_site_s_own_page_and_comes_back():
    client = Client()
    wanted = reverse("admin:conditions_revision_changelist")
    response = client.get(wanted, follow=True)
    assert [there for there, _status in response.redirect_chain] == [
        f"{reverse('admin:login')}?next={wanted}",
        f"{reverse('account_login')}?next={wanted}",
    ]


def test_the_admin_s_own_sign_in_takes_no_password():
    user = administrator(email="boss@example.org")
    client = Client()
    response = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert response.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("evil", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example"])
def test_the_door_leads_to_no_other_site(evil):
    for client in (Client(), browser(EditorFactory())):
        assert "evil" not in client.get(reverse("admin:login"), {"next": evil}).get("Location", "")
        assert "javascript" not in client.get(reverse("admin:login"), {"next": evil}).get("Location", "")


def test_who_is_no_staff_is_told_so_and_not_sent_in_circles():
    client = Client()
    sign_in(client, UserFactory())
    response = client.get(ADMIN, follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1


def test_a_role_without_the_right_to_the_admin_is_told_so_too():
    assert browser(_moderator()).get(ADMIN, follow=True).status_code == 403


def test_staff_who_are_in_are_not_asked_again():
    assert browser(EditorFactory()).get(reverse("admin:login"), {"next": reverse("admin:conditions_revision_changelist")}).url == reverse(
        "admin:conditions_revision_changelist"
    )


def test_signing_out_of_the_admin_signs_out_of_the_site():
    client = browser(EditorFactory())
    assert client.post(reverse("admin:logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_admin_changes_no_password_of_its_own():
    assert browser(EditorFactory()).get(reverse("admin:password_change")).url == reverse("account_change_password")


@pytest.mark.django_db
def test_the_door_costs_staff_no_query(django_assert_num_queries):
    client = browser(EditorFactory())
    with django_assert_num_queries(2):  # the session, the account with its member
        client.get(reverse("admin:login"))


# Roles


def flags(user):
    member = Member.objects.get(user=user)
    return member.is_moderator, member.is_editor, member.is_admin


def test_the_member_knows_the_roles_of_the_account():
    user = UserFactory(is_superuser=True)
    user.groups.add(editors_group(), moderators())
    mirror(user=user)
    assert flags(user) == (True, True, True)
    user.groups.clear()
    user.is_superuser = False
    mirror(user=user)
    assert flags(user) == (False, False, False)


def test_who_may_not_sign_in_has_no_role():
    user = EditorFactory(is_superuser=True)
    user.is_active = False
    mirror(user=user)
    assert flags(user) == (False, False, False)


def test_the_admin_s_form_gives_and_takes_roles_of_the_member_too():
    user = UserFactory()
    client = browser(administrator())
    page = reverse("admin:members_user_change", args=[user.pk])
    data = {"email": user.email, "is_active": "on", "is_staff": "on"}
    client.post(page, {**data, "groups": [editors_group().pk, moderators().pk]})
    assert flags(user) == (True, True, False)
    client.post(page, {**data, "groups": [moderators().pk], "is_superuser": "on"})
    assert flags(user) == (True, False, True)
    client.post(page, {**data, "groups": []})
    assert flags(user) == (False, False, False)


def test_a_new_account_of_the_admin_s_form_has_no_role():
    browser(administrator()).post(
        reverse("admin:members_user_add"), {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "groups": [editors_group().pk]}
    )
    assert flags(User.objects.get(email="new@example.org")) == (False, False, False)


def test_nobody_gives_themselves_a_role_of_the_member():
    user = administrator()
    administrator()
    page = reverse("admin:members_user_change", args=[user.pk])
    browser(user).post(page, {"email": user.email, "groups": [editors_group().pk, moderators().pk], "is_moderator": "on", "is_editor": "on"})
    assert flags(user) == (False, False, True)


def test_an_administrator_of_the_command_line_is_one_for_the_member_too():
    assert flags(User.objects.create_superuser("root@example.org", PASSWORD)) == (False, False, True)
    assert flags(User.objects.create_user("plain@example.org", PASSWORD)) == (False, False, False)


def test_the_group_of_moderators_is_there():
    assert Group.objects.filter(name="Moderators").exists()
