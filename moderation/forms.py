"""What somebody says who reports, and what a moderator says who decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.widgets import ExplainedRadios
from moderation.models.choices import Reason, Rule
from prose.markdown import clean

LONGEST_TEXT = 2000  # characters
SHORTEST_EXPLANATION, SHORTEST_REASON = 20, 10

HINTS = {
    Reason.MEDICAL: _("For example a dose to copy, a cure that is promised, or the advice to stop a treatment."),
    Reason.PRIVACY: _("For example a name, an address, a telephone number or a photograph of somebody."),
    Reason.CHILD: _("For example a child’s full name, school or photograph, or an adult who seeks contact to children."),
    Reason.DANGER: _("Somebody may hurt themselves or somebody else."),
    Reason.ILLEGAL: _("We ask for more then: see below."),
}


class ReportForm(forms.Form):
    """Why a thing should not stand as it is. by_visitor: then what is illegal needs a name and an address to answer to."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Reason,
        widget=ExplainedRadios(HINTS),
        error_messages={"required": _("Choose what is wrong with it"), "invalid_choice": _("Choose one of the reasons of the list")},
    )
    text = forms.CharField(
        label=_("In your words (optional)"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "", "dir": "auto"}),
        help_text=_("Only moderators read it. If it is against the law, please explain here what is illegal about it."),
        error_messages={"max_length": _("Shorten your words to 2000 characters: they have %(show_value)d")},
    )
    child_abuse = forms.BooleanField(
        label=_("It may show the sexual abuse of a child. I need not say who I am."), required=False, error_messages={"invalid": _("Tick it or not")}
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("Write a shorter name, at most 100 characters")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Whoever wrote it is never told who you are."),
        error_messages={"invalid": _("Write an e-mail address such as name@example.org"), "max_length": _("Write a shorter address")},
    )
    good_faith = forms.BooleanField(label=_("What I say here is right and complete, as far as I know."), required=False)

    def __init__(self, *args: Any, by_visitor: bool, **named: Any):
        """Leave out what is known of a member."""
        super().__init__(*args, **named)
        self.by_visitor = by_visitor
        if not by_visitor:
            del self.fields["name"], self.fields["email"]

    @property
    def law_fields(self):
        """Return the fields that only what is against the law needs."""
        return [self[name] for name in ("child_abuse", "name", "email", "good_faith") if name in self.fields]

    def clean_text(self) -> str:
        """Take out what no reader sees."""
        return clean(self.cleaned_data["text"]).strip()

    def clean_name(self) -> str:
        """Take out what no reader sees."""
        return clean(self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        """Ask for more where it is said to be against the law."""
        cleaned = super().clean()
        if cleaned.get("reason") != Reason.ILLEGAL:
            return {**cleaned, "name": "", "email": ""}
        if "text" in cleaned and len(cleaned["text"]) < SHORTEST_EXPLANATION:
            self.add_error("text", _("Explain what is illegal about it, in one sentence at least"))
        if not cleaned.get("good_faith"):
            self.add_error("good_faith", _("Tick that what you say is right as far as you know"))
        if self.by_visitor and not cleaned.get("child_abuse"):
            if "name" in cleaned and not cleaned["name"]:
                self.add_error("name", _("Write your name: the law asks for it"))
            if "email" in cleaned and not cleaned["email"]:
                self.add_error("email", _("Write your e-mail address: the law asks for it"))
        return cleaned


class DecisionForm(forms.Form):
    """By which rule and why: nothing is decided without both."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=[("", "---------"), *Rule.choices],
        error_messages={"required": _("Choose the rule"), "invalid_choice": _("Choose one of the rules of the list")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever wrote it reads this. One sentence at least, without anybody’s name, and nothing about who reported it."),
        error_messages={
            "required": _("Write the reason: its author reads it"),
            "min_length": _("Write the reason in one sentence at least"),
            "max_length": _("Shorten the reason to 2000 characters: it has %(show_value)d"),
        },
    )

    def __init__(self, *args: Any, needs_broken_rule: bool, **named: Any):
        """Offer "no rule was broken" only where nothing is taken away."""
        super().__init__(*args, **named)
        if needs_broken_rule:
            self.fields["rule"].choices = [choice for choice in self.fields["rule"].choices if choice[0] != Rule.NONE]

    def clean_reason(self) -> str:
        """Take out what no reader sees."""
        return clean(self.cleaned_data["reason"]).strip()
