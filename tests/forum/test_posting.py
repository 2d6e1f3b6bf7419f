"""Writing and changing: rows, counters and the index in one step."""

import pytest

from forum.actions import posting
from forum.models.change import PublicChange
from moderation import standing
from moderation.models.choices import Audience, Rule
from search.models import Entry
from tests.forum import factories

pytestmark = pytest.mark.django_db


def test_a_question_is_counted_watched_and_found():
    asked = factories.question("Does sleep come back?", tags=[factories.tag("Sleep")])
    factories.answer(asked)
    asked.refresh_from_db()
    assert asked.answer_count == 1
    assert asked.tag_list[0]["name"] == "Sleep"
    assert Entry.objects.get(kind="question").text.endswith("After three months.")
    assert PublicChange.objects.count() == 2


def test_a_hidden_answer_leaves_count_and_index_and_comes_back():
    answer = factories.answer(body="Melatonin helped.")
    standing.hide(thing=answer, by=factories.writer(), rule=Rule.MEDICAL, reason="Doses.")
    answer.question.refresh_from_db()
    assert answer.question.answer_count == 0
    assert "Melatonin" not in Entry.objects.get(kind="question").text
    standing.unhide(thing=answer, by=factories.writer(), reason="It was fine.")
    answer.question.refresh_from_db()
    assert answer.question.answer_count == 1
    assert "Melatonin" in Entry.objects.get(kind="question").text


def test_a_hidden_question_leaves_the_index_and_takes_no_answer():
    asked = factories.question()
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="Spam.")
    assert not Entry.objects.filter(kind="question").exists()
    with pytest.raises(posting.ClosedError):
        factories.answer(asked)


def test_an_edit_keeps_the_words_before_and_refuses_an_old_version():
    asked = factories.question(body="First.")
    posting.edit(post=asked, version=1, body="Second.", title="Another title?")
    asked.refresh_from_db()
    assert (asked.title, asked.body, asked.version) == ("Another title?", "Second.", 2)
    assert asked.edits.get().body == "First."
    with pytest.raises(posting.EditedMeanwhileError):
        posting.edit(post=asked, version=1, body="Third.")


def test_narrowing_a_question_narrows_its_replies():
    asked = factories.question()
    answer = factories.answer(asked)
    factories.comment(asked, answer=answer)
    posting.edit(post=asked, version=1, body="", audience=Audience.MEMBERS)
    assert asked.answers.get().audience == asked.comments.get().audience == Audience.MEMBERS
    assert Entry.objects.get(kind="question").audience == "members"
