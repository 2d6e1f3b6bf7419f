"""Comparing texts word by word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions.diffing import Changed, Piece, Unchanged, compare, is_changed, units_of

WORDS = st.sampled_from(["the", "child", "sleeps", "badly", "at", "night", "often.", "[@S1]", "[@S2 @S3]", "- item", "don’t", "32", ",", "  "])
UNITS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), max_size=8)


def read(stretches, without):
    parts = []
    for stretch in stretches:
        if isinstance(stretch, Unchanged):
            parts += stretch.units
        else:
            text = "".join(piece.text for piece in stretch.pieces if piece.kind != without)
            parts += text.split("\n") if text else []
    return parts


@given(UNITS, UNITS)
def test_both_texts_can_be_read_from_a_comparison(old, new):
    stretches = compare(old, new)
    assert read(stretches, without="ins") == old
    assert read(stretches, without="del") == new
    assert is_changed(stretches) == (old != new)


@given(st.text(alphabet="ab .[]@#|-\n\t’é漢"), st.text(alphabet="ab .[]@#|-\n\t’é漢"))
def test_any_text_can_be_compared(old, new):
    stretches = compare(units_of(old), units_of(new))
    assert read(stretches, without="ins") == units_of(old)
    assert read(stretches, without="del") == units_of(new)


def test_a_changed_word_is_shown_as_one_word_out_and_one_in():
    [changed] = compare(["In one study of 51 children it was common.[@S1]"], ["In one study of 53 children it was common.[@S1]"])
    assert changed == Changed(
        (Piece("same", "In one study of "), Piece("del", "51"), Piece("ins", "53"), Piece("same", " children it was common.[@S1]")),
    )


def test_a_changed_mark_is_shown_whole():
    [changed] = compare(["It is rare.[@S1]"], ["It is rare.[@S1 @S2]"])
    assert changed.pieces[1:] == (Piece("del", "[@S1]"), Piece("ins", "[@S1 @S2]"))


def test_a_space_between_two_changed_words_does_not_tear_them_apart():
    [changed] = compare(["We saw many ill children here today."], ["We saw two sick children here today."])
    assert Piece("del", "many ill") in changed.pieces
    assert Piece("ins", "two sick") in changed.pieces


def test_unchanged_paragraphs_stay_whole_around_a_change():
    old = ["One.", "Two.", "Three is here.", "Four."]
    new = ["One.", "Two.", "Three was here.", "Four."]
    first, changed, last = compare(old, new)
    assert first == Unchanged(("One.", "Two."))
    assert isinstance(changed, Changed)
    assert last == Unchanged(("Four.",))


def test_texts_with_little_in_common_are_shown_one_after_the_other():
    [changed] = compare(["Nobody knows how it begins."], ["Ask your team which tests make sense, and when."])
    assert [piece.kind for piece in changed.pieces] == ["del", "ins"]


def test_a_new_text_is_all_inserted():
    [changed] = compare([], ["One.", "Two."])
    assert changed.pieces == (Piece("ins", "One.\nTwo."),)


def test_units_are_paragraphs_headings_items_and_rows():
    text = "## Head\nOne line\nand its rest.\n\n- first\n  goes on\n- second\n  - inner\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert units_of(text) == [
        *("## Head", "One line and its rest.", "- first goes on", "- second", "  - inner"),
        *("| a | b |", "| --- | --- |", "| 1 | 2 |"),
    ]


def test_new_soft_line_breaks_are_no_change():
    assert not is_changed(compare(units_of("One two\nthree."), units_of("One two three.")))


def test_paragraphs_that_changed_side_by_side_are_compared_one_by_one():
    first, second = compare(["One child sleeps.", "Two children play."], ["One child wakes.", "Two children sing."])
    assert first.pieces == (Piece("same", "One child "), Piece("del", "sleeps."), Piece("ins", "wakes."))
    assert second.pieces[1:] == (Piece("del", "play."), Piece("ins", "sing."))


@pytest.mark.parametrize("words", [700, 20_000])
def test_long_texts_are_compared_quickly(words):
    old = " ".join(f"word{number % 300}" for number in range(words))
    started = time.perf_counter()
    compare([old], [old.replace("word7 ", "other ")])
    assert time.perf_counter() - started < 5
