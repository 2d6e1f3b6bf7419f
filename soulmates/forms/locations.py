"""How a member wants to appear on the map: one question per page. Forms clean and explain; what may be stored says the action."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from members.forms.widgets import ExplainedRadios
from members.models.consent import Purpose
from soulmates.forms.matches import Agreement
from soulmates.geocoding import BadQuery, checked
from soulmates.models.choices import Precision
from soulmates.models.place import Place, Region
from soulmates.places import LONGEST_QUERY, fold

HIDDEN = 0  # no row at all
_NONE = [("", "—")]
CHOOSE = _("Choose one of the towns")
_ONE_OF_THE_LIST = {"required": _("Choose a country"), "invalid_choice": _("Choose one of the countries on the list")}


def all_countries() -> list[tuple[str, str]]:
    """Return codes and names in the language of the page, by name; asked anew for each form."""
    named = ((code, str(countries.name(code))) for code in countries.countries)
    return [*_NONE, *sorted(named, key=lambda pair: fold(pair[1]))]


class ChosenField(forms.ModelChoiceField):
    """One row, by its key, from a page that we made; anything else is no choice."""

    def to_python(self, value: Any) -> Any:
        """Refuse signs that no database takes, before they get there."""
        if isinstance(value, str) and "\0" in value:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class AgreeForm(forms.Form):
    """The consent to be shown, alone, with an unticked box."""

    map = Agreement(Purpose.MAP)

    def __init__(self, *args: Any, **kwargs: Any):
        """Say what happens without the tick."""
        super().__init__(*args, **kwargs)
        self.fields["map"].error_messages["required"] = _("Tick the box if you agree. Without it you stay off the map.")


class HowForm(forms.Form):
    """How precisely, with what others see of it."""

    precision = forms.TypedChoiceField(
        label=_("How do you want to appear?"),
        coerce=int,
        choices=[
            (HIDDEN, pgettext_lazy("on the map", "Hidden")),
            (Precision.COUNTRY, Precision.COUNTRY.label),
            (Precision.REGION, Precision.REGION.label),
            (Precision.TOWN, Precision.TOWN.label),
        ],
        widget=ExplainedRadios(
            {
                str(HIDDEN): _("Nobody sees you, and you are counted nowhere. You can still look at the map."),
                str(Precision.COUNTRY.value): _(
                    "Visitors: you are one of the number beside your country. Members: you stand on the list of your country, never as a point."
                ),
                str(Precision.REGION.value): _(
                    "Visitors: you are one of the number beside your region. Members: you stand on the list of your region, never as a point."
                ),
                str(Precision.TOWN.value): _(
                    "Visitors: as with region, no town. Members: you stand at a town of 20,000 people or more, and are found by families near by."
                ),
            }
        ),
        error_messages={"required": _("Choose how you want to appear"), "invalid_choice": _("Choose how you want to appear")},
    )


class CountryForm(forms.Form):
    """Which country."""

    country = forms.ChoiceField(label=_("Country"), choices=all_countries, error_messages=_ONE_OF_THE_LIST)


class RegionForm(CountryForm):
    """Which region of a country that was chosen before."""

    region = forms.ChoiceField(
        label=_("Region"),
        error_messages={"required": _("Choose a region"), "invalid_choice": _("Choose one of the regions on the list")},
        widget=forms.Select(attrs={"lang": "", "translate": "no"}),
    )

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any):
        """Offer the regions of the country."""
        super().__init__(*args, **kwargs)
        self.fields["country"].widget = forms.HiddenInput()
        self.regions = {region.code: region for region in regions}
        self.fields["region"].choices = [*_NONE, *((region.code, region.name) for region in regions)]

    def clean_region(self) -> Region:
        """Return the region itself."""
        return self.regions[self.cleaned_data["region"]]


class TownForm(CountryForm):
    """The beginning of a town's name. It is looked up and dropped: nothing of it is kept, nor shown in an address."""

    q = forms.CharField(
        label=_("Town"),
        strip=False,
        help_text=_("Type the first letters, in any language. What you type is looked up on our own list and not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto", "lang": "", "maxlength": LONGEST_QUERY}),
        error_messages={"required": _("Type the name of a town")},
    )

    def clean_q(self) -> str:
        """Refuse what cannot be looked up, without repeating it."""
        try:
            text = checked(self.cleaned_data["q"])
        except BadQuery as error:
            raise forms.ValidationError(str(error), code="query") from None
        if not text:
            raise forms.ValidationError(self.fields["q"].error_messages["required"], code="required")
        return text


class PlaceForm(forms.Form):
    """Which of the towns that were found. `place` is a number of the gazetteer."""

    place = ChosenField(queryset=Place.objects.none(), widget=forms.RadioSelect, error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})

    def __init__(self, *args: Any, places: Any, **kwargs: Any):
        """Take from which places."""
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places


class SaveForm(forms.Form):
    """What was shown before saving, sent back: codes and numbers only. `must_be_sure`: a town area for somebody who looks after a child."""

    precision = forms.TypedChoiceField(coerce=int, choices=Precision.choices)
    country = forms.ChoiceField(choices=all_countries)
    region = ChosenField(queryset=Region.objects.all(), required=False)
    place = ChosenField(queryset=Place.objects.select_related("region"), required=False)

    def __init__(self, *args: Any, must_be_sure: bool = False, **kwargs: Any):
        """Add the second tick where it is needed."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
        if must_be_sure:
            self.fields["sure"] = forms.BooleanField(
                label=_("I look after somebody under 18, and I am sure: members may see in which town area we are."),
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the tick last, so that it is asked only where all else is right."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "sure" in self.fields and cleaned.get("precision") == Precision.TOWN and not cleaned.get("sure"):
            self.add_error("sure", gettext("Tick the box if you are sure, or go back and choose country or region"))
        return cleaned
