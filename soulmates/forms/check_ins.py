"""What is asked in a check-in. Forms clean and explain; what may be kept is decided by the actions."""

from collections.abc import Collection, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.patients import LineField
from soulmates.actions.check_ins import SKIP, earliest_day, latest_day
from soulmates.models.check_in import CheckIn
from soulmates.models.choices import Severity
from soulmates.picture import Entry, Step

UNKNOWN = "unknown"
ANSWERS = [*((str(severity.value), severity.label) for severity in Severity), (UNKNOWN, _("Do not know"))]
CHOOSE_STRENGTH = _("Choose how strong it is, or “Do not know”")
NOTE_LENGTH = CheckIn._meta.get_field("note").max_length


def severity_of(answer: str) -> int | None:
    """Return what a choice stands for: a number, or None for "do not know"."""
    return None if answer == UNKNOWN else int(answer)


def choice_of(severity: int | None) -> str:
    """Return the choice that stands for an answer."""
    return UNKNOWN if severity is None else str(severity)


class SeverityRadios(forms.RadioSelect):
    """How strong, as radio buttons; each option knows its severity for the dots beside it."""

    def create_option(self, name, value, *args, **kwargs):
        """Add the severity, and whether it takes an answer back."""
        is_skip = str(value) == SKIP
        return {**super().create_option(name, value, *args, **kwargs), "is_skip": is_skip, "severity": None if is_skip else severity_of(str(value))}


class SeverityField(forms.ChoiceField):
    """How strong a symptom is. can_clear: offers to take the answer back."""

    def __init__(self, *, label, can_clear: bool = False, required: bool = False):
        """Take the symptom's name."""
        super().__init__(
            label=label,
            choices=[*ANSWERS, (SKIP, _("Not answered"))] if can_clear else ANSWERS,
            required=required,
            widget=SeverityRadios,
            error_messages={"invalid_choice": CHOOSE_STRENGTH, "required": CHOOSE_STRENGTH},
        )


class DayField(forms.DateField):
    """A day that is not to come, by the browser's calendar or typed."""

    def __init__(self):
        """Ask with a hint that needs no calendar."""
        super().__init__(
            label=_("Which day is it about?"),
            help_text=_("Today, or an earlier day. Without a calendar, write it like this: 2025-03-27"),
            input_formats=["%Y-%m-%d", "%d.%m.%Y"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input--day", "autocomplete": "off"}),
            error_messages={
                "required": _("Choose a day. Today is fine."),
                "invalid": _("Write the day like this: 2025-03-27"),
            },
        )

    def validate(self, value):
        """Refuse days to come, and days before anybody's life."""
        super().validate(value)
        if value > latest_day():
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        if value < earliest_day():
            raise forms.ValidationError(_("This day is too long ago. Choose a later one."))


class NoteField(LineField):
    """A few words for the family's own diary."""

    def __init__(self):
        """Say who reads it, and what does not belong in it."""
        super().__init__(
            label=_("A note for yourselves (optional)"),
            required=False,
            max_length=NOTE_LENGTH,
            help_text=_(
                "Such as “a cold since Monday”. At most 200 characters. Only those who look after this record read it. "
                "Please no real names, no school and no clinic."
            ),
            widget=forms.TextInput(attrs={"dir": "auto", "lang": "", "autocomplete": "off"}),
            error_messages={"max_length": _("Shorten the note to 200 characters: it has %(show_value)d")},
        )


class BeginForm(forms.Form):
    """The day of a new check-in."""

    on = DayField()

    def __init__(self, *args, **kwargs):
        """Tell the browser's calendar how early and how late the day may be, as of now."""
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs |= {"min": earliest_day().isoformat(), "max": latest_day().isoformat()}


class SaveForm(BeginForm):
    """What stands beside the answers of a check-in."""

    note = NoteField()


class StepForm(forms.Form):
    """The symptoms of one page. Each may be skipped; one that has an answer can be cleared."""

    def __init__(self, *args, step: Step, answers: Mapping[int, int | None], drafted: Mapping[str, object] | None = None, **kwargs):
        """Ask about what is open or folded on the page, and what has an answer. answers: those that stand. drafted: typed and not saved."""
        super().__init__(*args, **kwargs)
        self.groups = []
        for key, title, entries in step.groups:
            rows = [self._ask(entry, answers, drafted or {}) for entry in entries if entry.asked or entry.offered or entry.symptom.pk in answers]
            if rows:
                self.groups.append({"key": key, "title": title, "rows": rows})

    def _ask(self, entry, answers, drafted):
        name = field_name(entry)
        pk = entry.symptom.pk
        answered = pk in answers
        field = SeverityField(label=entry.symptom.plain_name, can_clear=answered or name in drafted)
        field.initial = drafted.get(name) or (choice_of(answers[pk]) if answered else None)
        self.fields[name] = field
        return {"entry": entry, "name": name, "open": entry.asked or bool(field.initial)}

    @property
    def shown(self):
        """The groups with their questions: what is asked openly, or has an answer; a group may have none."""
        return [{**group, "fields": [(row["entry"], self[row["name"]]) for row in group["rows"] if self._is_open(row)]} for group in self.groups]

    @property
    def folded(self):
        """The rarer ones, for a fold below."""
        return [(row["entry"], self[row["name"]]) for group in self.groups for row in group["rows"] if not self._is_open(row)]

    def _is_open(self, row):
        return row["open"] or row["name"] in self.errors

    def answers(self, *, none_for_the_rest: bool = False) -> dict[int, int | None | str]:
        """Return what was answered, by symptom. none_for_the_rest: what is asked openly and was left open becomes "none"."""
        found = {}
        for row in (row for group in self.groups for row in group["rows"]):
            said = self.cleaned_data.get(row["name"])
            if said:
                found[row["entry"].symptom.pk] = SKIP if said == SKIP else severity_of(said)
            elif none_for_the_rest and row["entry"].asked:
                found[row["entry"].symptom.pk] = Severity.NONE.value
        return found


def field_name(entry: Entry) -> str:
    """Return the name of a symptom's field."""
    return f"s{entry.symptom.pk}"


class FindForm(forms.Form):
    """Words to look for a symptom with."""

    q = LineField(
        label=_("Which symptom?"),
        max_length=200,
        help_text=_("Plain words are fine, such as “wakes up at night”. We look for the nearest names on our list."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "lang": ""}),
        error_messages={"required": _("Write a word or two, then press “Find”"), "max_length": _("Use at most 200 characters")},
    )


