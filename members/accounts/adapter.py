"""How the sign-in library behaves here: what it may tell, whom it lets in, where it leads, and what its mail says."""

import time
from urllib.parse import urlencode

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from members.accounts.devices import device_name
from members.actions import accounts
from members.models.account import AccountChange
from members.models.member import Member

ADDRESS_CHANGED = "account/email/email_changed"
PASSWORD_CHANGED = {"account/email/password_changed", "account/email/password_set", "account/email/password_reset"}
REMEMBER = "account_stay_signed_in"  # in the session between asking for a code and using it


def may_sign_in(user) -> bool:
    """Return whether an account may be used here: not put out of use, and generated ones only while DEBUG is on."""
    return user.is_active and (settings.DEBUG or not user.is_demo)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by address, password, code or passkey."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "cannot_remove_primary_email": gettext_lazy("This is the only address of your account, so it has to stay."),
        "duplicate_email": gettext_lazy("This is the address of your account already."),
        "email_password_mismatch": gettext_lazy("This address and this password do not go together. Check both, or get a code by e-mail instead."),
        "email_taken": gettext_lazy("This address cannot be used here. Please use another one."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_code": gettext_lazy("This code is not right. Check each letter, or ask for a new code."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "rate_limited": gettext_lazy("That was a little too fast. Please wait a minute, then try again."),
        "too_many_login_attempts": gettext_lazy("That was tried too often. Please wait a few minutes, then start again."),
    }

    def save_user(self, request, user, form, commit=True):
        """Save a new account together with its Member: no account is without one."""
        with transaction.atomic():
            user = super().save_user(request, user, form, commit=commit)
            if commit:
                Member.objects.get_or_create(user=user)
        return user

    def pre_authenticate(self, request, **credentials):
        """Count a try; after too many answer with the page for it."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None

    def authenticate(self, request, **credentials):
        """Return whose password it is. An account that may not sign in is answered, and counted, like a wrong password."""
        user = super().authenticate(request, **credentials)
        if user is not None and not may_sign_in(user):
            self.pre_authenticate(request, **credentials)
            return None
        return user

    def pre_login(self, request, user, *, email, **kwargs):
        """Send away whoever may not sign in, and whoever has a code that went to an address which is no longer theirs."""
        if may_sign_in(user) and (not email or accounts.has_address(user=user, email=email)):
            return None
        return self._refuse(request)

    def login(self, request, user):
        """Sign in, for as long as was asked for; not if a change was undone after this sign-in began."""
        records = get_authentication_records(request, user)
        if records and accounts.undone_since(user=user, moment=min(record["at"] for record in records)):
            raise ImmediateHttpResponse(self._refuse(request))
        stay = request.session.pop(REMEMBER, False)
        super().login(request, user)
        if "_session_expiry" not in request.session:
            request.session.set_expiry(settings.SESSION_COOKIE_AGE if stay else 0)

    def _refuse(self, request):
        """Return the way back to the sign-in page, in the words for a wrong password."""
        clear_login(request)
        messages.error(request, _("That did not work. Please start again."))
        return HttpResponseRedirect(reverse("account_login"))

    @transaction.atomic
    def confirm_email(self, request, email_address):
        """Make a new address count: the old one goes, its owner is told, sessions end, all together or not at all."""
        return super().confirm_email(request, email_address)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Return whether to ask again who somebody is: a sign-in of just now will do, whichever way it was.

        Whoever has neither a password nor a passkey nor an app can prove it by a new sign-in only.
        """
        request = self.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        if super().is_reauthentication_required(app=app, **kwargs) and not get_reauthentication_flows(request.user):
            back = request.get_full_path() if request.method == "GET" else reverse("members:account_security")
            logout(request, show_message=False)
            messages.info(request, _("For your safety, please sign in once more with a code."))
            raise ImmediateHttpResponse(HttpResponseRedirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}"))
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """Return the ways to say again who one is, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use your authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [{**method, "description": words.get(method["id"], method["description"])} for method in super().get_reauthentication_methods(user)]

    def get_signup_redirect_url(self, request):
        """Return where a new member goes once the address is confirmed."""
        return reverse("members:join_done")

    def get_email_verification_redirect_url(self, email_address):
        """Return where a member goes after a change of address."""
        return reverse("members:account_security") if self.request.user.is_authenticated else reverse("account_login")

    def get_password_change_redirect_url(self, request):
        """Return where a member goes after a change of password."""
        return reverse("members:account_security")

    def send_mail(self, template_prefix, email, context):
        """Send one of our texts: it has the site's address, and names neither the site nor a person."""
        ours = {
            "email": email,
            "site_address": settings.SITE_URL,
            "security_url": settings.SITE_URL + reverse("members:account_security"),
            "join_url": settings.SITE_URL + reverse("members:join_start"),
            "sign_in_url": settings.SITE_URL + reverse("account_login"),
        }
        self.render_mail(template_prefix, email, {**context, **ours}).send()

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Tell an owner what was changed, and on which device; for a password with a link that undoes it.

        About a change of address the library would tell any old one: our action does, which knows whether it was confirmed.
        """
        context = {"device": device_name(self.get_http_user_agent(self.request)), **(context or {})}
        if template_prefix == ADDRESS_CHANGED and "undo_url" not in context:
            return
        if template_prefix in PASSWORD_CHANGED:
            context["undo_url"] = accounts.remember_change(user=user, kind=AccountChange.Kind.PASSWORD)
        super().send_notification_mail(template_prefix, user, context, email)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Accounts by another service."""

    def save_user(self, request, sociallogin, form=None):
        """Save a new account together with its Member."""
        with transaction.atomic():
            user = super().save_user(request, sociallogin, form)
            Member.objects.get_or_create(user=user)
        return user


class FactorAdapter(DefaultMFAAdapter):
    """Passkeys, authenticator app, recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one in your app, then try again."),
        "unverified_email": gettext_lazy("Please confirm your e-mail address first."),
    }

    def build_totp_svg(self, url):
        """Return the picture to scan, on white: phones read it on a dark page, too."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")

    def generate_authenticator_name(self, user, type):
        """Return a first name for a new passkey: the device it is made on."""
        return device_name(self.request.META.get("HTTP_USER_AGENT", ""))
