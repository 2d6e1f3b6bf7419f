"""Fields that the forms of the forum share: a text with its limits, whether a name stands beside it, whom it is about, its language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from members import consents, languages
from members.forms.profiles import MOST_BYTES, TextField
from members.forms.widgets import ExplainedRadios
from members.models.choices import OnsetAge, Relation, Role
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient

ROLES = {Relation.SELF: Role.PERSON, Relation.PARENT: Role.PARENT, Relation.CARER: Role.PARENT, Relation.OTHER: Role.FAMILY}
UNTOLD = (OnsetAge.NOT_KNOWN, OnsetAge.NOT_SAID, "")


@dataclass(frozen=True)
class About:
    """Whom a post is about. patient: known to the author alone. role, onset: what others see, "" for nothing."""

    patient: Patient | None = None
    role: str = ""
    onset: str = ""

    def fields(self) -> dict[str, Any]:
        """Return it as the actions take it."""
        return {"patient": self.patient, "about_role": self.role, "about_onset": self.onset}


def bytes_within(text: str, longest: int) -> str:
    """Return a text that is also within its limit in bytes. Raises ValidationError: signs piled upon one another."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES * longest:
        raise forms.ValidationError(_("Shorten the text: it holds too many signs"), code="bytes")
    return text


def body_field(*, label: Any, longest: int, required: bool, hint: Any, missing: Any, rows: int = 8, preview: str = "") -> TextField:
    """Return the field of a text. preview: the address that shows it as others will see it, for the script."""
    attributes = {"rows": rows, "dir": "auto", "lang": "", **({"data-preview": preview} if preview else {})}
    return TextField(
        label=label,
        required=required,
        max_length=longest,
        help_text=hint,
        widget=forms.Textarea(attrs=attributes),
        error_messages={
            "required": missing,
            "max_length": gettext_lazy("Shorten the text to %(limit_value)d characters: it has %(show_value)d"),
        },
    )


def said_by_a_member(words: str) -> SafeString:
    """Return a name as a choice shows it: in no language of ours."""
    return format_html('<bdi lang="" translate="no">{}</bdi>', words)


def name_field(member: Member) -> forms.ChoiceField:
    """Return the choice between the pseudonym and "a member"."""
    hints = {
        "name": _("Others can open your profile, and find this on the list of what you wrote."),
        "member": _("Nobody else sees that it was you, and nobody can write to you about it. Moderators still know."),
    }
    return forms.ChoiceField(
        label=_("Under which name?"),
        choices=[("name", said_by_a_member(member.pseudonym)), ("member", _("As “a member”"))],
        widget=ExplainedRadios(hints),
        error_messages={"required": _("Choose under which name"), "invalid_choice": _("Choose one of the two names")},
    )


def language_field() -> forms.ChoiceField:
    """Return the choice of the language that a text is in."""
    return forms.ChoiceField(
        label=_("In which language do you write?"),
        choices=languages.choices,
        error_messages={"required": _("Choose a language"), "invalid_choice": _("Choose one of the languages on the list")},
    )


def first_language(member: Member) -> str:
    """Return the language that somebody most likely writes in: their first, else the page's."""
    page = get_language() or settings.LANGUAGE_CODE
    known = [code for code in member.languages if code in settings.MEMBER_LANGUAGES]
    return known[0] if known else page if page in settings.MEMBER_LANGUAGES else "en"


class AboutMixin(forms.Form):
    """Whom it is about, for those who keep records here with the consent to keep health data; others are not asked."""

    guardianships: Sequence[Guardian] = ()

    def add_about(self, member: Member) -> None:
        """Add the two fields, if there is anybody to choose. Two queries."""
        self.guardianships = ()
        if consents.holds(member, Purpose.HEALTH):
            self.guardianships = list(member.guardianships.select_related("patient").order_by("patient__created_at", "patient_id"))
        if not self.guardianships:
            return
        hints = {row.patient.public_id: self._hint(row) for row in self.guardianships}
        self.fields["about_patient"] = forms.ChoiceField(
            label=_("Whom is it about? (optional)"),
            required=False,
            choices=[
                ("", _("Nobody in particular")),
                *((row.patient.public_id, said_by_a_member(row.patient.nickname)) for row in self.guardianships),
            ],
            widget=ExplainedRadios(hints),
            help_text=_("Only you see which record you choose here. The nickname is never shown."),
            error_messages={"invalid_choice": _("Choose one of your own records")},
        )
        self.fields["show_about"] = forms.BooleanField(
            label=_("Let others see what I am to them, and the age band when it began"),
            required=False,
            help_text=_("Answers fit better when people know. Nothing else of the record is shown."),
        )

    def about(self) -> About:
        """Return whom a valid form is about."""
        chosen = self.cleaned_data.get("about_patient", "")
        row = next((row for row in self.guardianships if row.patient.public_id == chosen), None)
        if row is None:
            return About()
        if not self.cleaned_data["show_about"]:
            return About(row.patient)
        return About(row.patient, *self._told(row))

    @staticmethod
    def _told(row: Guardian) -> tuple[str, str]:
        onset = row.patient.onset_age
        return str(ROLES[Relation(row.relation)]), "" if onset in UNTOLD else onset

    def _hint(self, row: Guardian) -> str:
        """Return what others would see."""
        role, onset = self._told(row)
        if onset:
            return _("With the box ticked below: %(role)s; age when it began: %(age)s.") % {"role": Role(role).label, "age": OnsetAge(onset).label}
        return _("With the box ticked below: %(role)s.") % {"role": Role(role).label}
