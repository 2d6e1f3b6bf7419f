"""A made example of a match, for the page that says how matching works: two people who do not exist, compared by the real arithmetic.

It follows from the reference alone: how rare a symptom is among all annotated diseases, never among members.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from conditions.models.condition import Condition
from conditions.models.vocabulary import AncestorTerm, Symptom
from soulmates.cards import Alike, Name, alike_of, names_from
from soulmates.matching import STEPS, Layout, Weights, explain
from soulmates.picture import symptoms_of

# Which of the symptoms that are asked openly the two have, category by category: (the first's severity, the second's).
PATTERN = ((2, 2), (3, 0)), ((2, 1), (0, 1)), ((2, 0), (0, 3)), ((3, 3),)
LEAST = 4  # symptoms that make an example


@dataclass(frozen=True)
class Example:
    """Two made people. mine, theirs: (name, severity) of each."""

    mine: Sequence[tuple[Name, int]]
    theirs: Sequence[tuple[Name, int]]
    percent: int
    shared: Sequence[Alike]
    related: Sequence[Alike]
    only_mine: Sequence[Name]
    only_theirs: Sequence[Name]


def made(condition: Condition) -> Example | None:
    """Return the example of a condition, the same each time; None where it has too few symptoms. Three queries."""
    mine, theirs, chosen = {}, {}, []
    by_category: dict[str, list[Symptom]] = {}
    for entry in symptoms_of(condition):
        if entry.asked:
            by_category.setdefault(entry.category, []).append(entry.symptom)
    for symptoms, pairs in zip(by_category.values(), PATTERN, strict=False):
        for symptom, (first, second) in zip(symptoms, pairs, strict=False):
            chosen.append(symptom)
            mine[symptom.hpo_id], theirs[symptom.hpo_id] = first, second
    if len(chosen) < LEAST:
        return None
    terms = [*AncestorTerm.objects.all(), *Symptom.objects.all()]
    layout = Layout({symptom.hpo_id: place for place, symptom in enumerate(chosen)}, {term.hpo_id: tuple(term.is_a) for term in terms})
    information = {term.hpo_id: round(STEPS * term.ic) for term in terms}
    weights = Weights(layout, {node: information.get(node, 0) for node in layout.above}, care=settings.MATCHING_CARE)
    explanation = explain(weights, mine, theirs)
    names = names_from(terms, condition.language)
    shared, related = alike_of(explanation, names)
    return Example(
        mine=[(names[hpo_id], severity) for hpo_id, severity in mine.items() if severity],
        theirs=[(names[hpo_id], severity) for hpo_id, severity in theirs.items() if severity],
        percent=explanation.percent,
        shared=shared,
        related=related,
        only_mine=[names[term.hpo_id] for term in explanation.only_mine],
        only_theirs=[names[term.hpo_id] for term in explanation.only_theirs],
    )
