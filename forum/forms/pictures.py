"""The form of a picture in a post."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from forum.models.extras import LONGEST_ALT
from members import pictures
from members.forms.profiles import TextField


class PictureForm(forms.Form):
    """A picture, what it shows, and that no child can be recognised in it."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        error_messages={
            "required": _("Choose a picture from your device"),
            "empty": _("The file is empty. Choose another picture"),
            "invalid": _("Choose a picture from your device"),
        },
    )
    alt = TextField(
        label=_("What does it show?"),
        max_length=LONGEST_ALT,
        help_text=_("For people who cannot see it, or whose connection is slow. For example: a weekly plan with drawings on a fridge."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "lang": ""}),
        error_messages={
            "required": _("Write what the picture shows"),
            "max_length": _("Shorten the description to %(limit_value)d characters: it has %(show_value)d"),
        },
    )
    no_child = forms.BooleanField(
        label=_("No child can be recognised in this picture, and nobody who did not agree."),
        error_messages={"required": _("Tick the box if no child can be recognised; choose another picture if one can")},
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any):
        """Keep what the upload already showed. too_large: the file was stopped on its way, because of its size."""
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        if too_large:
            self.fields["picture"].required = False
        self.fields["picture"].help_text = _("A JPEG, PNG or WebP picture of at most %(number)d MB.") % {
            "number": settings.MOST_PICTURE_BYTES // 1024**2
        }
        self.content, self.width, self.height = b"", 0, 0

    def clean_alt(self) -> str:
        """Return the description on one line."""
        return " ".join(self.cleaned_data["alt"].split())

    def clean_picture(self) -> Any:
        """Refuse what is no picture of the kinds and sizes we take; keep what we made of it."""
        upload = self.cleaned_data["picture"]
        if self.too_large:
            raise forms.ValidationError(str(pictures.too_large()), code="refused")
        try:
            self.content, self.width, self.height = pictures.whole(upload)
        except pictures.PictureRefused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from None
        return upload
