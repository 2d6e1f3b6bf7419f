"""Who is most like a patient, for one of those who look after them: chosen from the arrays, fetched through what may be seen.

Whatever an array says, a patient is a match only if the row says so now: `MatchingProfile.visible_to` asks for listing, consents, standing and
blocks, and the score is worked out again from the row that was fetched. A stale array can cost time, never privacy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from members.models.choices import Level
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.relations import Block
from soulmates import live
from soulmates.live import Filters, Hits, Snapshot
from soulmates.matching import Explanation, Weights, explain
from soulmates.models.check_in import SharedFacts
from soulmates.models.profile import MatchingProfile, agreed
from soulmates.vocabulary import unpack

__all__ = ["NOT_AGREED", "NOT_LISTED", "NOT_YOURS", "OWNER_NOT_AGREED", "TOO_YOUNG", "Filters", "Found", "Match", "can_match", "one", "top"]

# Why there are no matches, in the order in which one thing comes before the next; an empty string where there can be.
NOT_YOURS, TOO_YOUNG, NOT_AGREED, OWNER_NOT_AGREED, NOT_LISTED = "not-yours", "too-young", "not-agreed", "owner-not-agreed", "not-listed"
SPARE = 10  # chosen beyond what is asked for, in case that some may not be met any more
ROUNDS = 3


@dataclass(frozen=True)
class Match:
    """A patient who is like another. member: the owner of the record, who is met. shows: what is shown beside the symptoms, or None: nothing."""

    patient: Patient
    member: Member
    percent: int
    score: float
    explanation: Explanation
    shows: SharedFacts | None


@dataclass(frozen=True)
class Found:
    """Matches, the closest first. considered: how many patients were compared, with the filters; sharing: how many without them."""

    matches: list[Match]
    considered: int
    weights_version: int
    sharing: int = 0


def can_match(patient: Patient, by: Member) -> str:
    """Return why a member gets no matches for a patient, or an empty string. One query.

    A new member may look from the first day; only to be met they have to wait.
    """
    return _own(patient, by)[0]


def top(patient: Patient, by: Member, *, filters: Filters = Filters(), number: int = 20, places: frozenset[int] | None = None) -> Found:  # noqa: B008
    """Return who is most like a patient, nobody where `can_match` gives a reason. At most five queries, whatever the number of patients.

    places: only who shows one of these public places (ids). Equal scores stand in the order of the patients' ids.
    """
    reason, levels = _own(patient, by)
    snapshot = None if reason else live.snapshot(patient.condition_id)
    if snapshot is None:
        return Found([], 0, 0)
    without, wanted = _left_out(by, patient), number + SPARE
    for _round in range(ROUNDS):
        hits = _query(snapshot, levels, filters, places, wanted, without)
        rows, gone, stale = _fetch(snapshot, [patient_id for _score, patient_id in hits.best], by)
        if stale:  # somebody wrote between the array and the rows: once more, from the newer array
            snapshot = live.snapshot(patient.condition_id) or snapshot
        elif len(rows) >= number or len(hits.best) < wanted:
            break
        without, wanted = without | gone, wanted + len(gone)
    mine = _severities(snapshot.weights, levels)
    matches = [_match(row, snapshot.weights, mine) for row in rows]
    matches = sorted((match for match in matches if match.score), key=lambda match: (-match.score, match.patient.pk))
    return Found(matches[:number], hits.considered, snapshot.weights.version, hits.sharing)


def one(patient: Patient, other: Patient, by: Member) -> Match | None:
    """Return one patient as a match of another, or None where `top` could never show it. Four queries at most."""
    reason, levels = _own(patient, by)
    weights = None if reason or patient.condition_id != other.condition_id else live.current_weights(patient.condition_id)
    row = _visible(by).filter(patient=other).first() if weights else None
    if weights is None or row is None:
        return None
    match = _match(row, weights, _severities(weights, levels))
    return match if match.score else None


def _own(patient: Patient, by: Member) -> tuple[str, bytes]:
    """Return why there can be no matches (or an empty string), and the patient's own packed severities. One query, about now."""
    owners = Guardian.objects.filter(patient=patient, level=Level.OWNER).filter(agreed("member"))
    guardian = (
        Guardian.objects.filter(patient=patient, member=by)
        .select_related("member__user", "patient__matching_profile")
        .annotate(agrees=agreed("member"), owner_agrees=Q(patient__in=owners.values("patient")))
        .first()
    )
    if guardian is None or not guardian.member.is_present:
        return NOT_YOURS, b""
    if not guardian.member.is_adult:
        return TOO_YOUNG, b""
    if not guardian.agrees:
        return NOT_AGREED, b""
    if not guardian.owner_agrees:
        return OWNER_NOT_AGREED, b""
    profile = getattr(guardian.patient, "matching_profile", None)
    if profile is None or not profile.listed:
        return NOT_LISTED, b""
    return "", bytes(profile.levels)


def _left_out(by: Member, patient: Patient) -> frozenset[int]:
    """Return the patients (ids) whom a member does not meet: their own, and those beside whom somebody has blocked them or was blocked. One query."""
    mine = Guardian.objects.filter(member=by)
    blocked = Guardian.objects.filter(member__in=Block.objects.filter(blocker=by).values("blocked"))
    blocking = Guardian.objects.filter(member__in=Block.objects.filter(blocked=by).values("blocker"))
    ids = (guardians.order_by().values_list("patient", flat=True) for guardians in (mine, blocked, blocking))
    return frozenset(next(ids).union(*ids)) | {patient.pk}


def _query(snapshot: Snapshot, levels: bytes, filters: Filters, places: Iterable[int] | None, number: int, without: frozenset[int]) -> Hits:
    rows = snapshot.weights.layout.levels_of(_severities(snapshot.weights, levels))
    return snapshot.query(rows, now=timezone.now(), number=number, filters=filters, places=places, without=without)


def _visible(by: Member) -> QuerySet[MatchingProfile]:
    """Return the profiles a member may meet, with the patient, what is shown of them, and the owner with account and place."""
    related = ("patient__shared_facts", "member__user", "member__location__place")
    return MatchingProfile.objects.visible_to(by.user).select_related(*related)


def _fetch(snapshot: Snapshot, ids: list[int], by: Member) -> tuple[list[MatchingProfile], frozenset[int], bool]:
    """Return the rows of chosen patients, who of them fell out, and whether a row is newer than the array. One query."""
    rows = list(_visible(by).filter(patient__in=ids)) if ids else []
    return rows, frozenset(ids) - {row.patient_id for row in rows}, any(row.seq > snapshot.last for row in rows)


def _severities(weights: Weights, levels: bytes) -> dict[str, int]:
    """Return severities by HPO id; terms that left the vocabulary are not in it."""
    by_place = unpack(bytes(levels))
    return {term: by_place[place] for term, place in weights.layout.positions.items() if place in by_place}


def _match(row: MatchingProfile, weights: Weights, mine: dict[str, int]) -> Match:
    explanation = explain(weights, mine, _severities(weights, row.levels))
    patient: Any = row.patient
    return Match(patient, row.member, explanation.percent, explanation.score, explanation, getattr(patient, "shared_facts", None))
