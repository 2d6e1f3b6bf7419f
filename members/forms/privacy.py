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


class EraseForm(forms.Form):
    """What becomes of what somebody wrote for others when their account goes."""

    KEEP, DELETE = "keep", "delete"

    posts = forms.ChoiceField(
        label=_("Your questions, answers and comments"),
        choices=[
            (KEEP, _("They stay, as “Former member”. They go on helping others, and your name is nowhere beside them.")),
            (DELETE, _("They go, too. Nobody sees them any more from the first minute on.")),
        ],
        widget=forms.RadioSelect,
        help_text=_("What others wrote below yours stays in any case: it belongs to them."),
        required=False,  # one is chosen beforehand
        error_messages={"invalid_choice": _("Choose whether they stay or go.")},
    )
