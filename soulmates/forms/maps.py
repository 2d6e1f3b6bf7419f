"""What the map's pages are asked: strict where only our own links and scripts ask, kind where a person types."""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from members import languages
from members.forms.patients import LineField
from members.models.choices import PatientAge, Role
from soulmates.cells import MAP_ZOOMS, TILES_ACROSS
from soulmates.distances import WITHIN
from soulmates.nearby import MOST_PAGES, Wanted
from soulmates.places import LONGEST_QUERY

USUALLY_WITHIN = 200  # km
_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")
_NUMBER = re.compile(r"[0-9]{1,10}")
_AREA = re.compile(r"[A-Z]{2}(\.[0-9A-Za-z_-]{1,20})?")


def only(data: QueryDict, names: Iterable[str]) -> dict[str, str]:
    """Return the values of these parameters, "" where one is not given. Raises BadRequest where one is given twice."""
    found = {}
    for name in names:
        values = data.getlist(name)
        if len(values) > 1:
            raise BadRequest("a parameter stands twice")
        found[name] = values[0] if values else ""
    return found


def number_of(text: str, *, least: int, most: int) -> int:
    """Return a whole number in plain digits. Raises BadRequest."""
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise BadRequest("not a number in the range")
    return int(text)


def tiles_of(data: QueryDict) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Return zoom, and the first and last tile from west to east and from north to south. Raises BadRequest for what is no part of the map."""
    asked = only(data, ("z", "x", "y"))
    z = number_of(asked["z"], least=MAP_ZOOMS.start, most=MAP_ZOOMS.stop - 1)
    return z, _tiles(asked["x"], z), _tiles(asked["y"], z)


def _tiles(text: str, z: int) -> tuple[int, int]:
    found = _RANGE.fullmatch(text)
    first, last = (int(one) for one in found.groups()) if found else (0, -1)
    if not first <= last < 1 << z or last - first >= TILES_ACROSS:
        raise BadRequest("not a range of tiles")
    return first, last


def area_of(data: QueryDict) -> str:
    """Return the country ("FR") or region ("FR.11") that a list is asked for, or "". Raises BadRequest."""
    area = only(data, ("area",))["area"]
    if area and not (_AREA.fullmatch(area) and area[:2] in countries.countries):
        raise BadRequest("not an area")
    return area


class NearbyForm(forms.Form):
    """How far, and whom; every answer from a fixed list. The place comes beside it, as a number."""

    within = forms.ChoiceField(label=_("Within"), required=False)
    role = forms.ChoiceField(label=_("Who"), required=False, choices=[("", _("Everyone")), *Role.choices])
    age = forms.ChoiceField(label=_("Age of the person with the condition"), required=False, choices=[("", _("Any age")), *PatientAge.choices])
    language = forms.ChoiceField(label=_("Language"), required=False)
    condition = forms.ChoiceField(label=_("Condition"), required=False)

    def __init__(self, *args, conditions, **kwargs):
        """Offer what there is."""
        super().__init__(*args, **kwargs)
        self.conditions = conditions
        self.fields["within"].choices = [(str(km), _("%(km)d km") % {"km": km}) for km in WITHIN]
        self.fields["language"].choices = [("", _("Any language")), *languages.choices()]
        self.fields["condition"].choices = [(one.slug, one.name) for one in conditions]

    @classmethod
    def of(cls, data: QueryDict, *, conditions, condition: str) -> "NearbyForm":
        """Return the form as the address fills it. Raises BadRequest for an answer that no list offers, or that stands twice."""
        asked = only(data, ("within", "role", "age", "language", "condition"))
        asked["within"] = asked["within"] or str(USUALLY_WITHIN)
        asked["condition"] = asked["condition"] or condition
        form = cls(asked, conditions=conditions)
        if not form.is_valid():
            raise BadRequest("not one of the choices")
        return form

    @property
    def fixed(self) -> list:
        """Return the fields whose choices are the site's own words."""
        return [self[name] for name in ("within", "role", "age", "language")]

    @property
    def km(self) -> int:
        """Return how far."""
        return int(self.cleaned_data["within"])

    @property
    def wanted(self) -> Wanted:
        """Return the filters."""
        return Wanted(**{name: self.cleaned_data[name] for name in ("role", "age", "language")})


def page_of(data: QueryDict) -> int:
    """Return which page of a list is asked for. Raises BadRequest."""
    return number_of(only(data, ("page",))["page"] or "1", least=1, most=MOST_PAGES)


def place_of(data: QueryDict) -> int | None:
    """Return the number of the place that is asked for, or None. Raises BadRequest."""
    text = only(data, ("place",))["place"]
    return number_of(text, least=1, most=10**10) if text else None


class PlaceForm(forms.Form):
    """The name of a town to look around, typed: it is read once, and kept nowhere."""

    q = LineField(
        label=_("Town"),
        max_length=LONGEST_QUERY,
        help_text=_("A town near the place you think of is enough. No street and no postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "lang": ""}),
        error_messages={"required": _("Type the name of a town"), "max_length": _("Use at most 80 characters")},
    )
