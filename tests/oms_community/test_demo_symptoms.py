"""What the generated patients have: as much as a family would tick, as often as the reference says, and enough of it for the thresholds."""

from collections import Counter
from datetime import date
from random import Random
from statistics import mean, median

import pytest
import yaml
from django.conf import settings

from conditions.models.pages import ConditionSymptom
from members.models.choices import Tumour
from members.models.consent import Purpose
from oms_community.demo import people, symptoms

TODAY = date(2026, 3, 14)
MANY = 1500
CLASSES = {"very-frequent": (0.80, 0.99), "frequent": (0.30, 0.79), "occasional": (0.05, 0.29)}


@pytest.fixture(scope="module")
def rows():
    """The vocabulary of the reference, as its file says it."""
    return yaml.safe_load((settings.BASE_DIR / "content" / "oms" / "symptoms.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vocabulary(rows):
    """The same for the generator; the number of a term is its line."""
    return [
        symptoms.Term(at, row["category"], symptoms.share(row["hpo_id"], row["frequency"] or "", row["support"]), symptoms.TUMOURS.get(row["hpo_id"]))
        for at, row in enumerate(rows)
    ]


def at_a_check_in(rng, vocabulary, *, tumour=None):
    """Return what one patient has at the last of some check-ins."""
    begun = symptoms.severities(rng, symptoms.picture(rng, vocabulary), vocabulary, tumour=tumour)
    return {pk for pk, severity in symptoms.course(rng, begun, rng.choice((1, 1, 1, 2, 2, 3, 5)))[-1].items() if severity}


def test_the_classes_of_the_reference_are_those_of_the_generator():
    assert set(CLASSES) == set(symptoms.DOCUMENTED) == set(ConditionSymptom.Frequency.values) & set(CLASSES)


def test_a_check_in_names_about_as_many_symptoms_as_a_family_would(vocabulary):
    rng = Random(1)
    numbers = [len(at_a_check_in(rng, vocabulary)) for _count in range(MANY)]
    assert 12 <= mean(numbers) <= 18
    assert 12 <= median(numbers) <= 18
    assert min(numbers) < 6
    assert max(numbers) < 50


def test_each_symptom_is_as_frequent_as_its_class_says_although_patients_differ(rows, vocabulary):
    rng, counted = Random(2), Counter()
    for _count in range(MANY):
        counted.update(symptoms.severities(rng, symptoms.picture(rng, vocabulary), vocabulary, tumour=None).keys())
    for term, row in zip(vocabulary, rows, strict=True):
        if term.tumour is None:
            assert abs(counted[term.pk] / MANY - term.share) < 0.05, row["plain_name"]
            least, most = CLASSES.get(row["frequency"], (0, 0.5))
            assert least <= term.share <= most, row["plain_name"]


def test_tumours_are_those_of_the_record_and_no_other(rows, vocabulary):
    rng = Random(3)
    names = {term.pk: rows[term.pk]["name"] for term in vocabulary if term.tumour is not None}
    assert len(names) == len(symptoms.TUMOURS)

    def found(tumour):
        return {names[pk] for _count in range(60) for pk in at_a_check_in(rng, vocabulary, tumour=tumour) if pk in names}

    assert found(None) == set()
    assert found("") == {"Neoplasm"}
    assert found("Neuroblastoma") == {"Neoplasm", "Neuroblastoma"}
    assert len(found("Breast")) == 2


def test_enough_patients_are_counted_for_a_report_and_enough_families_for_a_first_map(vocabulary):
    rng, reported, by_country = Random(4), Counter(), Counter()
    for person in people.plan(Random(1), TODAY, number=people.MEMBERS):
        if Purpose.MAP in person.purposes:
            by_country[person.country] += 1
        if person.patient and Purpose.STATISTICS in person.purposes and rng.random() < symptoms.RECORDS:
            tumour = person.patient.get("tumour_kind", "") if person.patient["tumour"] == Tumour.FOUND else None
            reported.update(at_a_check_in(rng, vocabulary, tumour=tumour))
    assert sum(number >= 10 for number in reported.values()) > 40
    assert sum(number >= settings.MAP_K for number in by_country.values()) >= 8
