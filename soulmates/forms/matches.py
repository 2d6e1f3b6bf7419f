"""Forms of matching: beginning it, what matches see, filters, and what somebody thinks of a match."""

from collections.abc import Collection
from typing import ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members import languages
from members.consents import TEXTS
from members.forms.patients import CHOOSE_ONE, Checkbox
from members.models.choices import OnsetAge, PatientAge, Role, Tumour
from members.models.consent import Purpose
from members.models.patient import Patient
from prose.markdown import clean
from soulmates.models.match import MatchFeedback

WITHIN = (25, 50, 100, 200, 500)  # kilometres
FAMILIES = (Role.PERSON, Role.PARENT, Role.FAMILY)  # who looks after a record; others have none to compare
KNOWN_ONSETS = tuple(age for age in OnsetAge if age not in (OnsetAge.NOT_KNOWN, OnsetAge.NOT_SAID))
KNOWN_TUMOURS = (Tumour.FOUND, Tumour.NOT_FOUND)
UNTICKED = _("Tick the box if you agree. Without it nothing is compared.")


class Agreement(forms.BooleanField):
    """The words of one purpose, with an unticked box of its own."""

    def __init__(self, purpose: str, **options):
        """Take the words as they are now."""
        words = TEXTS[purpose]
        super().__init__(
            label=words.text,
            help_text=format_lazy(_("Version {number} of these words"), number=words.version),
            widget=Checkbox(words.version),
            error_messages={"required": UNTICKED},
            **options,
        )


class FactsForm(forms.Form):
    """What matches see of a patient beside symptoms. `patient`: its answers stand beside the boxes, so that nobody shares what they do not see."""

    age = forms.BooleanField(label=_("Age now, as a group"), required=False)
    onset = forms.BooleanField(label=_("Age when it began, as a group"), required=False)
    tumour = forms.BooleanField(label=_("Whether a tumour was found"), required=False)

    def __init__(self, *args, patient: Patient, **kwargs):
        """Say beside each box what would be shown."""
        super().__init__(*args, **kwargs)
        shown = {
            "age": patient.get_age_band_display(),
            "onset": patient.get_onset_age_display() if patient.onset_age in KNOWN_ONSETS else "",
            "tumour": patient.get_tumour_display() if patient.tumour in KNOWN_TUMOURS else "",
        }
        unknown = {"onset": patient.onset_age == OnsetAge.NOT_KNOWN, "tumour": patient.tumour == Tumour.NOT_KNOWN}
        for name, words in shown.items():
            if words:
                self.fields[name].help_text = format_lazy(_("They see: {words}"), words=words)
            elif unknown.get(name):
                self.fields[name].help_text = _("The record says “I do not know”: they see nothing, and with a tick you see theirs.")
            else:
                self.fields[name].help_text = _("Not answered in the record yet, so there is nothing to see.")

    def facts(self) -> dict[str, bool]:
        """Return the answers."""
        return {name: self.cleaned_data.get(name, False) for name in ("age", "onset", "tumour")}


class StartForm(FactsForm):
    """The yes to matching, what matches see, and the yes to being counted: each box on its own, none ticked beforehand."""

    def __init__(self, *args, asks_matching: bool, asks_facts: bool, asks_statistics: bool, **kwargs):
        """Ask only what is open: a yes that stands is not asked again, and only the owner of a record decides what is shown of it."""
        super().__init__(*args, **kwargs)
        if not asks_facts:
            self.fields.clear()
        if asks_matching:
            self.fields[str(Purpose.MATCHING)] = Agreement(Purpose.MATCHING)
        if asks_statistics:
            self.fields[str(Purpose.STATISTICS)] = Agreement(Purpose.STATISTICS, required=False)
        self.order_fields([str(Purpose.MATCHING), "age", "onset", "tumour", str(Purpose.STATISTICS)])

    @property
    def fact_fields(self):
        """Return the boxes of what matches see."""
        return [self[name] for name in ("age", "onset", "tumour") if name in self.fields]

    @property
    def matching(self):
        """Return the box of the yes to matching, where it is asked."""
        return self[str(Purpose.MATCHING)] if Purpose.MATCHING in self.fields else None

    @property
    def statistics(self):
        """Return the box of the yes to being counted, where it is asked."""
        return self[str(Purpose.STATISTICS)] if Purpose.STATISTICS in self.fields else None


