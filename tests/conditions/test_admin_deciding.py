"""Deciding in the admin: compare, approve, decline, withdraw, review; who may, and what readers see afterwards."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conditions.actions import texts
from conditions.admin.comparing import comparison
from conditions.models.revision import Revision
from search.models import Entry
from tests.factories import ConditionSymptomFactory, EditorFactory, RevisionFactory, SourceFactory, TopicFactory, TreatmentFactory, UserFactory
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
State = Revision.State


def signed_in(user):
    client = Client()
    sign_in_staff(client, user)
    return client


def page_of(revision):
    return reverse("admin:conditions_revision_change", args=[revision.pk])


def step(name, revision):
    return reverse(f"admin:conditions_revision_{name}", args=[revision.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def author():
    return EditorFactory()


@pytest.fixture
def editor():
    return EditorFactory()


@pytest.fixture
def readers():
    return RevisionFactory(title="The old title", body="## How often?\n\nIn one study it was seen in 32 of 51 children.[@S2]")


@pytest.fixture
def proposal(readers, author):
    fields = {**texts.fields_of(readers), "title": "The new title", "note": "Clearer.", "body": readers.body.replace("32", "33")}
    return texts.propose(target=readers.topic, by=author, fields=fields)


def approve(client, revision, **changes):
    shown = client.get(page_of(revision)).context["approve_form"]["compared_with"].value()
    return client.post(step("approve", revision), {"compared_with": shown, "note": "", **changes}, follow=True)


# Approving


def test_a_second_editor_approves_and_readers_see_it(proposal, readers, editor):
    visitor = Client()
    assert "The old title" in visitor.get(readers.get_absolute_url()).content.decode()
    response = approve(signed_in(editor), proposal, note="Checked against S2.")
    assert told(response) == ["Readers see this text now."]
    page = visitor.get(readers.get_absolute_url()).content.decode()
    assert "The new title" in page
    assert "33 of 51" in page
    proposal.refresh_from_db()
    readers.refresh_from_db()
    assert (proposal.decided_by, proposal.decision_note, readers.state) == (editor, "Checked against S2.", State.REPLACED)
    assert Entry.objects.get(kind="topic", object_id=readers.topic.pk).title == "The new title"


def test_the_author_finds_no_button_and_the_reason(proposal, author):
    page = signed_in(author).get(page_of(proposal)).content.decode()
    assert "You wrote this text, so another editor has to approve it." in page
    assert step("approve", proposal) not in page
    assert step("decline", proposal) not in page
    assert step("withdraw", proposal) in page


def test_the_author_cannot_approve_by_sending_the_form_anyway(proposal, readers, author):
    response = signed_in(author).post(step("approve", proposal), {"compared_with": readers.pk}, follow=True)
    assert told(response) == ["A second editor has to approve this text: you wrote it."]
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED


def test_who_comes_second_learns_that_it_was_decided_already(proposal, readers, editor):
    second = signed_in(EditorFactory())
    second.get(page_of(proposal))
    approve(signed_in(editor), proposal)
    response = second.post(step("decline", proposal), {"note": "No."}, follow=True)
    assert told(response) == ["This text was decided already."]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (State.APPROVED, editor)
    assert LogEntry.objects.count() == 1


def test_a_text_that_was_compared_with_an_older_one_is_not_approved(proposal, readers, editor):
    other = texts.propose(target=readers.topic, by=EditorFactory(), fields={**texts.fields_of(readers), "title": "Other", "note": "x"})
    client = signed_in(editor)
    approve(client, other)
    response = client.post(step("approve", proposal), {"compared_with": readers.pk}, follow=True)
    assert "Compare again" in told(response)[0]
    assert "Readers&#x27; text changed after this one was proposed" in response.content.decode().replace("'", "&#x27;")
    assert told(approve(client, proposal)) == ["Readers see this text now."]


@pytest.mark.parametrize("sent", [{}, {"compared_with": "x"}, {"compared_with": "-1"}, {"compared_with": "0", "note": "x" * 301}])
def test_a_tampered_approval_is_refused(sent, proposal, editor):
    assert signed_in(editor).post(step("approve", proposal), sent).status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED


def test_a_first_text_brings_its_page_to_life_and_links_to_it(author, editor):
    linking = RevisionFactory()
    topic = TopicFactory(condition=linking.topic.condition)
    Revision.objects.filter(pk=linking.pk).update(body=f"See [the other page](topic:{topic.slug}).[@us]")
    SourceFactory(condition=topic.condition, key="S1")
    assert Client().get(topic.get_absolute_url()).status_code == 404
    first = texts.propose(target=topic, by=author, fields={**texts.fields_of(linking), "title": "Its first text", "note": "New."})
    approve(signed_in(editor), first)
    assert "Its first text" in Client().get(topic.get_absolute_url()).content.decode()
    assert f'<a href="{topic.get_absolute_url()}">the other page</a>' in Client().get(linking.get_absolute_url()).content.decode()


# Declining and withdrawing


def test_declining_needs_a_reason_and_keeps_readers_text(proposal, readers, editor):
    client = signed_in(editor)
    response = client.post(step("decline", proposal), {"note": ""})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    response = client.post(step("decline", proposal), {"note": "S2 says 32."}, follow=True)
    assert told(response) == ["The text was declined. Readers keep what they have."]
    assert "S2 says 32." in response.content.decode()
    proposal.refresh_from_db()
    readers.refresh_from_db()
    assert (proposal.state, readers.state) == (State.DECLINED, State.APPROVED)


def test_the_author_withdraws_and_the_proposal_is_gone(proposal, author):
    response = signed_in(author).post(step("withdraw", proposal), follow=True)
    assert told(response) == ["You withdrew your proposal."]
    assert response.redirect_chain[0][0] == reverse("admin:conditions_revision_changelist")
    assert not Revision.objects.filter(pk=proposal.pk).exists()
    assert LogEntry.objects.get().action_flag == DELETION


def test_nobody_withdraws_what_another_wrote(proposal, editor):
    client = signed_in(editor)
    assert step("withdraw", proposal) not in client.get(page_of(proposal)).content.decode()
    assert told(client.post(step("withdraw", proposal), follow=True)) == ["Only who wrote a text can withdraw it."]
    assert Revision.objects.filter(pk=proposal.pk).exists()
    assert not LogEntry.objects.exists()


# Who


@pytest.mark.parametrize("name", ["approve", "decline", "withdraw", "review"])
def test_only_staff_with_the_right_take_steps(name, proposal, readers):
    sent = {"compared_with": readers.pk, "note": "x"}
    for client in (Client(), signed_in(UserFactory())):
        response = client.post(step(name, proposal), sent)
        assert response.status_code == 302
        assert response.url.startswith(reverse("admin:login"))
    assert signed_in(UserFactory(is_staff=True)).post(step(name, proposal), sent).status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED


def test_an_administrator_decides_only_as_an_editor(proposal, readers):
    administrator = UserFactory(is_staff=True, is_superuser=True)
    client = signed_in(administrator)
    page = client.get(page_of(proposal)).content.decode()
    assert "Editors decide about texts." in page
    assert step("approve", proposal) not in page
    assert client.post(step("approve", proposal), {"compared_with": readers.pk}).status_code == 403
    administrator.groups.add(EditorFactory().groups.get())
    assert told(approve(client, proposal)) == ["Readers see this text now."]


def test_an_editor_who_lost_the_role_decides_no_more(proposal, readers, editor):
    client = signed_in(editor)
    editor.groups.clear()
    assert client.post(step("approve", proposal), {"compared_with": readers.pk}).status_code == 403


@pytest.mark.parametrize("name", ["approve", "decline", "withdraw", "review"])
def test_a_step_changes_nothing_without_its_token_or_by_a_link(name, proposal, readers, editor):
    client = Client(enforce_csrf_checks=True)
    sign_in_staff(client, editor)
    assert client.post(step(name, proposal), {"compared_with": readers.pk, "note": "x"}).status_code == 403
    assert client.get(step(name, proposal)).url == page_of(proposal)
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED


def test_a_step_with_a_text_that_is_gone_leads_to_the_list(proposal, author):
    client = signed_in(author)
    for _press in range(2):
        response = client.post(step("withdraw", proposal), follow=True)
    assert told(response) == ["There is no such text, or it was withdrawn."]
    assert response.redirect_chain[0][0] == reverse("admin:conditions_revision_changelist")


def test_steps_are_logged_without_words_of_people(proposal, author, editor):
    approve(signed_in(editor), proposal, note="A remark of mine.")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.action_flag, entry.object_repr, entry.change_message) == (editor, CHANGE, "The new title", "Approved.")


# Comparing


def test_the_page_shows_what_changed_word_by_word(proposal, editor):
    page = signed_in(editor).get(page_of(proposal)).content.decode()
    assert "seen in <del>32</del><ins>33</ins> of 51 children" in page
    assert "The <del>old</del><ins>new</ins> title" in page
    assert "Unchanged:" in page


def test_words_of_a_text_are_escaped_in_the_comparison(readers, author, editor):
    fields = {**texts.fields_of(readers), "title": "<script>alert(1)</script>", "note": "x"}
    page = signed_in(editor).get(page_of(texts.propose(target=readers.topic, by=author, fields=fields))).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_preview_is_what_readers_get(proposal, editor):
    page = signed_in(editor).get(page_of(proposal)).content.decode()
    assert proposal.body_html in page
    assert proposal.short_answer_html in page


def test_an_approved_text_is_compared_with_the_one_it_replaced(proposal, readers, editor):
    client = signed_in(editor)
    approve(client, proposal)
    context = client.get(page_of(proposal)).context
    assert context["old"].pk == readers.pk
    assert [part.label for part in context["comparison"].changed] == ["Title", "Text"]


def test_a_first_text_has_nothing_to_be_compared_with(editor):
    page = signed_in(editor).get(page_of(RevisionFactory(state="proposed"))).content.decode()
    assert "There is no text to compare it with" in page


def test_far_unchanged_paragraphs_are_folded():
    body = [f"Paragraph {number}.[@us]" for number in range(10)]
    old = RevisionFactory(body="\n\n".join(body))
    new = RevisionFactory(topic=old.topic, state="proposed", title=old.title, nav_title=old.nav_title, body="\n\n".join([*body[:-1], "Last.[@us]"]))
    [part] = comparison(old, new).changed
    assert [(len(stretch.units), stretch.folded) for stretch in part.stretches] == [(8, True), (1, False), (0, False)]


def test_rows_of_numbers_are_compared():
    treatment, symptom = TreatmentFactory(), ConditionSymptomFactory()
    row = {"claim": "It helps", "study": "Trial", "people": 20, "year": 2020, "confidence": "low"}
    row["source"] = SourceFactory(condition=treatment.condition, key="S1")
    old = RevisionFactory(treatment=treatment, evidence=[row], title="T", nav_title="T")
    new = RevisionFactory(treatment=treatment, evidence=[{**row, "people": 21}], state="proposed", title="T", nav_title="T")
    [part] = comparison(old, new).changed
    assert part.label == "Evidence table"
    assert [piece.text for piece in part.stretches[0].pieces if piece.kind != "same"] == ["20", "21"]
    counted = {"label": "A study", "count": 1, "total": 2, "source": SourceFactory(condition=symptom.condition, key="S1")}
    one = RevisionFactory(symptom=symptom, frequencies=[counted])
    assert comparison(None, one).changed[-1].stretches[0].pieces[0].text == "A study · 1 of 2 people · S1"


def test_a_long_text_needs_no_more_queries_than_a_short_one(editor, django_assert_num_queries):
    client = signed_in(editor)
    short = RevisionFactory(state="proposed")
    long = RevisionFactory(state="proposed", body="\n\n".join(f"Paragraph {number}.[@S{number}]" for number in range(1, 50)))
    for revision in (short, long):
        with django_assert_num_queries(11):
            client.get(page_of(revision))


# Reviewing


def review(client, revision, **changes):
    sent = {
        "reviewer_name": "Dr Ada Example",
        "reviewer_role": "child neurologist, London",
        "reviewed_on": timezone.localdate().isoformat(),
        "review_due_on": (timezone.localdate() + timedelta(days=365)).isoformat(),
    }
    return client.post(step("review", revision), {**sent, **changes}, follow=True)


def test_a_review_is_recorded_and_readers_see_it(readers, editor):
    response = review(signed_in(editor), readers)
    assert told(response) == ["The review dates were saved; the page shows them now."]
    readers.refresh_from_db()
    assert (readers.reviewer_name, readers.reviewed_on) == ("Dr Ada Example", timezone.localdate())
    assert "Dr Ada Example" in Client().get(readers.get_absolute_url()).content.decode()
    assert LogEntry.objects.get().change_message == "Changed the review dates."


def test_a_review_is_taken_back(readers, editor):
    client = signed_in(editor)
    review(client, readers)
    response = client.post(step("review", readers), {"take_back": "1"}, follow=True)
    assert "taken back" in told(response)[0]
    assert "Dr Ada Example" not in Client().get(readers.get_absolute_url()).content.decode()


def test_only_the_day_of_the_next_check_may_be_set(readers, editor):
    later = timezone.localdate() + timedelta(days=100)
    review(signed_in(editor), readers, reviewer_name="", reviewer_role="", reviewed_on="", review_due_on=later.isoformat())
    readers.refresh_from_db()
    assert (readers.review_due_on, readers.reviewed_on) == (later, None)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"reviewed_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, {"reviewed_on"}),
        ({"reviewed_on": "2026-01-14"}, {"reviewed_on"}),
        ({"reviewer_name": ""}, {"reviewer_name"}),
        ({"reviewer_role": "", "reviewed_on": ""}, {"reviewer_role", "reviewed_on"}),
        ({"review_due_on": timezone.localdate().isoformat()}, {"review_due_on"}),
        ({"review_due_on": ""}, {"review_due_on"}),
        ({"reviewer_name": "x" * 121}, {"reviewer_name"}),
    ],
)
def test_a_review_that_is_not_right_is_named(changes, fields, readers, editor):
    response = review(signed_in(editor), readers, **changes)
    assert response.status_code == 422
    assert set(response.context["review_form"].errors) == fields
    readers.refresh_from_db()
    assert readers.reviewed_on is None


def test_only_readers_text_offers_a_review(proposal, editor):
    client = signed_in(editor)
    assert step("review", proposal) not in client.get(page_of(proposal)).content.decode()
    assert "Only the text that readers see" in told(review(client, proposal))[0]


def test_a_new_text_starts_without_the_old_ones_review(readers, author, editor):
    client = signed_in(editor)
    review(client, readers)
    new = texts.propose(target=readers.topic, by=author, fields={**texts.fields_of(readers), "title": "New", "note": "x"})
    approve(client, new)
    assert Revision.objects.approved().get(topic=readers.topic).reviewer_name == ""


def test_an_overdue_text_says_so_until_its_check_is_moved(editor):
    overdue = RevisionFactory(review_due_on=date(2026, 2, 1))
    client = signed_in(editor)
    assert 'class="overdue"' in client.get(page_of(overdue)).content.decode()
    review(client, overdue)
    assert 'class="overdue"' not in client.get(page_of(overdue)).content.decode()


def test_no_page_of_a_text_holds_anything_inline(proposal, readers, author, editor):
    for user in (author, editor):
        for revision in (proposal, readers):
            assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|<style", signed_in(user).get(page_of(revision)).content.decode())
