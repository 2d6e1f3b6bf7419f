"""The forms of keeping questions in order. They clean and explain; who may do it is decided by the view."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.actions import merging
from forum.forms.writing import QuestionForm
from forum.models.question import Question
from members.forms.profiles import TextField
from moderation.models.choices import Act, Rule

LONGEST_WHY = 300  # characters: it stands on the page
_NUMBER = re.compile(r"(?:.*/questions/)?#?(\d{1,18})(?:/.*)?", re.ASCII | re.DOTALL)


def why_field(hint: Any) -> TextField:
    """Return the field for the reason."""
    return TextField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_WHY,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "", "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write why, in one sentence at least")},
    )


class CloseForm(forms.Form):
    """Lock or archive."""

    act = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            (Act.LOCK, gettext_lazy("Lock: it got out of hand, or a rule was broken")),
            (Act.ARCHIVE, gettext_lazy("Archive: it is old, and new answers belong elsewhere")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how to close it"), "invalid_choice": gettext_lazy("Choose how to close it")},
    )
    rule = forms.ChoiceField(label=gettext_lazy("Rule"), choices=Rule.choices, initial=Rule.NONE)
    why = why_field(gettext_lazy("Everybody reads it on the page: name nobody."))


class WhyForm(forms.Form):
    """Open again, or take apart: only the reason is asked."""

    why = why_field(gettext_lazy("It is kept with the decision."))


class MergeForm(forms.Form):
    """Join with another question. `into`: of the valid form, that question."""

    other = forms.CharField(
        label=gettext_lazy("Number or address of the other question"),
        max_length=300,
        help_text=gettext_lazy("Answers, comments, votes and watches of this question go there. You see first what will happen."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "", "dir": "ltr"}),
        error_messages={"required": gettext_lazy("Name the other question")},
    )
    why = why_field(gettext_lazy("It is kept with the decision, and the author can read it."))

    def __init__(self, *args: Any, question: Question, user: Any, **kwargs: Any):
        """Keep which question it is about, and who asks."""
        super().__init__(*args, **kwargs)
        self.question, self.user = question, user
        self.into: Question | None = None

    def clean_other(self) -> str:
        """Find the other question. Raises ValidationError where it is not there or does not fit."""
        match = _NUMBER.fullmatch(self.cleaned_data["other"].strip())
        self.into = Question.objects.visible_to(self.user).select_related("condition").filter(pk=int(match[1])).first() if match else None
        if self.into is None:
            raise forms.ValidationError(_("There is no such question. Its number stands in its address, behind “questions”."), code="unknown")
        words = merging.fault(self.question, self.into)
        if words:
            raise forms.ValidationError(words, code="unfit")
        return str(self.into.pk)


class MendForm(QuestionForm):
    """Mend title and tags. version: which words the form showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    why = why_field(gettext_lazy("It is kept with the decision, and the author can read it."))

    def __init__(self, *args: Any, **kwargs: Any):
        """Leave the author's own words alone."""
        super().__init__(*args, **kwargs)
        del self.fields["body"]
        self.fields["title"].label = _("Title")
        self.fields["title"].help_text = ""
        self.fields["title"].widget.attrs.pop("data-similar", None)
        self.order_fields(["title", "tags", "why", "version"])
