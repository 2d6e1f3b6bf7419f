"""A text's way: proposed, decided, published; and how files and editors get along."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conditions.actions import texts
from conditions.models.revision import Revision
from search.models import Entry
from tests.factories import (
    ConditionFactory,
    ConditionSymptomFactory,
    EditorFactory,
    RevisionFactory,
    SourceFactory,
    TopicFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db
State = Revision.State


def fields(**changes):
    return {
        "title": "Is it rare?",
        "nav_title": "How rare",
        "search_words": [],
        "short_answer": "It is rare.[@S1]",
        "red_flags_title": "",
        "red_flags": "",
        "body": "Few people have it.[@S1]",
        "unknown": "Nobody has counted.[@us]",
        "questions": [],
        "related": [],
        "language": "en",
        "compiled_on": date(2026, 1, 15),
        "review_due_on": date(2028, 1, 15),
        **changes,
    }


def adopt(topic, **changes):
    came_of_it = texts.adopt_file_text(target=topic, fields=fields(**changes), rows={})
    texts.render_condition(topic.condition)
    return came_of_it


@pytest.fixture
def topic():
    topic = TopicFactory()
    SourceFactory(condition=topic.condition, key="S1")
    return topic


@pytest.fixture
def proposal(topic):
    """What an editor proposed beside readers' text."""
    RevisionFactory(topic=topic, title="The old title")
    return texts.propose(target=topic, by=EditorFactory(), fields=fields(note="Clearer."))


def test_a_proposal_changes_nothing_for_readers(proposal, topic):
    assert Revision.objects.visible_to(None).get(topic=topic).title == "The old title"
    assert proposal.state == State.PROPOSED
    assert "Few people" in proposal.body_html
    assert [one.source.key for one in proposal.citations.all()] == ["S1"]


def test_an_approved_text_replaces_readers_text(proposal, topic):
    texts.approve(revision=proposal, by=EditorFactory(), note="Good.")
    assert Revision.objects.visible_to(None).get(topic=topic).pk == proposal.pk
    old = Revision.objects.get(title="The old title")
    assert old.state == State.REPLACED


def test_an_approved_text_is_found_by_the_search(proposal, topic):
    texts.approve(revision=proposal, by=EditorFactory())
    assert Entry.objects.get(kind="topic", object_id=topic.pk).title == "Is it rare?"
    again = texts.propose(target=topic, by=EditorFactory(), fields=fields(title="How rare is it?"))
    texts.approve(revision=again, by=EditorFactory())
    assert [entry.title for entry in Entry.objects.filter(kind="topic")] == ["How rare is it?"]


def test_nobody_approves_or_declines_what_they_wrote(proposal):
    with pytest.raises(texts.NotAllowed, match="second editor"):
        texts.approve(revision=proposal, by=proposal.author)
    with pytest.raises(texts.NotAllowed, match="withdraw it instead"):
        texts.decline(revision=proposal, by=proposal.author, note="No.")
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED


def test_the_database_refuses_an_author_who_decides(proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=proposal.pk).update(state=State.APPROVED, decided_at=timezone.now(), decided_by=proposal.author)


def test_a_text_is_decided_once(proposal):
    texts.decline(revision=proposal, by=EditorFactory(), note="A source is missing.")
    with pytest.raises(texts.NotAllowed, match="decided already"):
        texts.approve(revision=proposal, by=EditorFactory())
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision_note) == (State.DECLINED, "A source is missing.")


def test_declining_needs_a_reason(proposal):
    with pytest.raises(texts.NotAllowed, match="Say why"):
        texts.decline(revision=proposal, by=EditorFactory(), note="  ")


def test_only_the_author_withdraws(proposal):
    with pytest.raises(texts.NotAllowed, match="Only who wrote"):
        texts.withdraw(revision=proposal, by=EditorFactory())
    texts.withdraw(revision=proposal, by=proposal.author)
    assert not Revision.objects.proposed().exists()


def test_a_decision_about_a_withdrawn_text_is_refused(proposal):
    texts.withdraw(revision=Revision.objects.get(pk=proposal.pk), by=proposal.author)
    with pytest.raises(texts.NotAllowed, match="withdrawn meanwhile"):
        texts.approve(revision=proposal, by=EditorFactory())


def test_a_new_proposal_takes_the_place_of_ones_own_earlier_one(proposal, topic):
    again = texts.propose(target=topic, by=proposal.author, fields=fields(title="Better"), instead_of=proposal)
    assert list(Revision.objects.proposed()) == [again]


def test_a_new_proposal_leaves_what_was_decided_and_what_others_wrote(proposal, topic):
    theirs = texts.propose(target=topic, by=EditorFactory(), fields=fields(title="Other"))
    texts.propose(target=topic, by=proposal.author, fields=fields(title="Better"), instead_of=theirs)
    texts.approve(revision=proposal, by=EditorFactory())
    texts.propose(target=topic, by=proposal.author, fields=fields(title="Best"), instead_of=proposal)
    assert Revision.objects.filter(pk__in=[theirs.pk, proposal.pk]).count() == 2


