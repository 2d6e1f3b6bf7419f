"""The sign-in library's forms in our words: a label, what counts, no placeholder, nothing asked twice."""

import struct

from allauth.account import forms as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys
from allauth.socialaccount import forms as services
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from members.accounts.adapter import REMEMBER
from members.actions import accounts
from members.models.user import User

ADDRESS = _("E-mail address")
PASSWORD_RULES = _("At least 10 characters. Three or four words that only you would put together are easy to keep and hard to guess.")
CODE_HINT = _("Capital or small letters, with or without the dash.")
STAY = _("Keep me signed in on this device")
STAY_HINT = _("For two weeks. Leave it empty where others use the device, too.")
MISSING = {
    "code": _("Enter the code."),
    "name": _("Enter a name."),
    "credential": _("Press the button, and let your device make the passkey. This needs JavaScript."),
}


class PlainMixin:
    """No placeholders; labels, hints and words for what is missing are ours."""

    words: dict[str, tuple] = {}  # field: label, hint

    def __init__(self, *args, **kwargs):
        """Build the library's form, then change its words."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            if name in self.words:
                field.label, field.help_text = self.words[name]
            self._say_what_is_missing(name, field)

    def _say_what_is_missing(self, name, field):
        if isinstance(field, forms.EmailField):
            field.label = self.words.get(name, (ADDRESS,))[0]
            field.error_messages["required"] = _("Enter an e-mail address.")
            field.error_messages["invalid"] = _("Enter an e-mail address like name@example.org.")
            field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        elif isinstance(field.widget, forms.PasswordInput):
            field.error_messages["required"] = _("Enter a password.")
        elif name == "code":
            field.widget.attrs |= {"autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false", "class": "input--short"}
        if name in MISSING:
            field.error_messages["required"] = MISSING[name]


class FreshMixin:
    """Only for whoever has just said who they are; everyone else is asked first, and comes back."""

    def __init__(self, *args, **kwargs):
        """Send away to the page that asks. Not by the library's own way: it would keep what was typed, a password too, in the session."""
        request = context.request
        if is_reauthentication_required(request, app="allauth.account"):
            ways = get_adapter().get_reauthentication_methods(request.user)
            raise ImmediateHttpResponse(HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}"))
        super().__init__(*args, **kwargs)


class SignInForm(PlainMixin, library.LoginForm):
    """Address and password."""

    words = {"login": (ADDRESS, ""), "password": (_("Password"), ""), "remember": (STAY, STAY_HINT)}

    def __init__(self, *args, **kwargs):
        """Tell a password manager that the address is the name it keeps."""
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignUpWords(PlainMixin):
    """The last step of joining: the words, and one transaction for the account and what was answered before."""

    words = {
        "email": (ADDRESS, _("We send a code there. No member ever sees this address, and we write to you about your account only.")),
        "password1": (_("Password"), PASSWORD_RULES),
    }

    def try_save(self, request):
        """Make the account, or say by mail that there is one; both take as long, and also when two do it at the same moment."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return super().try_save(request)
            except IntegrityError:
                if not User.objects.filter(email__iexact=self.cleaned_data["email"]).exists():
                    raise
                self.account_already_exists = True
        User().set_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class SignUpForm(SignUpWords, library.SignupForm):
    """Address and password, or the address alone for a passkey."""


class ProviderSignUpForm(SignUpWords, services.SignupForm):
    """The address alone, for whoever comes by another service."""


class NewAddressForm(FreshMixin, PlainMixin, library.AddEmailForm):
    """Another address."""

    words = {"email": (_("New e-mail address"), _("We send a code there. Until you enter it, your current address stays."))}


class ChangePasswordForm(FreshMixin, PlainMixin, library.ChangePasswordForm):
    """The current password, and a new one."""

    words = {"oldpassword": (_("Current password"), ""), "password1": (_("New password"), PASSWORD_RULES)}

    def __init__(self, *args, **kwargs):
        """Ask for the new one once."""
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class SetPasswordForm(FreshMixin, PlainMixin, library.SetPasswordForm):
    """A first password."""

    words = {"password1": (_("New password"), PASSWORD_RULES)}

    def __init__(self, *args, **kwargs):
        """Ask for it once."""
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class ForgottenForm(PlainMixin, library.ResetPasswordForm):
    """Where to send a code for a new password."""


class NewPasswordForm(PlainMixin, library.ResetPasswordKeyForm):
    """A new password, after the code."""

    words = {"password1": (_("New password"), PASSWORD_RULES)}

    def __init__(self, *args, **kwargs):
        """Ask for it once."""
        super().__init__(*args, **kwargs)
        del self.fields["password2"]

    def clean(self):
        """Refuse a code that went to an address which is no longer this account's, or was asked for before a change was undone."""
        cleaned = super().clean()
        state = context.request.session.get(PASSWORD_RESET_VERIFICATION_SESSION_KEY, {})
        asked, email = state.get("at", 0), state.get("email", "")
        if not accounts.has_address(user=self.user, email=email) or accounts.undone_since(user=self.user, moment=asked):
            raise ValidationError(_("This code no longer counts. Please start again."), code="stale")
        return cleaned


