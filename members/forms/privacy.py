"""Forms of the privacy centre."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConsentForm(forms.Form):
    """One button: agree, or take it back. Which purpose stands in the address."""

    GIVE, WITHDRAW = "give", "withdraw"

    action = forms.ChoiceField(
        choices=[(GIVE, _("Agree")), (WITHDRAW, _("Take it back"))],
        error_messages={name: _("Press one of the buttons below.") for name in ("required", "invalid_choice")},
    )