def test_the_same_text_proposed_twice_by_one_person_is_one_proposal(proposal, topic):
    assert texts.propose(target=topic, by=proposal.author, fields=fields(note="Again.")) == proposal
    assert texts.propose(target=topic, by=EditorFactory(), fields=fields()) != proposal


def test_approving_needs_a_fresh_comparison(proposal, topic):
    seen = Revision.objects.approved().get(topic=topic).pk
    other = texts.propose(target=topic, by=EditorFactory(), fields=fields(title="Other"))
    texts.approve(revision=other, by=EditorFactory(), compared_with=seen)
    with pytest.raises(texts.NotAllowed, match="Compare again"):
        texts.approve(revision=proposal, by=EditorFactory(), compared_with=seen)
    texts.approve(revision=proposal, by=EditorFactory(), compared_with=other.pk)
    assert Revision.objects.approved().get(topic=topic).pk == proposal.pk


def test_a_text_that_cites_an_unknown_source_cannot_be_proposed(topic):
    with pytest.raises(ValueError, match="S99"):
        texts.propose(target=topic, by=EditorFactory(), fields=fields(body="So it is.[@S99]"))
    assert not Revision.objects.exists()


def test_links_to_a_page_come_alive_when_its_first_text_is_approved(topic):
    linking = RevisionFactory(topic=TopicFactory(condition=topic.condition), body=f"See [how rare](topic:{topic.slug}).[@us]")
    assert "<a href" not in linking.body_html.replace('<a class="cite', "")
    first = texts.propose(target=topic, by=EditorFactory(), fields=fields())
    texts.approve(revision=first, by=EditorFactory())
    linking.refresh_from_db()
    assert f'<a href="{topic.get_absolute_url()}">how rare</a>' in linking.body_html
    topic.refresh_from_db()
    assert topic.has_page


def test_rows_of_numbers_are_kept_in_order_and_cited():
    treatment = TreatmentFactory()
    one, two = (SourceFactory(condition=treatment.condition, key=key) for key in ("S1", "S7"))
    row = {"claim": "It helps", "study": "Trial", "people": 20, "year": 2020, "confidence": "low"}
    rows = {"evidence": [{**row, "source_id": two.pk}, {**row, "source_id": one.pk, "people": None}]}
    revision = texts.propose(target=treatment, by=EditorFactory(), fields=fields(), rows=rows)
    assert texts.rows_of(revision)["evidence"] == rows["evidence"]
    assert [citation.source.key for citation in revision.citations.all()] == ["S1", "S7"]


def test_a_symptoms_text_is_proposed_and_approved():
    page = ConditionSymptomFactory()
    SourceFactory(condition=page.condition, key="S1")
    revision = texts.propose(target=page, by=EditorFactory(), fields=fields())
    texts.approve(revision=revision, by=EditorFactory())
    assert Entry.objects.get(kind="symptom").object_id == page.pk


def test_equal_texts_have_equal_digests_whoever_wrote_them(proposal):
    assert texts.digest_of(texts.fields_of(proposal), texts.rows_of(proposal)) == proposal.digest
    assert texts.digest_of(fields(), {}) == proposal.digest
    assert texts.digest_of(fields(body="Else.[@us]"), {}) != proposal.digest


# Reviews


def test_a_review_is_recorded_and_taken_back():
    revision = RevisionFactory()
    today = timezone.localdate()
    later = today + timedelta(days=365)
    texts.record_review(revision=revision, reviewer_name=" Dr Who ", reviewer_role="neurologist", reviewed_on=today, review_due_on=later)
    revision.refresh_from_db()
    assert (revision.reviewer_name, revision.reviewer_role, revision.reviewed_on, revision.review_due_on) == ("Dr Who", "neurologist", today, later)
    texts.record_review(revision=revision, reviewer_name="", reviewer_role="neurologist", reviewed_on=today, review_due_on=later)
    revision.refresh_from_db()
    assert (revision.reviewer_name, revision.reviewer_role, revision.reviewed_on) == ("", "", None)


@pytest.mark.parametrize("day", [None, timezone.localdate() + timedelta(days=1)])
def test_a_review_without_a_day_or_from_the_future_is_refused(day):
    revision = RevisionFactory()
    with pytest.raises(texts.NotAllowed, match="needs its day"):
        texts.record_review(revision=revision, reviewer_name="Dr Who", reviewer_role="", reviewed_on=day, review_due_on=date(2030, 1, 1))


@pytest.mark.parametrize("state", [State.PROPOSED, State.REPLACED, State.DECLINED])
def test_only_readers_text_is_reviewed(state):
    revision = RevisionFactory(state=state)
    with pytest.raises(texts.NotAllowed, match="Only the text that readers see"):
        texts.record_review(
            revision=revision, reviewer_name="Dr Who", reviewer_role="", reviewed_on=timezone.localdate(), review_due_on=date(2030, 1, 1)
        )


