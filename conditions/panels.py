"""The slot for what members add to a page: counts (layer 2) and voices (layer 3). Apps above fill it in their apps.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Place = Literal["topic", "symptom", "treatment", "overview"]
Layer = Literal["counts", "voices"]
# (thing, user) to (template, context), or None where there is nothing to show; at most 2 queries.
Fill = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]


@dataclass(frozen=True)
class Panel:
    """What a panel shows: the template is included with the context."""

    template: str
    context: dict[str, Any]


_filled: dict[tuple[Place, Layer], list[Fill]] = {}


def register(place: Place, layer: Layer, fill: Fill) -> None:
    """Fill the slot at a place, for a layer; panels show in the order of registration."""
    _filled.setdefault((place, layer), []).append(fill)


def filled(place: Place) -> bool:
    """Return whether an app fills the slot at a place: then a page follows from more than the reference."""
    return any(_filled.get((place, layer)) for layer in ("counts", "voices"))


def panels(place: Place, thing: Any, user: Any) -> dict[Layer, list[Panel]]:
    """Return the panels of a page by layer; an empty list is an honest empty state, which the page words itself."""
    found: dict[Layer, list[Panel]] = {"counts": [], "voices": []}
    for layer in found:
        for fill in _filled.get((place, layer), []):
            filled = fill(thing, user)
            if filled:
                found[layer].append(Panel(*filled))
    return found
