"""What happens to an account: changes told to the address of before, the link that undoes them, ended sessions, a short record for the owner."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.accounts.devices import device_name
from members.models.account import AccountChange, SecurityEvent
from members.models.user import User

UNDO_FOR = timedelta(days=7)
WRONG_REMEMBERED = 30 * 24 * 60 * 60  # seconds
# What a line of the record says; the keys stand in the database.
KINDS = {
    "signed-in": _("Signed in"),
    "wrong-password": _("A wrong password was tried"),
    "email-changed": _("E-mail address changed"),
    "password-changed": _("Password changed"),
    "password-set": _("Password set"),
    "password-reset": _("New password set with a code"),
    "passkey-added": _("Passkey added"),
    "passkey-removed": _("Passkey removed"),
    "app-added": _("Authenticator app added"),
    "app-removed": _("Authenticator app removed"),
    "codes-new": _("New recovery codes"),
    "codes-removed": _("Recovery codes removed"),
    "service-added": _("Another service connected"),
    "service-removed": _("Another service disconnected"),
    "session-ended": _("A session was ended from another device"),
    "undone": _("A change was undone from your old address"),
}
FACTORS = {Authenticator.Type.WEBAUTHN: "passkey", Authenticator.Type.TOTP: "app", Authenticator.Type.RECOVERY_CODES: "codes"}


class AddressTakenError(Exception):
    """The address to return to belongs to another account by now."""


def note(*, user: User, kind: str, request: HttpRequest | None, at=None) -> None:
    """Write a line into the owner's record. Raises KeyError for a kind that has no words."""
    KINDS[kind]
    device = device_name(request.META.get("HTTP_USER_AGENT", "")) if request else ""
    SecurityEvent.objects.create(user=user, kind=kind, device=device[:60], at=at or timezone.now())


def note_factor(*, user: User, authenticator: Authenticator, change: str, request: HttpRequest) -> None:
    """Write down that a passkey, an app or codes were added or removed. change: "added" or "removed"."""
    factor = FACTORS[authenticator.type]
    note(user=user, kind="codes-new" if factor == "codes" and change == "added" else f"{factor}-{change}", request=request)


def count_wrong_password(*, email: str) -> None:
    """Remember that a wrong password was tried: the same work whether or not the address has an account."""
    cache.set(_wrong_key(email), timezone.now().timestamp(), WRONG_REMEMBERED)


def signed_in(*, user: User, request: HttpRequest) -> None:
    """Write down a sign-in, and before it that a wrong password was tried since the last one."""
    key = _wrong_key(user.email)
    tried_at = cache.get(key)
    if tried_at:
        cache.delete(key)
        note(user=user, kind="wrong-password", request=None, at=datetime.fromtimestamp(tried_at, tz=UTC))
    note(user=user, kind="signed-in", request=request)


def _wrong_key(email: str) -> str:
    return f"wrong-password:{hashlib.sha256(email.lower().encode()).hexdigest()}"


def live_sessions(user: User):
    """Return the sessions of an account that have not run out (a queryset)."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=alive)


def end_sessions(*, user: User, keep: str = "") -> None:
    """End every session of an account but the one with the key `keep`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep):
        session.end()


def end_session(*, session: UserSession, request: HttpRequest) -> None:
    """End one session, and write it down."""
    user = session.user
    session.end()
    note(user=user, kind="session-ended", request=request)


def email_changed(*, user: User, old: EmailAddress, request: HttpRequest) -> None:
    """After a new address counts: the other sessions end, the record says so, and the old address gets a link that undoes it.

    An old one that was never confirmed is told nothing: mistyped, it belongs to a stranger. The new address is not named: the old mailbox
    may be read by somebody who shall not know it.
    """
    end_sessions(user=user, keep=_own_session(request))
    note(user=user, kind="email-changed", request=request)
    if old.verified:
        undo_url = remember_change(user=user, kind=AccountChange.Kind.EMAIL, old_email=old.email)
        get_adapter().send_notification_mail("account/email/email_changed", user, {"undo_url": undo_url}, email=old.email)


def password_changed(*, user: User, kind: str, request: HttpRequest) -> None:
    """After a new password counts (Django lets no older session in any more): forget those sessions, and write it down."""
    end_sessions(user=user, keep=_own_session(request))
    note(user=user, kind=kind, request=request)


def _own_session(request: HttpRequest) -> str:
    """Return the key of the session in which something is changed; empty for a visitor, who has none to keep."""
    return request.session.session_key or "" if request.user.is_authenticated else ""


@transaction.atomic
def remember_change(*, user: User, kind: str, old_email: str = "") -> str:
    """Note a change so that it can be undone for seven days; return the address of the page for it, to be sent to the owner alone.

    Only a digest of the link's secret is kept.
    """
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    AccountChange.objects.create(user=user, kind=kind, old_email=old_email, digest=digest(token), created_at=now, expires_at=now + UNDO_FOR)
    return settings.SITE_URL + reverse("members:change_undo", args=[token])


def digest(token: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_change(token: str) -> AccountChange | None:
    """Return the change that a link undoes, while it does."""
    return AccountChange.objects.filter(digest=digest(token), undone_at=None, expires_at__gt=timezone.now()).select_related("user").first()


@transaction.atomic
def undo(*, change: AccountChange, request: HttpRequest | None = None) -> bool:
    """Take a change back; return whether it was still there to undo. Raises AddressTakenError.

    Whoever changed the one may have changed more: the old address is the only one again, the password no longer works, what was added since
    (passkeys, an app, other services) goes, every session ends, and links for later changes with it: those went to the other side.
    """
    # The account first: two links of one account are undone one after the other.
    user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    change = AccountChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    now = timezone.now()
    if change.undone_at or change.expires_at <= now:
        return False
    told = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    if change.kind == AccountChange.Kind.EMAIL:
        told.add(change.old_email)
        _restore_address(user, change.old_email)
    Authenticator.objects.filter(user=user, created_at__gte=change.created_at).delete()
    if not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        Authenticator.objects.filter(user=user).delete()  # codes alone are no second step
    SocialAccount.objects.filter(user=user, date_joined__gte=change.created_at).delete()
    user.set_unusable_password()
    user.save(update_fields=["password", "email"])
    end_sessions(user=user)
    AccountChange.objects.filter(user=user, undone_at=None, pk__gt=change.pk).update(expires_at=now)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    note(user=user, kind="undone", request=request)
    for address in sorted(filter(None, told)):
        get_adapter().send_mail("account/email/change_undone", address, {})  # into the queue, in this transaction
    return True


def _restore_address(user: User, email: str) -> None:
    """Make an address the only one of an account, confirmed."""
    others = User.objects.filter(email__iexact=email).exclude(pk=user.pk)
    if others.exists() or EmailAddress.objects.filter(email__iexact=email).exclude(user=user).exists():
        raise AddressTakenError
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    user.email = email


def undone_since(*, user: User, moment: float) -> bool:
    """Return whether a change was undone after a moment (seconds since 1970): what began before it must not go on."""
    last = AccountChange.objects.filter(user=user, undone_at__isnull=False).order_by("-undone_at").values_list("undone_at", flat=True).first()
    return last is not None and last.timestamp() > moment


def has_address(*, user: User, email: str) -> bool:
    """Return whether an address is (still) one of this account: a code sent to another one opens nothing."""
    return user.email.lower() == email.lower() or EmailAddress.objects.filter(user=user, email__iexact=email).exists()
