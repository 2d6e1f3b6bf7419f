"""Answering and commenting, on pages of their own that are also where the question's page sends to."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from forum.actions import posting
from forum.models.answer import LONGEST_COMMENT, Answer, Comment
from forum.models.question import LONGEST_BODY, Question
from members.drafts import FIELD, form_value
from members.models.draft import Draft
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.forum.writers import browser, main_of, member, reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts():
    caches["default"].clear()


@pytest.fixture
def me():
    return member()


@pytest.fixture
def client(me):
    return browser(me)


@pytest.fixture
def asked():
    return factories.question(body="He wakes every hour.")


def places(asked):
    answer = factories.answer(asked)
    return {
        "answer": (f"/questions/{asked.pk}/answer/", Answer.objects.exclude(pk=answer.pk)),
        "comment": (f"/questions/{asked.pk}/comment/", Comment.objects.filter(answer=None)),
        "comment on an answer": (f"/answers/{answer.pk}/comment/", Comment.objects.filter(answer=answer)),
    }


ALL = ("answer", "comment", "comment on an answer")


@pytest.mark.parametrize("kind", ALL)
def test_a_reply_is_written_once_with_the_audience_of_its_question(client, me, asked, kind):
    address, found = places(asked)[kind]
    assert client.get(address).status_code == 200
    response = client.post(address, reply(), follow=True)
    assert "is posted" in main_of(response)
    assert (found.get().author, found.get().audience) == (me, Audience.EVERYONE)
    again = client.post(address, reply(), follow=True)
    assert "not posted a second time" in main_of(again)
    assert found.count() == 1


def test_the_same_thanks_may_be_said_in_two_places(client, asked):
    found = places(asked)
    for number, kind in enumerate(("comment", "comment on an answer")):
        client.post(found[kind][0], reply(body="Thank you.", form_key=f"key-number-{number}"))
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("changes", [{"body": ""}, {"body": " \n"}, {"by": ""}, {"language": "xx"}], ids=str)
def test_what_cannot_stand_is_refused(client, me, asked, kind, changes):
    address, found = places(asked)[kind]
    response = client.post(address, reply(**changes))
    assert response.status_code == 422
    assert not found.exists()


def test_lengths_are_said(client, asked):
    found = places(asked)
    for kind, longest in (("answer", LONGEST_BODY), ("comment", LONGEST_COMMENT)):
        response = client.post(found[kind][0], reply(body="x" * (longest + 1)))
        assert response.status_code == 422
        assert f"Shorten the text to {longest} characters: it has {longest + 1}" in main_of(response)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("mark", ["locked_at", "archived_at"])
def test_a_closed_question_takes_nothing_and_the_text_is_kept(client, me, asked, kind, mark):
    address, found = places(asked)[kind]
    Question.objects.filter(pk=asked.pk).update(**{mark: timezone.now(), "closed_reason": "It went in circles."})
    assert client.get(address).status_code == 403
    form = "answer" if kind == "answer" else "comment"
    response = client.post(address, {**reply(), FIELD: form_value(me, form=form, address=address)})
    assert response.status_code == 403
    assert "It went in circles." in main_of(response)
    assert "Your text is not lost" in main_of(response)
    assert not found.exists()
    assert Draft.objects.get().fields["body"] == ["After three months."]


def test_a_question_that_closes_in_that_moment_gives_one_clear_answer(client, asked, monkeypatch):
    monkeypatch.setattr(posting, "_open", lambda question: (_ for _ in ()).throw(posting.ClosedError))
    response = client.post(f"/questions/{asked.pk}/answer/", reply())
    assert response.status_code == 403
    assert "no more replies" in main_of(response)
    assert Draft.objects.get().form == "answer"


@pytest.mark.parametrize("kind", ALL)
def test_what_is_hidden_takes_nothing_and_is_not_known(client, asked, kind):
    address, _found = places(asked)[kind]
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="Spam.")
    assert client.get(address).status_code == client.post(address, reply()).status_code == 404


def test_a_hidden_answer_takes_no_comment(client, asked):
    answer = factories.answer(asked)
    standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="Spam.")
    assert client.post(f"/answers/{answer.pk}/comment/", reply()).status_code == 404


@pytest.mark.parametrize("kind", ALL)
def test_a_visitor_signs_in_first(asked, kind):
    address, _found = places(asked)[kind]
    assert Client().get(address)["Location"].startswith("/account/login/")


@pytest.mark.parametrize("kind", ALL)
def test_a_preview_posts_nothing(client, asked, kind):
    address, found = places(asked)[kind]
    response = client.post(address, reply(go="preview", body="**Bold** words"))
    assert response.status_code == 200
    assert "<strong>Bold</strong>" in response.content.decode()
    assert not found.exists()


def test_above_the_box_stands_who_reads(client):
    for audience, words in ((Audience.EVERYONE, "Everybody can read replies"), (Audience.MEMBERS, "Only signed-in members can read")):
        asked = factories.question(audience=audience)
        assert words in main_of(client.get(f"/questions/{asked.pk}/answer/"))


def test_a_held_answer_is_seen_by_its_author_alone(client, asked):
    client.post(f"/questions/{asked.pk}/answer/", reply(body="Write to me: otter@example.com"))
    asked.refresh_from_db()
    assert Answer.objects.get().held_at is not None
    assert asked.answer_count == 0


def test_words_of_despair_are_posted_and_help_is_shown(client, asked):
    response = client.post(f"/questions/{asked.pk}/answer/", reply(body="I want to kill myself, I cannot go on."), follow=True)
    assert "Get help now" in main_of(response)
    assert Answer.objects.get().is_shown


def test_the_form_of_the_questions_page_sends_where_it_is_taken(client, asked):
    page = client.get(asked.get_absolute_url()).content.decode()
    assert f'action="/questions/{asked.pk}/answer/"' in page
