"""Receivers of the sign-in library's signals: a line each, which calls an action."""

from allauth.account import signals as account
from allauth.mfa import signals as factors
from allauth.socialaccount import signals as services
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_login_failed
from django.db.models.signals import pre_save
from django.dispatch import receiver

from members.accounts.devices import cut_address, device_name
from members.actions import accounts


@receiver(pre_save, sender=UserSession)
def cut_session(sender, instance, **kwargs):
    """Keep a short name of the device and a cut address, whoever saves the row."""
    instance.user_agent, instance.ip = device_name(instance.user_agent), cut_address(instance.ip)


@receiver(account.user_logged_in)
def signed_in(request, user, **kwargs):
    """Somebody signed in."""
    accounts.signed_in(user=user, request=request)


@receiver(user_login_failed)
def wrong_password(credentials, **kwargs):
    """Somebody tried a wrong password, for an address that may have no account."""
    accounts.count_wrong_password(email=credentials.get("email") or "")


@receiver(account.email_changed)
def email_changed(request, user, from_email_address, **kwargs):
    """A new address counts; without an old one it is the first."""
    if from_email_address:
        accounts.email_changed(user=user, old=from_email_address, request=request)


@receiver(account.password_changed)
def password_changed(request, user, **kwargs):
    """A password was changed by its owner."""
    accounts.password_changed(user=user, kind="password-changed", request=request)


@receiver(account.password_set)
def password_set(request, user, **kwargs):
    """An account without a password has one."""
    accounts.password_changed(user=user, kind="password-set", request=request)


@receiver(account.password_reset)
def password_reset(request, user, **kwargs):
    """A password was replaced with a code by e-mail."""
    accounts.password_changed(user=user, kind="password-reset", request=request)


@receiver(factors.authenticator_added)
def factor_added(request, user, authenticator, **kwargs):
    """A passkey, an app or the first codes were added."""
    accounts.note_factor(user=user, authenticator=authenticator, change="added", request=request)


@receiver(factors.authenticator_reset)
def codes_renewed(request, user, **kwargs):
    """Recovery codes were replaced."""
    accounts.note(user=user, kind="codes-new", request=request)


@receiver(factors.authenticator_removed)
def factor_removed(request, user, authenticator, **kwargs):
    """A passkey, an app or codes were removed."""
    accounts.note_factor(user=user, authenticator=authenticator, change="removed", request=request)


@receiver(services.social_account_added)
def service_added(request, sociallogin, **kwargs):
    """Another service was connected."""
    accounts.note(user=sociallogin.user, kind="service-added", request=request)


@receiver(services.social_account_removed)
def service_removed(request, socialaccount, **kwargs):
    """Another service was disconnected."""
    accounts.note(user=socialaccount.user, kind="service-removed", request=request)