# Files


def test_a_files_text_is_readers_text_while_no_editor_has_decided(topic):
    assert adopt(topic) == "new"
    assert adopt(topic) == "same"
    assert adopt(topic, title="Is it very rare?") == "changed"
    assert Revision.objects.approved().get(topic=topic).title == "Is it very rare?"
    assert Revision.objects.filter(state=State.REPLACED).count() == 1


@pytest.fixture
def edited(topic):
    """A topic whose text came from the files, and was then changed by editors."""
    adopt(topic)
    revision = texts.propose(target=topic, by=EditorFactory(), fields=fields(title="An editor's title"))
    texts.approve(revision=revision, by=EditorFactory())
    return topic


def readers_title(topic):
    return Revision.objects.approved().get(topic=topic).title


def test_a_file_that_did_not_change_proposes_nothing_against_an_editors_text(edited):
    assert adopt(edited) == "same"
    assert not Revision.objects.proposed().exists()


def test_a_file_that_changed_proposes_against_an_editors_text_once(edited):
    assert adopt(edited, title="From the file") == "proposed"
    assert adopt(edited, title="From the file") == "same"
    [waiting] = Revision.objects.proposed()
    assert (waiting.title, waiting.origin, waiting.author) == ("From the file", Revision.Origin.FILE, None)
    assert readers_title(edited) == "An editor's title"


def test_a_declined_file_text_is_not_proposed_again(edited):
    adopt(edited, title="From the file")
    texts.decline(revision=Revision.objects.proposed().get(), by=EditorFactory(), note="No.")
    assert adopt(edited, title="From the file") == "same"
    assert not Revision.objects.proposed().exists()


def test_a_file_that_changed_again_takes_the_place_of_its_waiting_proposal(edited):
    adopt(edited, title="From the file")
    assert adopt(edited, title="From the file, again") == "proposed"
    assert [one.title for one in Revision.objects.proposed()] == ["From the file, again"]


def test_a_file_that_says_what_readers_have_takes_its_waiting_proposal_back(edited):
    adopt(edited, title="From the file")
    assert adopt(edited, title="An editor's title") == "same"
    assert not Revision.objects.proposed().exists()


def test_one_editor_approves_a_files_proposal(edited):
    adopt(edited, title="From the file")
    texts.approve(revision=Revision.objects.proposed().get(), by=EditorFactory())
    assert readers_title(edited) == "From the file"
    assert adopt(edited, title="Once more") == "proposed"


def test_a_reviewed_text_is_not_overwritten_by_files(topic):
    adopt(topic)
    revision = Revision.objects.get(topic=topic)
    texts.record_review(
        revision=revision, reviewer_name="Dr Who", reviewer_role="neurologist", reviewed_on=timezone.localdate(), review_due_on=date(2030, 1, 1)
    )
    assert adopt(topic, title="From the file") == "proposed"
    assert readers_title(topic) == "Is it rare?"


def test_an_editors_proposal_waits_on_when_files_are_loaded(edited):
    texts.propose(target=edited, by=EditorFactory(), fields=fields(title="Waiting"))
    adopt(edited, title="From the file")
    assert {one.title for one in Revision.objects.proposed()} == {"Waiting", "From the file"}


# Two at once


def run_together(*steps):
    """Run the steps in threads that start together; return what each raised or None."""
    start, outcomes = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place, step):
        try:
            start.wait(timeout=10)
            step()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def of_files_only():
    """Skip on SQLite in memory: it has one connection that all threads share."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory has a single connection.")


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_approve_one_text_at_once_decide_it_once():
    of_files_only()
    topic = TopicFactory(condition=ConditionFactory())
    RevisionFactory(topic=topic)
    proposal = texts.propose(target=topic, by=EditorFactory(), fields=fields())
    editors = EditorFactory.create_batch(2)
    outcomes = run_together(*[lambda editor=editor: texts.approve(revision=proposal, by=editor) for editor in editors])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotAllowed"]
    assert Revision.objects.approved().get(topic=topic).pk == proposal.pk


@pytest.mark.django_db(transaction=True)
def test_two_texts_of_a_page_approved_at_once_leave_one_for_readers():
    of_files_only()
    topic = TopicFactory()
    RevisionFactory(topic=topic)
    proposals = [texts.propose(target=topic, by=EditorFactory(), fields=fields(title=title)) for title in ("One", "Two")]
    outcomes = run_together(*[lambda one=one: texts.approve(revision=one, by=EditorFactory()) for one in proposals])
    assert outcomes == [None, None]
    assert Revision.objects.approved().filter(topic=topic).count() == 1
    assert Revision.objects.filter(topic=topic, state=State.REPLACED).count() == 2
    assert Entry.objects.filter(kind="topic", object_id=topic.pk).count() == 1
