"""Patients: never a login, one owner, invitations that work once, a hand-over when the young person turns adult."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.actions import patients
from members.models.choices import Level, Relation, Tumour
from members.models.patient import GuardianInvitation, Patient
from tests.factories import ConditionFactory, UserFactory
from tests.members.people import consenting, patient_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent():
    return UserFactory().member


@pytest.fixture
def other():
    return consenting(UserFactory().member)


@pytest.fixture
def patient(parent):
    return patient_of(parent)


def test_a_patient_needs_consent(parent):
    with pytest.raises(patients.NotAllowed, match="consent"):
        patients.add_patient(by=parent, relation=Relation.PARENT, condition=ConditionFactory(), nickname="Bean")
    assert not Patient.objects.exists()


def test_only_guardians_see_a_patient(patient, parent, other):
    assert list(Patient.objects.visible_to(parent.user)) == [patient]
    assert not Patient.objects.visible_to(other.user).exists()
    assert not Patient.objects.visible_to(AnonymousUser()).exists()


def test_somebody_is_their_own_patient_once(parent):
    patient_of(parent, Relation.SELF)
    with pytest.raises(patients.NotAllowed, match="a record of your own"):
        patient_of(parent, Relation.SELF)


def test_an_account_keeps_a_bounded_number_of_records(parent, monkeypatch):
    monkeypatch.setattr(patients, "MOST_PATIENTS", 1)
    patient_of(parent)
    with pytest.raises(patients.NotAllowed, match="at most 1"):
        patient_of(parent)


@pytest.mark.parametrize(("level", "may_change"), [(Level.VIEW, False), (Level.EDIT, True)])
def test_a_second_guardian_may_what_the_invitation_says(patient, parent, other, level, may_change):
    code = patients.invite(patient=patient, by=parent, level=level)
    patients.accept(code=code, by=other)
    assert Patient.objects.visible_to(other.user).get() == patient
    assert Patient.objects.editable_by(other.user).exists() == may_change


def test_a_code_is_kept_as_a_digest_and_works_once(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    assert code not in str(list(GuardianInvitation.objects.values()))
    patients.accept(code=f" {code.upper()} ", by=other)
    with pytest.raises(patients.NotAllowed, match="not known, was used, or is too old"):
        patients.accept(code=code, by=consenting(UserFactory().member))


def test_an_old_code_is_refused(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    GuardianInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(patients.NotAllowed, match="too old"):
        patients.accept(code=code, by=other)


def test_only_the_owner_invites(patient, parent, other):
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.EDIT), by=other)
    for somebody in (other, consenting(UserFactory().member)):
        with pytest.raises(patients.NotAllowed):
            patients.invite(patient=patient, by=somebody, level=Level.VIEW)


def test_nobody_is_invited_to_own_a_record_but_by_a_hand_over(patient, parent):
    with pytest.raises(patients.NotAllowed, match="one owner"):
        patients.invite(patient=patient, by=parent, level=Level.OWNER)


def test_a_hand_over_makes_the_young_person_the_owner_and_the_parent_a_reader(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    guardian = patients.accept(code=code, by=other)
    assert (guardian.level, guardian.relation) == (Level.OWNER, Relation.SELF)
    assert patient.guardians.get(member=parent).level == Level.VIEW
    with pytest.raises(patients.NotAllowed):
        patients.delete_patient(patient=patient, by=parent)


def test_the_new_owner_ends_the_parents_access(patient, parent, other):
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True), by=other)
    patients.remove_guardian(guardian=patient.guardians.get(member=parent), by=other)
    assert not Patient.objects.visible_to(parent.user).exists()


def test_a_guardian_leaves_by_themselves_but_ends_nobody_elses_access(patient, parent, other):
    third = consenting(UserFactory().member)
    for member in (other, third):
        patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.EDIT), by=member)
    with pytest.raises(patients.NotAllowed):
        patients.remove_guardian(guardian=patient.guardians.get(member=third), by=other)
    patients.remove_guardian(guardian=patient.guardians.get(member=other), by=other)
    assert patient.guardians.count() == 2


def test_the_owner_cannot_slip_away(patient, parent):
    with pytest.raises(patients.NotAllowed, match="Hand the record over, or delete it"):
        patients.remove_guardian(guardian=patient.guardians.get(), by=parent)


@pytest.mark.parametrize(
    "answers",
    [
        {"onset_month": 5},
        {"onset_year": 2020, "onset_month": 13},
        {"diagnosis_month": 0, "diagnosis_year": 2020},
        {"tumour_kind": "x", "tumour": Tumour.NOT_FOUND},
    ],
)
def test_the_database_refuses_what_cannot_be(parent, answers):
    consenting(parent)
    with pytest.raises(IntegrityError), transaction.atomic():
        patient_of(parent, **answers)


def test_a_record_has_one_owner_in_the_database(patient):
    with pytest.raises(IntegrityError), transaction.atomic():
        patient.guardians.create(member=UserFactory().member, relation=Relation.OTHER, level=Level.OWNER)
