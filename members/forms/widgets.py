"""Form controls that several rooms use; the floors above may too."""

from django import forms


class ExplainedRadios(forms.RadioSelect):
    """Radio buttons that may carry a hint each: {value: words}."""

    def __init__(self, hints=None):
        """Keep the hints."""
        super().__init__()
        self.hints = hints or {}

    def create_option(self, name, value, *args, **kwargs):
        """Add the hint to what the template is handed."""
        return {**super().create_option(name, value, *args, **kwargs), "hint": self.hints.get(str(value), "")}
