"""What visitors see of the map: one set for all, from which nobody can be subtracted. Pure, no database.

The tree is world > country > region. A number is shown if it is large enough now and was in the build before; and what remains of a number
after its shown parts are taken away is nobody, or again many.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soulmates.cells import bucket

WORLD = "*"
VERSION = 1  # of the JSON


@dataclass(frozen=True)
class Published:
    """shown: what is shown, with its number. reached: all areas that are large enough in this build, shown or not, in order."""

    shown: Mapping[str, int]
    reached: tuple[str, ...]


def country_of(area: str) -> str:
    """Return the country of an area: of a region's code "FR.11" its first part."""
    return area.partition(".")[0]


def is_region(area: str) -> bool:
    """Return whether an area is a region of a country."""
    return "." in area


def parent_of(area: str) -> str:
    """Return in what an area lies: a region in its country, a country in the world."""
    return country_of(area) if is_region(area) else WORLD


def publish(counts: Mapping[str, int], *, k: int, reached_before: Iterable[str]) -> Published:
    """Return what visitors may see. counts: members by country ("FR": all of it) and by region ("FR.11"). k: how many a shown number has at least.

    A region may count less than all of its country: some members show their country only.
    """
    all_counts = {WORLD: sum(n for area, n in counts.items() if not is_region(area)), **counts}
    reached = {area for area, n in all_counts.items() if n >= k}
    known = reached & set(reached_before)
    shown: dict[str, int] = {}
    if WORLD in known:
        shown[WORLD] = all_counts[WORLD]
        for country in _keep(WORLD, known, all_counts, k, shown):
            _keep(country, known, all_counts, k, shown)
    return Published({area: shown[area] for area in sorted(shown)}, tuple(sorted(reached)))


def _keep(parent: str, known: set[str], counts: Mapping[str, int], k: int, shown: dict[str, int]) -> list[str]:
    """Show the children of a shown parent, but for the smallest, until what remains is nobody or at least k. Return which are shown."""
    children = sorted((area for area in known if area != WORLD and parent_of(area) == parent), key=lambda area: (-counts[area], area))
    rest = counts[parent] - sum(counts[area] for area in children)
    while children and 0 < rest < k:
        rest += counts[children.pop()]
    shown.update((area, counts[area]) for area in children)
    return children


def units(published: Published, *, k: int, points: Mapping[str, tuple[float, float]]) -> str:
    """Return the JSON that is served, the same text for the same set. points: latitude and longitude of each area's label, in degrees.

    {"v": 1, "k": k, "n": "200+" or null, "u": [[area, lat, lng, "50+"], ...]}: n is the world's number. An area without a point is left out.
    """
    areas = [(area, n) for area, n in published.shown.items() if area != WORLD and area in points]
    rows = [[area, round(points[area][0], 2), round(points[area][1], 2), bucket(n)] for area, n in areas]
    world = published.shown.get(WORLD)
    return json.dumps({"v": VERSION, "k": k, "n": bucket(world) if world else None, "u": rows}, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the name of a published set: of its text alone, so that the same set keeps its address."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
