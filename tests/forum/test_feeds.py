"""Feeds hold what everybody may read, with a name only where one may be shown."""

from xml.etree import ElementTree

import pytest

from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
NEWEST = "/feeds/questions.xml"


def entries(client, address=NEWEST):
    page = client.get(address)
    assert page.status_code == 200
    root = ElementTree.fromstring(page.content)
    return {entry.find("a:title", ATOM).text: entry for entry in root.findall("a:entry", ATOM)}


def test_a_feed_holds_only_what_everybody_may_read(client):
    factories.question("Public?", body="With some words.")
    factories.question("Members?", audience=Audience.MEMBERS)
    standing.hide(thing=factories.question("Hidden?"), by=None, rule=Rule.SPAM, reason="x")
    client.force_login(factories.writer(is_moderator=False).user)
    assert set(entries(client)) == {"Public?"}
    assert entries(client)["Public?"].find("a:summary", ATOM).text == "With some words."


def test_a_feed_names_only_who_wrote_under_their_name(client):
    named, nameless = factories.question("Named?"), factories.question("Nameless?", by_name=False)
    found = entries(client)
    assert found["Named?"].find("a:author/a:name", ATOM).text == named.author.pseudonym
    assert found["Nameless?"].find("a:author", ATOM) is None
    assert nameless.author.pseudonym.encode() not in client.get(NEWEST).content


def test_a_tag_has_a_feed_of_its_own(client):
    factories.question("Tagged?", tags=[factories.tag("Sleep")])
    factories.question("Other?")
    assert set(entries(client, "/feeds/questions/tag/made/sleep.xml")) == {"Tagged?"}
    assert client.get("/feeds/questions/tag/made/nothing.xml").status_code == 404


def test_the_answers_of_a_question_have_a_feed_while_everybody_may_read_them(client):
    question = factories.question("Does sleep come back?")
    answer = factories.answer(question, body="After three months.")
    standing.hide(thing=factories.answer(question, body="Hidden words."), by=None, rule=Rule.SPAM, reason="x")
    found = entries(client, f"/feeds/question/{question.pk}.xml")
    assert len(found) == 1
    entry = found["Answer to: Does sleep come back?"]
    assert entry.find("a:summary", ATOM).text == "After three months."
    assert entry.find("a:author/a:name", ATOM).text == answer.author.pseudonym
    closed = factories.question(audience=Audience.MEMBERS)
    assert client.get(f"/feeds/question/{closed.pk}.xml").status_code == 404


def test_addresses_carry_the_sites_own_host(client, settings):
    settings.SITE_URL = "https://community.example"
    question = factories.question()
    link = next(iter(entries(client).values())).find("a:link", ATOM).get("href")
    assert link == "https://community.example" + question.get_absolute_url()


def test_the_sitemap_holds_public_questions_that_were_solved(client):
    solved, open_one, members = factories.question("Solved?"), factories.question("Open?"), factories.question("Members?", audience=Audience.MEMBERS)
    for question in (solved, members):
        question.accepted, question.is_solved = factories.answer(question), True
        question.save()
    page = client.get("/sitemap.xml").content.decode()
    assert solved.get_absolute_url() in page
    assert open_one.get_absolute_url() not in page
    assert members.get_absolute_url() not in page
