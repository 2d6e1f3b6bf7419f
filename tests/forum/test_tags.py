"""Tags follow the pages of the reference; a small list of words goes beside them."""

import pytest

from conditions.models.pages import ConditionSymptom, Topic, Treatment
from forum import tags
from forum.actions import tagging
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.tag import Kind, Tag
from search.models import Entry
from tests.factories import ConditionFactory, ConditionSymptomFactory, RevisionFactory, TopicFactory, TreatmentFactory
from tests.forum import factories
from tests.html import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def condition():
    """A condition with two topics of its own, three that have no tag, two symptoms, and a treatment; one page of each is not written yet."""
    condition = ConditionFactory()
    for slug in ("overview", "symptoms", "organisations", "diet", "school"):
        TopicFactory(condition=condition, slug=slug, has_page=True)
    RevisionFactory(topic=Topic.objects.get(slug="diet"), nav_title="What to eat")
    for has_page in (True, True, False):
        ConditionSymptomFactory(condition=condition, has_page=has_page)
        TreatmentFactory(condition=condition, has_page=has_page)
    TopicFactory(condition=condition, has_page=False)
    return condition


def test_every_page_but_overview_and_indexes_has_a_tag(condition):
    tags.sync(condition)
    count = {kind: Tag.objects.filter(condition=condition, kind=kind).count() for kind in Kind}
    assert count == {Kind.TOPIC: 2, Kind.SYMPTOM: 2, Kind.TREATMENT: 2, Kind.WORD: len(tags.WORDS)}
    assert Tag.objects.get(kind=Kind.TOPIC, slug="diet").name == "What to eat"
    assert Tag.objects.get(kind=Kind.TOPIC, slug="school").name == "school"  # no text in the condition's language: its address stands in
    symptom = ConditionSymptom.objects.filter(has_page=True).select_related("symptom").first()
    assert Tag.objects.get(symptom=symptom).name == symptom.symptom.plain_name


def test_again_changes_nothing_and_a_renamed_page_renames_its_tag(condition):
    tags.sync(condition)
    assert tags.sync(condition) == 0
    Treatment.objects.filter(pk=Treatment.objects.filter(has_page=True).first().pk).update(plain_name="Another name")
    assert tags.sync(condition) == 1
    assert Tag.objects.get(name="Another name").kind == Kind.TREATMENT


def test_a_page_that_was_taken_out_leaves_its_tag_to_the_questions_and_is_not_offered(condition):
    tags.sync(condition)
    tag = Tag.objects.filter(kind=Kind.TREATMENT).first()
    asked = factories.question(tags=[tag], condition=condition)
    Treatment.objects.filter(pk=tag.treatment_id).update(has_page=False)
    tags.sync(condition)
    assert list(asked.tags.all()) == [tag]
    assert tag not in tags.offered(condition)


def test_they_are_made_when_there_are_fewer_than_pages(condition, django_assert_num_queries):
    tags.sync_if_behind(condition)
    assert Tag.objects.filter(condition=condition).count() == 6 + len(tags.WORDS)
    with django_assert_num_queries(4):
        tags.sync_if_behind(condition)


def test_they_are_grouped_by_kind(condition):
    tags.sync(condition)
    assert [label for label, _some in tags.grouped(list(tags.offered(condition)))] == ["Topics", "Symptoms", "Treatments", "Daily life"]


def test_the_daily_job_says_what_it_did(condition):
    assert tagging.sync_all() == f"{6 + len(tags.WORDS)} tags made or renamed, 0 questions followed"


def test_questions_follow_a_page_that_moves_is_renamed_or_taken_out(client, condition):
    """What a question keeps of its tags leads nowhere else than the tags themselves, and is found by the new name."""
    tagging.sync_all()
    symptom = ConditionSymptom.objects.filter(has_page=True, condition=condition).select_related("symptom").first()
    treatment = Treatment.objects.filter(has_page=True, condition=condition).first()
    carried = [Tag.objects.get(symptom=symptom), Tag.objects.get(treatment=treatment)]
    asked = factories.question(tags=carried, condition=condition, audience="everyone")
    factories.question(tags=carried[1:], condition=condition, audience="members")
    assert tagging.copy(condition) == 0
    version = PublicChange.objects.version()
    Treatment.objects.filter(pk=treatment.pk).update(slug="elsewhere", plain_name="Quite another name")
    ConditionSymptom.objects.filter(pk=symptom.pk).update(has_page=False)
    assert tagging.sync_all().endswith(", 2 questions followed")
    assert PublicChange.objects.version() != version
    page = Document(client.get(asked.get_absolute_url()).content)
    leads = {one.get("href") for one in page.all("a")}
    assert {carried[0].get_absolute_url(), f"/questions/treatment/{condition.slug}/elsewhere/", f"/{condition.slug}/treatments/elsewhere/"} <= leads
    assert not any(f"/{condition.slug}/symptoms/" in lead and carried[0].slug in lead for lead in leads)
    assert "Quite another name" in Entry.objects.get(kind="question", object_id=asked.pk).words
    assert tagging.copy(condition) == 0


def test_what_a_question_lost_with_its_author_stays_lost(condition):
    tagging.sync_all()
    asked = factories.question(tags=[Tag.objects.filter(kind=Kind.WORD).first()], condition=condition)
    Question.objects.filter(pk=asked.pk).update(tag_list=[])
    assert tagging.copy(condition) == 0
