"""Where the name of a country stands on the map: one point each, from the base map (Natural Earth)."""

import json
from functools import cache

from django.conf import settings


@cache
def country_points() -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of each country's label, in degrees, by its two letters; a few small territories have none."""
    rows = json.loads((settings.BASE_DIR / "static" / "basemap" / "country-labels.json").read_text())
    points: dict[str, tuple[float, float]] = {}
    for lat, lng, country, *_zoom in rows:
        if country:  # some drawn areas are no country of the list
            points.setdefault(country, (lat, lng))
    return points
