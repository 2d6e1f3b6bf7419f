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


# (condition, user) to how many voices there are for each of its topics: {number of the topic: voices}; one query.
Numbers = Callable[[Any, Any], dict[int, int]]


@dataclass(frozen=True)
class Counting:
    """What an app put into the slot of numbers: the overview shows their sum beside each topic."""

    count: Numbers
    version: Version | None


_filled: dict[tuple[Place, Layer], list[Filling]] = {}
_numbers: list[Counting] = []


def register(place: Place, layer: Layer, fill: Fill, version: Version | None = None) -> None:
    """Fill the slot at a place, for a layer; panels show in the order of registration."""
    _filled.setdefault((place, layer), []).append(Filling(fill, version))


def register_numbers(count: Numbers, version: Version | None = None) -> None:
    """Say how many voices each topic of a condition has."""
    _numbers.append(Counting(count, version))


def numbers(condition: Any, user: Any) -> dict[int, int]:
    """Return how many voices each topic of a condition has; one that has none is not there. One query for each app that counts."""
    total: dict[int, int] = {}
    for counting in _numbers:
        for topic, number in counting.count(condition, user).items():
            total[topic] = total.get(topic, 0) + number
    return total


def versions(place: Place) -> tuple[str, ...] | None:
    """Return the versions of what visitors see in the panels at a place, or None where one of them has none. One query for each kind."""
    asked: list[Version] = []
    fillings: list[Filling | Counting] = [filling for layer in LAYERS for filling in _filled.get((place, layer), [])]
    for filling in [*fillings, *(_numbers if place == "overview" else ())]:
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
