"""Proposing a text in the admin: the form, what it refuses, what it writes."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.test import Client
from django.urls import reverse

from conditions.actions import texts
from conditions.forms import faults_of
from conditions.models.revision import Revision
from tests.factories import (
    ConditionFactory,
    ConditionSymptomFactory,
    EditorFactory,
    RevisionFactory,
    SourceFactory,
    SymptomFactory,
    TopicFactory,
    TreatmentFactory,
    UserFactory,
)
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
ADD = "admin:conditions_revision_add"


def signed_in(user):
    client = Client()
    sign_in_staff(client, user)
    return client


@pytest.fixture
def editor():
    return EditorFactory()


@pytest.fixture
def readers():
    """Readers' text of a topic, in a condition with one more topic, a symptom and a treatment."""
    condition = ConditionFactory()
    TopicFactory(condition=condition, slug="relapse")
    ConditionSymptomFactory(condition=condition, symptom=SymptomFactory(slug="ataxia"))
    TreatmentFactory(condition=condition, slug="drip")
    return RevisionFactory(
        topic=TopicFactory(condition=condition, slug="rarity"),
        title="Is it rare?",
        search_words=["uncommon"],
        related=["topic:relapse", "topic:planned"],
        body="## How often?\n\nFew people have it; see [planned](topic:planned).[@S2]",
    )


def filled(response, **changes):
    """Return what a browser would send from the forms of a page, with changes."""
    data = {}
    forms = [response.context["form"], *(response.context["rows"] or [])]
    if response.context["rows"]:
        forms.append(response.context["rows"].management_form)
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False):
                data[field.html_name] = value
    return {**data, "note": "Clearer.", **changes}


def propose(client, query, **changes):
    path = f"{reverse(ADD)}?{query}"
    return client.post(path, filled(client.get(path), **changes))


def test_the_form_begins_with_readers_text(readers, editor):
    for query in (f"topic={readers.topic.pk}", f"from={readers.pk}"):
        form = signed_in(editor).get(f"{reverse(ADD)}?{query}").context["form"]
        assert form["title"].value() == "Is it rare?"
        assert form["related"].value() == "topic:relapse\ntopic:planned"
        assert form["compiled_on"].value() == readers.compiled_on


def test_a_proposal_is_saved_and_readers_keep_what_they_have(readers, editor):
    response = propose(signed_in(editor), f"topic={readers.topic.pk}", title="Is it very rare?", search_words="uncommon\r\n\r\n seldom \r\nuncommon")
    proposal = Revision.objects.proposed().get()
    assert response.url == reverse("admin:conditions_revision_change", args=[proposal.pk])
    assert (proposal.title, proposal.author, proposal.origin, proposal.topic) == ("Is it very rare?", editor, "editor", readers.topic)
    assert proposal.search_words == ["uncommon", "seldom"]
    assert "\r" not in proposal.body
    assert "Few people" in proposal.body_html
    assert Client().get(readers.get_absolute_url()).context["revision"].pk == readers.pk


def test_proposing_is_logged_without_its_text(readers, editor):
    propose(signed_in(editor), f"from={readers.pk}", title="Is it very rare?", note="A note of mine.")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.action_flag, entry.object_repr) == (editor, ADDITION, "Is it very rare?")
    assert "note of mine" not in entry.change_message


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"body": "It is rare.[@S99]"}, "body", "There is no source S99."),
        ({"body": "It is rare."}, "body", "“It is rare.” has no source"),
        ({"body": "It is rare.[S1]"}, "body", "“[S1]” is no mark"),
        ({"body": "See [it](topic:nowhere).[@S1]"}, "body", "The link topic:nowhere leads nowhere."),
        ({"body": "See [it](/relapse/).[@S1]"}, "body", "The link (/relapse/) is none we know"),
        ({"body": "# A heading\n\nIt is rare.[@S1]"}, "body", "Headings begin at ##"),
        ({"body": "A heading\n=====\n\nIt is rare.[@S1]"}, "body", "Headings begin at ##"),
        ({"short_answer": "No mark."}, "short_answer", "has no source"),
        ({"short_answer": ""}, "short_answer", "required"),
        ({"unknown": ""}, "unknown", "required"),
        ({"note": ""}, "note", "required"),
        ({"title": "x" * 161}, "title", "160 characters"),
        ({"red_flags": "- Fever[@S1]"}, "red_flags_title", "both its title and its text"),
        ({"red_flags_title": "At once"}, "red_flags_title", "both its title and its text"),
        ({"related": "topic:nowhere"}, "related", "“topic:nowhere” leads nowhere."),
        ({"related": "see relapse"}, "related", "“see relapse” leads nowhere."),
        ({"related": "topic:rarity"}, "related", "is this page itself"),
        ({"questions": "x" * 201}, "questions", "longer than 200 characters"),
        ({"compiled_on": "2126-01-01", "review_due_on": "2127-01-01"}, "compiled_on", "still to come"),
        ({"compiled_on": "2026-01-15", "review_due_on": "2026-01-15"}, "review_due_on", "comes after"),
        ({"compiled_on": "soon"}, "compiled_on", "valid date"),
    ],
)
def test_what_is_not_right_is_named_and_the_text_is_kept(changes, field, words, readers, editor):
    response = propose(signed_in(editor), f"topic={readers.topic.pk}", **{"title": "My new title", **changes})
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert words in " ".join(form.errors[field])
    page = response.content.decode()
    assert "<title>Error:" in page
    assert "There is a problem" in page
    assert f'href="#id_{field}"' in page
    assert form["title"].value() == changes.get("title", "My new title")
    assert form["body"].value() == changes.get("body", readers.body)
    assert not Revision.objects.proposed().exists()


