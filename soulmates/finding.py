"""Finding a symptom by plain words: names, other words and the medical name, also where they are mistyped. Pure."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from math import log
from typing import TypeVar

from search.words import clean_query, fold, query_words

MOST = 6  # that are offered
_ENOUGH = 0.45  # of 1; where nothing is as near, nothing is offered
_BESIDE = 0.25  # what else is offered, below something that is near enough
_AS_A_WHOLE = 0.2  # how much it counts that one name is like all that was typed
_ALIKE = 0.75  # of 1; "flikering" and "flickering" have 0.95, "ataksia" and "ataxia" 0.77
_WORDS = 8  # that are looked for
_SHORTEST = 4  # letters; a shorter word is near to too many


T = TypeVar("T")
_APART = re.compile(r"[^\w'’]+")


def find(typed: str, entries: Iterable[tuple[T, Sequence[str]]], languages: Sequence[str] = ("en",), most: int = MOST) -> list[T]:
    """Return the things whose names are nearest to what was typed, the nearest first; none where nothing is near.

    A word counts the more the fewer things know it: in "cannot swallow" it is the second. entries: each thing with its names.
    languages: whose small words ("the", "of") do not count.
    """
    text = fold(clean_query(typed))
    words = [fold(word) for word in query_words(typed, languages)][:_WORDS]
    known = [(thing, [fold(name) for name in names if name]) for thing, names in entries]
    if not words:
        return []
    parts = [{part for name in names for part in _APART.split(name) if part} for _thing, names in known]
    near = [[max((_word(word, part) for part in of_thing), default=0.0) for word in words] for of_thing in parts]
    weights = [log(1 + len(known) / (1 + sum(row[place] > 0 for row in near))) for place in range(len(words))]
    found = []
    for place, (thing, names) in enumerate(known):
        nearness = sum(weight * one for weight, one in zip(weights, near[place], strict=True)) / sum(weights)
        if text in names or nearness >= _BESIDE:
            in_one = max((SequenceMatcher(None, text, name, autojunk=False).ratio() for name in names), default=0.0)
            found.append((text not in names, nearness < _ENOUGH, -(nearness + _AS_A_WHOLE * in_one), place, thing))
    if all(far and not_the_name for not_the_name, far, *_rest in found):
        return []
    return [thing for *_order, thing in sorted(found, key=lambda one: one[:4])[:most]]


def _word(typed: str, part: str) -> float:
    """Return how near a word is to a part of a name: 1 where it is the same, a little less where one is the beginning of the other."""
    if typed == part:
        return 1.0
    if typed in (f"{part}s", f"{part}ing"):
        return 0.95
    if min(len(typed), len(part)) < _SHORTEST:
        return 0.9 if len(typed) > 1 and part.startswith(typed) else 0.0
    if part.startswith(typed) or (typed.startswith(part) and len(part) > 0.6 * len(typed)):
        return 0.95
    matcher = SequenceMatcher(None, typed, part, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _ALIKE else 0.0
