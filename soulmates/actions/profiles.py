"""What matching reads of a patient, written anew from the truth whenever the truth changes, in the same transaction.

Whoever changes what a profile rests on (answers, what is kept out, what is shown, consents, standing, guardians, a place) calls `refresh` or
`refresh_member` after the change. The condition's counter is locked first thing here, and nothing is locked after it: so refreshes stand in one
queue, each reads what those before it have committed, and no change is lost. Callers take their own locks before they call.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.transaction import TransactionManagementError

from conditions.models.condition import Condition
from members import consents
from members.models.choices import Level, Visibility
from members.models.consent import Consent
from members.models.ids import random_public_id
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates import picture, vocabulary, weights
from soulmates.models.check_in import KeptOut
from soulmates.models.choices import Precision
from soulmates.models.profile import RESTS_ON, MatchingProfile, MatchingState

NEW_WAIT = timedelta(hours=24)  # so long a new member is not met by others
AT_ONCE = 500  # patients
NOTHING: dict[str, Any] = {
    **{"member_id": None, "listed": False, "listed_from": None, "levels": b"", "place_id": None, "languages": []},
    **dict.fromkeys(("role", "age_band", "onset_age", "tumour"), ""),
}
_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)
FIELDS = ("seq", *(name.removesuffix("_id") for name in NOTHING))


@transaction.atomic
def refresh(patients: Iterable[int]) -> int:
    """Bring the profiles of these patients up to date, and return how many were written: only what differs, each with a number of its own.

    patients: ids. Who is not compared, and never was, gets no row. Inside of `later` it is done at the end of that.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(patients)
        return 0
    ids, written = sorted(set(patients)), 0
    for condition in Patient.objects.filter(pk__in=ids).order_by("condition").values_list("condition", flat=True).distinct():
        state = _lock(condition)
        places = _places(state)
        for some in _in_parts(ids):
            rows = {row.patient_id: row for row in MatchingProfile.objects.filter(condition=condition, patient__in=some)}
            written += _write(state, rows, _truth(condition, some, places))
    return written


@contextmanager
def later() -> Iterator[None]:
    """Let refreshes wait, and do them all at the end, each patient once: for many changes in one transaction, of which nobody sees half."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("Only inside of one transaction: in between the profiles are behind.")
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    refresh(waiting)
    sweep()


def refresh_member(member: Member) -> None:
    """Bring the profiles of all patients up to date that a member looks after, and empty those whose patient is gone."""
    refresh(member.guardianships.values_list("patient", flat=True))
    sweep()


@transaction.atomic
def sweep() -> int:
    """Empty the profiles whose patient is gone: a number stays, so that every process forgets them, and no link to anybody. Return how many."""
    if _waiting.get() is not None:
        return 0
    return _empty(MatchingProfile.objects.filter(patient=None, listed=True))


@transaction.atomic
def take_out(patients: Iterable[int]) -> int:
    """Empty the profiles of these patients (ids) whatever the truth says: their owner is being erased. Return how many."""
    return _empty(MatchingProfile.objects.filter(patient__in=list(patients), listed=True))


def reconcile() -> str:
    """Bring every profile up to date, and return in words how many were not: the daily job. New words of a consent show here first."""
    sweep()
    written, ids = 0, list(Patient.objects.order_by("pk").values_list("pk", flat=True))
    for some in _in_parts(ids):
        written += refresh(some)
    return f"{written} matching profiles brought up to date"


@transaction.atomic
def rebuild(condition: Condition) -> int:
    """Make all profiles of a condition anew, without gaps, under a new epoch and new weights; return how many there are."""
    state = _lock(condition.pk)
    places = _places(state)
    MatchingProfile.objects.filter(condition=condition).delete()
    state.epoch = random_public_id()
    state.save(update_fields=["epoch"])
    number, ids = 0, list(Patient.objects.filter(condition=condition).order_by("pk").values_list("pk", flat=True))
    for some in _in_parts(ids):
        number += _write(state, {}, _truth(condition.pk, some, places))
    weights.refresh_weights(condition, again=True)
    return number


def _in_parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _lock(condition: int) -> MatchingState:
    """Return a condition's counter, locked until the end of the transaction; it is made with the first patient."""
    MatchingState.objects.get_or_create(condition_id=condition, defaults={"epoch": random_public_id()})
    return MatchingState.objects.select_for_update(no_key=True).get(condition=condition)


