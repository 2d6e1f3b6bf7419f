"""How far apart two public places are, in bands, and which places lie within one. A home is in no calculation, so none can be worked back."""

import math
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from geopy.distance import geodesic

from soulmates import cells
from soulmates.models.place import Place
from soulmates.places import kilometres

_UNSURE = 0.01  # a sphere is off by at most 0.6 %: closer to a limit than this, the ellipsoid decides
_KM_A_DEGREE = 110.5  # of latitude, where it is shortest
_MOST_SQUARES = 4  # across a box: as many ranges as an index is asked for, each way


@dataclass(frozen=True)
class Band:
    """At most so many kilometres; 0: the same public place; None: more than every limit."""

    km: int | None

    def words(self) -> str:
        """Return the band for people."""
        if self.km == 0:
            return gettext("in the same area")
        if self.km is None:
            return gettext("more than %(km)d km away") % {"km": WITHIN[-1]}
        return ngettext("at most %(km)d km away", "at most %(km)d km away", self.km) % {"km": self.km}


WITHIN = (25, 50, 100, 200, 500)  # what may be asked for, km
BANDS = (Band(0), *(Band(km) for km in WITHIN), Band(None))


def band(one: Place, other: Place) -> Band:
    """Return the band of the distance between two public places. Raises ValueError for a place that is not public."""
    if not (one.is_public and other.is_public):
        raise ValueError("Distances are told between public places only.")
    if one.pk == other.pk:
        return BANDS[0]
    distance = geodesic((one.lat, one.lng), (other.lat, other.lng)).km
    return next((limit for limit in BANDS[1:-1] if distance <= limit.km), BANDS[-1])


def places_within(place: Place, km: int) -> frozenset[int]:
    """Return the public places whose band, from this public place, says at most so many kilometres. One query. Raises ValueError as `band` does."""
    if not place.is_public:
        raise ValueError("Distances are told between public places only.")
    if km == 0:
        return frozenset({place.pk})
    rows = list(Place.objects.filter(box(place.lat, place.lng, km), public_place=F("pk")).values_list("pk", "lat", "lng"))
    if not rows:
        return frozenset({place.pk})
    numbers, lats, lngs = (np.array(column) for column in zip(*rows, strict=True))
    roughly = kilometres(place.lat, place.lng, lats, lngs)
    found = set(numbers[roughly <= km * (1 - _UNSURE)].tolist())
    for row in np.flatnonzero((roughly > km * (1 - _UNSURE)) & (roughly <= km * (1 + _UNSURE))):
        if geodesic((place.lat, place.lng), (lats[row], lngs[row])).km <= km:
            found.add(int(numbers[row]))
    return frozenset(found | {place.pk})


def box(lat: float, lng: float, km: float) -> Q:
    """Return a condition on Place that keeps all within a distance, and some beyond it in the corners: ranges of squares, then degrees."""
    high = km / _KM_A_DEGREE
    south, north = lat - high, lat + high
    widest = max(abs(south), abs(north))
    wide = math.degrees(math.asin(min(1.0, math.sin(math.radians(high)) / math.cos(math.radians(lat))))) * 1.01 if widest < 89 else 180.0
    latitudes = Q(lat__gte=south, lat__lte=north)
    if wide >= 180:
        return latitudes
    west, east = lng - wide, lng + wide
    # Longitudes end at the date line: a box across it is two boxes.
    parts = [(max(west, -180.0), min(east, 180.0))]
    if west < -180:
        parts.append((west + 360, 180.0))
    if east > 180:
        parts.append((-180.0, east - 360))
    return latitudes & reduce(or_, (_squares(south, north, *part) & Q(lng__gte=part[0], lng__lte=part[1]) for part in parts))


def _squares(south: float, north: float, west: float, east: float) -> Q:
    """Return a condition on `cell`: in one of the squares, of the finest grid in which a box is at most four across, that the box touches."""
    for z in range(cells.PLACE_ZOOM, -1, -1):
        left, top = cells.cell_of(north, west, z)
        right, bottom = cells.cell_of(south, east, z)
        if right - left < _MOST_SQUARES and bottom - top < _MOST_SQUARES:
            break
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(cells.numbers_in(x, y, z) for x in range(left, right + 1) for y in range(top, bottom + 1)):
        if ranges and ranges[-1][1] + 1 == first:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return reduce(or_, (Q(cell__range=pair) for pair in ranges))
