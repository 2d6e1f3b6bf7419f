"""What search engines are told of a question: only what visitors read, nobody by name whom the page hides, and only where it helps."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from forum.actions import accepting, posting
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.html import Document
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db


def blocks(client, question, query=""):
    """Return the page's structured data, and what it says to robots."""
    document = Document(client.get(question.get_absolute_url() + query).content)
    scripts = [one for one in document.all("script") if one.get("type") == "application/ld+json"]
    return [json.loads(one.text) for one in scripts], document.meta("robots")


def solved(**fields):
    asked = factories.question("When did sleep come back?", body="We **wait**. </script>", **fields)
    helped, other = factories.answer(asked, body="After *three* months."), factories.answer(asked, body="After a year.")
    accepting.accept(answer=helped, by=asked.author)
    asked.refresh_from_db()
    return asked, helped, other


def test_a_public_solved_question_is_told_of(client):
    asked, helped, other = solved()
    (page, crumbs), robots = blocks(client, asked)
    entity = page["mainEntity"]
    assert (page["@type"], entity["@type"], robots) == ("QAPage", "Question", None)
    assert (entity["name"], entity["text"], entity["answerCount"]) == (asked.title, "We wait. </script>", 2)
    assert entity["acceptedAnswer"]["text"] == "After three months."
    assert [one["text"] for one in entity["suggestedAnswer"]] == ["After a year."]
    assert entity["acceptedAnswer"]["url"] == f"{settings.SITE_URL}/answers/{helped.pk}/"
    assert entity["author"] == {"@type": "Person", "name": asked.author.pseudonym}
    assert crumbs["itemListElement"][-1]["item"] == settings.SITE_URL + asked.get_absolute_url()
    assert other.author.pseudonym in json.dumps(page)


def test_an_unsolved_question_is_not_and_asks_not_to_be_listed(client):
    answer = factories.answer()
    assert blocks(client, answer.question) == ([], "noindex")


def test_a_question_for_members_is_not_even_for_members():
    asked, _helped, _other = solved(audience=Audience.MEMBERS)
    client = Client()
    sign_in(client, factories.writer().user)
    assert blocks(client, asked) == ([], "noindex")


@pytest.mark.parametrize("query", ["?sort=newest", "?sort=oldest", "?after=1-1-1", "?open=1"])
def test_another_look_at_the_same_page_is_not(client, query):
    asked, _helped, _other = solved()
    assert blocks(client, asked, query)[0] == []


def test_nobody_is_named_who_wrote_without_a_name_or_is_gone(client):
    asked = factories.question(by_name=False)
    anonymous, gone = factories.answer(asked, by_name=False), factories.answer(asked)
    accepting.accept(answer=anonymous, by=asked.author)
    Member.objects.filter(pk=gone.author_id).update(suspended_at=timezone.now())
    (page, _crumbs), _robots = blocks(client, asked)
    assert "author" not in json.dumps(page)
    for post in (asked, anonymous, gone):
        assert post.author.pseudonym not in json.dumps(page)


def test_what_is_hidden_is_told_of_nowhere(client):
    asked, helped, other = solved()
    standing.hide(thing=other, by=None, rule=Rule.SPAM, reason="x")
    (page, _crumbs), _robots = blocks(client, asked)
    assert (page["mainEntity"]["suggestedAnswer"], page["mainEntity"]["answerCount"]) == ([], 1)
    standing.hide(thing=helped, by=None, rule=Rule.SPAM, reason="x")
    assert blocks(client, asked) == ([], "noindex")


def test_an_edit_is_dated(client):
    asked, helped, _other = solved()
    posting.edit(post=helped, version=1, body="After four months.")
    (page, _crumbs), _robots = blocks(client, asked)
    assert page["mainEntity"]["acceptedAnswer"]["dateModified"]
    assert "dateModified" not in page["mainEntity"]
