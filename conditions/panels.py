"""The slot for what members add to a page: counts (layer 2) and voices (layer 3). Apps above fill it in their apps.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Place = Literal["topic", "symptom", "treatment", "overview"]
Layer = Literal["counts", "voices"]
LAYERS: tuple[Layer, ...] = ("counts", "voices")
# (thing, user) to (template, context), or None where there is nothing to show; at most 2 queries.
Fill = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]
# What changes with everything that a visitor sees in a panel, in one query: docs/decisions/0009.
Version = Callable[[], str]


@dataclass(frozen=True)
class Panel:
    """What a panel shows: the template is included with the context."""

    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Filling:
    """What an app put into the slot. version: None where what visitors see cannot be told from a version; then no page with it is kept."""

    fill: Fill
    version: Version | None


_filled: dict[tuple[Place, Layer], list[Filling]] = {}


def register(place: Place, layer: Layer, fill: Fill, version: Version | None = None) -> None:
    """Fill the slot at a place, for a layer; panels show in the order of registration."""
    _filled.setdefault((place, layer), []).append(Filling(fill, version))


def versions(place: Place) -> tuple[str, ...] | None:
    """Return the versions of what visitors see in the panels at a place, or None where one of them has none. One query for each kind."""
    asked: list[Version] = []
    for filling in (filling for layer in LAYERS for filling in _filled.get((place, layer), [])):
        if filling.version is None:
            return None
        if filling.version not in asked:
            asked.append(filling.version)
    return tuple(version() for version in asked)


def panels(place: Place, thing: Any, user: Any) -> dict[Layer, list[Panel]]:
    """Return the panels of a page by layer; an empty list is an honest empty state, which the page words itself."""
    found: dict[Layer, list[Panel]] = {layer: [] for layer in LAYERS}
    for layer in found:
        for filling in _filled.get((place, layer), []):
            shown = filling.fill(thing, user)
            if shown:
                found[layer].append(Panel(*shown))
    return found
