"""Marks, links, blocks and sentences of reference texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions.loading.checks import ancestors_of, find_cycle
from conditions.marks import blocks, cited_keys, links_of, sentences, without_marks


def test_keys_come_in_order_of_first_use_without_our_own():
    assert cited_keys("a[@S2] b[@us @S1]", "c[@S2 @S3b]") == ["S2", "S1", "S3b"]


def test_links_give_kind_and_slug():
    assert links_of("[a](topic:b-c) and [d](symptom:e), not [f](https://g.example)") == [("topic", "b-c"), ("symptom", "e")]


def test_without_marks_keeps_the_words():
    assert without_marks("So [they say](topic:a).[@S1 @us]") == "So they say."


def test_blocks_are_paragraphs_items_and_rows():
    text = "## Head\n\nOne\nstill one.\n\n- two\n- three\n  goes on\n\n| a | b |\n| --- | --- |\n| four | five |"
    assert blocks(text) == ["One still one.", "two", "three goes on", "| four | five |"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("One. Two? Three!", 3), ("In 3.5 of 4 cases. Yes.", 2), ("Say e.g. this. Then that.", 2), ("- one\n- two", 2), ("", 0)],
)
def test_sentences_are_counted(text, count):
    assert len(sentences(text)) == count


def test_a_circle_is_found_and_told():
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["a"], "d": []}) in (["a", "b", "c", "a"], ["b", "c", "a", "b"], ["c", "a", "b", "c"])


def test_a_diamond_is_no_circle():
    assert find_cycle({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}) == []


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=3), max_size=9))
def test_a_circle_is_found_exactly_when_a_term_lies_above_itself(numbers):
    parents = {str(term): [str(parent) for parent in above] for term, above in numbers.items()}
    assert bool(find_cycle(parents)) == any(term in ancestors_of(term, parents) for term in parents)
