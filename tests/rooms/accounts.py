"""Pages of people to look at: accounts."""

import time

from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.urls import reverse

from members.actions import accounts
from members.joining import Answers
from members.models.account import AccountChange
from members.models.choices import AgeBand
from tests.members import passkeys
from tests.rooms.world import PASSWORD, Visit, World, person

ASKED_LATE = [{"method": "password", "at": 1.0}]  # long ago: who changes something is asked once more


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    return {**_getting_in(world), **_codes(world), **_asked_again(world), **_own_pages(world), **_undoing(world)}


def answered() -> dict:
    """Return a session in which the pages of joining are answered."""
    session: dict = {}
    Answers(age=AgeBand.ADULT, name="New Here", health=0, role=None).keep(session)
    assert Answers.of(session).complete, "joining asks something else by now"
    return session


def _keys(world: World):
    """Return the member who has a passkey, an app and codes."""
    if "keys" not in world.members:
        member = world.members["keys"] = person("keys", "Holder of Keys")
        passkeys.passkey(member.user)
        passkeys.passkey(member.user, "Chrome on Windows")
        passkeys.app(member.user)
        passkeys.codes(member.user)
        for number in range(3):
            _signed_in_elsewhere(member.user, number)
    return world.members["keys"]


def _signed_in_elsewhere(user, number: int) -> None:
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_backend"] = str(user.pk), "members.backends.EmailBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    agent = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    UserSession.objects.create(user=user, session_key=store.session_key, ip=f"192.0.2.{number}", user_agent=agent)
    request = RequestFactory(headers={"user-agent": agent}).get("/")
    accounts.note(user=user, kind=("signed-in", "password-changed", "passkey-added")[number], request=request)


def _late(user) -> dict:
    return {"account_authentication_methods": ASKED_LATE, "account_authentication_methods_user": str(user.pk)}


def _getting_in(world: World) -> dict[str, Visit]:
    sign_in, sign_up, forgotten = reverse("account_login"), reverse("account_signup"), reverse("account_reset_password")
    return {
        "sign in": Visit(sign_in),
        "sign in, nothing typed": Visit(sign_in, post={"login": "", "password": ""}),
        "sign in, wrong password": Visit(sign_in, post={"login": "parent@example.org", "password": "not this one"}),
        "sign up": Visit(sign_up, session=answered()),
        "sign up, refused": Visit(sign_up, session=answered(), post={"email": "no address", "password1": "short"}),
        "sign up with a passkey": Visit(reverse("account_signup_by_passkey"), session=answered()),
        "ask for a code": Visit(reverse("account_request_login_code")),
        "ask for a code, refused": Visit(reverse("account_request_login_code"), post={"email": ""}),
        "password forgotten": Visit(forgotten),
        "password forgotten, refused": Visit(forgotten, post={"email": "no address"}),
        "new password counts": Visit(reverse("account_password_reset_completed")),
        "closed account": Visit(reverse("account_inactive")),
        "other service stopped": Visit(reverse("socialaccount_login_cancelled")),
        "other service failed": Visit(reverse("socialaccount_login_error"), status=401),
    }


def _codes(world: World) -> dict[str, Visit]:
    user = world.members["plain"].user
    state = {"at": time.time() + 3600, "failed_attempts": 0, "resend_count": 0, "change_count": 0, "email": user.email, "code": "BCDF-GHJK"}
    known = {**state, "user_id": str(user.pk)}
    code_state = {"current": "login_by_code", "login_by_code": {"data": {**known, "initiated_by_user": True}}}
    by_code = Login(user=user, email=user.email, state={"stages": code_state})
    holder = _keys(world).user
    second = Login(user=holder, email=holder.email, state={"stages": {"current": "mfa_authenticate", "mfa_authenticate": {"data": {}}}})
    first_key = Login(user=user, signup=True, email=user.email, state={"stages": {"current": "mfa_signup_webauthn"}, "passkey_signup": True})
    for login in (by_code, second, first_key):
        login.initiated_at = time.time() + 3600
    confirm, reset = reverse("account_email_verification_sent"), "account_password_reset_verification"
    second_session = {"account_login": second.serialize()}
    return {
        "code to sign in": Visit(reverse("account_confirm_login_code"), session={"account_login": by_code.serialize()}),
        "code to sign in, wrong": Visit(
            reverse("account_confirm_login_code"), session={"account_login": by_code.serialize()}, post={"code": "XXXX-XXXX"}
        ),
        "code that confirms an address": Visit(confirm, session={"account_email_verification_code": state}),
        "code that confirms an address, wrong": Visit(confirm, session={"account_email_verification_code": state}, post={"code": "nothing"}),
        "code that confirms another address": Visit(confirm, "plain", session={"account_email_verification_code": known}),
        "code for a new password": Visit(reverse("account_confirm_password_reset_code"), session={reset: known}),
        "a new password": Visit(reverse("account_complete_password_reset"), session={reset: {**known, "code_confirmed": True}}),
        "a new password, too short": Visit(
            reverse("account_complete_password_reset"), session={reset: {**known, "code_confirmed": True}}, post={"password1": "short"}
        ),
        "second step": Visit(reverse("mfa_authenticate"), session=second_session),
        "second step, wrong": Visit(reverse("mfa_authenticate"), session=second_session, post={"code": "000000"}),
        "first passkey": Visit(reverse("mfa_signup_webauthn"), session={"account_login": first_key.serialize()}),
    }