class PasswordAgainForm(PlainMixin, library.ReauthenticateForm):
    """The password, once more."""

    words = {"password": (_("Password"), "")}


class SendCodeForm(PlainMixin, library.RequestLoginCodeForm):
    """Where to send a code to sign in with."""

    remember = forms.BooleanField(required=False)
    words = {"remember": (STAY, STAY_HINT)}

    def __init__(self, *args, **kwargs):
        """Put the tick last."""
        super().__init__(*args, **kwargs)
        self.order_fields(["email", "remember"])

    def clean_email(self):
        """Answer with the page for it when codes were asked for too often."""
        try:
            return super().clean_email()
        except ValidationError as error:
            if error.code != "too_many_login_attempts":
                raise
            raise ImmediateHttpResponse(respond_429(context.request)) from None

    def clean(self):
        """Keep for how long to stay signed in until the code is used."""
        cleaned = super().clean()
        context.request.session[REMEMBER] = cleaned.get("remember", False)
        return cleaned


class SignInCodeForm(PlainMixin, library.ConfirmLoginCodeForm):
    """The code to sign in with."""

    words = {"code": (_("Code from the e-mail"), CODE_HINT)}


class AddressCodeForm(PlainMixin, library.ConfirmEmailVerificationCodeForm):
    """The code that confirms an address."""

    words = {"code": (_("Code from the e-mail"), CODE_HINT)}


class ForgottenCodeForm(PlainMixin, library.ConfirmPasswordResetCodeForm):
    """The code for a new password."""

    words = {"code": (_("Code from the e-mail"), CODE_HINT)}


STEP_WORDS = {"code": (_("Code from your authenticator app"), _("Or one of your recovery codes."))}


class SecondStepForm(PlainMixin, second_step.AuthenticateForm):
    """The second step of a sign-in."""

    words = STEP_WORDS


class SecondStepAgainForm(PlainMixin, second_step.ReauthenticateForm):
    """The second step, once more."""

    words = STEP_WORDS


class AppForm(PlainMixin, app.ActivateTOTPForm):
    """The first code of an authenticator app."""

    words = {"code": (_("Code from your app"), _("Six digits. They change every half minute."))}

    def __init__(self, *args, **kwargs):
        """Bring up the digits on a phone."""
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


# What the libraries below raise for an answer that no browser gives.
ODD_ANSWER = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)
PASSKEY_FAILED = _("This passkey did not work. Please try again, or use another way.")


class PasskeyAnswer:
    """Use a passkey. Whatever a browser sends as its answer gets words, never an error."""

    def clean_credential(self):
        """Check the answer of the browser."""
        try:
            return super().clean_credential()
        except ODD_ANSWER:
            raise ValidationError(PASSKEY_FAILED, code="incorrect_code") from None
        except ValidationError as error:
            raise error if error.code == "too_many_login_attempts" else ValidationError(PASSKEY_FAILED, code="incorrect_code") from None


class PasskeySignInForm(PasskeyAnswer, passkeys.LoginWebAuthnForm):
    """Sign in with a passkey alone."""


class PasskeyStepForm(PasskeyAnswer, passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class PasskeyAgainForm(PasskeyAnswer, passkeys.ReauthenticateWebAuthnForm):
    """A passkey, once more."""


class PasskeyWords(PlainMixin):
    """A passkey's name."""

    words = {"name": (_("Name of the passkey"), _("So that you can tell several apart. Only you see it."))}

    def __init__(self, *args, **kwargs):
        """Keep names short, and let browsers suggest none."""
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(60))
        self.fields["name"].widget.attrs |= {"maxlength": "60", "autocomplete": "off"}

    def clean(self):
        """Check what the browser made."""
        try:
            return super().clean()
        except (*ODD_ANSWER, ValidationError):
            raise ValidationError(PASSKEY_FAILED, code="incorrect_code") from None


class PasskeyForm(PasskeyWords, passkeys.AddWebAuthnForm):
    """Another passkey."""

    words = {
        **PasskeyWords.words,
        "passwordless": (_("Let it open my account alone"), _("Without password or code. Leave it empty for a key that is only a second step.")),
    }

    def __init__(self, *args, **kwargs):
        """Most people want to sign in with it."""
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class FirstPasskeyForm(PasskeyWords, passkeys.SignupWebAuthnForm):
    """The passkey of a new account."""


class RenamePasskeyForm(PasskeyWords, passkeys.EditWebAuthnForm):
    """Another name for a passkey."""
