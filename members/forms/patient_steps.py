"""What is asked about a patient afterwards, one thing per page."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from members.forms.patients import CHOOSE_ONE, GROWN, LineField, NameForm, month_and_year
from members.models.choices import Course, OnsetAge, PatientAge, Sex, Tumour
from members.models.patient import Patient

OLDEST = 110  # years that a life is taken to last: no year before that is an answer


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
        self.patient = patient

    def clean_age_band(self):
        """Refuse an age below the one at which it began, as it is written down."""
        age = self.cleaned_data["age_band"]
        if is_younger(age, self.patient.onset_age):
            words = _("You wrote down that it began at the age “%(age)s”, which is older. Please check both.")
            raise ValidationError(words, code="order", params={"age": self.patient.get_onset_age_display()})
        return age


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
    """When the illness began, and at which age."""

    event = "onset"
    title = _("When did it begin?")
    lead = _("The first signs, as well as you remember. A year alone is fine. If you do not know, skip this question.")
    onset_month = MonthField(label=_("Month"))
    onset_year = YearField(label=_("Year"))
    onset_age = forms.ChoiceField(
        label=_("How old was the person when it began?"),
        required=False,
        choices=OnsetAge.choices,
        help_text=_("In years. It helps to find people for whom it began at a similar age."),
        widget=forms.RadioSelect,
        error_messages=CHOOSE_ONE,
    )

    def __init__(self, *args, patient: Patient, own: bool = False, **kwargs):
        """Ask the person themselves as "you"."""
        super().__init__(*args, patient=patient, own=own, **kwargs)
        if own:
            self.fields["onset_age"].label = _("How old were you when it began?")

    def clean_onset_age(self):
        """Refuse an age above the one of today that is written down."""
        age = self.cleaned_data["onset_age"]
        if is_younger(self.patient.age_band, age):
            words = _("You wrote down “%(age)s” as the age now, which is younger. Please check both.")
            raise ValidationError(words, code="order", params={"age": self.patient.get_age_band_display()})
        return age

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


def is_younger(one: str, other: str) -> bool:
    """Return whether an age band surely lies below another; what is not known or not said decides nothing."""
    ages = list(PatientAge)
    return one in ages and other in ages and ages.index(one) < ages.index(other)
