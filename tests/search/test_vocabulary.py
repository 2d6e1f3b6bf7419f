"""Which word was meant."""

import pytest

from search.vocabulary import _most_alike, _slips


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [("sleap", "sleep", 1), ("sleap", "slept", 2), ("traetment", "treatment", 1), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0)],
)
def test_slips_are_counted(typed, meant, slips):
    assert _slips(typed, meant) == slips


def test_of_two_words_as_like_the_one_with_fewer_slips_was_meant():
    assert _most_alike("sleap", {"slept": 1, "sleep": 2, "asleep": 3}) == "sleep"


def test_of_two_words_with_as_many_slips_the_one_met_first_was_meant():
    assert _most_alike("opsoclonis", {"opsoclonic": 7, "opsoclonus": 1}) == "opsoclonus"


def test_accents_make_no_difference():
    assert _most_alike("epilepsje", {"épilepsie": 1, "episode": 2}) == "épilepsie"


def test_a_word_like_none_has_no_alternative():
    assert _most_alike("zebrafinch", {"sleep": 1, "tremor": 2}) == ""
    assert _most_alike("sleep", {"sleep": 1}) == ""
