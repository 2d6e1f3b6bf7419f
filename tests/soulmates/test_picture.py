"""The picture of a patient: the newest answer to each symptom; and the pages on which symptoms are asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.models.choices import Relation
from members.models.patient import Patient
from soulmates.models.check_in import CheckIn
from soulmates.picture import Answer, Entry, current, steps_of, symptoms_of
from tests.factories import ConditionFactory, ConditionSymptomFactory, SymptomFactory, UserFactory
from tests.members.people import patient_of
from tests.soulmates.factories import check_in_of, symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    patient = patient_of(UserFactory().member, Relation.PARENT)
    patient.condition = with_symptoms()
    patient.save()
    return patient


def day(days_ago):
    return timezone.localdate(timezone.now() - timedelta(days=days_ago))


def test_who_has_no_check_in_has_no_picture(patient):
    assert current([patient.pk]) == {}


def test_the_newest_answer_to_each_symptom_stands(patient):
    eyes, sleep = symptom(patient.condition, "Dancing eyes"), symptom(patient.condition, "Sleep problems")
    check_in_of(patient, {eyes: 4, sleep: 2}, days_ago=30)
    check_in_of(patient, {eyes: 1}, days_ago=2)
    assert current([patient.pk]) == {patient.pk: {eyes.pk: Answer(1, day(2)), sleep.pk: Answer(2, day(30))}}


def test_the_day_decides_and_not_when_it_was_written_down(patient):
    eyes = symptom(patient.condition, "Dancing eyes")
    check_in_of(patient, {eyes: 1}, days_ago=2)
    late = check_in_of(patient, {eyes: 4}, days_ago=0)
    CheckIn.objects.filter(pk=late.pk).update(on=day(40))
    assert current([patient.pk])[patient.pk][eyes.pk] == Answer(1, day(2))


def test_on_one_day_the_one_that_was_saved_later_stands(patient):
    eyes = symptom(patient.condition, "Dancing eyes")
    first, second = check_in_of(patient, {eyes: 1}), check_in_of(patient, {eyes: 3})
    assert current([patient.pk])[patient.pk][eyes.pk].severity == 3
    CheckIn.objects.filter(pk=first.pk).update(finished_at=second.finished_at + timedelta(seconds=1))
    assert current([patient.pk])[patient.pk][eyes.pk].severity == 1


def test_at_the_same_moment_the_later_row_stands(patient):
    eyes = symptom(patient.condition, "Dancing eyes")
    check_in_of(patient, {eyes: 1})
    check_in_of(patient, {eyes: 2})
    CheckIn.objects.update(finished_at=timezone.now())
    assert current([patient.pk])[patient.pk][eyes.pk].severity == 2


def test_i_do_not_know_replaces_what_was_said_before(patient):
    eyes = symptom(patient.condition, "Dancing eyes")
    check_in_of(patient, {eyes: 4}, days_ago=3)
    check_in_of(patient, {eyes: None})
    assert current([patient.pk])[patient.pk][eyes.pk] == Answer(None, day(0))


def test_unfinished_and_deleted_check_ins_count_nowhere(patient):
    eyes = symptom(patient.condition, "Dancing eyes")
    check_in_of(patient, {eyes: 1}, days_ago=9)
    check_in_of(patient, {eyes: 4}, finished=False)
    gone = check_in_of(patient, {eyes: 3}, days_ago=1)
    CheckIn.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    assert current([patient.pk])[patient.pk][eyes.pk].severity == 1


def test_many_patients_take_one_query_by_list_and_by_query(patient, django_assert_num_queries):
    eyes = symptom(patient.condition, "Dancing eyes")
    others = [Patient.objects.create(condition=patient.condition, nickname=f"N{number}") for number in range(20)]
    owner = patient.guardians.get().member
    for number, other in enumerate(others):
        check_in_of(other, {eyes: number % 5}, by=owner)
    with django_assert_num_queries(1):
        by_list = current(other.pk for other in others)
    with django_assert_num_queries(1):
        by_query = current(Patient.objects.filter(nickname__startswith="N").values("pk"))
    assert by_list == by_query == {other.pk: {eyes.pk: Answer(number % 5, day(0))} for number, other in enumerate(others)}


def names(entries):
    return [entry.symptom.plain_name for entry in entries]


def test_common_symptoms_are_asked_rarer_ones_folded_and_the_rest_found_by_typing():
    entries = symptoms_of(with_symptoms())
    assert [entry.category for entry in entries] == ["eyes"] * 4 + ["movement"] * 3 + ["sleep"] * 4
    assert names(entry for entry in entries if entry.offered) == ["Squint"]
    assert names(entry for entry in entries if not entry.asked and not entry.offered) == ["Nightmares"]


def test_a_documented_frequency_alone_gets_a_place_on_the_page():
    row = ConditionSymptomFactory(support="differential", frequency="occasional")
    (entry,) = symptoms_of(row.condition)
    assert (entry.asked, entry.offered) == (False, True)


def test_a_tumour_is_asked_in_the_record_and_not_by_how_strong_it_is():
    one = SymptomFactory(ancestors=["HP:0002664", "HP:0000118"])
    row = ConditionSymptomFactory(symptom=one, support="common")
    (entry,) = symptoms_of(row.condition)
    assert (entry.asked, entry.offered) == (False, False)


def test_each_category_is_a_page():
    condition = with_symptoms()
    assert [(step.key, step.title, len(step.entries)) for step in steps_of(condition, symptoms_of(condition))] == [
        ("eyes", "Eye movements", 4),
        ("movement", "Movement", 3),
        ("sleep", "Sleep", 4),
    ]


def test_neighbouring_small_categories_share_a_page_and_none_is_lost():
    keys = ["a", "b", "c", "big", "d", "none"]
    condition = ConditionFactory(symptom_categories=[{"key": key, "title": key.upper()} for key in keys])
    for key, number in (("a", 1), ("b", 2), ("c", 2), ("big", 3), ("d", 1)):
        for _number in range(number):
            ConditionSymptomFactory(condition=condition, category=key, support="core", frequency="")
    ConditionSymptomFactory(condition=condition, category="none", support="uncertain", frequency="")
    steps = steps_of(condition, symptoms_of(condition))
    assert [(step.key, step.title, [key for key, _title, _entries in step.groups]) for step in steps] == [
        ("a", "", ["a", "b", "c"]),
        ("big", "BIG", ["big"]),
        ("d", "D", ["d", "none"]),
    ]


def test_a_category_that_the_condition_does_not_name_is_not_lost():
    row = ConditionSymptomFactory(category="of an older file")
    (step,) = steps_of(row.condition, symptoms_of(row.condition))
    assert [entry.page for entry in step.entries] == [row]
    assert isinstance(step.entries[0], Entry)
