"""What an editor fills in to propose a text: its parts, its lists, its rows of numbers. Forms clean and explain; actions write."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conditions.actions.texts import RENDERED, kind_of
from conditions.marks import PAGES, REFERENCE, links_of
from conditions.models.pages import Page
from conditions.models.revision import TEXT_FIELDS, EvidenceRow, FrequencyRow, Revision
from conditions.text_rules import faults_of
from prose.markdown import clean

LONGEST_ENTRY = 200  # of a list, as in the content files
_MOST_ROWS = 40


class DayInput(forms.DateInput):
    """A day by the browser's own control: no script."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class LinesField(forms.CharField):
    """A list of short texts, typed one a line; doubles and empty lines go."""

    widget = forms.Textarea(attrs={"rows": 5, "cols": 80})

    def prepare_value(self, value):
        """Return the lines that the control shows."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        """Return the list."""
        lines = (line.strip() for line in clean(super().to_python(value) or "").split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value):
        """Refuse an entry that is too long; name its line."""
        super().validate(value)
        for line in value:
            if len(line) > LONGEST_ENTRY:
                words = _("“%(start)s…” is longer than %(most)d characters.")
                raise ValidationError(words, params={"start": line[:40], "most": LONGEST_ENTRY})


def known_pages(target: Page) -> set[tuple[str, str]]:
    """Return what a page's text may link to, as (kind, slug). Three queries."""
    condition = target.condition
    return {
        *(("topic", slug) for slug in condition.topics.values_list("slug", flat=True)),
        *(("topic", slug) for path in condition.paths for slug in path["topics"]),
        *(("symptom", slug) for slug in condition.conditionsymptoms.values_list("symptom__slug", flat=True)),
        *(("treatment", slug) for slug in condition.treatments.values_list("slug", flat=True)),
        *(("page", slug) for slug in PAGES),
    }


