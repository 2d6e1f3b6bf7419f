"""What tests of soulmates build on: a condition with symptoms in categories, and check-ins of a patient."""

from datetime import timedelta

from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from conditions.models.vocabulary import AncestorTerm
from members import consents
from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.member import NEW_POSTS, Member
from members.models.patient import Guardian, Patient
from soulmates.actions import profiles
from soulmates.models.check_in import CheckIn, Observation
from tests.factories import ConditionFactory, ConditionSymptomFactory, SymptomFactory, UserFactory

CATEGORIES = ({"key": "eyes", "title": "Eye movements"}, {"key": "movement", "title": "Movement"}, {"key": "sleep", "title": "Sleep"})
_SUPPORT = ConditionSymptom.Support
# category, plain name, support, synonyms
SYMPTOMS = (
    ("eyes", "Dancing eyes", _SUPPORT.CORE, ["flickering eyes", "eyes darting about"]),
    ("eyes", "Eyes flutter in bursts", _SUPPORT.COMMON, ["shimmering eyes"]),
    ("eyes", "Quick eye jumps", _SUPPORT.COMMON, []),
    ("eyes", "Squint", _SUPPORT.REPORTED, ["crossed eyes"]),
    ("movement", "Sudden jerks", _SUPPORT.CORE, ["twitches"]),
    ("movement", "Shaking", _SUPPORT.COMMON, ["tremor"]),
    ("movement", "Clumsy", _SUPPORT.COMMON, ["bumps into things"]),
    ("sleep", "Sleep problems", _SUPPORT.CORE, ["poor sleep"]),
    ("sleep", "Wakes often at night", _SUPPORT.COMMON, ["night waking"]),
    ("sleep", "Takes long to fall asleep", _SUPPORT.COMMON, []),
    ("sleep", "Nightmares", _SUPPORT.UNCERTAIN, ["bad dreams"]),
)


def with_symptoms(condition: Condition | None = None) -> Condition:
    """Return a condition with the eleven made symptoms above in three categories; a given one gets them beside what it has."""
    condition = condition or ConditionFactory(symptom_categories=list(CATEGORIES))
    known = {category["key"] for category in condition.symptom_categories}
    condition.symptom_categories = [*condition.symptom_categories, *(one for one in CATEGORIES if one["key"] not in known)]
    condition.save()
    for category, name, support, synonyms in SYMPTOMS:
        symptom = SymptomFactory(plain_name=name, synonyms=synonyms)
        ConditionSymptomFactory(condition=condition, symptom=symptom, category=category, support=support, frequency="")
    return condition


def symptom(condition: Condition, name: str):
    """Return one of a condition's symptoms by its plain name."""
    return ConditionSymptom.objects.select_related("symptom").get(condition=condition, symptom__plain_name=name).symptom


def check_in_of(patient: Patient, answers: dict, *, days_ago: int = 0, finished: bool = True, by=None, note: str = "") -> CheckIn:
    """Return a check-in, written straight into the tables: no profile follows it. answers: {symptom, or its id: 0-4, or None for "do not know"}."""
    by = by or patient.guardians.filter(level=Level.OWNER).get().member
    then = timezone.now() - timedelta(days=days_ago)
    check_in = CheckIn.objects.create(
        patient=patient, by=by, on=timezone.localdate(then), note=note, begun_at=then, changed_at=then, finished_at=then if finished else None
    )
    Observation.objects.bulk_create(
        Observation(check_in=check_in, symptom_id=getattr(one, "pk", one), severity=severity) for one, severity in answers.items()
    )
    return check_in


def counted_patient(condition: Condition, answers: dict, *purposes: str, **member) -> Patient:
    """Return a patient whose owner agreed to health data and to counts (or to `purposes` instead), with one check-in.

    member: fields of the owner, who is past the limits of new members.
    """
    owner = UserFactory().member
    member = {"joined_at": timezone.now() - timedelta(days=30), "kept_posts": NEW_POSTS, **member}
    for purpose in purposes or (Purpose.HEALTH, Purpose.STATISTICS):
        consents.give(member=owner, purpose=purpose, form="test")
    patient = Patient.objects.create(condition=condition, nickname="Bean")
    Guardian.objects.create(patient=patient, member=owner, relation=Relation.PARENT, level=Level.OWNER)
    Member.objects.filter(pk=owner.pk).update(**member)
    check_in_of(patient, answers, by=owner)
    return patient


# Terms of a condition on which matching is tried: plain name, what stands right above it, information.
KINDS = (("eyes", "Dancing eyes", 6.0), ("eyes", "Flutter", 6.5), ("eyes", "Squint", 3.0), ("sleep", "Night waking", 4.0), ("sleep", "Snoring", 3.5))
ALONE = (("Shaking", 2.5), ("Rash", 5.0))


def with_kinds() -> Condition:
    """Return a condition whose symptoms have kinds above them: three of the eyes, two of sleep (itself a symptom), and two that stand alone."""
    condition = ConditionFactory()
    root, _made = AncestorTerm.objects.get_or_create(hpo_id="HP:0000118", defaults={"name": "Abnormality", "ic": 0.0, "n_diseases": 12_680})
    eyes, _made = AncestorTerm.objects.get_or_create(
        hpo_id="HP:0000478", defaults={"name": "Abnormality of the eye", "ic": 1.5, "n_diseases": 3000, "is_a": [root.pk]}
    )
    sleep = SymptomFactory(plain_name="Sleep problems", ic=2.0)
    ConditionSymptomFactory(condition=condition, symptom=sleep)
    kinds = {"eyes": eyes.hpo_id, "sleep": sleep.hpo_id}
    for kind, name, ic in KINDS:
        symptom = SymptomFactory(plain_name=name, ic=ic, is_a=[kinds[kind]], ancestors=[kinds[kind], root.pk])
        ConditionSymptomFactory(condition=condition, symptom=symptom)
    for name, ic in ALONE:
        ConditionSymptomFactory(condition=condition, symptom=SymptomFactory(plain_name=name, ic=ic))
    return condition


def compared(condition: Condition, answers: dict[str, int | None], *, days: int = 3, **member) -> Patient:
    """Return a patient who is in matching: the owner joined some days ago and agreed. answers: by plain name. member: fields of the owner."""
    owner = UserFactory().member
    Member.objects.filter(pk=owner.pk).update(joined_at=timezone.now() - timedelta(days=days), **member)
    for purpose in (Purpose.HEALTH, Purpose.MATCHING):
        consents.give(member=owner, purpose=purpose, form="test")
    patient = Patient.objects.create(condition=condition, nickname="Bean")
    Guardian.objects.create(patient=patient, member=owner, relation=Relation.PARENT, level=Level.OWNER)
    check_in_of(patient, {symptom(condition, name): severity for name, severity in answers.items()}, by=owner)
    profiles.refresh([patient.pk])
    return patient


def owner_of(patient: Patient) -> Member:
    """Return who owns a patient's record, read anew, with the account."""
    return patient.guardians.select_related("member__user").get(level=Level.OWNER).member
