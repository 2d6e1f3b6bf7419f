"""The still map of the world, and what the live map's script has to know.

{% world_map bubbles label=words %} draws the world; {% world_map bubbles label=words part="europe" %} its most crowded part, to be shown
beside the world's; `in_part bubbles "europe"` says whether anything would be seen there.
bubbles: [{"lat", "lng", "number": "50+", "name": "France"}], optionally "own": True (the reader's own place, in another colour) and
"data": True (the name comes from the database, not from gettext). label: one sentence for those who cannot see the picture: it says how many
places it shows; every number stands in the list beside it.
"""

import math

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django_countries import countries

from soulmates.outlines import EUROPE, FRAMES, WORLD, Frame

register = template.Library()

SQUARES = "basemap/squares-12b6210b/"  # see static/basemap/README.md
FILES = {
    "far": "basemap/countries-110m.json",
    "middle": "basemap/countries-50m.json",
    "lakes": "basemap/lakes-50m.json",
    "labels": "basemap/country-labels.json",
    "towns": "basemap/places.json",
}
# Pixels, to know what would lie on what: the picture on a screen and on a telephone; a sign of 16 pixels; a line; a bubble's line.
SIZES = {WORLD: ((720, 335), (320, 198)), EUROPE: ((540, 405), (320, 240))}
SIGN, LINE, EDGE = 9.5, 20, 2


@register.inclusion_tag("soulmates/_world.html")
def world_map(bubbles, label: str, part: str = WORLD.name):
    """Draw a frame of the still map with its bubbles, the largest numbers first; one that would lie on another is left to the list."""
    frame = FRAMES[part]
    seen = [one for one in bubbles if frame.holds(one["lat"], one["lng"]) and not (frame is WORLD and EUROPE.holds(one["lat"], one["lng"]))]
    return {"frame": frame, "bubbles": placed(seen, frame), "label": label, "has_europe": frame is WORLD and in_part(bubbles, EUROPE.name)}


@register.filter
def in_part(bubbles, part: str) -> bool:
    """Return whether any bubble lies in a frame."""
    return any(FRAMES[part].holds(one["lat"], one["lng"]) for one in bubbles)


def placed(bubbles, frame: Frame) -> list[dict]:
    """Return the bubbles that have room, with their place (x, y in percent) and radius, and whether they and their names have room on a telephone.

    Adds: aside (pixels to the east, so that a bubble at the edge is whole), named (there is room for the name under it), wide (the bubble is for
    wide screens only), name_wide (the name is).
    """
    wide, narrow = (_room(bubbles, frame, *size) for size in SIZES[frame])
    found = []
    for index, named in wide.items():
        one = bubbles[index]
        across, down = frame.share(one["lat"], one["lng"])
        aside = _aside(one, frame)
        found.append(
            {
                **one,
                "x": f"{across * 100:.1f}%",
                "y": f"{down * 100:.1f}%",
                "aside": aside,
                "radius": _radius(one),
                "line": _radius(one) + 18,
                "named": named,
                "wide": index not in narrow,
                "name_wide": not narrow.get(index),
            }
        )
    return found


def _room(bubbles, frame: Frame, width: int, height: int) -> dict[int, bool]:
    """Return the indices of the bubbles that do not lie on a larger one, in order of size, and whether there is room for the name, too."""
    taken: list[tuple[float, float, float, float]] = []
    found: dict[int, bool] = {}
    for index in sorted(range(len(bubbles)), key=lambda at: (not bubbles[at].get("own"), -int(bubbles[at]["number"].rstrip("+")), at)):
        one, radius = bubbles[index], _radius(bubbles[index])
        across, down = frame.share(one["lat"], one["lng"])
        x, y = across * width + _aside(one, frame), down * height
        ring = (x - radius, y - radius, x + radius, y + radius)
        if _meets(ring, taken):
            continue
        half = len(str(one["name"])) * SIGN / 2
        name = (x - half, y + radius, x + half, y + radius + LINE)
        found[index] = name[0] >= 0 and name[2] <= width and name[3] <= height and not _meets(name, taken)
        taken += [ring, name] if found[index] else [ring]
    return found


def _radius(bubble: dict) -> int:
    """Return the pixels that a bubble needs for its number."""
    return 22 if len(bubble["number"]) < 5 else 27


def _aside(bubble: dict, frame: Frame) -> int:
    """Return by how many pixels a bubble moves to the east (west: below 0), so that it is whole in the narrowest picture."""
    across, _down = frame.share(bubble["lat"], bubble["lng"])
    width, radius = min(width for width, _height in SIZES[frame]), _radius(bubble) + EDGE
    return math.ceil(max(0, radius - across * width)) - math.ceil(max(0, radius - (1 - across) * width))


def _meets(box, others) -> bool:
    return any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in others)


@register.simple_tag
def map_facts(live: dict) -> dict:
    """Return everything that the script of the live map needs, as JSON can say it; `live` is what the page hands over (see _map_live.html)."""
    return {
        "live": live,
        "files": {name: static(path) for name, path in FILES.items()} | {"squares": staticfiles_storage.base_url + SQUARES},
        "tiles": settings.MAP_TILE_URL,
        "countries": {code: str(name) for code, name in countries},
        "words": words(),
    }


@register.simple_tag
def map_tile_credit() -> str:
    """Return whom the tile server's map comes from, or nothing where there is no tile server."""
    return settings.MAP_TILE_ATTRIBUTION if settings.MAP_TILE_URL else ""


@register.simple_tag
def has_map_tiles() -> bool:
    """Return whether a tile server is set."""
    return bool(settings.MAP_TILE_URL)


def words() -> dict[str, str]:
    """Return the sentences that the script speaks, in the page's language."""
    return {
        # Translators: {name} is a country, a region or "Near Lyon, France"; {number} is 1, 5, 10, 20, 50, ...
        "members": _("{name}, {number} or more members"),
        # Translators: the line of the list; {name} and {number} as above.
        "line": _("{name}: {number} or more"),
        # Translators: one town, called after the nearest larger one; and several, called after the largest of them.
        "near": _("Near {town}, {country}"),
        "around": _("Around {town}, {country}"),
        "here": _("This area"),
        # Translators: a short mark on the map at the reader's own town.
        "you": _("You"),
        "own": _("You are shown as: area of {name}"),
        "with_you": _("{name} (your area)"),
        # Translators: {names} are pseudonyms, {where} is a town, region or country.
        "matches": _("Your matches: {names}, {where}"),
        "organisations": _("Organisations in {name}: {number}"),
        "people": _("See the members of this area"),
        "closer": _("Zoom in here"),
        "found": _("Areas with members in this part of the map: {number}."),
        "none": _("There are no members to show in this part of the map."),
        "crowded": _("Where numbers would lie on each other, some wait until you zoom in. The list has all of them."),
        "closest": _("This is the closest view. The map never comes nearer than an area."),
        "widest": _("This is the widest view."),
        "failed": _("The numbers could not be loaded. Move the map to try again. The list on this page holds them, too."),
        "often": _("The map was moved very often. Please wait a minute, then move it again."),
        "signed_out": _("You are no longer signed in. Load this page again to sign in."),
        "outlines": _("The outlines of the land could not be loaded. The numbers are right all the same."),
        "tiles": _("The detailed map could not be loaded. Here is the simple one again."),
    }
