"""Stored numbers: right after every change, never recounted more than needed, checked and mended by a command."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import counters
from forum.models.answer import Answer
from forum.models.question import Question
from forum.models.vote import Vote, VoteKind
from moderation import standing
from moderation.models.choices import Rule
from search.models import Entry
from tests.forum import factories

pytestmark = pytest.mark.django_db


def recount(*options):
    said = StringIO()
    call_command("recount", *options, stdout=said)
    return said.getvalue()


def test_all_numbers_follow_what_is_written_hidden_and_deleted():
    question = factories.question()
    answer = factories.answer(question)
    comment = factories.comment(question)
    standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x")
    standing.delete(thing=comment)
    question.refresh_from_db()
    assert (question.answer_count, question.active_at) == (0, question.created_at)
    standing.unhide(thing=answer, by=factories.writer(), reason="x")
    question.refresh_from_db()
    assert (question.answer_count, question.active_at) == (1, answer.created_at)
    assert not counters.wrong_questions().exists()


@pytest.mark.parametrize("number", [1, 15])
def test_a_comment_indexes_and_counts_nothing_but_when_it_was(number):
    question = factories.question()
    for _number in range(number):
        factories.answer(question)
    comment = factories.comment(question)
    with CaptureQueriesContext(connection) as queries:
        counters.follow(comment)
    assert len(queries) == 2  # when it was, and that something public changed
    assert not any("search" in query["sql"] for query in queries)


def test_an_answer_does_not_count_the_votes_of_others():
    answer = factories.answer()
    with CaptureQueriesContext(connection) as queries:
        counters.follow(answer)
    assert not any("forum_vote" in query["sql"] for query in queries)


def test_the_command_finds_what_is_wrong_says_it_and_mends_it():
    question, right = factories.question(), factories.question()
    answer = factories.answer(question)
    Vote.objects.create(member=factories.writer(), kind=VoteKind.HELPFUL, answer=answer)
    Vote.objects.create(member=factories.writer(), kind=VoteKind.SAME, question=question)
    Question.objects.filter(pk=question.pk).update(answer_count=9, active_at=timezone.now() + timedelta(days=1))
    assert "Numbers of 1 questions are wrong" in recount("--check")
    assert f"Numbers of 1 questions were wrong and are mended: {question.pk}" in recount()
    question.refresh_from_db()
    answer.refresh_from_db()
    assert (question.answer_count, question.same_count, question.helpful_count, answer.helpful_count) == (1, 1, 0, 1)
    assert question.active_at == answer.created_at
    assert "nothing to do" in recount()
    assert right.answer_count == 0


def test_an_answer_that_was_deleted_by_hand_is_noticed():
    answer = factories.answer()
    Answer.objects.all().delete()
    assert list(counters.wrong_questions()) == [answer.question]


def test_rebuilding_the_search_gives_the_same_as_following():
    question = factories.question("Does sleep come back?", tags=[factories.tag("Sleep")])
    factories.answer(question, body="Melatonin helped.")
    standing.hide(thing=factories.answer(question, body="Hidden words."), by=None, rule=Rule.SPAM, reason="x")
    fields = ("title", "words", "text", "address", "audience", "language")
    before = list(Entry.objects.filter(kind="question").values(*fields))
    call_command("rebuild_search", stdout=StringIO())
    assert list(Entry.objects.filter(kind="question").values(*fields)) == before
    assert len(before) == 1
