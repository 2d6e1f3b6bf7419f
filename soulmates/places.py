"""Places (pure): how names are folded, which public place stands for a place, and how a place is named.

A public place has 20,000 inhabitants or more. Everything that is stored or shown of a member is one of them, never a smaller place.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

PUBLIC_FROM = 20_000  # inhabitants: the figure of the HIPAA safe harbour
NEAR_KM = 60  # how far the public place of a smaller one may be
EARTH_KM = 6371.0088
LONGEST_QUERY = 80  # characters
LONGEST_FOLDED = 200

# Letters that no decomposition takes apart, as people type them who do not have them on their keys.
_LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŋ": "n"}
_DROPPED = "'’‘`´ʹ′ʻʼ"  # L'Aquila is found as laquila


class _Signs(dict[int, str]):
    """What becomes of a sign, worked out when it is met first."""

    MOST = 20_000  # signs that are remembered

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kept = _LETTERS.get(sign, sign) if sign.isalnum() else "" if sign in _DROPPED or unicodedata.category(sign)[0] == "M" else " "
        if len(self) < self.MOST:
            self[code] = kept
        return kept


_SIGNS = _Signs()


def fold(text: str) -> str:
    """Return what a name is looked up by: no case, no marks, no signs; words apart by one space. Folding twice changes nothing."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    if not unicodedata.is_normalized("NFKD", letters):
        letters = unicodedata.normalize("NFKD", letters)
    return " ".join(letters.translate(_SIGNS).split())[:LONGEST_FOLDED].rstrip()


class Point(NamedTuple):
    """A place as far as its public place depends on it."""

    id: int
    country: str
    lat: float
    lng: float
    population: int


def public_places(places: Iterable[Point]) -> dict[int, int | None]:
    """Return the public place of each: itself, or the nearest of the same country within 60 km, or None.

    Of equally near ones the larger, then the one with the smaller number: never by chance.
    """
    places = list(places)
    by_country: dict[str, list[Point]] = defaultdict(list)
    for place in places:
        if place.population >= PUBLIC_FROM:
            by_country[place.country].append(place)
    arrays = {}
    for country, found in by_country.items():
        found.sort(key=lambda place: (-place.population, place.id))
        arrays[country] = (found, np.array([place.lat for place in found]), np.array([place.lng for place in found]))
    answer: dict[int, int | None] = {}
    for place in places:
        if place.population >= PUBLIC_FROM:
            answer[place.id] = place.id
            continue
        answer[place.id] = None
        if place.country in arrays:
            found, lats, lngs = arrays[place.country]
            distances = kilometres(place.lat, place.lng, lats, lngs)
            nearest = int(np.argmin(distances))  # the first of equals
            if distances[nearest] <= NEAR_KM:
                answer[place.id] = found[nearest].id
    return answer


def kilometres(lat: float, lng: float, lats, lngs):
    """Return the distances on a sphere from a point to points (degrees; arrays or numbers), within 0.6 % of those on the ellipsoid."""
    first, others = np.radians(lat), np.radians(lats)
    half = np.sin((others - first) / 2) ** 2 + np.cos(first) * np.cos(others) * np.sin(np.radians(lngs - lng) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def label(name: str, region: str, country: str, *, known_as: str = "") -> str:
    """Return "Villeurbanne, Auvergne-Rhône-Alpes, France". A region that is named like the place or the country is left out.

    known_as: the name by which it was found, put beside a name that looks different.
    """
    folded = fold(name)
    first = f"{name} ({known_as})" if known_as and fold(known_as) not in ("", folded) else name
    parts = [first, region if fold(region) not in (folded, fold(country)) else "", country]
    return ", ".join(part for part in parts if part)
