"""Weights: counted from who is listed, steadied, frozen for a day, made anew with the vocabulary."""

import math
from datetime import timedelta

import pytest
from django.utils import timezone

from soulmates import weights
from soulmates.actions import profiles
from soulmates.models.profile import MatchingState, MatchingWeights
from tests.factories import ConditionSymptomFactory, SymptomFactory
from tests.soulmates.factories import compared, symptom, with_kinds

pytestmark = pytest.mark.django_db


def older(hours):
    MatchingWeights.objects.update(made_at=timezone.now() - timedelta(hours=hours))


def test_the_first_patient_makes_the_first_weights_from_the_diseases_alone():
    condition = with_kinds()
    compared(condition, {"Rash": 1})
    made = MatchingState.objects.get().weights
    assert (made.version, made.patients) == (1, 0)
    assert made.table["ic"][symptom(condition, "Rash").hpo_id] == round(64 * 5.0)


def test_a_weight_is_counted_with_all_that_stands_below_and_smoothed():
    condition = with_kinds()
    for answers in ({"Flutter": 1}, {"Squint": 4}, {"Flutter": 2, "Rash": 1}, {"Rash": 1}):
        compared(condition, answers)
    older(30)
    assert weights.refresh_weights(condition)
    ic = MatchingState.objects.get().weights.table["ic"]
    assert ic[symptom(condition, "Flutter").hpo_id] == round(64 * -math.log((2 + 200 * math.exp(-6.5)) / 204))
    assert ic["HP:0000478"] == round(64 * -math.log((3 + 200 * math.exp(-1.5)) / 204))
    assert ic["HP:0000118"] == 0


def test_care_and_prior_are_settings(settings):
    settings.MATCHING_CARE, settings.MATCHING_PRIOR = 7, 0
    condition = with_kinds()
    for answers in ({"Flutter": 1}, {"Rash": 1}):
        compared(condition, answers)
    weights.refresh_weights(condition, again=True)
    made = MatchingState.objects.get().weights
    assert made.table["care"] == 7
    assert made.table["ic"][symptom(condition, "Flutter").hpo_id] == round(64 * math.log(2))
    assert weights.from_table(made.table, made.version).care == 7


def test_weights_are_frozen_for_a_day_and_stay_where_nothing_differs():
    condition = with_kinds()
    compared(condition, {"Rash": 1})
    assert not weights.refresh_weights(condition)
    older(24)
    assert weights.refresh_all() == "new weights for 1 conditions"
    older(24)
    assert not weights.refresh_weights(condition)
    assert MatchingState.objects.get().weights.version == 2


def test_a_new_term_makes_new_weights_at_once():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 1})
    new = SymptomFactory()
    ConditionSymptomFactory(condition=condition, symptom=new)
    profiles.refresh([patient.pk])
    made = MatchingState.objects.get().weights
    assert (made.version, new.hpo_id in made.table["terms"]) == (2, True)


def test_a_changed_place_in_the_ontology_makes_new_weights_without_waiting():
    condition = with_kinds()
    compared(condition, {"Rash": 1})
    rash = symptom(condition, "Rash")
    rash.is_a = ["HP:0000478"]
    rash.save()
    assert weights.refresh_weights(condition)


def test_more_information_is_never_above_less():
    condition = with_kinds()
    for answers in ({"Flutter": 1}, {"Squint": 4}, {"Sleep problems": 2}, {"Snoring": 1, "Night waking": 1}):
        compared(condition, answers)
    older(30)
    weights.refresh_weights(condition)
    made = weights.from_table(MatchingState.objects.get().weights.table, 2)
    for node, over in made.layout.parents.items():
        assert all(made.ic[node] >= made.ic[one] for one in over)


def test_counting_in_parts_gives_the_same(monkeypatch):
    condition = with_kinds()
    for answers in ({"Flutter": 1}, {"Squint": 4}, {"Rash": 2}, {"Snoring": 1, "Night waking": 1}, {"Rash": 1}):
        compared(condition, answers)
    whole = weights.make_table(condition)
    monkeypatch.setattr(weights, "AT_ONCE", 2)
    assert weights.make_table(condition) == whole
    assert whole[1] == 5
