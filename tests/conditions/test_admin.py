"""The editors' lists and read-only pages: who sees them, what they show, what they cost."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conditions.models.library import HelpNumber
from conditions.models.revision import Revision
from conditions.models.version import ReferenceVersion
from tests.factories import (
    ConditionFactory,
    ConditionSymptomFactory,
    EditorFactory,
    GlossaryTermFactory,
    HelpNumberFactory,
    OrganisationFactory,
    RevisionFactory,
    SourceFactory,
    TopicFactory,
    TreatmentFactory,
    UserFactory,
)
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
LISTS = ["revision", "topic", "conditionsymptom", "treatment", "source", "organisation", "glossaryterm", "condition", "helpnumber"]
FROM_FILES = ["topic", "conditionsymptom", "treatment", "source", "organisation", "glossaryterm", "condition"]
INLINE = re.compile(r"\sstyle=|\son[a-z]+=[\"']|<style|<script(?![^>]*\bsrc=)(?![^>]*application/)[^>]*>|javascript:")


def signed_in(user):
    client = Client()
    sign_in_staff(client, user)
    return client


def address(model, *args):
    return reverse(f"admin:conditions_{model}_{'change' if args else 'changelist'}", args=args)


@pytest.fixture
def editor():
    return signed_in(EditorFactory())


@pytest.fixture
def things():
    """One object for each list."""
    condition = ConditionFactory()
    treatment = TreatmentFactory(condition=condition, side_effects=["Tiredness"])
    row = {"claim": "It helps", "study": "Trial", "source": SourceFactory(condition=condition, key="S1"), "confidence": "low"}
    symptom = ConditionSymptomFactory(condition=condition)
    return {
        "revision": RevisionFactory(treatment=treatment, evidence=[row]),
        "topic": RevisionFactory(topic=TopicFactory(condition=condition), red_flags_title="At once", red_flags="- Fever[@S1]").topic,
        "conditionsymptom": RevisionFactory(symptom=symptom).symptom,
        "treatment": treatment,
        "source": row["source"],
        "organisation": OrganisationFactory(condition=condition),
        "glossaryterm": GlossaryTermFactory(condition=condition),
        "condition": condition,
        "helpnumber": HelpNumberFactory(),
    }


# Who


@pytest.mark.parametrize("model", LISTS)
def test_visitors_and_members_are_sent_to_sign_in(model, things):
    for client in (Client(), signed_in(UserFactory())):
        for path in (address(model), address(model, things[model].pk)):
            response = client.get(path)
            assert response.status_code == 302
            assert response.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("model", LISTS)
def test_staff_who_are_no_editors_see_nothing(model, things):
    client = signed_in(UserFactory(is_staff=True))
    for path in (address(model), address(model, things[model].pk)):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("model", LISTS)
def test_editors_and_administrators_see_lists_and_objects(model, things, editor):
    for client in (editor, signed_in(UserFactory(is_staff=True, is_superuser=True))):
        for path in (address(model), address(model, things[model].pk)):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("model", FROM_FILES)
def test_what_the_files_say_is_only_shown_and_says_so(model, things):
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    for path in (address(model), address(model, things[model].pk)):
        assert "This is what the content files say" in client.get(path).content.decode()
    assert client.get(reverse(f"admin:conditions_{model}_add")).status_code == 403
    assert client.post(address(model, things[model].pk), {}).status_code == 403
    assert client.post(reverse(f"admin:conditions_{model}_delete", args=[things[model].pk]), {"post": "yes"}).status_code == 403


def test_nobody_edits_or_deletes_a_text(things):
    client = signed_in(UserFactory(is_staff=True, is_superuser=True))
    revision = things["revision"]
    client.post(address("revision", revision.pk), {"title": "Changed"})
    assert client.post(reverse("admin:conditions_revision_delete", args=[revision.pk]), {"post": "yes"}).status_code == 403
    assert Revision.objects.get(pk=revision.pk).title == revision.title


# The policy


@pytest.mark.parametrize("model", LISTS)
def test_pages_hold_nothing_inline_and_send_the_policy(model, things, editor):
    paths = [address(model), address(model, things[model].pk), reverse(f"admin:conditions_{model}_history", args=[things[model].pk])]
    for path in paths:
        response = editor.get(path)
        assert not INLINE.search(response.content.decode()), path
        policy = response["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_forms_hold_nothing_inline(things, editor):
    add = reverse("admin:conditions_revision_add")
    for path in (
        add,
        f"{add}?from={things['revision'].pk}",
        f"{add}?symptom={things['conditionsymptom'].pk}",
        reverse("admin:conditions_helpnumber_add"),
    ):
        response = editor.get(path)
        assert response.status_code == 200
        assert not INLINE.search(response.content.decode()), path


# What the list of texts shows


def test_what_waits_for_a_decision_stands_first(editor):
    RevisionFactory(title="Readers have this")
    RevisionFactory(title="Waiting", state="proposed", created_at=timezone.now() - timedelta(days=30))
    RevisionFactory(title="Older", state="replaced")
    shown = [revision.title for revision in editor.get(address("revision")).context["cl"].result_list]
    assert shown == ["Waiting", "Readers have this", "Older"]


def test_the_numbers_of_waiting_and_overdue_texts_stand_on_top(editor):
    RevisionFactory(state="proposed")
    RevisionFactory.create_batch(2, review_due_on=date(2026, 2, 1), compiled_on=date(2026, 1, 1))
    page = editor.get(address("revision")).content.decode()
    assert "1 text waits for a decision" in page
    assert "2 pages are overdue for their check" in page


def test_only_readers_texts_are_overdue(editor):
    overdue = RevisionFactory(review_due_on=date(2026, 2, 1))
    RevisionFactory(review_due_on=date(2026, 2, 1), state="replaced")
    RevisionFactory()
    response = editor.get(address("revision"), {"overdue": "yes"})
    assert list(response.context["cl"].result_list) == [overdue]
    assert response.content.decode().count('class="overdue"') == 1


def test_authors_are_shown_by_number_never_by_address(editor):
    author = EditorFactory(email="author@private.example")
    revision = RevisionFactory(state="proposed", author=author)
    for path in (address("revision"), address("revision", revision.pk), address("topic", revision.topic.pk)):
        page = editor.get(path).content.decode()
        assert f"account {author.pk}" in page
        assert "author@private.example" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "treatment"}, {"Of a treatment"}),
        ({"kind": "topic", "state__exact": "approved"}, {"Of a topic"}),
        ({"condition": "second"}, {"Of a treatment"}),
        ({"origin__exact": "editor"}, {"Waiting"}),
        ({"q": "treatm"}, {"Of a treatment"}),
        ({"kind": "nonsense"}, set()),
        ({"condition": "nowhere"}, set()),
        ({"overdue": "perhaps"}, set()),
    ],
)
def test_filters_and_search(query, found, editor):
    topic = TopicFactory(condition=ConditionFactory(slug="first"))
    RevisionFactory(topic=topic, title="Of a topic")
    RevisionFactory(topic=topic, title="Waiting", state="proposed", origin="editor")
    RevisionFactory(treatment=TreatmentFactory(condition=ConditionFactory(slug="second")), title="Of a treatment")
    response = editor.get(address("revision"), query)
    assert {revision.title for revision in response.context["cl"].result_list} == found


def test_nobody_searches_for_an_authors_address_through_the_lists_address(editor):
    assert editor.get(address("revision"), {"author__email__startswith": "a"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 15])
@pytest.mark.parametrize(("model", "queries"), [("revision", 11), ("topic", 8), ("source", 8), ("helpnumber", 8)])
def test_a_list_needs_the_same_queries_for_any_length(model, queries, rows, editor, django_assert_num_queries):
    condition = ConditionFactory()
    for _number in range(rows):
        RevisionFactory(topic=TopicFactory(condition=condition), author=EditorFactory())
        SourceFactory(condition=condition)
        HelpNumberFactory()
    with django_assert_num_queries(queries):
        assert len(editor.get(address(model)).context["cl"].result_list) >= rows


@pytest.mark.parametrize("rows", [1, 15])
def test_a_page_needs_the_same_queries_for_any_number_of_texts(rows, editor, django_assert_num_queries):
    topic = TopicFactory()
    for _number in range(rows):
        RevisionFactory(topic=topic, state="replaced", author=EditorFactory())
    with django_assert_num_queries(7):
        editor.get(address("topic", topic.pk))


def test_an_unknown_text_is_a_404(editor):
    for pk in (0, 999_999, 10**30, "x"):
        assert editor.get(address("revision", pk)).status_code == 404


# Pages and library


def test_a_page_lists_its_texts_and_leads_to_a_proposal(things, editor):
    topic = things["topic"]
    RevisionFactory(topic=topic, state="proposed", title="A better title")
    page = editor.get(address("topic", topic.pk)).content.decode()
    assert "A better title" in page
    assert f"{reverse('admin:conditions_revision_add')}?topic={topic.pk}" in page


def test_a_page_without_a_text_does_not_link_to_readers_page(editor):
    topic = TopicFactory()
    page = editor.get(address("topic", topic.pk)).content.decode()
    assert "Propose a text" in page
    assert topic.get_absolute_url() not in page


def test_a_source_shows_the_pages_that_cite_it(things, editor):
    page = editor.get(address("source", things["source"].pk)).content.decode()
    assert things["topic"].get_absolute_url() in page
    listed = editor.get(address("source")).context["cl"].result_list
    assert {source.key: source.page_count for source in listed} == {"S1": 3, "S2": 3} | {things["organisation"].source.key: 0}


NUMBER = {
    "country": "gb",
    "kind": "crisis",
    "name": "A helpline",
    "number": "0800 000 000",
    "text_number": "",
    "languages": "English\nWelsh\n",
    "note": "",
    "url": "https://helpline.example/",
    "seen_on": "2026-01-15",
    "review_due_on": "2026-07-15",
}


def test_editors_keep_help_numbers(editor):
    version = ReferenceVersion.current()
    editor.post(reverse("admin:conditions_helpnumber_add"), NUMBER)
    number = HelpNumber.objects.get()
    assert (number.country, number.languages, number.seen_on) == ("GB", ["English", "Welsh"], date(2026, 1, 15))
    assert ReferenceVersion.current() > version
    editor.post(address("helpnumber", number.pk), {**NUMBER, "name": "Renamed"})
    number.refresh_from_db()
    assert number.name == "Renamed"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"number": "call us"}, "number"),
        ({"number": ""}, "number"),
        ({"seen_on": "2126-01-15", "review_due_on": "2127-01-15"}, "seen_on"),
        ({"review_due_on": "2026-01-15"}, "review_due_on"),
        ({"url": "helpline"}, "url"),
        ({"languages": "x" * 300}, "languages"),
    ],
)
def test_a_help_number_that_is_not_right_is_explained(change, field, editor):
    response = editor.post(reverse("admin:conditions_helpnumber_add"), {**NUMBER, **change})
    assert list(response.context["errors"]) != []
    assert set(response.context["adminform"].form.errors) == {field}
    assert not HelpNumber.objects.exists()


def test_overdue_help_numbers_are_marked_and_found(editor):
    HelpNumberFactory()
    overdue = HelpNumberFactory(review_due_on=date(2026, 2, 1))
    response = editor.get(address("helpnumber"), {"overdue": "yes"})
    assert list(response.context["cl"].result_list) == [overdue]
    assert 'class="overdue"' in response.content.decode()


def test_the_history_shows_accounts_by_number():
    user = EditorFactory(email="editor@private.example")
    signed_in(user).post(reverse("admin:conditions_helpnumber_add"), NUMBER)
    page = signed_in(EditorFactory()).get(reverse("admin:conditions_helpnumber_history", args=[HelpNumber.objects.get().pk])).content.decode()
    assert f"account {user.pk}" in page
    assert "editor@private.example" not in page
