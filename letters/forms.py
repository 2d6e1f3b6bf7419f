"""Forms of letters: they clean and explain; they decide no rights."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members import consents
from members.models.consent import Purpose


class EmailsForm(forms.Form):
    """The yes to e-mails: the words of the consent beside a box that nobody ticks but the member."""

    agreed = forms.BooleanField(
        label=consents.TEXTS[Purpose.EMAILS].text,
        error_messages={"required": _("Tick the box if you want e-mails. Without it nothing changes.")},
    )
