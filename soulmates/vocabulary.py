"""Which place a term has in a patient's severities, and how severities are kept: two a byte.

Places are only ever added. A term that is new in the reference gets the next one when a profile is written; one that left keeps its own, and
simply is in no profile any more. So an older profile is a shorter one, and stays readable.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from conditions.models.vocabulary import AncestorTerm, Symptom
from soulmates.models.profile import VocabularyTerm


def pack(severities: Mapping[int, int]) -> bytes:
    """Return severities (0 to 4) by place as bytes: the even place in the low half, and no empty bytes at the end."""
    packed = bytearray((max(severities, default=-1) + 2) // 2)
    for place, severity in severities.items():
        packed[place // 2] |= severity << (4 * (place % 2))
    return bytes(packed).rstrip(b"\0")


def unpack(packed: bytes) -> dict[int, int]:
    """Return severities by place, without those that are 0."""
    halves = ((2 * index + half, byte >> (4 * half) & 15) for index, byte in enumerate(packed) for half in (0, 1))
    return {place: severity for place, severity in halves if severity}


def unpack_many(packed: Iterable[bytes], width: int) -> NDArray[np.uint8]:
    """Return the severities (patients, places) of many, at least `width` places each; a shorter one ends in zeros, a longer one is cut."""
    size = (width + 1) // 2
    rows = [bytes(one[:size]).ljust(size, b"\0") for one in packed]
    both = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), size)
    severities = np.empty((len(rows), 2 * size), dtype=np.uint8)
    severities[:, 0::2], severities[:, 1::2] = both & 15, both >> 4
    return severities


def places(condition_id: int, *, add: bool = False) -> tuple[dict[int, int], bool]:
    """Return the place of each symptom that the condition has now, by the symptom's id, and whether places were added. Two queries.

    add: give a place to what has none; the caller holds the condition's counter then.
    """
    known = dict(VocabularyTerm.objects.filter(condition=condition_id).values_list("hpo_id", "position"))
    now = ConditionSymptom.objects.filter(condition=condition_id).order_by("order", "symptom__hpo_id").values_list("symptom", "symptom__hpo_id")
    found, new = {}, []
    after = max(known.values(), default=-1) + 1
    for symptom, hpo_id in now:
        if hpo_id not in known and add:
            known[hpo_id] = after + len(new)
            new.append(VocabularyTerm(condition_id=condition_id, position=known[hpo_id], hpo_id=hpo_id))
        if hpo_id in known:
            found[symptom] = known[hpo_id]
    VocabularyTerm.objects.bulk_create(new)
    return found, bool(new)


def reference(condition: Condition) -> tuple[dict[str, int], dict[str, tuple[str, ...]], dict[str, float]]:
    """Return what matching needs of the reference: places, parents and information (nats), by HPO id. Four queries.

    Places are those of the terms that the condition has now; parents and information also those of all that may stand above them.
    """
    by_symptom, _added = places(condition.pk)
    positions, parents, ics = {}, {}, {}
    for hpo_id, is_a, ic in AncestorTerm.objects.values_list("hpo_id", "is_a", "ic"):
        parents[hpo_id], ics[hpo_id] = tuple(is_a), ic
    for pk, hpo_id, is_a, ic in Symptom.objects.values_list("pk", "hpo_id", "is_a", "ic"):
        parents[hpo_id], ics[hpo_id] = tuple(is_a), ic
        if pk in by_symptom:
            positions[hpo_id] = by_symptom[pk]
    return positions, parents, ics