def test_links_and_related_pages_that_readers_text_has_may_stay_though_they_are_not_written(readers, editor):
    assert propose(signed_in(editor), f"topic={readers.topic.pk}", title="New").status_code == 302


def test_links_to_pages_of_every_kind_are_known(readers, editor):
    body = "[a](topic:relapse) [b](symptom:ataxia) [c](treatment:drip) [d](page:help-now) [e](https://example.org/).[@S1 @S2]"
    assert propose(signed_in(editor), f"topic={readers.topic.pk}", body=body).status_code == 302


def test_pages_of_another_condition_are_not_known(readers, editor):
    TopicFactory(slug="elsewhere")
    response = propose(signed_in(editor), f"topic={readers.topic.pk}", related="topic:elsewhere")
    assert "related" in response.context["form"].errors


def test_a_text_that_did_not_change_is_not_proposed(readers, editor):
    response = propose(signed_in(editor), f"topic={readers.topic.pk}")
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()


def test_an_older_text_can_be_proposed_again(readers, editor):
    older = RevisionFactory(topic=readers.topic, state="replaced", title="Older")
    assert propose(signed_in(editor), f"from={older.pk}").status_code == 302
    assert Revision.objects.proposed().get().title == "Older"


def test_ones_own_waiting_proposal_is_replaced_by_a_new_one(readers, editor):
    client = signed_in(editor)
    propose(client, f"from={readers.pk}", title="First try")
    first = Revision.objects.proposed().get()
    assert "takes the place of your earlier proposal" in client.get(f"{reverse(ADD)}?from={first.pk}").content.decode()
    propose(client, f"from={first.pk}", title="Second try")
    assert Revision.objects.proposed().get().title == "Second try"


def test_somebody_elses_proposal_stays_beside_a_new_one(readers, editor):
    theirs = texts.propose(target=readers.topic, by=EditorFactory(), fields={**texts.fields_of(readers), "title": "Theirs", "note": "x"})
    propose(signed_in(editor), f"from={theirs.pk}", title="Mine")
    assert {one.title for one in Revision.objects.proposed()} == {"Theirs", "Mine"}


def test_a_first_text_is_proposed_for_a_page_without_one(editor):
    topic = TopicFactory()
    SourceFactory(condition=topic.condition, key="S1")
    new = {"title": "Why?", "nav_title": "Why", "short_answer": "So.[@S1]", "unknown": "Much.[@us]", "review_due_on": "2099-01-01"}
    assert propose(signed_in(editor), f"topic={topic.pk}", **new).status_code == 302
    topic.refresh_from_db()
    assert not topic.has_page
    assert Revision.objects.proposed().get().language == topic.condition.language


# Rows of numbers


@pytest.fixture
def treatment_text():
    treatment = TreatmentFactory()
    source = SourceFactory(condition=treatment.condition, key="S1")
    row = {"study": "Trial", "people": 20, "year": 2020, "source": source, "confidence": "low"}
    return RevisionFactory(treatment=treatment, evidence=[{**row, "claim": "First"}, {**row, "claim": "Second"}])


def evidence_of_the_proposal():
    return list(Revision.objects.proposed().get().evidence.values_list("claim", "source__key", "people"))


def test_rows_begin_with_readers_rows_and_are_kept(treatment_text, editor):
    propose(signed_in(editor), f"from={treatment_text.pk}", title="New")
    assert evidence_of_the_proposal() == [("First", "S1", 20), ("Second", "S1", 20)]


def test_rows_are_added_removed_and_ordered(treatment_text, editor):
    SourceFactory(condition=treatment_text.treatment.condition, key="S5")
    new = {"claim": "Third", "study": "Series", "source": "S5", "confidence": "very low", "ORDER": "1"}
    changes = {f"evidence-2-{name}": value for name, value in new.items()}
    propose(signed_in(editor), f"from={treatment_text.pk}", **changes, **{"evidence-0-DELETE": "on", "evidence-1-ORDER": "2"})
    assert evidence_of_the_proposal() == [("Third", "S5", None), ("Second", "S1", 20)]


@pytest.mark.parametrize(("name", "value"), [("source", "S99"), ("confidence", "certain"), ("people", "many"), ("people", "9" * 30), ("claim", "")])
def test_a_row_that_is_not_right_is_named(name, value, treatment_text, editor):
    response = propose(signed_in(editor), f"from={treatment_text.pk}", **{"title": "New", f"evidence-1-{name}": value})
    assert response.status_code == 422
    assert [list(errors) for errors in response.context["rows"].errors if errors] == [[name]]
    assert f'href="#id_evidence-1-{name}"' in response.content.decode()


