"""What editors fill in beside a text: a decision, a review, a help number."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conditions.forms import DayInput, LinesField, past
from conditions.models.library import HelpNumber
from conditions.models.revision import Revision

_DIALLED = re.compile(r"[+\d][\d \-()/]*")


class ApproveForm(forms.Form):
    """Approving: a remark, and the text that the editor compared with."""

    note = forms.CharField(label=_("Remark"), required=False, max_length=300, widget=forms.TextInput(attrs={"size": 60}))
    compared_with = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    """Declining: the reason."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("What has to change. The author reads it here."),
    )


class ReviewForm(forms.Form):
    """What a clinician's review of readers' text was; without a name only the day of the next check."""

    reviewer_name = forms.CharField(label=_("Clinician who reviewed it"), required=False, max_length=120)
    reviewer_role = forms.CharField(
        label=_("Profession and place"), required=False, max_length=160, help_text=_("Such as: child neurologist, London.")
    )
    reviewed_on = forms.DateField(label=_("Reviewed on"), required=False, widget=DayInput)
    review_due_on = forms.DateField(label=_("Check again by"), widget=DayInput)

    def __init__(self, *args, revision: Revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.revision = revision

    def clean_reviewed_on(self):
        """Refuse a day to come, and one before this text was put together."""
        day = self.cleaned_data["reviewed_on"]
        if day and day < self.revision.compiled_on:
            words = _("This text was put together on %(day)s: an earlier review was of another text.")
            raise ValidationError(words, params={"day": self.revision.compiled_on.isoformat()})
        return past(day) if day else day

    def clean(self):
        """Ask for name, role and day together, and for a next check after the review."""
        cleaned = super().clean()
        missing = [name for name in ("reviewer_name", "reviewer_role", "reviewed_on") if not cleaned.get(name)]
        if 0 < len(missing) < 3:
            for name in missing:
                if name not in self.errors:
                    self.add_error(name, _("A review needs a name, a profession and place, and a day."))
        reviewed, due = cleaned.get("reviewed_on"), cleaned.get("review_due_on")
        if due and due <= (reviewed or self.revision.compiled_on):
            self.add_error("review_due_on", _("The next check comes after the last one."))
        return cleaned


class HelpNumberForm(forms.ModelForm):
    """A help number with the day on which its page was seen."""

    languages = LinesField(label=_("Languages"), required=False, help_text=_("One a line."))

    class Meta:
        """All of it."""

        model = HelpNumber
        fields = ("country", "kind", "name", "number", "text_number", "languages", "note", "url", "seen_on", "confirmed_on", "review_due_on")
        widgets = {"seen_on": DayInput, "confirmed_on": DayInput, "review_due_on": DayInput}
        help_texts = {"country": _("Two capital letters, such as GB; EU for all of the European Union.")}

    def clean_country(self):
        """Refuse what is no country."""
        code = self.cleaned_data["country"].strip().upper()
        if code != "EU" and code not in dict(countries):
            raise ValidationError(_("“%(code)s” is no country's code."), params={"code": code})
        return code

    def _clean_dialled(self, name):
        number = self.cleaned_data[name].strip()
        if number and not _DIALLED.fullmatch(number):
            raise ValidationError(_("A number holds digits, spaces, brackets, hyphens and strokes, and may begin with +."))
        return number

    def clean_number(self):
        """Refuse what cannot be dialled."""
        return self._clean_dialled("number")

    def clean_text_number(self):
        """Refuse what cannot be dialled."""
        return self._clean_dialled("text_number")

    def clean_seen_on(self):
        """Refuse a day to come."""
        return past(self.cleaned_data["seen_on"])

    def clean(self):
        """Check what needs two fields to be seen."""
        cleaned = super().clean()
        if not cleaned.get("number") and not cleaned.get("text_number") and not self.errors.keys() & {"number", "text_number"}:
            self.add_error("number", _("A number to call or to text is missing."))
        seen, due = cleaned.get("seen_on"), cleaned.get("review_due_on")
        if seen and due and due <= seen:
            self.add_error("review_due_on", _("The next check comes after the day on which the page was seen."))
        return cleaned

    def _get_validation_exclusions(self):
        exclusions = super()._get_validation_exclusions()
        return exclusions | {"number", "text_number"} if self.errors else exclusions  # the constraint would say it again
