"""What is asked about a patient, one thing per page, and about those who look after the record."""

import re
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from members.consents import TEXTS
from members.forms.widgets import ExplainedRadios
from members.models.choices import Course, Level, PatientAge, Relation, Sex, Tumour
from members.models.consent import Purpose
from members.models.patient import Patient
from prose.markdown import clean

OLDEST = 110  # years that a life is taken to last: no year before that is an answer
HAND_OVER = "hand-over"
CHOOSE_ONE = {"required": _("Choose one of the answers"), "invalid_choice": _("Choose one of the answers")}
CHOOSE_RELATION = dict.fromkeys(("required", "invalid_choice"), _("Choose what you are to the person"))
UNTICKED = {
    Purpose.HEALTH: _("Tick the box if you agree that we keep health data. Without it nothing is kept."),
    Purpose.CARER: _("Tick the box if you may speak for the person. Without it nothing is kept."),
}
GROWN = (PatientAge.YOUTH, PatientAge.YOUNG_ADULT, PatientAge.ADULT, PatientAge.OLDER_ADULT)  # who may have an account, or be an adult


class LineField(forms.CharField):
    """One line of text: controls and bidirectional overrides dropped, blanks joined, before its length is measured."""

    def to_python(self, value):
        """Return the line."""
        return " ".join(clean(super().to_python(value)).split())


class YearField(forms.IntegerField):
    """A year, typed."""

    def __init__(self, *, label):
        """Take a label; the year may be left out."""
        super().__init__(
            label=label,
            required=False,
            widget=forms.TextInput(attrs={"class": "input--short", "inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
            error_messages={"invalid": _("Write the year with four digits, such as 2019")},
        )


class MonthField(forms.TypedChoiceField):
    """A month by its name; none is an answer."""

    def __init__(self, *, label):
        """Take a label; the month may be left out."""
        super().__init__(
            label=label,
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("I do not know")), *MONTHS.items()],
            error_messages={"invalid_choice": _("Choose one of the months")},
        )


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


class StepForm(forms.Form):
    """One question about a patient. Fields are named as those of Patient; title and lead stand above them."""

    title = lead = ""

    def __init__(self, *args, patient: Patient, own: bool = False, **kwargs):
        """Begin with what is written down. own: the record is the member's own."""
        super().__init__(*args, initial={name: getattr(patient, name) for name in self.base_fields}, **kwargs)
        self.patient = patient


class WhoStep(NameForm):
    """Nickname and age band, changed later."""

    title = _("Nickname and age")

    def __init__(self, *args, patient: Patient, own: bool = False, **kwargs):
        """Begin with what is written down; the member's own record offers no age below that of an account."""
        initial = {"nickname": patient.nickname, "age_band": patient.age_band}
        super().__init__(*args, bands=GROWN if own else tuple(PatientAge), initial=initial, **kwargs)


class SexStep(StepForm):
    """Sex."""

    title = _("Sex")
    lead = _("Some studies count women and men, girls and boys apart. You do not have to answer.")
    sex = forms.ChoiceField(label=_("Choose one"), required=False, choices=Sex.choices, widget=forms.RadioSelect, error_messages=CHOOSE_ONE)


class DateStep(StepForm):
    """A month and a year, each of which may stay open. `event` is the start of the fields' names."""

    event = ""

    def clean(self):
        """Refuse a month without its year, what is to come, and what is longer ago than a life lasts."""
        cleaned = super().clean()
        year, month = cleaned.get(f"{self.event}_year"), cleaned.get(f"{self.event}_month")
        if self.errors:
            return cleaned
        if year is None:
            if month:
                self.add_error(f"{self.event}_year", _("Write the year too, or choose “I do not know” as the month."))
            return cleaned
        today = timezone.localdate() + timedelta(days=1)  # in the east it is tomorrow already
        if year < today.year - OLDEST:
            self.add_error(
                f"{self.event}_year",
                ValidationError(_("Write a year from %(year)d on, with four digits."), code="early", params={"year": today.year - OLDEST}),
            )
        elif year > today.year:
            self.add_error(f"{self.event}_year", ValidationError(_("This year is still to come. Write this year or an earlier one."), code="late"))
        elif year == today.year and (month or 1) > today.month:
            self.add_error(
                f"{self.event}_month", ValidationError(_("This month is still to come. Choose this month or an earlier one."), code="late")
            )
        else:
            self.clean_order(year, month)
        return cleaned

    def clean_order(self, year, month):
        """Refuse what comes in the wrong order with another date; to be written by those who have one."""