@pytest.mark.parametrize(("count", "total", "field"), [("9", "5", "count"), ("0", "0", "total"), ("-1", "5", "count"), ("9" * 30, "9" * 30, "count")])
def test_a_count_lies_within_its_total(count, total, field, editor):
    symptom = ConditionSymptomFactory()
    source = SourceFactory(condition=symptom.condition, key="S1")
    text = RevisionFactory(symptom=symptom, frequencies=[{"label": "A study", "count": 1, "total": 2, "source": source}])
    changes = {"frequencies-0-count": count, "frequencies-0-total": total}
    response = propose(signed_in(editor), f"from={text.pk}", **changes)
    assert response.status_code == 422
    assert field in response.context["rows"].errors[0]


def test_a_changed_count_is_proposed(editor):
    symptom = ConditionSymptomFactory()
    source = SourceFactory(condition=symptom.condition, key="S1")
    text = RevisionFactory(symptom=symptom, frequencies=[{"label": "A study", "count": 1, "total": 2, "source": source}])
    propose(signed_in(editor), f"from={text.pk}", **{"frequencies-0-count": "2"})
    assert Revision.objects.proposed().get().frequencies.get().count == 2


def test_tampered_rows_are_refused_without_a_fault(treatment_text, editor):
    for changes in ({"evidence-TOTAL_FORMS": "x"}, {"evidence-TOTAL_FORMS": "100000"}):
        assert propose(signed_in(editor), f"from={treatment_text.pk}", **changes).status_code == 422
    assert not Revision.objects.proposed().exists()


# Who and where


def test_only_who_may_propose_reaches_the_form(readers):
    path = f"{reverse(ADD)}?topic={readers.topic.pk}"
    for client in (Client(), signed_in(UserFactory())):
        assert client.get(path).status_code == 302
        assert client.post(path, {"title": "Mine"}).status_code == 403
    staff = signed_in(UserFactory(is_staff=True))
    assert staff.get(path).status_code == 403
    assert staff.post(path, {"title": "Mine"}).status_code == 403
    assert signed_in(UserFactory(is_staff=True, is_superuser=True)).get(path).status_code == 200
    assert Revision.objects.count() == 1


def test_without_a_page_the_form_says_where_to_begin(editor):
    page = signed_in(editor).get(reverse(ADD)).content.decode()
    assert reverse("admin:conditions_topic_changelist") in page


@pytest.mark.parametrize("query", ["topic=0", "topic=x", "symptom=999999", "treatment=-1", "from=0", "from=x", "from=" + "9" * 30, "topic="])
def test_an_unknown_page_is_a_404(query, editor):
    assert signed_in(editor).get(f"{reverse(ADD)}?{query}").status_code == 404


def test_a_form_without_its_token_is_refused(readers, editor):
    client = Client(enforce_csrf_checks=True)
    sign_in_staff(client, editor)
    path = f"{reverse(ADD)}?topic={readers.topic.pk}"
    assert client.post(path, filled(client.get(path), title="New")).status_code == 403
    assert not Revision.objects.proposed().exists()


def test_a_text_sent_after_the_session_ended_is_handed_back(readers, editor):
    client = signed_in(editor)
    path = f"{reverse(ADD)}?topic={readers.topic.pk}"
    typed = filled(client.get(path), body="What I wrote for an hour.[@S1]")
    client.logout()
    response = client.post(path, typed)
    assert response.status_code == 403
    page = response.content.decode()
    assert "What I wrote for an hour.[@S1]" in page
    assert not Revision.objects.proposed().exists()


def test_the_same_text_sent_twice_is_one_proposal(readers, editor):
    client = signed_in(editor)
    answers = [propose(client, f"topic={readers.topic.pk}", title="New") for _press in range(2)]
    assert answers[0].url == answers[1].url
    first = Revision.objects.proposed().get()
    path = f"{reverse(ADD)}?from={first.pk}&topic={readers.topic.pk}"
    typed = filled(client.get(path), title="Newer")
    answers = [client.post(path, typed) for _press in range(2)]
    assert answers[0].url == answers[1].url
    assert Revision.objects.proposed().get().title == "Newer"


# Faults of a text, without a form


@pytest.mark.parametrize(
    "text",
    [
        "It is rare.[@S1]\n\nSo we think.[@us]",
        "## Head\n\n- one[@S1]\n- two[@S1 @us]\n\n| a | b |\n| --- | --- |\n| 1 | 2[@S1] |",
        "See [words](topic:known) and [more](https://example.org/).[@S1]",
        "",
    ],
)
def test_a_text_that_is_right_has_no_faults(text):
    assert faults_of(text, {"S1"}, {("topic", "known")}) == []


@pytest.mark.parametrize(
    "text", ["An empty mark.[@ ][@S1]", "An open mark [@S1.[@S1]", "A badly written [link](topic:Not Known).[@S1]", "- one\n- two[@S1]"]
)
def test_a_text_that_is_not_right_has_a_fault(text):
    assert len(faults_of(text, {"S1"}, {("topic", "known")})) == 1
