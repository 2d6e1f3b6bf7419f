"""Forms of joining: one question each."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members import consents
from members.actions import people
from members.joining import DECLINED, TOO_YOUNG
from members.models.choices import AgeBand, Role
from members.models.consent import Purpose
from members.names import LONGEST


class AgeForm(forms.Form):
    """An age band; no birth date is ever asked."""

    age = forms.ChoiceField(
        label=_("Your age"),
        choices=[(TOO_YOUNG, _("Under 16")), *AgeBand.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your age"), "invalid_choice": _("Choose one of the three ages")},
    )


class NameForm(forms.Form):
    """A pseudonym that nobody else has or looks like. besides: the number of the member who may carry it already."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Any name you like, 2 to 40 characters. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "spellcheck": "false", "maxlength": LONGEST}),
        error_messages={"required": _("Type a name to go by")},
    )

    def __init__(self, *args, besides=None, **kwargs):
        """Keep whose own name is no other's."""
        super().__init__(*args, **kwargs)
        self.besides = besides

    def clean_name(self):
        """Return the name as it is stored; the reasons against one are the site's rules."""
        return people.free_name(self.cleaned_data["name"], besides=self.besides)[0]


class HealthForm(forms.Form):
    """A yes to keeping health data, to the words that were shown: in a box of its own, never ticked beforehand."""

    agree = forms.BooleanField(required=False)

    def __init__(self, *args, **kwargs):
        """Show the words as they are now."""
        super().__init__(*args, **kwargs)
        self.words = consents.TEXTS[Purpose.HEALTH]
        self.fields["agree"].label = self.words.text

    def clean(self):
        """Return the answer in `health`: the version agreed to, or DECLINED. "Continue without" is a no, ticked or not."""
        if "without" in self.data:
            return {"health": DECLINED}
        if not self.cleaned_data.get("agree"):
            self.add_error("agree", _("Tick the box to agree, or choose “Continue without”"))
        elif self.data.get("version") != str(self.words.version):
            self.data = {}  # the box is empty again, for the words are others
            self.add_error("agree", _("The words have changed since you saw them. Please read them again."))
        return {"health": self.words.version}


class RoleForm(forms.Form):
    """Who somebody is to the illness; it may be skipped."""

    role = forms.ChoiceField(
        label=_("Choose what fits best"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best, or skip this question"), "invalid_choice": _("Choose one of the answers below")},
    )