def _asked_again(world: World) -> dict[str, Visit]:
    user = _keys(world).user
    return {
        "is it you, by password": Visit(reverse("account_reauthenticate"), "plain"),
        "is it you, by password, wrong": Visit(reverse("account_reauthenticate"), "plain", post={"password": "not this one"}),
        "is it you, by app": Visit(reverse("mfa_reauthenticate"), "keys", session=_late(user)),
        "is it you, by passkey": Visit(reverse("mfa_reauthenticate_webauthn"), "keys", session=_late(user)),
    }


def _own_pages(world: World) -> dict[str, Visit]:
    holder = _keys(world).user
    key = holder.authenticator_set.filter(type="webauthn").first()
    bare = person("bare", "Without Password") if "bare" not in world.members else world.members["bare"]
    world.members["bare"] = bare
    bare.user.set_unusable_password()
    bare.user.save()
    return {
        "security": Visit(reverse("members:account_security"), "plain"),
        "security, with everything": Visit(reverse("members:account_security"), "keys"),
        "security, without a password": Visit(reverse("members:account_security"), "bare"),
        "sign out": Visit(reverse("account_logout"), "plain"),
        "change address": Visit(reverse("account_email"), "plain"),
        "change address, refused": Visit(reverse("account_email"), "plain", post={"action_add": "1", "email": "plain@example.org"}),
        "change password": Visit(reverse("account_change_password"), "plain"),
        "change password, refused": Visit(reverse("account_change_password"), "plain", post={"oldpassword": PASSWORD, "password1": "1234567890"}),
        "set a password": Visit(reverse("account_set_password"), "bare"),
        "second steps": Visit(reverse("mfa_index"), "plain"),
        "second steps, all": Visit(reverse("mfa_index"), "keys"),
        "set up an app": Visit(reverse("mfa_activate_totp"), "plain"),
        "set up an app, wrong code": Visit(reverse("mfa_activate_totp"), "plain", post={"code": "12"}),
        "remove the app": Visit(reverse("mfa_deactivate_totp"), "keys"),
        "recovery codes": Visit(reverse("mfa_view_recovery_codes"), "keys"),
        "new recovery codes": Visit(reverse("mfa_generate_recovery_codes"), "keys"),
        "no passkeys": Visit(reverse("mfa_list_webauthn"), "plain"),
        "passkeys": Visit(reverse("mfa_list_webauthn"), "keys"),
        "add a passkey": Visit(reverse("mfa_add_webauthn"), "plain"),
        "add a passkey, nothing sent": Visit(reverse("mfa_add_webauthn"), "plain", post={"name": "Mine"}),
        "rename a passkey": Visit(reverse("mfa_edit_webauthn", args=[key.pk]), "keys"),
        "rename a passkey, empty": Visit(reverse("mfa_edit_webauthn", args=[key.pk]), "keys", post={"name": ""}),
        "remove a passkey": Visit(reverse("mfa_remove_webauthn", args=[key.pk]), "keys"),
        "sessions": Visit(reverse("usersessions_list"), "keys"),
        "no other session": Visit(reverse("usersessions_list"), "plain"),
        "other services": Visit(reverse("socialaccount_connections"), "plain"),
    }


def _undoing(world: World) -> dict[str, Visit]:
    user = world.members["plain"].user
    kinds = AccountChange.Kind
    address = accounts.remember_change(user=user, kind=kinds.EMAIL, old_email="plain.before@example.org")
    password = accounts.remember_change(user=user, kind=kinds.PASSWORD)
    taken = accounts.remember_change(user=user, kind=kinds.EMAIL, old_email=world.members["parent"].user.email)
    path = {name: "/" + link.split("/", 3)[3] for name, link in {"address": address, "password": password, "taken": taken}.items()}
    return {
        "undo a change of address": Visit(path["address"]),
        "undo a change of password": Visit(path["password"]),
        "undo, address taken": Visit(path["taken"], post={}, status=409),
        "undo, link used": Visit(reverse("members:change_undo", args=["no-such-link"]), status=404),
    }
