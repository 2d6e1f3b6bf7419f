"""What members say of themselves. Forms clean and explain; what may be kept is decided by the actions."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from members import languages, pictures
from members.models.choices import LifeStage, Role, Visibility
from members.models.member import Member
from prose.markdown import clean

LONGEST_ABOUT = Member._meta.get_field("about").max_length
MOST_BYTES = 4  # for each character that a text may have: signs piled upon one another count

_no_language = [("", _("None"))]
_language_choices = lazy(lambda: [*_no_language, *languages.choices()], list)


class TextField(forms.CharField):
    """A text in the form in which it is stored: cleaned before it is measured, so that a line end counts once."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text without control signs."""
        return super().to_python(clean(str(value)) if value not in self.empty_values else value)


class WhoSees(forms.ChoiceField):
    """Nobody or members: each field of a profile asks it."""

    def __init__(self, *, label: Any, help_text: Any = ""):
        """Take the question."""
        super().__init__(
            label=label,
            help_text=help_text,
            choices=Visibility.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose who sees it"), "invalid_choice": _("Choose nobody or members")},
        )


class ProfileForm(forms.Form):
    """The public face but name and picture. `may_keep_health`: without that consent role and life stage are not asked at all."""

    role = forms.ChoiceField(
        label=_("Who I am here"),
        required=False,
        choices=[*Role.choices, ("", _("I prefer not to say"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the roles")},
    )
    role_visibility = WhoSees(label=_("Who sees who I am here"))
    life_stage = forms.ChoiceField(
        label=_("Where I stand now"),
        required=False,
        choices=[*LifeStage.choices, ("", _("None of these, or I prefer not to say"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers")},
    )
    life_stage_visibility = WhoSees(label=_("Who sees where I stand"))
    language_1 = forms.ChoiceField(label=_("First language"), required=False)
    language_2 = forms.ChoiceField(label=_("Second language (optional)"), required=False)
    language_3 = forms.ChoiceField(label=_("Third language (optional)"), required=False)
    languages_visibility = WhoSees(label=_("Who sees my languages"))
    about = TextField(
        label=_("A few words about me (optional)"),
        required=False,
        max_length=LONGEST_ABOUT,
        help_text=_(
            "At most 1000 characters. Please no real name, address, telephone number, school or clinic, and nothing that lets strangers find a child."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "lang": ""}),
        error_messages={"max_length": _("Shorten the text about you to 1000 characters: it has %(show_value)d")},
    )
    about_visibility = WhoSees(label=_("Who sees the text about me"))
    patients_visibility = WhoSees(
        label=_("Who sees whom I am here for"),
        help_text=_("Members would see “a child, 2 to 4” or “an adult, 30 to 49”, and nothing else: no nickname, no relation, no answers."),
    )

    def __init__(self, *args: Any, may_keep_health: bool, **kwargs: Any):
        """Leave out what would not be kept."""
        super().__init__(*args, **kwargs)
        for number in range(1, languages.MOST_LANGUAGES + 1):
            field = self.fields[f"language_{number}"]
            field.choices = _language_choices
            field.error_messages = {**field.error_messages, "invalid_choice": str(_("Choose one of the languages on the list"))}
        if not may_keep_health:
            for name in ("role", "role_visibility", "life_stage", "life_stage_visibility", "patients_visibility"):
                del self.fields[name]

    def clean_about(self) -> str:
        """Refuse what is short in characters and long in bytes."""
        about: str = self.cleaned_data["about"]
        if len(about.encode("utf-8", "replace")) > MOST_BYTES * LONGEST_ABOUT:
            raise forms.ValidationError(_("Shorten the text about you: it holds too many signs"), code="bytes")
        return about

    def answers(self) -> dict[str, Any]:
        """Return the answers of a valid form, as the action takes them."""
        answers = {name: value for name, value in self.cleaned_data.items() if not name.startswith("language_")}
        chosen = [self.cleaned_data[f"language_{number}"] for number in range(1, languages.MOST_LANGUAGES + 1)]
        return {**answers, "languages": [code for code in dict.fromkeys(chosen) if code]}


def first_answers(member: Member) -> dict[str, Any]:
    """Return what the form of a member's profile holds before anything is changed."""
    names = [name for name in ProfileForm.base_fields if not name.startswith("language_")]
    return {
        **{name: getattr(member, name) for name in names},
        **{f"language_{number}": code for number, code in enumerate(member.languages[: languages.MOST_LANGUAGES], start=1)},
    }


class NameForm(forms.Form):
    """Another pseudonym. Whether it may be had is said by the action."""

    pseudonym = TextField(
        label=_("New name"),
        max_length=200,  # the rule for names says it better: it is shorter
        help_text=_("2 to 40 characters. Not your real name, not a child’s name, and not a name you use elsewhere."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "spellcheck": "false", "dir": "auto", "lang": ""}),
        error_messages={"required": _("Write the name you want"), "max_length": _("Choose a shorter name, at most 40 characters")},
    )


class PictureForm(forms.Form):
    """A picture, and who sees it. `has_one`: there is a picture already, and only its visibility may be changed."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        error_messages={"empty": _("The file is empty. Choose another picture")},
    )
    no_child = forms.BooleanField(
        label=_("No child can be recognised in this picture, and nobody who did not agree."),
        required=False,
    )
    picture_visibility = WhoSees(label=_("Who sees my picture"))

    def __init__(self, *args: Any, has_one: bool, too_large: bool = False, **kwargs: Any):
        """Keep what the upload already showed. too_large: the file was stopped on its way, because of its size."""
        super().__init__(*args, **kwargs)
        self.has_one, self.too_large = has_one, too_large
        self.fields["picture"].help_text = _("A JPEG, PNG or WebP picture of at most %(number)d MB.") % {
            "number": settings.MOST_PICTURE_BYTES // 1024**2
        }
        self.content = b""

    def clean_picture(self) -> Any:
        """Refuse what is no picture of the kinds and sizes we take; keep what we made of it in `content`."""
        upload = self.cleaned_data["picture"]
        if self.too_large:
            raise forms.ValidationError(str(pictures.too_large()), code="refused")
        if upload is None:
            if not self.has_one:
                raise forms.ValidationError(_("Choose a picture from your device"), code="required")
            return None
        try:
            self.content = pictures.ours(upload)
        except pictures.PictureRefused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from None
        return upload

    def clean_no_child(self) -> bool:
        """Ask for the tick with every new picture."""
        ticked: bool = self.cleaned_data["no_child"]
        if not ticked and (self.files.get("picture") or not self.has_one):
            raise forms.ValidationError(_("Tick the box if no child can be recognised; choose another picture if one can"), code="required")
        return ticked
