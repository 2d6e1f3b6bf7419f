"""How alike two patients' pictures are, and why. Pure: numbers in, numbers out; neither Django nor the database stands here.

The measure is Tversky's contrast of what two patients share and do not share, over the terms of an ontology with all that stands above them,
weighted by rarity (design and figures: docs/decisions/0008-matching.md). Everything is counted in whole numbers, so that every way of
computing it gives the same list: a weight in 1/64 nat, a level in 1/8.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 64  # of a weight, in a nat
PARTS = 8  # of a level, in one
# By severity, 0 to 4: having it at all is more than half of it, because severities are noisy. What is no severity counts as absent.
LEVELS = np.array([0, 5, 6, 7, 8] + [0] * 11, dtype=np.uint8)
_LEVEL = LEVELS.tolist()
ROOM = 65_535  # of a sum in two bytes


def contrast(shared: Any, single: Any, *, care: float = 10) -> Any:
    """Return how alike two patients' pictures are, by Tversky's contrast; numbers or arrays of them.

    shared: information of what both have, in nats, >= 0. single: what only one has, in terms, >= 0. care: caution for short lists, > 0.
    Returns 0.0 (nothing shared) to below 1.0.
    Source: Tversky, Psychological Review 84 (1977) 327-352; factor 4 and care = 10: docs/decisions/0008-matching.md.
    """
    return shared / (shared + 4 * (single + care))


def information(number: int, among: int, *, share: float, prior: float) -> float:
    """Return how much it says that two people have a term, in nats, >= 0: -ln of how common it is.

    number: people with the term or one below it, of `among`. share: of diseases that are annotated with it, in (0, 1]. prior: how many people
    that share is worth; it keeps a small community from calling a thing rare because nobody has written it down yet.
    """
    if among + prior == 0:
        return max(0.0, -math.log(share))
    # Without a prior nobody may have it: then it says what it would if half a person had it.
    return max(0.0, -math.log(min(1.0, max(number + prior * share, 0.5) / (among + prior))))


class Layout:
    """Which rows an array of levels has, for a vocabulary and all that stands above it.

    positions: the place of each term of the vocabulary in a patient's severities. parents: ids right above a term, of the terms and of all above.
    The first rows are the terms themselves, in the order of `terms`; then one row for each further set of terms that something stands above:
    what stands above the very same terms has the same level in everybody, and is counted together. sets: for each row, its terms as rows.
    """

    def __init__(self, positions: Mapping[str, int], parents: Mapping[str, Sequence[str]]):
        self.positions = {term: positions[term] for term in sorted(positions, key=positions.__getitem__)}
        self.terms = tuple(self.positions)
        self.parents = {}
        self.above: dict[str, frozenset[str]] = {}  # of a node: all above it, and itself
        for term in self.terms:
            self._climb(term, parents)
        below: dict[str, list[int]] = {node: [] for node in self.above}
        for row, term in enumerate(self.terms):
            for node in self.above[term]:
                below[node].append(row)
        single = {(row,): row for row in range(len(self.terms))}
        groups = sorted({tuple(rows) for rows in below.values()} - set(single))
        number = single | {rows: len(single) + index for index, rows in enumerate(groups)}
        self.sets = [np.array(rows) for rows in number]
        self.row_of = {node: number[tuple(rows)] for node, rows in below.items()}
        self._places = np.array(list(self.positions.values()), dtype=np.intp)

    def _climb(self, node: str, parents: Mapping[str, Sequence[str]]) -> frozenset[str]:
        if node not in self.above:
            self.parents[node] = tuple(parents.get(node, ()))
            self.above[node] = frozenset({node}).union(*(self._climb(parent, parents) for parent in self.parents[node]))
        return self.above[node]

    @property
    def width(self) -> int:
        """Return how many severities a patient has at least."""
        return int(self._places.max(initial=-1)) + 1

    def levels(self, severities: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the levels (rows, patients) of severities (patients, places): of a term its own, of a set of terms the highest of them."""
        found = np.empty((len(self.sets), len(severities)), dtype=np.uint8)
        number = len(self.terms)
        found[:number] = LEVELS[severities[:, self._places] & 15].T
        for row in range(number, len(self.sets)):
            np.max(found[self.sets[row]], axis=0, out=found[row])
        return found

    def levels_of(self, severities: Mapping[str, int]) -> NDArray[np.uint8]:
        """Return the levels (rows) of one patient, from severities by term; terms that are not in the vocabulary count for nothing."""
        row = np.zeros((1, self.width), dtype=np.uint8)
        for term, severity in severities.items():
            if term in self.positions:
                row[0, self.positions[term]] = severity
        return self.levels(row)[:, 0]

    def totals(self, levels: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """Return the sum of the levels of a patient's own terms, for each patient of `levels` (rows, patients)."""
        return levels[: len(self.terms)].sum(axis=0, dtype=np.uint16)


@dataclass(frozen=True)
class Weights:
    """What each term weighs. ic: information of every node of the layout in 1/64 nat, never less than that of what stands above it.

    rows: what a row of the layout weighs: the information of a term itself, and of each node over it what it says beyond what stands above it.
    """

    layout: Layout
    ic: Mapping[str, int]
    care: int = 10
    version: int = 0
    gain: dict[str, int] = field(init=False)
    rows: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the rows."""
        gain = {node: max(0, self.ic[node] - max((self.ic[one] for one in self.layout.parents[node]), default=0)) for node in self.layout.above}
        rows = np.zeros(len(self.layout.sets), dtype=np.int32)
        for node, row in self.layout.row_of.items():
            rows[row] += gain[node]
        for row, term in enumerate(self.layout.terms):
            rows[row] += self.ic[term]
        if rows.max(initial=0) * PARTS > ROOM:
            raise ValueError("A weight is larger than the sums can count.")
        object.__setattr__(self, "gain", gain)
        object.__setattr__(self, "rows", rows)


class Query:
    """One patient's picture, ready to be compared with many. levels: theirs (rows); care: as in the weights."""

    def __init__(self, weights: Weights, levels: NDArray[np.uint8]):
        number = len(weights.layout.terms)
        self.care = weights.care
        self.total = int(levels[:number].sum(dtype=np.int64))
        self._rows = [(row, int(levels[row]), int(weights.rows[row]), row < number) for row in np.flatnonzero(levels).tolist()]
        self._rows = [each for each in self._rows if each[2] or each[3]]
        self.shared_with_a_twin = sum(level * weight for _row, level, weight, _own in self._rows)

    def sums(self, levels: NDArray[np.uint8], at: NDArray[np.intp] | None = None) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Return K in 1/512 nat, and the levels of the terms both have, for each patient of `levels` (rows, patients). at: for these only.

        Small sums take two bytes, which is half the work; before they could run over, they join the large one.
        """
        size = levels.shape[1] if at is None else len(at)
        shared, both, small = np.zeros(size, np.int32), np.zeros(size, np.uint16), np.zeros(size, np.uint16)
        least, part = np.empty(size, np.uint8), np.empty(size, np.uint16)
        room = ROOM
        for row, level, weight, own in self._rows:
            if level * weight > room:
                shared += small
                small[:], room = 0, ROOM
            room -= level * weight
            np.minimum(levels[row] if at is None else levels[row].take(at), np.uint8(level), out=least)
            np.multiply(least, np.uint16(weight), out=part, dtype=np.uint16)
            small += part
            if own:
                both += least
        shared += small
        return shared, both

    def scores(self, levels: NDArray[np.uint8], totals: NDArray[np.uint16], at: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """Return the score with each patient of `levels` (rows, patients), whose own terms sum up to `totals`. at: with these only.

        The sums are whole numbers and scaled by powers of two, and two different scores are further apart than a float can miss: equal
        scores are equal floats, in whatever order they were computed.
        """
        shared, both = self.sums(levels, at)
        # What only one has: |a - b| = a + b - 2 min(a, b), over the terms.
        single = (totals if at is None else totals.take(at)).astype(np.int32) + np.int32(self.total) - 2 * both.astype(np.int32)
        return contrast(shared / (STEPS * PARTS), single / PARTS, care=self.care)


class Best:
    """The best few of many, kept while blocks of them go by: the highest score first, the lowest id first among equals."""

    def __init__(self, number: int):
        self.number = number
        self.scores: NDArray[np.float64] = np.empty(0)
        self.ids: NDArray[np.int64] = np.empty(0, np.int64)

    def take(self, scores: NDArray[np.float64], ids: NDArray[np.int64], among: NDArray[np.bool_] | bool = True) -> None:
        """Look at one block; only what stands in `among` and shares anything counts."""
        least = np.nextafter(0.0, 1.0)
        if len(self.ids) >= self.number:
            least = self.scores[-1]
        chosen = np.flatnonzero(among & (scores >= least))
        if len(chosen) > self.number:
            edge = np.partition(scores[chosen], -self.number)[-self.number]
            chosen = chosen[scores[chosen] >= edge]
        scores, ids = np.concatenate([self.scores, scores[chosen]]), np.concatenate([self.ids, ids[chosen]])
        order = np.lexsort((ids, -scores))[: self.number]
        self.scores, self.ids = scores[order], ids[order]

    def __iter__(self) -> Iterator[tuple[float, int]]:
        """Give score and id, the best first."""
        return iter(zip(self.scores.tolist(), self.ids.tolist(), strict=True))


@dataclass(frozen=True)
class Term:
    """A symptom that one of the two has. severity: 1 to 4."""

    hpo_id: str
    severity: int


@dataclass(frozen=True)
class Reason:
    """A part of what two patients share: a symptom of both, or the nearest thing above symptoms of theirs.

    units: its part of K in 1/512 nat; share: the same as a part of one. mine, theirs: severities, 1 to 4, the highest below it.
    my_terms, their_terms: the symptoms of each that it stands above (of a symptom both have: itself).
    """

    hpo_id: str
    units: int
    share: float
    mine: int
    theirs: int
    my_terms: tuple[Term, ...] = ()
    their_terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why two patients are alike: the units of all reasons sum to `total`, which is K in 1/512 nat.

    shared: symptoms both have; related: kinds of symptoms both have; the strongest first. only_mine, only_theirs: the rarest first.
    """

    shared: list[Reason]
    related: list[Reason]
    only_mine: list[Term]
    only_theirs: list[Term]
    total: int
    score: float
    percent: int


def explain(weights: Weights, mine: Mapping[str, int], theirs: Mapping[str, int]) -> Explanation:
    """Return why two patients are alike, from their severities by term (0 is absent).

    A symptom both have counts with its information and what it adds to what stands above it. What a kind of symptoms (a shared ancestor) adds
    goes to the lowest shared nodes under it, evenly; what does not divide goes to the lowest ids.
    """
    mine, theirs = _present(weights, mine), _present(weights, theirs)
    my_nodes, their_nodes = _nodes(weights.layout, mine), _nodes(weights.layout, theirs)
    above, nodes = weights.layout.above, my_nodes.keys() & their_nodes.keys()
    both = mine.keys() & theirs.keys()
    units = dict.fromkeys(both, 0)
    for term in both:
        units[term] += weights.ic[term] * min(_LEVEL[mine[term]], _LEVEL[theirs[term]])
    lowest = nodes.difference(*(above[node] - {node} for node in nodes))
    for node in nodes:
        gain = weights.gain[node] * min(_LEVEL[my_nodes[node]], _LEVEL[their_nodes[node]])
        for heir, part in _split(gain, [node] if node in both else [low for low in lowest if node in above[low]]):
            units[heir] = units.get(heir, 0) + part
    total = sum(units.values())
    reasons = []
    for node in sorted(units, key=lambda node: (-units[node], node)):
        if not units[node] and node not in both:
            continue
        my_terms, their_terms = ((node,), (node,)) if node in both else (_under(node, mine, above), _under(node, theirs, above))
        reasons.append(
            Reason(
                *(node, units[node], units[node] / total if total else 0.0),
                *((mine[node], theirs[node]) if node in both else (my_nodes[node], their_nodes[node])),
                _terms(weights, mine, my_terms),
                _terms(weights, theirs, their_terms),
            )
        )
    single = sum(abs(_LEVEL[mine.get(term, 0)] - _LEVEL[theirs.get(term, 0)]) for term in mine.keys() | theirs.keys())
    return Explanation(
        shared=[reason for reason in reasons if reason.hpo_id in both],
        related=[reason for reason in reasons if reason.hpo_id not in both],
        only_mine=list(_terms(weights, mine, mine.keys() - theirs.keys())),
        only_theirs=list(_terms(weights, theirs, theirs.keys() - mine.keys())),
        total=total,
        score=contrast(total / (STEPS * PARTS), single / PARTS, care=weights.care),
        percent=percent(total, single, Query(weights, weights.layout.levels_of(mine)).shared_with_a_twin, care=weights.care),
    )


def percent(shared: int, single: int, shared_with_a_twin: int, *, care: int) -> int:
    """Return a score as a part of an identical twin's, in whole percent, halves up: 100 for a twin only, 0 for nothing shared only.

    shared, shared_with_a_twin: K in 1/512 nat. single: what only one has, in 1/8 of a term.
    """
    if not shared:
        return 0
    care = 4 * care * STEPS * PARTS
    above, below = shared * (shared_with_a_twin + care), shared_with_a_twin * (shared + 4 * STEPS * single + care)
    if above >= below:
        return 100
    return min(99, max(1, (200 * above + below) // (2 * below)))


def _present(weights: Weights, severities: Mapping[str, int]) -> dict[str, int]:
    return {term: severity for term, severity in severities.items() if severity and term in weights.layout.positions}


def _nodes(layout: Layout, severities: Mapping[str, int]) -> dict[str, int]:
    """Return for each node over some severities the highest of them."""
    found: dict[str, int] = {}
    for term, severity in severities.items():
        for node in layout.above[term]:
            found[node] = max(found.get(node, 0), severity)
    return found


def _split(units: int, heirs: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Split units evenly; the rest goes to the lowest ids, one each."""
    ordered = sorted(heirs)
    each, rest = divmod(units, len(ordered))
    for index, heir in enumerate(ordered):
        yield heir, each + (index < rest)


def _under(node: str, severities: Mapping[str, int], above: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    return tuple(term for term in severities if node in above[term])


def _terms(weights: Weights, severities: Mapping[str, int], terms: Iterable[str]) -> tuple[Term, ...]:
    return tuple(Term(term, severities[term]) for term in sorted(terms, key=lambda term: (-weights.ic[term], term)))
