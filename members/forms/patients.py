"""What is asked to begin a record of a patient, and about those who look after it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from members.consents import TEXTS
from members.forms.widgets import ExplainedRadios
from members.models.choices import Level, PatientAge, Relation
from members.models.consent import Purpose
from prose.markdown import clean

HAND_OVER = "hand-over"
CHOOSE_ONE = {"required": _("Choose one of the answers"), "invalid_choice": _("Choose one of the answers")}
CHOOSE_RELATION = dict.fromkeys(("required", "invalid_choice"), _("Choose what you are to the person"))
UNTICKED = {
    Purpose.HEALTH: _("Tick the box if you agree that we keep health data. Without it nothing is kept."),
    Purpose.CARER: _("Tick the box if you may speak for the person. Without it nothing is kept."),
}
GROWN = PatientAge.grown()


class LineField(forms.CharField):
    """One line of text: controls and bidirectional overrides dropped, blanks joined, before its length is measured."""

    def to_python(self, value):
        """Return the line."""
        return " ".join(clean(super().to_python(value)).split())


class Checkbox(forms.CheckboxInput):  # by this name the template of fields knows a tick box
    """A tick box that sends the number of the words beside it: a yes is to the words that were shown, not to newer ones."""

    def __init__(self, version: int):
        """Keep the number."""
        super().__init__(attrs={"value": str(version)})
        self.version = str(version)

    def value_from_datadict(self, data, files, name):
        """Return whether these very words were ticked."""
        return data.get(name) == self.version


class AgreementField(forms.BooleanField):
    """The words of one purpose, with an unticked box."""

    def __init__(self, purpose: str, **options):
        """Take the words as they are now."""
        words = TEXTS[purpose]
        super().__init__(
            label=words.text,
            help_text=format_lazy(_("Version {number} of these words"), number=words.version),
            widget=Checkbox(words.version),
            error_messages={"required": UNTICKED[purpose]},
            **options,
        )


class ConsentForm(forms.Form):
    """A box for each purpose that is missing."""

    def __init__(self, *args, purposes, **kwargs):
        """Make the boxes."""
        super().__init__(*args, **kwargs)
        for purpose in purposes:
            self.fields[str(purpose)] = AgreementField(purpose)


class About(forms.Form):
    """Whom a new record is about."""

    ME, CHILD, ADULT = "me", "child", "adult"
    RELATIONS = {ME: Relation.SELF, CHILD: Relation.PARENT, ADULT: Relation.CARER}

    about = forms.ChoiceField(
        label=_("Choose one"),
        choices=[(ME, _("Me")), (CHILD, _("A child I care for")), (ADULT, _("An adult I care for"))],
        widget=ExplainedRadios(),
        error_messages=CHOOSE_ONE,
    )

    def __init__(self, *args, without_me=False, **kwargs):
        """Offer "me" only to who has no record of their own."""
        super().__init__(*args, **kwargs)
        if without_me:
            self.fields["about"].choices = self.fields["about"].choices[1:]


class NameForm(forms.Form):
    """Nickname and age band: what makes a record. A carer also says what they are to the person."""

    title = _("What shall we call this record?")
    lead = _("A nickname, never the real name. It helps you to tell records apart, and only those who look after this record see it.")

    nickname = LineField(
        label=_("Nickname"),
        max_length=40,
        help_text=_("Please no full name, no school, no birth date, and nothing else that tells who it is. At most 40 letters."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write a nickname. One letter is enough.")},
    )
    age_band = forms.ChoiceField(
        label=_("Age now"), required=False, widget=forms.RadioSelect, error_messages={"invalid_choice": _("Choose one of the ages")}
    )

    def __init__(self, *args, bands=tuple(PatientAge), relations=(), conditions=(), **kwargs):
        """Offer these age bands; ask for the relation and for the condition where there is a choice."""
        super().__init__(*args, **kwargs)
        current = self.initial.get("age_band")
        known = [(band.value, band.label) for band in PatientAge if band in bands or band == current]
        self.fields["age_band"].choices = [*known, ("", _("I prefer not to say"))]
        if relations:
            self.fields["relation"] = forms.ChoiceField(
                label=_("What are you to them?"),
                choices=[(relation.value, relation.label) for relation in relations],
                widget=forms.RadioSelect,
                error_messages=CHOOSE_RELATION,
            )
        if len(conditions) > 1:
            self.fields["condition"] = ConditionField(
                label=_("Which condition is it?"),
                queryset=Condition.objects.filter(pk__in=[condition.pk for condition in conditions]),
                empty_label=None,
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the conditions")),
            )

    def clean_nickname(self):
        """Refuse what tells who somebody is: addresses, numbers, dates."""
        name = self.cleaned_data["nickname"]
        if not any(sign.isalnum() for sign in name):
            raise ValidationError(_("A nickname needs at least one letter."), code="letters")
        if "@" in name or re.search(r"\d{3,}|\d+[./-]\d+", name):
            raise ValidationError(_("Please leave out dates, years, numbers and addresses: they tell who somebody is."), code="contact")
        return name


class ConditionField(forms.ModelChoiceField):
    """A condition by its own name, in its own language."""

    def label_from_instance(self, condition):
        """Return the name, saying its language."""
        return format_html('<bdi lang="{}">{}</bdi>', condition.language, condition.name)


def month_and_year(year: int | None, month: int | None) -> str:
    """Return "March 2019", or the year alone, or an empty string."""
    if not year:
        return ""
    # Translators: a month and a year, such as "March 2019".
    return gettext("%(month)s %(year)d") % {"month": MONTHS[month], "year": year} if month else str(year)


class InviteForm(forms.Form):
    """What the next person may do: read, change, or keep the record themselves."""

    may = forms.ChoiceField(
        label=_("What may they do?"),
        choices=[
            (Level.VIEW.value, _("Read")),
            (Level.EDIT.value, _("Read and change")),
            (HAND_OVER, _("Keep it themselves: I hand the record over")),
        ],
        widget=ExplainedRadios(
            {
                Level.VIEW.value: _("They see the answers and who looks after the record. They change nothing."),
                Level.EDIT.value: _("They can change the answers too. They cannot invite anybody or delete the record."),
                HAND_OVER: _(
                    "For the person it is about, when they have an account of their own (from 16). The record is theirs then: they invite, "
                    "remove and delete. You can still read it until they end that."
                ),
            }
        ),
        error_messages=CHOOSE_ONE,
    )

    def __init__(self, *args, can_hand_over: bool, can_join: bool, too_young: str = "", **kwargs):
        """Offer what is possible. too_young: why the record cannot be handed over yet, for whoever asks all the same."""
        super().__init__(*args, **kwargs)
        field = self.fields["may"]
        if too_young and self.data.get("may") == HAND_OVER:
            field.error_messages["invalid_choice"] = too_young
        field.choices = [(value, words) for value, words in field.choices if (can_hand_over if value == HAND_OVER else can_join)]


class AcceptForm(forms.Form):
    """A code, and what one is to the person. The carer's words come with it where they were not agreed to yet."""

    code = LineField(
        label=_("Code"),
        max_length=80,
        help_text=_("Five groups of four letters and digits. Capitals, spaces and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Type or paste the code you were given")},
    )
    relation = forms.ChoiceField(
        label=_("What are you to the person the record is about?"),
        choices=[
            (Relation.PARENT.value, Relation.PARENT.label),
            (Relation.CARER.value, Relation.CARER.label),
            (Relation.OTHER.value, Relation.OTHER.label),
            (Relation.SELF.value, Relation.SELF.label),
        ],
        widget=ExplainedRadios({Relation.SELF.value: _("The record is handed over to you: you own it from now on.")}),
        error_messages=CHOOSE_RELATION,
    )

    def __init__(self, *args, ask_carer: bool, **kwargs):
        """Add the carer's box where it is missing."""
        super().__init__(*args, **kwargs)
        if ask_carer:
            self.fields[str(Purpose.CARER)] = AgreementField(Purpose.CARER, required=False)

    def clean(self):
        """Ask for the carer's yes from everybody but the person themselves."""
        cleaned = super().clean()
        if Purpose.CARER in self.fields and not cleaned.get(Purpose.CARER) and cleaned.get("relation") not in (None, Relation.SELF):
            self.add_error(Purpose.CARER, UNTICKED[Purpose.CARER])
        return cleaned
