"""The door to what staff may do: a second factor in this session, not older than settings.STAFF_REAUTHENTICATION_HOURS."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.views import logout
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

# A recovery code lets its owner in to set up a new factor, and no further: a sheet of paper is no key to other people's data.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
AFTERWARDS = "staff_afterwards"  # where in the session it is kept which page was asked for


def is_staff(user) -> bool:
    """Return whether an account has any role on the team. No query: the member came with it."""
    return user.is_authenticated and (user.is_staff or user.is_superuser or user.member.is_staff)


def is_ready(request) -> bool:
    """Return whether this session has shown a second factor lately. No query. Generated staff need none while DEBUG is on."""
    if settings.DEBUG and request.user.is_demo:
        return True
    youngest = max((record.get("at", 0) for record in _proofs(request) if record.get("type") in FACTORS), default=0)
    return time.time() - youngest < settings.STAFF_REAUTHENTICATION_HOURS * 3600


def lead(request) -> HttpResponse:
    """Return the way on for staff who are not ready: to show their second factor, or to set one up; then back to what they wanted."""
    if not is_mfa_enabled(request.user, FACTORS):
        messages.warning(request, _("Your role on the team needs a second step when you sign in. Please set one up first."))
        return _set_up(request)
    if [record.get("type") for record in _proofs(request)][-1:] == [Authenticator.Type.RECOVERY_CODES]:
        messages.warning(request, _("A recovery code lets you set up a new second step. After that you can go on with your work."))
        return _set_up(request)
    messages.info(request, _("Please show that it is you: this part is for the team, and asks every few hours."))
    ways = [way["url"] for way in get_adapter().get_reauthentication_methods(request.user) if way["id"].startswith("mfa_")]
    return suspend_request(request, ways[0])  # what was typed into a form comes back afterwards


def _set_up(request) -> HttpResponse:
    request.session[AFTERWARDS] = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    return redirect("mfa_index")


def way_back(request) -> str:
    """Return once the page that was asked for before the second factor was set up; empty if there is none, or it is not set up yet."""
    return request.session.pop(AFTERWARDS, "") if AFTERWARDS in request.session and is_ready(request) else ""


def _proofs(request) -> list[dict]:
    return [record for record in get_authentication_records(request, request.user) if record.get("method") == "mfa"]


@receiver(authenticator_added)
def count_new_factor(request, user, authenticator, **_named):
    """Count a factor that was set up just now as shown: setting it up asked for the password, and for a code or a touch."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        if AFTERWARDS in request.session:
            messages.info(request, _("“Sign-in and security” now brings you back to where you wanted to go."))


@receiver(authenticator_removed)
def forget_factor(request, authenticator, **_named):
    """Let a factor that was taken away prove nothing any more."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in records if one.get("type") != authenticator.type]


class StaffSite(admin.AdminSite):
    """The admin behind the site's own sign-in."""

    def has_permission(self, request):
        """Return whether somebody may enter: staff, with a second factor shown lately."""
        return super().has_permission(request) and is_ready(request)

    def login(self, request, extra_context=None):
        """Lead to the site's sign-in and back; staff to their second factor. Everybody else is told that this is not for them."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
            wanted = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if not request.user.is_staff:
            raise PermissionDenied
        return lead(request)

    def logout(self, request, extra_context=None):
        """Sign out as everywhere on the site."""
        return logout(request)

    def password_change(self, request, extra_context=None):
        """Change the password as everywhere on the site: the address is told, and other sessions end."""
        return redirect("account_change_password")
