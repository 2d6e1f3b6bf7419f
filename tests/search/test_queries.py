"""What is found, in which order, and by whom; the same on every engine."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from search import queries, sources

HOSTILE = [
    "",
    " ",
    '"',
    '""',
    "'",
    "' OR 1=1 --",
    'sleep" OR "1',
    "AND",
    "sleep AND",
    "NOT sleep",
    "NEAR(sleep fear, 5)",
    "title: sleep",
    "{title} : sleep",
    "^sleep",
    "sleep*",
    "*",
    "* *",
    "sleep & | ! <-> :*",
    "sleep:*",
    "sleep:A",
    "\\",
    "sleep\\",
    "%",
    "%s %(x)s {0} {x}",
    "_",
    "(((((((((",
    "-" * 200,
    "sleep" * 400,
    "sleep " * 400,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 10,
    "x" * 2000,
    "\x00",
    "sl\x00eep",
    "\x02sleep\x03",
    "\ud800",
    "😀",
    "😀 sleep 👩‍👩‍👧",
    "שלום עולם",
    "\u202esleep\u202c",
    "مشاكل النوم",
    "眼睛 跳动",
    "é\u0301\u0302",
    "\u0301",
    "the of and",
    "<script>alert(1)</script>",
    "½ ² Ⅷ",
    "a.b.c.d http://example.org/?q=sleep user@example.org /etc/passwd 1.5e10 -3",
    "\n\r\t",
    "İSTANBUL ß ŉ",
]


def test_a_title_goes_before_a_text_that_says_it_often(leaves, titles):
    leaves.put("Nights", text="Sleep is hard. " * 40)
    leaves.put("Sleep", text="Waking at night.")
    leaves.put("Days", text="Sleep is hard. " * 40)
    leaves.put("Other", text="Something else.")
    assert titles("sleep")[0] == "Sleep"


def test_several_words_in_a_title_go_before_a_text_that_has_them_side_by_side(leaves, titles):
    leaves.put("Nights", text="The shaking eyes. " * 40)
    leaves.put("Eyes that keep shaking", text="What it is.")
    leaves.put("Other", text="Something else.")
    assert titles("shaking eyes")[0] == "Eyes that keep shaking"


def test_words_that_people_type_go_before_the_text(leaves, titles):
    leaves.put("Nights", text="Somebody said wobbly once, and wobbly again.")
    leaves.put("Ataxia", words="wobbly, unsteady", text="Walking is hard.")
    leaves.put("Other", text="Something else.")
    assert titles("wobbly") == ["Ataxia", "Nights"]


@pytest.mark.parametrize("text", ["seizure", "seizures", "Seizures", "SEIZURE", "seiz"])
def test_forms_of_a_word_find_each_other(leaves, titles, text):
    leaves.put("Plural", text="He had seizures.")
    leaves.put("Singular", text="A seizure came.")
    assert sorted(titles(text)) == ["Plural", "Singular"]


@pytest.mark.parametrize("text", ["épilepsie", "epilepsie", "Épilepsie", "e\u0301pilepsie"])
def test_accents_are_forgiven(leaves, titles, text):
    leaves.put("Avec", text="Une épilepsie rare.", language="fr")
    leaves.put("Sans", text="Une epilepsie rare.", language="fr")
    assert sorted(titles(text, languages=("fr",))) == ["Avec", "Sans"]


@pytest.mark.parametrize("text", ["G25.3", "g25.3", "anti-Hu", "ANTI-HU", "anti hu", "HP:0000639"])
def test_codes_and_names_of_several_parts_are_found(leaves, titles, text):
    leaves.put("Codes", text="The code is G25.3, the antibody anti-Hu, the term HP:0000639.")
    leaves.put("Other", text="Something else.")
    assert titles(text) == ["Codes"]


@pytest.mark.parametrize("text", ["He slept.Then woke", "slept/woke", "(slept)woke", "<slept and woke>", "slept_woke", "slept-woke", "slept&woke"])
def test_marks_between_words_hide_none(leaves, titles, text):
    leaves.put("Title", text=text)
    assert titles("slept woke") == ["Title"]


def test_a_short_word_is_no_beginning(leaves, titles):
    leaves.put("A diet", text="Of my child.")
    assert titles("child die") == ["A diet"]  # some of the words, not all
    leaves.put("Life", text="A child may die.")
    assert titles("child die") == ["Life", "A diet"]


def test_all_words_are_wanted_before_some(leaves, find):
    leaves.put("Sleep", text="Waking.")
    leaves.put("Sleep and rage", text="Waking and shouting.")
    both = find("sleep rage")
    assert [row.title for row in both.rows] == ["Sleep and rage", "Sleep"]
    assert (both.every, both.together) == (False, 1)
    some = find("sleep wobble")
    assert {row.title for row in some.rows} == {"Sleep", "Sleep and rage"}
    assert (some.every, some.together) == (False, 0)


def test_some_words_do_not_follow_where_enough_texts_have_all(leaves, find):
    for number in range(5):
        leaves.put(f"Sleep and rage {number}", text="Waking.")
    leaves.put("Sleep", text="Waking.")
    found = find("sleep rage")
    assert (len(found.rows), found.every) == (5, True)


def test_the_last_word_may_be_unfinished_and_the_first_may_not(leaves, titles):
    leaves.put("Rituximab", text="A medicine.")
    assert titles("medicine ritux") == ["Rituximab"]
    leaves.put("Medicines", text="Ritux is no word.")
    assert titles("ritux medicine")[0] == "Medicines"


def test_words_that_are_in_every_text_do_not_decide(leaves, titles):
    leaves.put("Life", text="A child may die of this, rarely.")
    leaves.put("Other", text="What will my family do with my child.")
    assert titles("will my child die") == ["Life", "Other"]


def test_only_such_words_find_nothing_and_the_page_can_say_why(leaves, find, django_assert_num_queries):
    leaves.put("The", text="The of and.")
    with django_assert_num_queries(0):
        results = find("the of")
    assert results.too_common
    assert not results.rows


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sleap", "sleep"), ("ataksia", "ataxia"), ("neuroblastona", "neuroblastoma"), ("neumonia", "pneumonia"), ("traetment", "treatment")],
)
def test_a_mistyped_word_has_a_suggestion_that_leads_somewhere(leaves, find, typed, meant):
    leaves.put("Nights", text="Sleep, ataxia and treatment of neuroblastoma and pneumonia. She slept, asleep, treated.")
    results = find(typed)
    assert not results.rows
    assert results.suggestion == meant
    assert find(results.suggestion).rows


def test_a_suggestion_leaves_out_what_resembles_nothing(leaves, find):
    leaves.put("Nights", text="Sleep and treatment.")
    assert find("sleap xxyyzzqq").suggestion == "sleep"
    assert find("xxyyzzqq").suggestion == ""


def test_a_word_that_nobody_may_see_is_not_suggested(leaves, find):
    leaves.hidden.add(leaves.put("Nights", text="Neuroblastoma.").pk)
    assert find("neuroblastona").suggestion == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_answered(leaves, find, text):
    leaves.put("Sleep", text="Sleep at night.")
    for languages in (("en",), ("fr", "en"), ("xx",), ("pt-br",)):
        results = find(text, languages=languages)
        assert results.total == len(results.rows)


def test_an_operator_is_a_word_like_others(leaves, titles):
    leaves.put("Sleep", text="Waking.")
    assert titles("NOT sleep") == ["Sleep"]
    assert titles('"sleep"') == ["Sleep"]
    assert titles("sleep*") == ["Sleep"]


def test_what_a_person_may_not_see_is_neither_shown_nor_counted(leaves, stones, find):
    leaves.put("Open sleep")
    leaves.hidden.add(leaves.put("Hidden sleep").pk)
    stones.put("Stone of sleep")
    user = AnonymousUser()
    results = find("sleep", user=user)
    assert {row.title for row in results.rows} == {"Open sleep", "Stone of sleep"}
    assert results.total == results.everything == 2
    assert [(group.kind, group.count) for group in results.counts] == [("leaf", 1), ("stone", 1)]
    assert leaves.asked[-1] == (user, [1, 2])


def test_members_entries_are_for_members(leaves, find):
    leaves.put("Open sleep")
    leaves.put("Sleep among us", text="Neuroblastoma.", audience="members")
    assert find("sleep").total == 1
    assert find("neuroblastona").suggestion == ""
    member = get_user_model()()
    assert find("sleep", user=member).total == 2
    assert find("neuroblastona", user=member).suggestion == "neuroblastoma"


def test_what_no_source_answers_for_is_not_shown(leaves, stones, titles, monkeypatch):
    stones.put("Stone of sleep")
    monkeypatch.delitem(sources._sources, "stone")
    assert titles("sleep") == []


def test_a_kind_narrows_the_rows_and_keeps_the_counts(leaves, stones, find):
    leaves.put("Leaf of sleep")
    stones.put("Stone of sleep")
    stones.put("Second stone of sleep")
    results = find("sleep", kind="stone")
    assert results.total == 2
    assert {row.kind for row in results.rows} == {"stone"}
    assert {str(row.label) for row in results.rows} == {"Stone"}
    assert [(str(group.label), group.count) for group in results.counts] == [("Leaves", 1), ("Stones", 2)]
    assert find("sleep", kind="no-such").total == 3


def test_pages_follow_one_another_without_a_gap(leaves, find):
    for number in range(45):
        leaves.put(f"Sleep {number}")
    seen, after = [], 0
    while after is not None:
        results = find("sleep", after=str(after))
        seen += [row.title for row in results.rows]
        after = results.following
    assert len(seen) == len(set(seen)) == results.total == 45
    assert results.previous == 20


@pytest.mark.parametrize("after", ["-1", "x", "999999999999", "²", "", None, "45"])
def test_an_odd_page_is_the_first(leaves, find, after):
    leaves.put("Sleep")
    assert find("sleep", after=after).after == 0


def test_more_than_a_thousand_is_said_and_not_counted(leaves, stones, find, monkeypatch):
    monkeypatch.setattr(queries, "LIMIT", 5)
    stones.put("Stone of sleep")
    for number in range(7):
        leaves.put(f"Sleep {number}")
    results = find("sleep")
    assert results.capped
    assert results.sampled
    assert results.total == 5
    of_kind = find("sleep", kind="stone")
    assert not of_kind.capped
    assert of_kind.total == 1


@pytest.mark.parametrize(
    ("languages", "title"),
    [(("de", "en"), "Insulin bei uns"), (("en", "de"), "Insulin"), (("de",), "Insulin bei uns")],
)
def test_two_languages_of_one_thing_are_one_result_in_the_language_liked_best(leaves, titles, languages, title):
    leaves.put("Insulin", also={"de": "Insulin bei uns"})
    assert titles("insulin", languages=languages) == [title]


def test_a_text_of_unknown_language_is_found_by_all(leaves, titles):
    leaves.put("Schlaf", language="")
    assert titles("schlaf", languages=("fr",)) == ["Schlaf"]


def test_a_snippet_marks_what_matched(leaves, find):
    leaves.put("Nights", text="Before it. " * 60 + "Then sleeping was <b>hard</b> & long. " + "After it. " * 60)
    snippet = find("sleep").rows[0].snippet
    assert ("sleeping", True) in snippet
    text = "".join(piece for piece, _matched in snippet)
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 400


def test_a_snippet_without_a_match_is_the_beginning(leaves, find):
    leaves.put("Sleep", text="It begins here. " + "It goes on. " * 100)
    snippet = find("sleep").rows[0].snippet
    assert not any(matched for _piece, matched in snippet)
    text = "".join(piece for piece, _matched in snippet)
    assert text.startswith("It begins here.")
    assert text.endswith("…")


@pytest.mark.parametrize("number", [1, 15])
def test_a_search_needs_the_same_queries_for_any_length(leaves, stones, find, number, django_assert_num_queries):
    for place in range(number):
        leaves.put(f"Sleep {place}", text="Sleeping.")
        stones.put(f"Sleep {place}", text="Sleeping.")
    with django_assert_num_queries(2):
        assert find("sleep").total == number * 2


@pytest.mark.parametrize(("text", "number"), [("sleap", 3), ("sleap ataksia", 4), ("xxyyzzqq", 2), ("xxyyzzqq yyzzqqxx", 3)])
def test_nothing_found_needs_four_queries_at_most(leaves, find, text, number, django_assert_num_queries):
    leaves.put("Sleep", text="Ataxia.")
    with django_assert_num_queries(number):
        assert not find(text).rows
