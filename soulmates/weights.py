"""What each term weighs in a community: how rare it is there, steadied by how rare it is among all annotated diseases.

    IC(t) = -ln((n_t + prior p_t) / (N + prior))      n_t: listed patients with t or a term below it; N: listed patients
                                                      p_t: share of annotated diseases with t or a term below it

The numbers are frozen in versions, made at most daily, so that scores do not shift under the reader. That also keeps a weight from telling on
one patient: a weight moves by the patients of a whole day together, against a prior of some 200, and is never shown; only what it adds up to is.

A version's table: {"care": c, "terms": {id: place}, "parents": {id: [ids]}, "ic": {id: 1/64 nat}}. It holds all that a process needs
to compare patients, so that two processes with the same version give the same scores.
"""

from datetime import timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conditions.models.condition import Condition
from members.models.ids import random_public_id
from soulmates import vocabulary
from soulmates.matching import STEPS, Layout, Weights, information
from soulmates.models.profile import MatchingProfile, MatchingState, MatchingWeights

# A little less than a day, so that a daily job that begins some minutes earlier than yesterday is not told to wait for tomorrow.
FROZEN_FOR = timedelta(hours=23)
AT_ONCE = 20_000  # rows


def from_table(table: dict[str, Any], version: int) -> Weights:
    """Return the weights that a version's table says."""
    layout = Layout(table["terms"], table["parents"])
    return Weights(layout, table["ic"], care=table["care"], version=version)


def make_table(condition: Condition) -> tuple[dict[str, Any], int]:
    """Return the table as it is with the patients who are listed now, and their number. Six queries."""
    positions, parents, ics = vocabulary.reference(condition)
    layout = Layout(positions, parents)
    counts, patients = _counts(condition, layout)
    ic = {}
    for node, row in sorted(layout.row_of.items()):
        share = np.exp(-ics.get(node, 0.0))
        ic[node] = round(STEPS * information(int(counts[row]), patients, share=share, prior=settings.MATCHING_PRIOR))
    table = {
        "care": settings.MATCHING_CARE,
        "terms": dict(layout.positions),
        "parents": {node: list(layout.parents[node]) for node in sorted(layout.parents)},
        "ic": ic,
    }
    return table, patients


def _counts(condition: Condition, layout: Layout) -> tuple[Any, int]:
    """Return how many listed patients have each row of the layout, and how many are listed."""
    counts, patients = np.zeros(len(layout.sets), dtype=np.int64), 0
    rows = MatchingProfile.objects.filter(condition=condition, listed=True).values_list("levels", flat=True)
    batch: list[bytes] = []
    for levels in rows.iterator(chunk_size=AT_ONCE):
        batch.append(levels)
        if len(batch) == AT_ONCE:
            counts += _having(layout, batch)
            patients, batch = patients + len(batch), []
    return counts + _having(layout, batch), patients + len(batch)


def _having(layout: Layout, packed: list[bytes]) -> Any:
    return (layout.levels(vocabulary.unpack_many(packed, layout.width)) > 0).sum(axis=1)


@transaction.atomic
def refresh_weights(condition: Condition, *, again: bool = False) -> bool:
    """Put new weights in force where they differ, and return whether they did; at most daily, or at once with a changed vocabulary.

    again: also where those in force are younger than a day.
    """
    before, _made = MatchingState.objects.get_or_create(condition=condition, defaults={"epoch": random_public_id()})
    table, patients = make_table(condition)  # takes long in a large community: the counter is not held meanwhile
    state = MatchingState.objects.select_for_update(no_key=True).get(condition=condition)
    current = state.weights
    if state.weights_id != before.weights_id:
        return False  # somebody else made some meanwhile, perhaps for a vocabulary that has grown
    if current is not None:
        same_vocabulary = all(current.table.get(name) == table[name] for name in ("terms", "parents"))
        if current.table == table or (same_vocabulary and not again and timezone.now() - current.made_at < FROZEN_FOR):
            return False
    put_in_force(state, table, patients)
    return True


def put_in_force(state: MatchingState, table: dict[str, Any], patients: int) -> None:
    """Write down a new version and make it the one that counts. The caller holds the state's row."""
    last = MatchingWeights.objects.filter(condition=state.condition_id).order_by("-version").values_list("version", flat=True).first() or 0
    state.weights = MatchingWeights.objects.create(condition_id=state.condition_id, version=last + 1, patients=patients, table=table)
    state.save(update_fields=["weights"])


def refresh_all() -> str:
    """Refresh the weights of every condition: the daily job."""
    new = sum(refresh_weights(condition) for condition in Condition.objects.filter(pk__in=MatchingState.objects.values("condition")))
    return f"new weights for {new} conditions"