class BeganStep(DateStep):
    """When the illness began."""

    event = "onset"
    title = _("When did it begin?")
    lead = _("The first signs, as well as you remember. A year alone is fine. If you do not know, skip this question.")
    onset_month = MonthField(label=_("Month"))
    onset_year = YearField(label=_("Year"))

    def clean_order(self, year, month):
        """Refuse a beginning after the diagnosis that is written down."""
        patient = self.patient
        if comes_before((patient.diagnosis_year, patient.diagnosis_month), (year, month)):
            words = _("You wrote down that the diagnosis was made in %(when)s, which is earlier. Please check both.")
            self.add_error(
                "onset_year", ValidationError(words, code="order", params={"when": month_and_year(patient.diagnosis_year, patient.diagnosis_month)})
            )


class DiagnosisStep(DateStep):
    """When the illness got its name."""

    event = "diagnosis"
    title = _("When was the diagnosis made?")
    lead = _("The day a doctor first named it. A year alone is fine. If you do not know, or there is none yet, skip this question.")
    diagnosis_month = MonthField(label=_("Month"))
    diagnosis_year = YearField(label=_("Year"))

    def clean_order(self, year, month):
        """Refuse a diagnosis before the beginning that is written down."""
        patient = self.patient
        if comes_before((year, month), (patient.onset_year, patient.onset_month)):
            words = _("You wrote down that it began in %(when)s, which is later. Please check both.")
            self.add_error(
                "diagnosis_year", ValidationError(words, code="order", params={"when": month_and_year(patient.onset_year, patient.onset_month)})
            )


class TumourStep(StepForm):
    """What the search for a tumour found."""

    title = _("Was a tumour found?")
    lead = _("What the doctors found when they looked for one. If you are not sure, that is an answer too.")
    tumour = forms.ChoiceField(label=_("Choose one"), required=False, choices=Tumour.choices, widget=forms.RadioSelect, error_messages=CHOOSE_ONE)
    tumour_kind = LineField(
        label=_("If one was found: what kind? (optional)"),
        required=False,
        max_length=80,
        help_text=_("As the doctors call it. No names of people or hospitals."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self):
        """Refuse a kind where no tumour was found: it would be dropped without a word."""
        cleaned = super().clean()
        if cleaned.get("tumour_kind") and "tumour" in cleaned and cleaned["tumour"] != Tumour.FOUND:
            self.add_error("tumour_kind", _("You wrote a kind. Choose “Found” above, or empty this field."))
        return cleaned


class CourseStep(StepForm):
    """How the illness went."""

    title = _("How has it gone so far?")
    lead = _("A relapse means: the signs came back, or clearly got worse again, after a better time.")
    course = forms.ChoiceField(label=_("Choose one"), required=False, choices=Course.choices, widget=forms.RadioSelect, error_messages=CHOOSE_ONE)


STEPS = {"who": WhoStep, "sex": SexStep, "began": BeganStep, "diagnosis": DiagnosisStep, "tumour": TumourStep, "course": CourseStep}


def comes_before(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    """Return whether a (year, month) surely lies before another; what is not known decides nothing."""
    if not one[0] or not other[0]:
        return False
    if one[0] != other[0]:
        return one[0] < other[0]
    return bool(one[1] and other[1] and one[1] < other[1])


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

    def __init__(self, *args, can_hand_over: bool, can_join: bool, **kwargs):
        """Offer what is possible."""
        super().__init__(*args, **kwargs)
        field = self.fields["may"]
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
