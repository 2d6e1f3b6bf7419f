"""Whoever keeps something about a member answers for it."""

import json

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from members import consents, data_rights, own_part
from members.actions import people
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Patient
from members.models.user import User
from tests.factories import UserFactory
from tests.members.people import patient_of


def _paths_to_people():
    """Return the labels of models from which a chain of foreign keys leads to an account or a member."""
    people_models, found = {User, Member}, {User, Member}
    grown = True
    while grown:
        grown = False
        for model in apps.get_models(include_auto_created=True):
            targets = {field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation and field.related_model}
            if model not in found and targets & (found if model._meta.app_label == "members" else people_models):
                found.add(model)
                grown = True
    return {model._meta.label for model in found if not model._meta.auto_created}


def test_every_model_with_a_path_to_a_member_is_answered_for():
    answered = {label for part in data_rights.parts() for label in part.models}
    assert _paths_to_people() - answered == set()


def test_no_part_answers_for_what_is_not_there():
    labels = {model._meta.label for model in apps.get_models()}
    assert {label for part in data_rights.parts() for label in part.models} <= labels


def test_a_model_is_answered_for_once():
    with pytest.raises(ValueError, match="members.Patient"):
        data_rights.register(data_rights.Part("again", frozenset({"members.Patient"}), dict, dict))
    with pytest.raises(ValueError, match="registered already"):
        data_rights.register(own_part.PART)


CANARY = "canary-7f3a"


@pytest.fixture
def member():
    member = UserFactory(email=f"{CANARY}@example.org").member
    people.rename(member=member, to=f"{CANARY.title()} Mika")
    member.about = f"{CANARY} text"
    member.save()
    patient_of(member, tumour="found", tumour_kind=CANARY)
    Patient.objects.update(nickname=CANARY)
    people.block(member=member, other=UserFactory().member)
    people.mute(member=UserFactory().member, other=member)
    return member


def _everything_in_the_database():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, str(row)) for row in cursor.fetchall())


@pytest.mark.django_db
def test_an_export_holds_what_is_kept_and_no_other_person(member):
    other = UserFactory().member
    people.rename(member=other, to="Somebody Else")
    people.block(member=member, other=other)
    text = json.dumps(own_part.export(member), cls=DjangoJSONEncoder)
    assert f"{CANARY}@example.org" in text
    assert json.loads(text)["patients"][0]["nickname"] == CANARY
    assert "Somebody Else" not in text


@pytest.mark.django_db
def test_after_an_erase_nothing_is_left_in_any_table(member):
    own_part.erase(member)
    assert [table for table, row in _everything_in_the_database() if CANARY in row.lower()] == []
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_the_canary_is_found_while_the_member_is_there(member):
    tables = {table for table, row in _everything_in_the_database() if CANARY in row.lower()}
    assert {"members_user", "members_member", "members_patient"} <= tables


@pytest.mark.django_db
def test_a_consent_stays_as_proof_without_a_person(member):
    own_part.erase(member)
    consent = Consent.objects.filter(purpose=Purpose.HEALTH).get()
    assert consent.member is None
    assert consent.withdrawn_at is not None
    Consent.objects.update(
        withdrawn_at=timezone.now() - own_part.PROOF_LASTS - timezone.timedelta(days=1), given_at=timezone.now() - own_part.PROOF_LASTS * 2
    )
    assert own_part.forget_old_proofs() == 2


@pytest.mark.django_db
def test_a_record_that_another_guardian_keeps_outlives_the_member(member):
    other = UserFactory().member
    patient = Patient.objects.get()
    patient.guardians.create(member=other, relation=Relation.PARENT, level=Level.EDIT)
    own_part.erase(member)
    guardian = patient.guardians.get()
    assert (guardian.member, guardian.level) == (other, Level.OWNER)


@pytest.mark.django_db
def test_a_reader_does_not_inherit_a_record(member):
    other = UserFactory().member
    Patient.objects.get().guardians.create(member=other, relation=Relation.OTHER, level=Level.VIEW)
    own_part.erase(member)
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_consents_end_with_the_member(member):
    consents.give(member=member, purpose=Purpose.EMAILS, form="x")
    own_part.erase(member)
    assert not Consent.objects.filter(withdrawn_at=None).exists()
