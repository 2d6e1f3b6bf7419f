"""The form of the pattern page: one field of each kind, for those who build the site."""

from django import forms

from members.forms.widgets import ExplainedRadios


class PatternForm(forms.Form):
    """Fields that show label, hint, error and control in this order; English only, as the page is no reader's."""

    name = forms.CharField(label="Plain field", help_text="A hint stands before the field.", required=False)
    year = forms.IntegerField(
        label="Field with an error",
        min_value=1926,
        max_value=2026,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
        error_messages={"max_value": "Enter a year between 1926 and 2026"},
    )
    words = forms.CharField(
        label="Longer text", widget=forms.Textarea, min_length=10, error_messages={"min_length": "Tell us in one sentence at least"}
    )
    place = forms.ChoiceField(label="Choice from a list (optional)", choices=[("", "Choose"), ("here", "Here")], required=False)
    role = forms.ChoiceField(
        label="Radio buttons",
        choices=[("one", "One"), ("two", "Two")],
        widget=ExplainedRadios({"one": "With a hint"}),
        error_messages={"invalid_choice": "Choose one of the two"},
    )
    tick = forms.BooleanField(label="A tick box", help_text="With a hint of its own.", required=False)