class FilterForm(forms.Form):
    """Whom to look among. Each compares what members show: who does not show something is not found by it, and does not find by it."""

    FACTS: ClassVar = {  # what one has to show to look by it: a name of Side.shows, its words, and where it is changed
        "role": ("role", _("your role"), "profile"),
        "age_band": ("age", _("age now"), "facts"),
        "onset_age": ("onset", _("age when it began"), "facts"),
        "tumour": ("tumour", _("tumour"), "facts"),
        "language": ("languages", _("your languages"), "profile"),
        "within": ("town", _("your town area"), "map"),
    }

    role = forms.ChoiceField(label=_("Who"), required=False)
    age_band = forms.ChoiceField(label=_("Age now"), required=False)
    onset_age = forms.ChoiceField(label=_("Age when it began"), required=False)
    tumour = forms.ChoiceField(label=_("Tumour"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    within = forms.TypedChoiceField(label=_("Distance"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, shows: Collection[str] | None = None, **kwargs):
        """Offer only what the viewer's own side shows too (names of Side.shows); None: everything."""
        super().__init__(*args, **kwargs)
        anything = [("", _("Any"))]
        self.fields["role"].choices = [("", _("Everyone")), *[(role.value, role.label) for role in FAMILIES]]
        self.fields["age_band"].choices = [*anything, *PatientAge.choices]
        self.fields["onset_age"].choices = [*anything, *[(age.value, age.label) for age in KNOWN_ONSETS]]
        self.fields["tumour"].choices = [*anything, *[(tumour.value, tumour.label) for tumour in KNOWN_TUMOURS]]
        self.fields["language"].choices = [*anything, *languages.choices()]
        self.fields["within"].choices = [*anything, *[(km, format_lazy(_("Within {km} km"), km=km)) for km in WITHIN]]
        self.kept_back = {name: self.fields.pop(name).label for name, (fact, *_rest) in self.FACTS.items() if shows is not None and fact not in shows}

    @classmethod
    def of(cls, data, *, shows: Collection[str]) -> "FilterForm":
        """Return the form for an address, without what is no choice of ours: an old or odd address shows the nearest sensible list."""
        first = cls(data)
        first.is_valid()
        form = cls({name: value for name, value in first.cleaned_data.items() if value}, shows=shows)
        form.is_valid()
        return form

    @property
    def lacks(self) -> dict[str, list[str]]:
        """Return what the viewer does not show, in words, by the page on which it is changed: "facts", "profile", "map"."""
        found: dict[str, list[str]] = {}
        for name in self.kept_back:
            _fact, words, page = self.FACTS[name]
            found.setdefault(page, []).append(str(words))
        return found

    @property
    def refused(self) -> list[str]:
        """Return the labels of filters that the address asks for and the viewer may not use."""
        return [str(label) for name, label in self.kept_back.items() if name in self.data]

    @property
    def used(self) -> dict[str, str]:
        """Return the filters that are set, each with its value as it stands in the address."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """Return the filters that are set: (name, label, choice)."""
        return [(name, self.fields[name].label, str(dict(self.fields[name].choices)[self.cleaned_data[name]])) for name in self.used]


class FeedbackForm(forms.Form):
    """Whether a match feels right, and why."""

    YES, NO = "yes", "no"

    good = forms.TypedChoiceField(
        label=_("Was this a good match?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        coerce=lambda value: value == FeedbackForm.YES,
        widget=forms.RadioSelect,
        error_messages={**CHOOSE_ONE, "required": _("Choose yes or no")},
    )
    why = forms.CharField(
        label=_("Why? (You can leave this empty.)"),
        required=False,
        max_length=500,
        help_text=_("Up to 500 characters. Please name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "lang": "", "dir": "auto"}),
    )

    @classmethod
    def first_answers(cls, said: MatchFeedback | None) -> dict[str, str]:
        """Return what the person said before, for the form to begin with."""
        return {"good": cls.YES if said.good else cls.NO, "why": said.why} if said else {}

    def clean_why(self):
        """Return the words without controls and overrides."""
        return clean(self.cleaned_data["why"]).strip()
