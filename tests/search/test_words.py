"""Texts and queries as words: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import QUERY_LENGTH, QUERY_WORDS, clean, clean_query, fold, parts, query_words, text_words


@given(st.text())
def test_a_cleaned_text_has_no_control_character_and_is_not_changed_by_cleaning_again(text):
    cleaned = clean(text)
    assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text())
def test_a_query_is_short_and_its_words_are_few(text):
    query = clean_query(text)
    assert len(query) <= QUERY_LENGTH
    assert len(query_words(query, ["en"])) <= QUERY_WORDS


def test_a_query_loses_what_turns_the_direction_of_writing():
    assert clean_query("sleep\u202edoow\u2066") == "sleepdoow"


def test_a_query_may_be_combined_of_letters_and_accents():
    assert query_words(clean_query("e\u0301pilepsie"), ["fr"]) == ["épilepsie"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Will my child die?", ["child", "die"]),
        ('"shaking eyes" NEAR(5) -tumour*', ["shaking", "eyes", "near(5", "tumour"]),
        ("G25.3", ["g25.3"]),
        ("my child’s sleep, my child's sleep", ["child", "sleep"]),
        ("l'eau", ["l", "eau"]),
        ("नींद की समस्या", ["नींद", "की", "समस्या"]),
        ("😀 !!! --", []),
        ("the and of", []),
    ],
)
def test_a_query_is_read_as_words(text, words):
    assert query_words(text, ["en"]) == words


def test_a_stop_word_of_one_language_is_looked_for_when_another_has_none_of_it():
    assert query_words("die Augen", ["de"]) == ["die", "augen"]


def test_a_word_has_parts():
    assert parts("g25.3") == ["g25", "3"]


def test_words_of_a_text_are_worth_offering():
    assert text_words("The Tremor began", "in 2019, at 3 a.m.") == {"tremor", "began"}


def test_folding_forgets_case_and_accents():
    assert fold("Épilepsie") == fold("epilepsie")
