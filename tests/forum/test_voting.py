"""Votes: one of a person, never on their own words, counted exactly, taken back by a second press."""

import threading

import pytest
from django.db import connection
from django.test import Client

from forum.actions import voting
from forum.models.change import PublicChange
from forum.models.vote import Vote, VoteKind
from moderation import standing
from moderation.models.choices import Rule
from tests.forum import factories
from tests.html import Document, text_of
from tests.rooms.world import sign_in

MANY = 50


def signed_in(member):
    client = Client()
    sign_in(client, member.user)
    return client


def button(client, question, words, number=0):
    """Return a button of the page by its words, the first or a later one."""
    document = Document(client.get(question.get_absolute_url()).content)
    return [one for one in document.all("button") if text_of(one).startswith(words)][number]


@pytest.mark.django_db
def test_a_vote_counts_once_and_a_second_press_takes_it_back():
    answer, client = factories.answer(), signed_in(factories.writer())
    first = button(client, answer.question, "Helpful", 1)
    assert (first.get("aria-pressed"), text_of(first)) == ("false", "Helpful 0")
    for _press in range(2):  # the same button pressed twice is one vote
        client.post(first.get("formaction"), {"do": first.get("value")})
    pressed = button(client, answer.question, "Helpful", 1)
    assert (pressed.get("aria-pressed"), text_of(pressed)) == ("true", "Helpful 1")
    client.post(pressed.get("formaction"), {"do": pressed.get("value")})
    answer.refresh_from_db()
    assert (answer.helpful_count, Vote.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_question_takes_both_votes():
    asked, client = factories.question(), signed_in(factories.writer())
    for name in ("vote", "same"):
        assert client.post(f"/questions/{asked.pk}/{name}/", {"do": "give"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.helpful_count, asked.same_count) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("by_name", [True, False])
def test_nobody_votes_on_their_own_words_whatever_name_they_bear(by_name):
    author = factories.writer()
    asked = factories.question(by=author, by_name=by_name)
    answer = factories.answer(asked, by=author, by_name=by_name)
    client = signed_in(author)
    for address in (f"/questions/{asked.pk}/vote/", f"/questions/{asked.pk}/same/", f"/answers/{answer.pk}/vote/"):
        assert client.post(address, {"do": "give"}).status_code == 403
    with pytest.raises(voting.OwnPostError):
        voting.give(by=author, on=answer)
    assert not Vote.objects.exists()
    assert b"Helpful <strong>" not in client.get(asked.get_absolute_url()).content


@pytest.mark.django_db
def test_what_is_hidden_takes_no_vote():
    answer, voter = factories.answer(), factories.writer()
    standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x")
    assert signed_in(voter).post(f"/answers/{answer.pk}/vote/", {"do": "give"}).status_code == 404
    with pytest.raises(voting.GoneError):
        voting.give(by=voter, on=answer)
    other = factories.answer()
    standing.hide(thing=other.question, by=None, rule=Rule.SPAM, reason="x")
    with pytest.raises(voting.GoneError):
        voting.give(by=voter, on=other)
    assert not Vote.objects.exists()


@pytest.mark.django_db
def test_a_vote_reaches_the_pages_of_visitors_only_where_they_may_read_it():
    public, private = factories.answer(), factories.answer(factories.question(audience="members"))
    before = PublicChange.objects.version()
    voting.give(by=factories.writer(), on=private)
    assert PublicChange.objects.version() == before
    voting.give(by=factories.writer(), on=public)
    assert PublicChange.objects.version() != before


@pytest.mark.django_db
def test_after_a_vote_the_page_stands_where_it_stood():
    answer, client = factories.answer(), signed_in(factories.writer())
    response = client.post(f"/answers/{answer.pk}/vote/?sort=newest&next=//evil.example", {"do": "give"})
    assert response["Location"] == f"{answer.question.get_absolute_url()}?sort=newest#answer-{answer.pk}"


@pytest.mark.django_db
def test_a_sixth_vote_within_a_minute_waits():
    client = signed_in(factories.writer())
    answers = [factories.answer() for _number in range(6)]
    codes = [client.post(f"/answers/{one.pk}/vote/", {"do": "give"}).status_code for one in answers]
    assert codes == [302] * 5 + [429]
    assert Vote.objects.count() == 5


def at_once(work, *each):
    """Run something in as many threads as there are arguments, at the same moment; return what went wrong."""
    faults, start = [], threading.Barrier(len(each))

    def run(argument):
        start.wait()
        try:
            work(argument)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", VoteKind.values)
def test_fifty_votes_of_one_person_at_once_are_one(kind):
    asked, voter = factories.question(), factories.writer()
    assert at_once(lambda _number: voting.give(by=voter, on=asked, kind=kind), *range(MANY)) == []
    asked.refresh_from_db()
    assert (asked.helpful_count + asked.same_count, Vote.objects.count()) == (1, 1)
    assert at_once(lambda _number: voting.take_back(by=voter, on=asked, kind=kind), *range(MANY)) == []
    asked.refresh_from_db()
    assert (asked.helpful_count + asked.same_count, Vote.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_fifty_people_at_once_are_counted_exactly():
    answer = factories.answer()
    voters = [factories.writer() for _number in range(MANY)]
    assert at_once(lambda voter: voting.give(by=voter, on=answer), *voters) == []
    answer.refresh_from_db()
    assert answer.helpful_count == MANY
