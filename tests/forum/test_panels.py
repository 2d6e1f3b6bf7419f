"""The layer of members' voices on the pages of the reference."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from conditions.models.condition import Condition
from forum.models.answer import Answer
from forum.models.tag import Kind, Tag
from members.actions import people
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.factories import ConditionSymptomFactory, RevisionFactory, TreatmentFactory
from tests.forum import factories
from tests.forum.writers import browser, member
from tests.html import Document, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return RevisionFactory(topic__condition=factories.condition(), topic__slug="hereditary", title="Does it run in families?")


@pytest.fixture
def tag(topic):
    return Tag.objects.create(condition=topic.topic.condition, kind=Kind.TOPIC, slug="hereditary", name="Families", topic=topic.topic)


def panel(client, address, layer="voices"):
    """Return what the forum's panel on a page was handed."""
    return next(one.context for one in client.get(address).context[layer] if one.template.startswith("forum/"))


def answered(tag, body, helpful=0, **fields):
    answer = factories.answer(
        factories.question(f"About {body}?", tags=[tag], audience=fields.pop("audience", Audience.EVERYONE)), body=body, **fields
    )
    Answer.objects.filter(pk=answer.pk).update(helpful_count=helpful)
    return answer


def test_a_topic_shows_its_best_answers_first_and_no_more_than_five(client, topic, tag):
    for number in range(7):
        answered(tag, f"Answer {number}.", helpful=number)
    shown = panel(client, topic.get_absolute_url())
    assert [answer.words for answer in shown["answers"]] == [f"Answer {number}." for number in (6, 5, 4, 3, 2)]
    assert (len(shown["questions"]), shown["more"]) == (5, True)


def test_a_topic_that_nobody_asked_about_offers_to_ask(client, topic):
    page = client.get(topic.get_absolute_url()).content.decode()
    assert "Nobody has asked about this yet" in page
    assert "/questions/ask/" in page


@pytest.mark.parametrize("asked", [0, 1, 7])
def test_from_a_page_one_asks_about_it_and_adds_to_what_was_asked(client, topic, tag, asked):
    """However many asked before: the tag is chosen already, also where its own list is still empty."""
    for number in range(asked):
        answered(tag, f"Answer {number}.")
    page = Document(client.get(topic.get_absolute_url()).content)
    ways = {text_of(one): one.get("href") for one in page.all("a")}
    assert ("Add your experience" in ways) == (asked > 0)
    assert ("All questions about this" in ways) == (asked > 5)
    assert ways.get("Add your experience", tag.get_absolute_url()) == tag.get_absolute_url()
    assert client.get(tag.get_absolute_url()).content.decode().count(escape(ways["Ask a question"])) == (1 if asked else 2)
    form = browser(member()).post(ways["Ask a question"], {"title": "How do you talk to teachers?", "go": "look"})
    assert f'name="tags" value="{tag.pk}"' in form.content.decode()
    chosen = [one for one in Document(form.content).all("input") if one.get("name") == "tags" and one.get("checked") is not None]
    assert [one.get("value") for one in chosen] == [str(tag.pk)]


def test_visitors_see_public_answers_and_members_all_that_are_shown(client, topic, tag):
    answered(tag, "Public.")
    answered(tag, "Members.", audience=Audience.MEMBERS)
    standing.hide(thing=answered(tag, "Hidden."), by=None, rule=Rule.SPAM, reason="x")
    assert [answer.words for answer in panel(client, topic.get_absolute_url())["answers"]] == ["Public."]
    client.force_login(factories.writer().user)
    assert {answer.words for answer in panel(client, topic.get_absolute_url())["answers"]} == {"Public.", "Members."}


def test_whom_i_blocked_is_not_among_the_answers(client, topic, tag):
    me, answer = factories.writer(), answered(tag, "From somebody.")
    people.block(member=me, other=answer.author)
    client.force_login(me.user)
    assert panel(client, topic.get_absolute_url())["answers"] == []


def test_symptoms_and_treatments_list_their_questions(client):
    condition = factories.condition()
    symptom, treatment = ConditionSymptomFactory(condition=condition), TreatmentFactory(condition=condition)
    for kind, page in (("symptom", symptom), ("treatment", treatment)):
        revision = RevisionFactory(**{kind: page})
        tag = Tag.objects.create(condition=condition, kind=kind, slug=page.slug, name=str(page), **{kind: page})
        factories.question(f"About this {kind}?", tags=[tag])
        assert [question.title for question in panel(client, revision.get_absolute_url())["questions"]] == [f"About this {kind}?"]


def test_the_overview_says_how_many_answers_each_topic_has(client, topic, tag):
    Condition.objects.filter(pk=topic.topic.condition_id).update(groups=[{"key": topic.topic.group, "title": "Group"}])
    overview = RevisionFactory(topic__condition=topic.topic.condition, topic__slug="overview")
    question = answered(tag, "One.").question
    factories.answer(question, body="Two.")
    answered(tag, "Members.", audience=Audience.MEMBERS)
    assert "2 answers of members" in client.get(overview.get_absolute_url()).content.decode()
    client.force_login(factories.writer().user)
    assert "3 answers of members" in client.get(overview.get_absolute_url()).content.decode()


def test_a_panel_asks_as_often_for_any_number_of_answers(client, topic, tag):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get(topic.get_absolute_url())
        return len(found)

    answered(tag, "One.")
    one = queries()
    for number in range(14):
        answered(tag, f"More {number}.")
    assert queries() == one


def test_a_kept_page_shows_a_new_answer_at_once_and_loses_a_hidden_one(client, topic, tag, settings):
    settings.KEEP_VISITOR_PAGES = True
    caches["visitor_pages"].clear()
    address = topic.get_absolute_url()
    before = client.get(address).content
    answer = answered(tag, "A new one.")
    assert b"A new one." in client.get(address).content
    standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x")
    standing.hide(thing=answer.question, by=None, rule=Rule.SPAM, reason="x")
    assert client.get(address).content == before
    caches["visitor_pages"].clear()
