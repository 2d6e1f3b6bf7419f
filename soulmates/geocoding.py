"""From what somebody types to places of the gazetteer, and nothing of it kept: no log line, no cache key, no row.

Offline by default. A Nominatim server may be asked by setting: by this server, never by a browser, when somebody presses "search", never
while they type. What it answers is only where to look in the gazetteer.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django_countries import countries
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from soulmates.distances import box
from soulmates.gazetteer import LONGEST_PREFIX, SHOWN
from soulmates.models.place import Place, PlaceName, PlacePrefix
from soulmates.places import LONGEST_QUERY, NEAR_KM, fold, kilometres, label

LAST = "\U0010ffff"  # after every name that begins so
TIMEOUT = 5  # seconds
TURN = 1  # seconds between two questions to a Nominatim server, of all our processes together
_LABELLED = (
    *("name", "country", "lat", "lng", "region__name"),
    *("public_place__name", "public_place__country", "public_place__public_place", "public_place__region__name"),
)
_COLUMNS = (
    *("name", "country", "region__name"),
    *("public_place", "public_place__name", "public_place__country", "public_place__region__name"),
)
_TURN_KEY = "nominatim-turn"


class BadQuery(ValueError):
    """What was typed cannot be looked up; the message says why, for people, without a word of it."""


@dataclass(frozen=True)
class Found:
    """A place, and by which of its names it was found."""

    place: Place
    known_as: str = ""

    def label(self) -> str:
        """Return the place with its region and country, in the language of the page."""
        return place_label(self.place, known_as=self.known_as)

    def public_label(self) -> str:
        """Return its public place in the same form, or an empty string without one."""
        public = self.place.public_place
        return place_label(public) if public else ""


def place_label(place: Place, *, known_as: str = "") -> str:
    """Return a place with its region and country; its region has to be fetched with it."""
    return label(place.name, place.region.name if place.region else "", countries.name(str(place.country)), known_as=known_as)


def checked(text: str) -> str:
    """Return what was typed, without spaces around it. Raises BadQuery for what is too long, or holds control characters."""
    text = text.strip()
    if len(text) > LONGEST_QUERY:
        raise BadQuery(gettext("Type at most %(number)d characters.") % {"number": LONGEST_QUERY})
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise BadQuery(gettext("Type letters only: there are signs in it that cannot be seen."))
    return text


def look_up(text: str, *, country: str = "", number: int = SHOWN) -> list[Found]:
    """Return the places of which a name begins so: those named just so, then the largest. At most three queries, each of a bounded size.

    country: two letters, or "" for all. A beginning that very many names share is answered from the table made at import.
    """
    chosen = _named_so(text, country, number)
    places = with_public_places().only(*_LABELLED).in_bulk(list(chosen))
    return [Found(places[place], _shown_as(name, places[place].name, text)) for place, name in chosen.items() if place in places]


class Suggestion(NamedTuple):
    """A place as it is offered while somebody types. public: how its public place is labelled, or None without one."""

    id: int
    label: str
    public: str | None


def suggest(text: str, *, country: str = "") -> list[Suggestion]:
    """Return what `look_up` finds, as labels alone: asked at every letter, so nothing is built that is not sent."""
    chosen = _named_so(text, country, SHOWN)
    rows = {row[0]: row for row in Place.objects.filter(pk__in=list(chosen)).values_list("pk", *_COLUMNS)} if chosen else {}
    language = get_language() or ""
    found = []
    for place, known_as in chosen.items():
        if place not in rows:
            continue
        _pk, name, land, region, public, public_name, public_land, public_region = rows[place]
        here = label(name, region or "", _country_name(land, language), known_as=_shown_as(known_as, name, text))
        there = label(public_name, public_region or "", _country_name(public_land, language)) if public else None
        found.append(Suggestion(place, here, there))
    return found


def _named_so(text: str, country: str, number: int) -> dict[int, str]:
    """Return the places of which a name begins so, each with the name, in order. At most two queries."""
    folded = fold(text)
    if not folded:
        return {}
    best = []
    if len(folded) <= LONGEST_PREFIX:
        answers = PlacePrefix.objects.filter(prefix=folded, country__in={"", country})
        best = list(answers.order_by("rank").values_list("country", "place", "name"))
    if best:
        hits = [(place, name) for of, place, name in best if of == country]
    else:
        names = PlaceName.objects.filter(folded__gte=folded, folded__lt=folded + LAST)
        if country:
            names = names.filter(place__country=country)
        rows = sorted(names.values_list("folded", "population", "place", "name"), key=lambda row: (row[0] != folded, -row[1], row[2], row[0]))
        hits = [(place, name) for _folded, _population, place, name in rows]
    first: dict[int, str] = {}
    for place, name in hits:
        first.setdefault(place, name)
        if len(first) == number:
            break
    return first


def _shown_as(known_as: str, name: str, text: str) -> str:
    """Return by which name a place was found, where its own begins otherwise: it was typed in another language."""
    return "" if fold(name).startswith(fold(text)) else known_as


@lru_cache(maxsize=1000)
def _country_name(code: str, _language: str) -> str:
    """Return the name of a country in the language of the page, which is named so that each has its own."""
    return countries.name(code)


def with_public_places() -> QuerySet[Place]:
    """Return all places, fetched with what their labels, and those of their public places, need."""
    return Place.objects.select_related("region", "public_place__region")


def nearest(lat: float, lng: float, *, country: str = "") -> Place | None:
    """Return the place of the gazetteer nearest to a point, within 60 km, or None. One query."""
    if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180):
        return None
    places = with_public_places().filter(box(lat, lng, NEAR_KM))
    if country:
        places = places.filter(country=country)
    found = min(places, key=lambda place: (kilometres(lat, lng, place.lat, place.lng), place.pk), default=None)
    return found if found and kilometres(lat, lng, found.lat, found.lng) <= NEAR_KM else None


class OfflineGeocoder(Geocoder):
    """The gazetteer in the form of geopy's geocoders. raw holds the place's number and that of its public place."""

    def geocode(self, query, *, exactly_one=True, timeout=DEFAULT_SENTINEL, limit=SHOWN, country_codes=None, language=None):
        """Return the place named so, or with exactly_one=False a list; None if there is none. language: of no matter, names are of all."""
        codes = [country_codes] if isinstance(country_codes, str) else list(country_codes or [""])
        found = [one for code in codes for one in look_up(checked(str(query)), country=code.upper(), number=limit or SHOWN)]
        return _answer([_location(one) for one in found][: limit or SHOWN], exactly_one)

    def reverse(self, query, *, exactly_one=True, timeout=DEFAULT_SENTINEL, language=None):
        """Return the nearest place within 60 km of a point, or None."""
        point = Point(query)
        place = nearest(point.latitude, point.longitude)
        return _answer([_location(Found(place))] if place else [], exactly_one)


def _location(found: Found) -> Location:
    place = found.place
    return Location(found.label(), (place.lat, place.lng), {"id": place.pk, "public": place.public_place_id, "country": str(place.country)})


def _answer(locations: list[Location], exactly_one: bool):
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def search(text: str, *, country: str) -> list[Found]:
    """Return places of a country for what was typed, when somebody presses "search". Raises BadQuery as `checked` does."""
    text = checked(text)
    if settings.MAP_GEOCODER == "nominatim" and fold(text) and _our_turn():
        found = _from_nominatim(text, country)
        if found:
            return found
    return look_up(text, country=country)


def nominatim() -> Geocoder:
    """Return the geocoder of the server that the settings name."""
    address = urlsplit(settings.NOMINATIM_URL)
    return Nominatim(
        scheme=address.scheme, domain=address.netloc + address.path.rstrip("/"), user_agent=settings.NOMINATIM_USER_AGENT, timeout=TIMEOUT
    )


def _our_turn() -> bool:
    """Return whether nobody of us has asked within the last second. With the shared cache down nobody knows: then nobody asks."""
    cache = caches["default"]
    return cache.add(_TURN_KEY, True, timeout=TURN) and not getattr(cache, "is_down", False)


def _from_nominatim(text: str, country: str) -> list[Found]:
    """Return the places of the gazetteer at the points that a Nominatim server names; nothing if it does not answer."""
    try:
        points = nominatim().geocode(text, exactly_one=False, limit=SHOWN, country_codes=[country.lower()], language=get_language()) or []
    except (GeopyError, ValueError, LookupError, TypeError):  # down, slow, or no answer of its kind: the gazetteer answers alone
        return []
    return _each_once(nearest(point.latitude, point.longitude, country=country) for point in points)


def _each_once(places: Iterable[Place | None]) -> list[Found]:
    """Return places in their order, each once."""
    return [Found(place) for place in {place.pk: place for place in places if place}.values()]
