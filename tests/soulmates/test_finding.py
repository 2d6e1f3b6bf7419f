"""A symptom is found by its names, by other words and in spite of slips; what is far from all of them finds nothing."""

from functools import cache

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from soulmates.finding import MOST, find


@cache
def vocabulary():
    rows = yaml.safe_load((settings.BASE_DIR / "content" / "oms" / "symptoms.yaml").read_text(encoding="utf-8"))
    return tuple((row["slug"], (row["plain_name"], row["name"], *row["synonyms"])) for row in rows)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("flickering eyes", "opsoclonus"),
        ("flikering eyes", "opsoclonus"),
        ("dancing eyes", "opsoclonus"),
        ("OPSOCLONUS", "opsoclonus"),
        ("opsoclnous", "opsoclonus"),
        ("wakes up at night", "maintenance-insomnia"),
        ("night waking", "maintenance-insomnia"),
        ("ataksia", "ataxia"),
        ("tantrum", "severe-temper-tantrums"),
        ("being sick", "vomiting"),
        ("cannot swallow", "dysphagia"),
        ("twitching legs", "limb-myoclonus"),
        ("stopped walking", "inability-to-walk"),
    ],
)
def test_people_find_what_they_mean(typed, slug):
    assert slug in find(typed, vocabulary())[:3]


@pytest.mark.parametrize("typed", ["", "   ", "xxyyzzqq", "!!!", "the of and", "zebra crossing", "\x00\u202e"])
def test_what_is_near_nothing_finds_nothing(typed):
    assert find(typed, vocabulary()) == []


def test_every_name_finds_its_symptom():
    lost = [(name, slug) for slug, names in vocabulary() for name in names if slug not in find(name, vocabulary())]
    assert lost == []


def test_the_very_name_comes_first():
    wrong = [names[0] for slug, names in vocabulary() if find(names[0], vocabulary())[0] != slug]
    assert wrong == []


def test_one_missing_letter_does_not_hide_a_long_word():
    words = [(slug, names[1]) for slug, names in vocabulary() if len(names[1]) >= 8 and " " not in names[1]]
    lost = [name for slug, name in words if slug not in find(name[:3] + name[4:], vocabulary())]
    assert lost == []


@given(st.text(max_size=300))
@hypothesis_settings(deadline=None)
def test_whatever_is_typed_is_a_short_list(typed):
    assert len(find(typed, vocabulary())) <= MOST


def test_case_and_accents_do_not_count():
    assert find("DÁNCING Ëyes", vocabulary())[0] == "opsoclonus"
