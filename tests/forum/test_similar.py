"""What is there already, for who begins to ask: and nothing of what is hidden."""

import pytest
from django.test import Client

from forum.similar import similar
from moderation import standing
from moderation.models.choices import Audience, Rule
from search import actions as search
from tests.factories import RevisionFactory
from tests.forum import factories
from tests.rooms.world import person, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/questions/ask/similar/"


@pytest.fixture
def me():
    return person("me", "Quiet Otter")


@pytest.fixture
def client(me):
    client = Client()
    sign_in(client, me.user)
    return client


def test_questions_with_the_same_words_are_found(me):
    asked = factories.question("How long until sleep came back?")
    found = similar("when did sleep come back", user=me.user)
    assert [row.address for row in found.questions] == [asked.get_absolute_url()]


def test_pages_of_the_reference_are_found_as_well(me):
    text = RevisionFactory(title="Is there trouble with sleep?")
    search.index("topic", [text])
    assert [row.address for row in similar("How long until sleep gets better", user=me.user).pages] == [text.get_absolute_url()]


def test_a_few_letters_say_nothing(me, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not similar(" ab ", user=me.user)


def test_a_hidden_question_changes_no_byte(me, client):
    factories.question("How long until sleep came back?", audience=Audience.MEMBERS)
    before = client.get(ADDRESS, {"q": "sleep back"}).content
    hidden = factories.question("Does sleep come back at all?", audience=Audience.MEMBERS)
    assert client.get(ADDRESS, {"q": "sleep back"}).content != before
    standing.hide(thing=hidden, by=None, rule=Rule.SPAM, reason="Spam.")
    assert client.get(ADDRESS, {"q": "sleep back"}).content == before


def test_a_visitor_is_sent_to_sign_in():
    assert Client().get(ADDRESS, {"q": "sleep"}).status_code == 302


@pytest.mark.parametrize("words", ["", "a", "\x00", "'\";--", "x" * 5000, "the of and", "%%%%", "@@@@", "🙂🙂🙂🙂"])
def test_any_words_give_a_part_of_a_page(client, words):
    response = client.get(ADDRESS, {"q": words})
    assert response.status_code == 200
    assert b"<html" not in response.content
