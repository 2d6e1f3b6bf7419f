"""Asking: one field first, what is there already, the rest; once, within limits, and nothing typed is lost."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from forum.models.question import LONGEST_BODY, LONGEST_TITLE, Question
from members import consents
from members.actions.patients import add_patient
from members.drafts import FIELD, form_value
from members.models.choices import OnsetAge, Relation
from members.models.consent import Purpose
from members.models.draft import Draft
from members.models.patient import Patient
from moderation.models.choices import Audience
from tests.factories import ConditionFactory
from tests.forum import factories
from tests.forum.writers import ASK, browser, main_of, member, question
from tests.html import Document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def condition():
    caches["default"].clear()
    return ConditionFactory(order=0)


@pytest.fixture
def me():
    return member()


@pytest.fixture
def client(me):
    return browser(me)


def fields_of(response):
    return [element.attrib.get("name") for element in Document(response.content).all("input", "textarea", "select")]


def test_asking_begins_with_one_field(client):
    response = client.get(ASK)
    assert response.status_code == 200
    assert {"title"} == set(fields_of(response)) - {"csrfmiddlewaretoken", "draft", "form_key", "condition", "q"}


def test_a_visitor_signs_in_first():
    assert Client().get(ASK)["Location"].startswith("/account/login/")


def test_the_first_step_shows_what_is_there_already_and_then_the_rest(client):
    asked = factories.question("Does sleep ever come back?")
    response = client.post(ASK, {"title": "When does sleep come back?", "go": "look"})
    assert response.status_code == 200
    assert asked.get_absolute_url() in response.content.decode()
    assert {"body", "tags", "audience", "by", "language"} - set(fields_of(response)) == set()
    assert not Question.objects.filter(title__startswith="When").exists()


def test_looking_again_loses_nothing(client):
    response = client.post(ASK, question(go="look", body="My long text", audience="everyone", by="member"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "My long text" in page
    checked = {(e.attrib["name"], e.attrib["value"]) for e in Document(page).all("input") if "checked" in e.attrib}
    assert checked == {("audience", "everyone"), ("by", "member")}


@pytest.mark.parametrize("title", ["", "  ", "Sleep?", "????????????", "x" * (LONGEST_TITLE + 1)])
def test_a_first_step_without_a_question_says_so(client, title):
    response = client.post(ASK, {"title": title, "go": "look"})
    assert response.status_code == 422
    assert "There is a problem" in main_of(response)


def test_a_question_is_asked_once_and_stands_under_the_name(client, me):
    response = client.post(ASK, question(), follow=True)
    asked = Question.objects.get()
    assert (asked.author, asked.by_name, asked.audience, asked.language) == (me, True, "members", "en")
    assert "Your question is posted" in main_of(response)
    assert not Draft.objects.exists()
    again = client.post(ASK, question(title="Another question here?"), follow=True)
    assert "not posted a second time" in main_of(again)
    assert Question.objects.count() == 1


def test_the_same_words_by_another_form_lead_to_the_first(client):
    client.post(ASK, question())
    response = client.post(ASK, question(form_key="another-key"))
    assert response["Location"] == Question.objects.get().get_absolute_url()
    assert Question.objects.count() == 1


def test_without_a_name_nothing_on_the_page_tells_who_asked(client, me):
    client.post(ASK, question(by="member", audience="everyone"))
    asked = Question.objects.get()
    assert not asked.by_name
    page = Client().get(asked.get_absolute_url()).content.decode()
    assert me.pseudonym not in page
    assert me.public_id not in page


def test_members_only_is_the_first_choice_and_the_last_one_is_remembered(client):
    def chosen():
        page = client.post(ASK, {"title": "When does sleep come back?", "go": "look"}).content
        return [e.attrib["value"] for e in Document(page).all("input") if e.attrib.get("name") == "audience" and "checked" in e.attrib]

    assert chosen() == ["members"]
    client.post(ASK, question(audience="everyone"))
    assert chosen() == ["everyone"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * (LONGEST_TITLE + 1)},
        {"body": "x" * (LONGEST_BODY + 1)},
        {"audience": "nobody"},
        {"audience": ""},
        {"by": "somebody"},
        {"language": "xx"},
        {"tags": ["0"]},
        {"tags": ["x"]},
        {"tags": ["99999999999999999999999"]},
        {"about_patient": "zzzzzzzzzzzz", "title": ""},
    ],
    ids=str,
)
def test_what_cannot_stand_is_refused_and_the_text_is_kept(client, me, changes):
    response = client.post(ASK, {**question(**changes), FIELD: form_value(me, form="question", address=ASK)})
    assert response.status_code == 422
    assert not Question.objects.exists()
    assert "There is a problem" in main_of(response)
    if "body" not in changes:
        assert "He wakes every hour." in response.content.decode()
    assert Draft.objects.get().form == "question"


def test_at_most_five_tags_and_they_stay_ticked(client, condition):
    client.get(ASK)
    tags = [str(pk) for pk in factories.Tag.objects.filter(condition=condition).values_list("pk", flat=True)]
    response = client.post(ASK, question(tags=tags[:7]))
    assert response.status_code == 422
    assert "Take away 2 tags" in main_of(response)
    assert sum("checked" in e.attrib and e.attrib.get("name") == "tags" for e in Document(response.content).all("input")) == 7
    client.post(ASK, question(tags=tags[:5]))
    assert len(Question.objects.get().tag_list) == 5


def test_a_link_brings_its_tag_along(client, condition):
    client.get(ASK)
    response = client.post(f"{ASK}?tag=tag:school", {"title": "How do you talk to teachers?", "go": "look"})
    ticked = [e.attrib["value"] for e in Document(response.content).all("input") if e.attrib.get("name") == "tags" and "checked" in e.attrib]
    assert ticked == [str(factories.Tag.objects.get(condition=condition, slug="school").pk)]
    assert client.get(f"{ASK}?tag=x").status_code == client.get(f"{ASK}?tag=%00:%00").status_code == 200


def test_an_unknown_condition_is_a_404(client):
    assert client.get(f"{ASK}?condition=nowhere").status_code == 404


def consenting(me):
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=me, purpose=purpose, form="test")
    child = add_patient(by=me, relation=Relation.PARENT, condition=factories.condition(), nickname="Secretbean", age_band="5-8")
    Patient.objects.filter(pk=child.pk).update(onset_age=OnsetAge.TODDLER)
    return child


@pytest.mark.parametrize("shown", [True, False])
def test_whom_it_is_about_is_shown_only_as_far_as_ticked(client, me, shown):
    child = consenting(me)
    client.post(ASK, question(about_patient=child.public_id, **({"show_about": "on"} if shown else {})))
    asked = Question.objects.get()
    assert asked.patient == child
    assert (asked.about_role, asked.about_onset) == (("parent", "2-4") if shown else ("", ""))
    other = browser(member("other", "Sunny Day")).get(asked.get_absolute_url()).content.decode()
    assert "Secretbean" not in other
    assert child.public_id not in other


def test_without_the_consent_nobody_is_asked_whom_it_is_about(client, me):
    response = client.post(ASK, question(go="look"))
    assert "about_patient" not in fields_of(response)
    child = consenting(me)
    consents.withdraw(member=me, purpose=Purpose.HEALTH)
    client.post(ASK, question(about_patient=child.public_id, show_about="on"))
    assert Question.objects.get().patient is None


def test_nobody_asks_about_anothers_patient(client, me):
    consenting(me)
    theirs = consenting(member("other", "Sunny Day"))
    assert client.post(ASK, question(about_patient=theirs.public_id)).status_code == 422


def test_a_preview_shows_the_words_as_others_will_see_them_and_posts_nothing(client):
    response = client.post(ASK, question(go="preview", body="**Bold** and <script>alert(1)</script>"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "<strong>Bold</strong> and &lt;script&gt;" in page
    assert not Question.objects.exists()


def test_the_live_preview_is_a_part_of_a_page_for_members(client):
    response = client.post("/questions/preview/", {"body": "*Hi* 5 mg"})
    assert b"<em>Hi</em>" in response.content
    assert b"speaks of medicines" in response.content
    assert b"<html" not in response.content
    assert Client().post("/questions/preview/", {"body": "x"}).status_code == 302


def test_a_held_question_is_kept_from_others_told_of_and_kept_as_a_draft(client, me):
    sent = {**question(body="Please call me: +44 20 7946 0958"), FIELD: form_value(me, form="question", address=ASK)}
    response = client.post(ASK, sent, follow=True)
    asked = Question.objects.get()
    assert asked.held_at is not None
    assert "only you see it until a moderator has looked" in main_of(response)
    assert browser(member("other", "Sunny Day")).get(asked.get_absolute_url()).status_code == 404
    assert Draft.objects.get().fields["body"] == ["Please call me: +44 20 7946 0958"]


def test_a_new_member_reaches_a_limit_and_loses_no_word(me):
    me.joined_at = timezone.now()
    me.save()
    client = browser(me)
    client.post(ASK, question())
    sent = {**question(title="A second question so soon?", form_key="second-key-here"), FIELD: form_value(me, form="question", address=ASK)}
    response = client.post(ASK, sent)
    assert response.status_code == 429
    assert response["Retry-After"]
    assert Draft.objects.get().fields["title"] == ["A second question so soon?"]
    assert Question.objects.count() == 1


def test_a_draft_is_found_again(client, me):
    client.post(ASK, {**question(title="", body="My long text"), FIELD: form_value(me, form="question", address=ASK)})
    draft = Draft.objects.get()
    draft.fields["title"] = ["When does sleep come back?"]
    draft.save()
    page = client.get(ASK).content.decode()
    assert "Your text is still here" in page
    assert "My long text" in page


def test_who_is_limited_asks_nothing(me):
    me.limited_until = timezone.now() + timezone.timedelta(days=1)
    me.save()
    assert browser(me).post(ASK, question()).status_code == 403
    assert not Question.objects.exists()


@pytest.mark.parametrize("rows", [1, 15])
def test_the_page_needs_the_same_queries_whatever_is_there(client, rows, django_assert_max_num_queries):
    for number in range(rows):
        factories.question(f"Does sleep number {number} come back?", audience=Audience.MEMBERS)
    client.get(ASK)
    with django_assert_max_num_queries(30):
        client.post(ASK, {"title": "When does sleep come back?", "go": "look"})