class AddForm(FindForm):
    """One of the symptoms that were found, and how strong it is."""

    NOT_THERE = "-"

    def __init__(self, *args, found: Collection[Entry], **kwargs):
        """Offer what was found."""
        super().__init__(*args, **kwargs)
        self.found = {str(entry.symptom.pk): entry for entry in found}
        self.fields["symptom"] = forms.ChoiceField(
            label=_("The nearest names"),
            choices=[*((pk, entry.symptom.plain_name) for pk, entry in self.found.items()), (self.NOT_THERE, _("None of these"))],
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the names, or “None of these”")),
        )
        self.fields["severity"] = SeverityField(label=_("How strong is it?"))

    def clean(self):
        """Ask for the strength of a symptom that was chosen."""
        cleaned = super().clean()
        if cleaned.get("symptom") in self.found and not cleaned.get("severity") and "severity" not in self.errors:
            self.add_error("severity", CHOOSE_STRENGTH)
        return cleaned

    @property
    def options(self):
        """The names as radio buttons, each with its symptom; the last, "none of these", has none."""
        return [(self.found.get(str(option.data["value"])), option) for option in self["symptom"]]


class KeptOutForm(forms.Form):
    """A box for each symptom, to be kept out of matching."""

    symptoms = forms.MultipleChoiceField(
        label=_("Keep out of matching"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the symptoms on this page"), "invalid_list": _("Choose from the symptoms on this page")},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  # which boxes were on the page

    def __init__(self, *args, entries: Collection[Entry], **kwargs):
        """Offer these symptoms."""
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.symptom.pk): entry for entry in entries}
        self.fields["symptoms"].choices = [(pk, entry.symptom.plain_name) for pk, entry in self.entries.items()]
        self.initial["shown"] = ",".join(self.entries)

    def clean_shown(self):
        """Return the symptoms of the page as it was sent, as numbers; what is no number is left out."""
        return {int(one) for one in self.cleaned_data["shown"].split(",") if one.isascii() and one.isdigit() and len(one) < 12}

    @property
    def options(self):
        """The boxes, each with its symptom."""
        return [(self.entries[str(option.data["value"])], option) for option in self["symptoms"]]
