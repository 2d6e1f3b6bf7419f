"""People who are compared: a member with a patient, answers and consents, known to matching."""

from datetime import timedelta

from django.utils import timezone

from members import consents
from members.actions.patients import add_patient
from members.models.choices import Relation, Role
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Patient
from soulmates.actions import profiles
from soulmates.actions.matches import share
from tests.factories import UserFactory
from tests.soulmates.factories import check_in_of, symptom

YES = (Purpose.HEALTH, Purpose.CARER, Purpose.MATCHING)


def somebody(name: str, *, days: int = 30, role: str = Role.PARENT, **fields) -> Member:
    """Return a member who joined some days ago, without any consent."""
    member = UserFactory().member
    member.pseudonym, member.pseudonym_skeleton, member.role = name, name.lower(), role
    member.joined_at = timezone.now() - timedelta(days=days)
    for field, value in fields.items():
        setattr(member, field, value)
    member.save()
    return member


def recorded(member: Member, condition, answers: dict[str, int | None], *, relation=Relation.PARENT, nickname="Bean", days_ago=1, **about) -> Patient:
    """Return a new patient of a member with a check-in. answers: {plain name of a symptom: severity}."""
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=member, purpose=purpose, form="test")
    patient = add_patient(by=member, relation=relation, condition=condition, nickname=nickname, **about)
    if answers:
        check_in_of(patient, {symptom(condition, plain): severity for plain, severity in answers.items()}, days_ago=days_ago, by=member)
        profiles.refresh([patient.pk])
    return patient


def matched(name: str, condition, answers: dict[str, int | None], *, consented=YES, days: int = 30, fields: dict | None = None, **about) -> Patient:
    """Return a patient who is compared with others; their only guardian is a new member of this name."""
    member = somebody(name, days=days, **(fields or {}))
    patient = recorded(member, condition, answers, **about)
    for purpose in consented:
        consents.give(member=member, purpose=purpose, form="test")
    return patient


def openly(patient: Patient) -> Patient:
    """Let a side show every fact beside symptoms, but for a place; return the patient."""
    owner = owner_of(patient)
    Member.objects.filter(pk=owner.pk).update(languages=["en"])
    share(patient=patient, by=owner, age=True, onset=True, tumour=True)
    return patient


def owner_of(patient: Patient) -> Member:
    """Return who owns a record."""
    return patient.guardians.get(level="owner").member