class ProposalForm(forms.ModelForm):
    """A proposed text. It only checks: `actions.texts.propose` writes."""

    search_words = LinesField(label=_("Search words"), required=False, help_text=_("One a line. Words people type that stand nowhere in the text."))
    questions = LinesField(label=_("Questions for the team"), required=False, help_text=_("One a line."))
    related = LinesField(
        label=_("Related pages"), required=False, help_text=_("One a line, such as topic:relapse, symptom:ataxia or treatment:ivig.")
    )

    class Meta:
        """The parts of a page in reading order, then its dates."""

        model = Revision
        fields = (*TEXT_FIELDS, "compiled_on", "review_due_on", "note")
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "red_flags_title": forms.TextInput(attrs={"size": 80}),
            "note": forms.TextInput(attrs={"size": 80}),
            "short_answer": forms.Textarea(attrs={"rows": 5, "cols": 100}),
            "red_flags": forms.Textarea(attrs={"rows": 6, "cols": 100}),
            "body": forms.Textarea(attrs={"rows": 30, "cols": 100}),
            "unknown": forms.Textarea(attrs={"rows": 5, "cols": 100}),
            "compiled_on": DayInput,
            "review_due_on": DayInput,
        }

    def __init__(self, *args, target: Page, base: Revision | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.base = target, base
        for name in ("unknown", "note"):
            self.fields[name].required = True

    def _clean_text(self, name):
        text = clean(self.cleaned_data.get(name) or "").strip()
        if text:
            faults = faults_of(text, self.keys, self.known, gettext=gettext)
            if faults:
                raise ValidationError([message for message, _piece in faults])
        return text

    def _clean_fields(self):
        self.keys = set(self.target.condition.sources.values_list("key", flat=True))
        # What the text linked before stays allowed: a file may point to a page that is planned.
        self.known = known_pages(self.target)
        if self.base:
            self.known |= set(links_of(*(getattr(self.base, name) for name in RENDERED))) | {tuple(one.split(":")) for one in self.base.related}
        super()._clean_fields()

    def clean_short_answer(self):
        """Check the marks, links and headings of the short answer."""
        return self._clean_text("short_answer")

    def clean_red_flags(self):
        """Check the marks, links and headings of the warning."""
        return self._clean_text("red_flags")

    def clean_body(self):
        """Check the marks, links and headings of the text."""
        return self._clean_text("body")

    def clean_unknown(self):
        """Check the marks, links and headings of what we do not know."""
        return self._clean_text("unknown")

    def clean_related(self):
        """Refuse what is no page of this condition, and the page itself."""
        related = self.cleaned_data["related"]
        faults = []
        for line in related:
            match = REFERENCE.fullmatch(line)
            if not match or match.groups() not in self.known:
                faults.append(gettext("“%(line)s” leads nowhere.") % {"line": line})
            elif match.groups() == (kind_of(self.target), self.target.slug):
                faults.append(gettext("“%(line)s” is this page itself.") % {"line": line})
        if faults:
            raise ValidationError(faults)
        return related

    def clean_compiled_on(self):
        """Refuse a day to come."""
        return past(self.cleaned_data["compiled_on"])

    def clean(self):
        """Check what needs two fields to be seen."""
        cleaned = super().clean()
        compiled, due = cleaned.get("compiled_on"), cleaned.get("review_due_on")
        if compiled and due and due <= compiled:
            self.add_error("review_due_on", _("The next check comes after the day on which the text was checked."))
        if bool(cleaned.get("red_flags")) != bool(cleaned.get("red_flags_title")) and not self.errors.keys() & {
            "red_flags",
            "red_flags_title",
        }:
            self.add_error("red_flags_title", _("A warning needs both its title and its text."))
        return cleaned


def past(day: date) -> date:
    """Return the day. Raises ValidationError when it is still to come."""
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."))
    return day


class RowForm(forms.ModelForm):
    """A row of numbers; its source is typed as a key. sources: key to id."""

    source = forms.CharField(label=_("Source"), max_length=12, widget=forms.TextInput(attrs={"size": 6, "list": "sources"}))

    def __init__(self, *args, sources: dict[str, int], **kwargs):
        super().__init__(*args, **kwargs)
        self.sources = sources

    def clean_source(self):
        """Refuse a key that names no source."""
        key = self.cleaned_data["source"].strip().removeprefix("[@").removesuffix("]")
        if key not in self.sources:
            raise ValidationError(_("There is no source %(key)s."), params={"key": key})
        return key

    @property
    def row(self) -> dict[str, Any]:
        """Return the row as `actions.texts.propose` takes it."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields}
        return {**values, "source_id": self.sources[self.cleaned_data["source"]]}


class EvidenceForm(RowForm):
    """A line of the evidence table."""

    class Meta:
        """The source is a field of its own."""

        model = EvidenceRow
        fields = ("claim", "study", "people", "year", "confidence")
        widgets = {"claim": forms.Textarea(attrs={"rows": 3, "cols": 50}), "study": forms.Textarea(attrs={"rows": 3, "cols": 30})}


class FrequencyForm(RowForm):
    """A study that counted a symptom."""

    class Meta:
        """The source is a field of its own."""

        model = FrequencyRow
        fields = ("label", "count", "total")
        widgets = {"label": forms.TextInput(attrs={"size": 60})}

    def clean(self):
        """Refuse a count above its total, in words."""
        cleaned = super().clean()
        count, total = cleaned.get("count"), cleaned.get("total")
        if total == 0:
            self.add_error("total", _("A study has at least one person."))
        elif count is not None and total is not None and count > total:
            self.add_error(
                "count", ngettext("The study had only %(total)d person.", "The study had only %(total)d people.", total) % {"total": total}
            )
        return cleaned

    def _get_validation_exclusions(self):
        exclusions = super()._get_validation_exclusions()
        return exclusions | {"count", "total"} if self.errors else exclusions  # the constraint would say it again


def _formset(form):
    return forms.formset_factory(form, extra=4, can_order=True, can_delete=True, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS, validate_max=True)


# The rows that belong to a page, by its kind: what `propose` calls them, and their forms.
ROW_FORMSETS = {"treatment": ("evidence", _formset(EvidenceForm)), "symptom": ("frequencies", _formset(FrequencyForm))}
