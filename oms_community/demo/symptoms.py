"""Check-ins of the demonstration: how often a symptom is there follows the class the reference documents; what belongs together comes together.

Where no class is documented, the shares below stand in: they are made for the demonstration and are no findings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import exp, log, pi, sqrt
from random import Random

from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from members.models.choices import Level, Tumour
from members.models.member import Member
from members.models.patient import Guardian
from oms_community.demo import figures
from soulmates.actions import profiles
from soulmates.models.check_in import CheckIn, KeptOut, Observation, SharedFacts

# Shares of patients: the lower part of the documented class (80-99, 30-79, 5-29 of 100), which counts whoever ever had it: a check-in tells of now.
DOCUMENTED = {
    ConditionSymptom.Frequency.VERY_FREQUENT: 0.82,
    ConditionSymptom.Frequency.FREQUENT: 0.38,
    ConditionSymptom.Frequency.OCCASIONAL: 0.08,
}
MADE = {"core": 0.45, "common": 0.19, "reported": 0.07, "uncertain": 0.06, "differential": 0.03, "treatment-effect": 0.12}
# Terms that tell of a tumour: the kind in the record that goes with them (people.py); "": any kind.
TUMOURS = {
    "HP:0002664": "",
    "HP:0003006": "Neuroblastoma",
    "HP:0030357": "Lung",
    "HP:0003002": "Breast",
    "HP:0012226": "Ovarian teratoma",
    "HP:0006747": "Ganglioneuroblastoma",
}
SAYS_SO = 0.8  # share of those with a tumour who record it among the symptoms too
RECORDS = 0.82  # share of patients about whom anything was recorded
KEEPS_OUT, UNKNOWN = 0.08, 0.05
HARDNESS, LEANING = 0.7, 0.8  # how far patients differ, in log odds: altogether, and in each category
WIDER = sqrt(1 + pi * (HARDNESS**2 + LEANING**2) / 8)  # odds so much wider keep the mean share what it is, though patients differ


@dataclass(frozen=True)
class Term:
    """What the generator knows of a symptom. share: of patients who have it, 0..1. tumour: as in TUMOURS, or None for all other symptoms."""

    pk: int
    category: str
    share: float
    tumour: str | None = None


@dataclass
class Patient:
    """One picture: how hard the illness is, what weighs in which category, and how each symptom goes over time."""

    hardness: float
    leaning: dict[str, float]


def terms(condition: Condition) -> list[Term]:
    """Return the vocabulary of a condition with a share for each term."""
    found = ConditionSymptom.objects.filter(condition=condition).select_related("symptom").order_by("category", "symptom__hpo_id")
    return [
        Term(
            entry.symptom_id,
            entry.category,
            share(entry.symptom.hpo_id, entry.frequency, entry.support),
            TUMOURS.get(entry.symptom.hpo_id),
        )
        for entry in found
    ]


def share(hpo_id: str, frequency: str, support: str) -> float:
    """Return of how many patients, 0..1, the generator says that they have a symptom: documented, counted, or made."""
    return DOCUMENTED.get(frequency) or figures.COUNTED.get(hpo_id) or MADE[support]


def picture(rng: Random, vocabulary: list[Term]) -> Patient:
    """Return what one patient tends to have."""
    leaning = {category: rng.gauss(0, LEANING) for category in sorted({term.category for term in vocabulary})}
    return Patient(hardness=rng.gauss(0, HARDNESS), leaning=leaning)


def severities(rng: Random, patient: Patient, vocabulary: list[Term], *, tumour: str | None) -> dict[int, int]:
    """Return the symptoms of one patient at the beginning, with their severities 1 to 4: harder where the illness leans to.

    tumour: the kind that was found, "" where the record does not say which, None for none.
    """
    found = {}
    for term in vocabulary:
        if term.tumour is None:
            odds = WIDER * log(term.share / (1 - term.share)) + patient.hardness + patient.leaning[term.category]
            there = rng.random() < 1 / (1 + exp(-odds))
        else:
            there = tumour is not None and term.tumour in ("", tumour) and rng.random() < SAYS_SO
        if there:
            found[term.pk] = max(1, min(4, round(2.2 + 0.7 * patient.hardness + 0.5 * patient.leaning[term.category] + rng.gauss(0, 0.8))))
    return found


def course(rng: Random, begun: dict[int, int], times: int) -> list[dict[int, int]]:
    """Return the severities at each check-in: mostly better, at times worse again."""
    states, now = [], dict(begun)
    for _count in range(times):
        states.append(dict(now))
        drift = rng.choice((-1, -1, 0, 0, 0, 1))
        now = {pk: max(0, min(4, value + (drift if rng.random() < 0.6 else 0))) for pk, value in now.items()}
    return states


def _days(rng: Random, today: date, joined: date, times: int) -> list[date]:
    span = max(times, (today - joined).days)
    return [today - timedelta(days=gap) for gap in sorted(rng.sample(range(1, span + 1), times), reverse=True)]


def _instant(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(20, 15)))


def write(condition: Condition, rng: Random) -> int:
    """Record check-ins for the demonstration's patients who have none; return for how many. Then matching is built anew."""
    vocabulary, today = terms(condition), timezone.localdate()
    if not vocabulary:
        return 0
    owners = (
        Guardian.objects.filter(level=Level.OWNER, member__user__is_demo=True, patient__condition=condition, patient__check_ins=None)
        .select_related("patient", "member__user")
        .order_by("patient__public_id")
    )
    check_ins: list[CheckIn] = []
    answers: list[tuple[CheckIn, dict[int, int | None]]] = []
    facts, kept_out, count = [], [], 0
    for owner in owners:
        shown = owner.member.user.email.split("@")[0] in ("parent", "adult")
        if not shown and rng.random() > RECORDS:
            continue
        count += 1
        for check_in, given in _of_one(rng, vocabulary, owner.patient, owner.member, today, times=6 if shown else rng.choice((1, 1, 1, 2, 2, 3, 5))):
            check_ins.append(check_in)
            answers.append((check_in, given))
        facts.append(
            SharedFacts(patient=owner.patient, age=shown or rng.random() < 0.7, onset=shown or rng.random() < 0.6, tumour=shown or rng.random() < 0.4)
        )
        if rng.random() < KEEPS_OUT:
            hidden = [pk for pk, severity in answers[-1][1].items() if severity]
            kept_out += [KeptOut(patient=owner.patient, symptom_id=pk) for pk in hidden[:1]]
    CheckIn.objects.bulk_create(check_ins)
    Observation.objects.bulk_create(
        [Observation(check_in=check_in, symptom_id=pk, severity=severity) for check_in, given in answers for pk, severity in given.items()],
        batch_size=2000,
    )
    SharedFacts.objects.bulk_create(facts, ignore_conflicts=True)
    KeptOut.objects.bulk_create(kept_out, ignore_conflicts=True)
    if count:
        profiles.rebuild(condition)
    return count


def _of_one(
    rng: Random, vocabulary: list[Term], patient, member: Member, today: date, *, times: int
) -> Iterator[tuple[CheckIn, dict[int, int | None]]]:
    """Give each check-in of one patient with its answers."""
    begun = severities(rng, picture(rng, vocabulary), vocabulary, tumour=patient.tumour_kind if patient.tumour == Tumour.FOUND else None)
    joined = timezone.localdate(member.joined_at) if member.joined_at else today - timedelta(days=30)
    asked = [term.pk for term in vocabulary if term.pk in begun or rng.random() < 0.55]
    for day, state in zip(_days(rng, today, joined, times), course(rng, begun, times), strict=True):
        given: dict[int, int | None] = {pk: state.get(pk, 0) for pk in asked}
        for pk in list(given):
            if rng.random() < UNKNOWN:
                given[pk] = None
        at = _instant(day)
        yield CheckIn(patient=patient, by=member, on=day, begun_at=at, changed_at=at, finished_at=at), given