def _places(state: MatchingState) -> dict[int, int]:
    """Return the place of each symptom; new ones get theirs, and with them (and at the very beginning) the weights are made."""
    places, added = vocabulary.places(state.condition_id, add=True)
    if added or state.weights_id is None:
        table, patients = weights.make_table(state.condition)
        weights.put_in_force(state, table, patients)
    return places


def _truth(condition: int, patients: list[int], places: dict[int, int]) -> dict[int, dict[str, Any]]:
    """Return what has to stand in the profile of each of these patients, by id; who is not compared is not in it. Four queries."""
    owners = Guardian.objects.filter(patient__in=patients, patient__condition=condition, level=Level.OWNER)
    owners = owners.select_related("patient__shared_facts", "member__user", "member__location")
    beside = {owner.patient_id: owner for owner in owners if owner.member.is_present and owner.member.is_adult}
    agreed = _agreed({owner.member_id for owner in beside.values()})
    kept_out = set(KeptOut.objects.filter(patient__in=beside).values_list("patient", "symptom"))
    found = {}
    for patient, answers in picture.current(list(beside)).items():
        owner = beside[patient]
        severities = {
            places[symptom]: answer.severity
            for symptom, answer in answers.items()
            if answer.severity and symptom in places and (patient, symptom) not in kept_out
        }
        if severities and owner.member_id in agreed:
            found[patient] = {**_shown(owner), "levels": vocabulary.pack(severities)}
    return found


def _agreed(members: set[int]) -> set[int]:
    """Return which of these members have agreed, to the words of now, to all that matching rests on. One query."""
    given = Consent.objects.filter(member__in=members, purpose__in=RESTS_ON, withdrawn_at=None).values_list("member", "purpose", "version")
    current = {(member, purpose) for member, purpose, version in given if version == consents.TEXTS[purpose].version}
    return {member for member in members if all((member, purpose) in current for purpose in RESTS_ON)}


def _shown(owner: Guardian) -> dict[str, Any]:
    """Return what others may filter by: only what the owner of the record shows."""
    member, patient = owner.member, owner.patient
    facts, location = getattr(patient, "shared_facts", None), getattr(member, "location", None)
    in_town = location is not None and location.counted and location.precision == Precision.TOWN
    return {
        "member_id": member.pk,
        "listed": True,
        "listed_from": member.joined_at + NEW_WAIT,
        "role": member.role if member.role_visibility == Visibility.MEMBERS else "",
        "languages": member.languages if member.languages_visibility == Visibility.MEMBERS else [],
        "age_band": patient.age_band if facts and facts.age else "",
        "onset_age": patient.onset_age if facts and facts.onset else "",
        "tumour": patient.tumour if facts and facts.tumour else "",
        "place_id": location.place_id if in_town else None,
    }


def _write(state: MatchingState, rows: dict[int, MatchingProfile], truth: dict[int, dict[str, Any]]) -> int:
    """Write what differs, each row with the next number; return how many. The caller holds the counter."""
    changed, new = [], []
    for patient in sorted(rows.keys() | truth.keys()):
        values = truth.get(patient, NOTHING)
        row = rows.get(patient) or MatchingProfile(condition_id=state.condition_id, patient_id=patient)
        if row.pk and all(_held(row, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        (changed if row.pk else new).append(row)
    slot = MatchingProfile.objects.filter(condition=state.condition_id).aggregate(last=Max("slot"))["last"] if new else None
    for after, row in enumerate(new, start=0 if slot is None else slot + 1):
        row.slot = after
    _number(state, changed + new)
    MatchingProfile.objects.bulk_update(changed, FIELDS)
    MatchingProfile.objects.bulk_create(new)
    return len(changed) + len(new)


def _held(row: MatchingProfile, name: str) -> Any:
    value = getattr(row, name)
    return bytes(value) if name == "levels" else value


def _number(state: MatchingState, rows: list[MatchingProfile]) -> None:
    for row in rows:
        state.seq += 1
        row.seq = state.seq
    if rows:
        state.save(update_fields=["seq"])


def _empty(rows: Any) -> int:
    """Take everything out of some listed rows. They are read once for their conditions, and again when those are locked."""
    number = 0
    for condition in sorted(set(rows.values_list("condition", flat=True))):
        state = _lock(condition)
        found = list(rows.filter(condition=condition))
        for row in found:
            for name, value in NOTHING.items():
                setattr(row, name, value)
        _number(state, found)
        MatchingProfile.objects.bulk_update(found, FIELDS)
        number += len(found)
    return number
