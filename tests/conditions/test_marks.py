"""Marks, links, blocks and sentences of reference texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions.loading.checks import ancestors_of, find_cycle
from conditions.marks import blocks, cited_keys, links_of, sentences, without_marks
from conditions.text_rules import faults_of, unmarked_blocks


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


KNOWN = {("topic", "known"), ("page", "help-now")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is rare.[@S1]\n\nSo we think.[@us]",
        "Two things count:\n\n- one[@S1]\n- two[@S1 @us]",
        "See [the page](topic:known) for more.",
        "## Head\n\nOne.[@S1]\n\n### Below\n\nTwo.[@S1]\n\n## Next\n\nThree.[@S1]",
        "| a | b |\n| --- | --- |\n| 1 | 2[@S1] |",
        "One.[@S1]\n\n---\n\nTwo.[@S1]",
        "- one[@S1]\n---\nTwo.[@S1]",
        "[Elsewhere](https://example.org/a) it says more.[@S1]",
    ],
)
def test_a_text_that_is_right_has_no_faults(text):
    assert faults_of(text, {"S1"}, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "words", "piece"),
    [
        ("A.[@S1 @S7]", "There is no source S7.", "[@S1 @S7]"),
        ("A.[@][@S1]", "“[@]” is no mark: write [@S1].", "[@]"),
        ("A.[@ ][@S1]", "“[@]” is no mark: write [@S1].", "[@ ]"),
        ("A.[@S1 and more][@S1]", "“[@S1 and more]” is no mark: write [@S1].", "[@S1 and more]"),
        ("A.[@S1] B.[@S1 and more words", "“[@S1 and more words” is no mark: write [@S1].", "[@S1 and more words"),
        ("A.[S1][@S1]", "“[S1]” is no mark: write [@S1].", "[S1]"),
        ("[A](topic:none).[@S1]", "The link topic:none leads nowhere.", "(topic:none)"),
        ("[A](/known/).[@S1]", "The link (/known/) is none we know: write topic:, symptom:, treatment: or page:.", "(/known/)"),
        ("[A](javascript:x).[@S1]", "The link (javascript:x) is none we know: write topic:, symptom:, treatment: or page:.", "(javascript:x)"),
        ("![A](https://a.example/b.png) B.[@S1]", "“![A](https://a.example/b.png)” is shown nowhere", "![A](https://a.example/b.png)"),
        ("# A\n\nB.[@S1]", "Headings begin at ##", "# A"),
        ("A\n===\n\nB.[@S1]", "Headings begin at ##", "A"),
        ("A[@S1]\n---\n\nB.[@S1]", "“A[@S1]” is made a heading by the line below it: write ##.", "A[@S1]"),
        ("##A\n\nB.[@S1]", "“##A” is no heading: leave a space after #.", "##A"),
        ("### A\n\nB.[@S1]", "“A” skips a level of headings.", "### A"),
        ("## A\n\n#### B\n\nC.[@S1]", "“B” skips a level of headings.", "#### B"),
        ("## *All*\n\nB.[@S1]", "The page has a part called “All” already: choose other words for this heading.", "## *All*"),
        ("## C1\n\nB.[@S1]", "The page has a part called “C1” already: choose other words for this heading.", "## C1"),
        ("A.\n\nB.[@S1]", "“A.” has no source", "A."),
        ("- one\n- two[@S1]", "“one” has no source", "one"),
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", "“| 1 | 2 |” has no source", "| 1 | 2 |"),
    ],
)
def test_each_fault_is_told_with_its_piece_of_the_text(text, words, piece):
    found = faults_of(text, {"S1"}, KNOWN)
    assert [(message.startswith(words), where) for message, where in found if message.startswith(words)] == [(True, piece)], found
    assert piece in text


def test_a_short_text_needs_no_mark_in_every_block():
    assert faults_of("Unsteady movement.", {"S1"}, KNOWN, every_block=False) == []


def test_a_block_that_only_points_needs_no_mark_while_it_is_short_and_names_no_number():
    pointing = "See [the page](topic:known)."
    assert unmarked_blocks(pointing) == []
    assert unmarked_blocks(f"{pointing} In 9 of 10.") == [f"{pointing} In 9 of 10."]
    assert unmarked_blocks(f"{pointing} {'word ' * 30}.") != []


@given(st.text(alphabet="[]()@S1#=-|! \nab:*", max_size=80))
def test_any_text_gets_an_answer_and_each_piece_stands_in_it(text):
    for message, piece in faults_of(text, {"S1"}, KNOWN):
        assert message
        assert piece in text
