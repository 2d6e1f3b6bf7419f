"""What members report, on pages of the reference: on a symptom's, the overview and the index of symptoms."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from conditions import panels
from soulmates.models.report import ReportSnapshot
from tests.factories import ConditionSymptomFactory, RevisionFactory, TopicFactory, UserFactory
from tests.html import Document, text_of
from tests.rooms.world import sign_in
from tests.soulmates.factories import symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def condition():
    return with_symptoms()


@pytest.fixture
def page(condition):
    """The page of a symptom."""
    found = condition.conditionsymptoms.get(symptom__plain_name="Sleep problems")
    RevisionFactory(symptom=found)
    return found


def publish(condition, statements, patients=34):
    table = {symptom(condition, name).hpo_id: said for name, said in statements.items()}
    return ReportSnapshot.objects.create(condition=condition, patients=patients, table=table)


def parts_of(row):
    """Return the words of a row's parts, which stand beside one another."""
    return " ".join(filter(None, map(text_of, row)))


def counts(client, address):
    """Return layer 2 of a page."""
    document = Document(client.get(address).content)
    return next(one for one in document.all("section") if one.get("aria-labelledby") == "counts")


def test_a_symptom_shows_how_many_have_it_and_how_hard_it_is(client, condition, page):
    publish(condition, {"Sleep problems": {"reports": 24, "hard": 13, "levels": [[1, 1, 6], [2, 2, 5], [3, 4, 13]]}})
    layer = counts(client, page.get_absolute_url())
    bars = [parts_of(row) for row in layer.iter("li")]
    assert bars == ["Have this symptom 24 of 34", "Mild 6 of 24", "Moderate 5 of 24", "Severe Very severe 13 of 24"]
    assert "Not a study." in text_of(layer)
    assert reverse("soulmates:members_report", args=[condition.slug]) in [link.get("href") for link in layer.iter("a")]


def test_where_nearly_all_have_it_who_does_not_is_counted_with_the_mild(client, condition, page):
    publish(condition, {"Sleep problems": {"reports": "nearly-all", "hard": 20, "levels": [[0, 1, 8], [2, 2, 6], [3, 4, 20]]}})
    layer = counts(client, page.get_absolute_url())
    bars = [parts_of(row) for row in layer.iter("li")]
    assert bars[:2] == ["Have this symptom All or nearly all of 34", "Do not have it, or did not say Mild 8 of 34"]
    assert "count all patients" in text_of(layer)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reports": 12, "hard": "few"}, "A few of them, or nobody, call it severe"),
        ({"reports": 12, "hard": "nearly-all"}, "All or nearly all of them call it severe"),
        ({"reports": 7}, "Too few patients are counted to say how strong it is"),
    ],
)
def test_how_hard_it_is_comes_in_words_where_numbers_may_not(client, condition, page, said, words):
    publish(condition, {"Sleep problems": said})
    assert words in text_of(counts(client, page.get_absolute_url()))


def test_a_symptom_of_few_or_nobody_says_no_more(client, condition, page):
    publish(condition, {"Squint": {"reports": 9}})
    layer = text_of(counts(client, page.get_absolute_url()))
    assert "Have this symptom A few, or nobody" in layer
    assert "How strong" not in layer


def test_before_ten_patients_it_says_why_there_is_nothing(client, page):
    layer = text_of(counts(client, page.get_absolute_url()))
    assert "once at least 10 patients share" in layer
    assert "Have this symptom" not in layer


@pytest.mark.parametrize("published", [True, False])
def test_a_symptom_can_be_recorded_from_its_page(client, condition, page, published):
    if published:
        publish(condition, {"Sleep problems": {"reports": 9}})
    links = [link.get("href") for link in counts(client, page.get_absolute_url()).iter("a")]
    assert reverse("soulmates:symptom_home") in links


@pytest.mark.parametrize("slug", ["overview", "symptoms"])
def test_the_pages_above_show_the_five_that_most_report(client, condition, slug):
    topic = TopicFactory(condition=condition, slug=slug)
    RevisionFactory(topic=topic)
    publish(
        condition,
        {
            "Sleep problems": {"reports": 28},
            "Shaking": {"reports": 6},
            "Clumsy": {"reports": 8},
            "Squint": {"reports": "nearly-all"},
            "Sudden jerks": {"reports": 9},
            "Dancing eyes": {"reports": 10},
        },
    )
    found = [parts_of(row) for row in counts(client, topic.get_absolute_url()).iter("li")]
    assert found == [
        "Squint All or nearly all of 34",
        "Sleep problems 28 of 34",
        "Dancing eyes 10 of 34",
        "Sudden jerks 9 of 34",
        "Clumsy 8 of 34",
    ]


def test_another_question_counts_nothing(client, condition):
    topic = TopicFactory(condition=condition, slug="diet")
    RevisionFactory(topic=topic)
    publish(condition, {"Squint": {"reports": 9}})
    assert "Nothing to show here" in text_of(counts(client, topic.get_absolute_url()))


def test_a_paused_report_shows_nothing_anywhere(client, condition, page):
    publish(condition, {"Sleep problems": {"reports": 9}})
    overview = TopicFactory(condition=condition, slug="overview")
    RevisionFactory(topic=overview)
    publish(condition, {})
    for address in (page.get_absolute_url(), overview.get_absolute_url()):
        assert "34" not in text_of(counts(client, address))


def test_a_member_sees_what_a_visitor_sees(client, condition, page):
    publish(condition, {"Sleep problems": {"reports": 9}})
    before = text_of(counts(client, page.get_absolute_url()))
    sign_in(client, UserFactory())
    assert text_of(counts(client, page.get_absolute_url())) == before


def test_every_place_that_is_filled_has_a_version():
    for place in ("symptom", "overview", "topic", "treatment"):
        assert panels.versions(place) is not None
    assert panels.versions("symptom")[0] == "0"  # no report yet; what others put there has versions of its own


def test_a_panel_takes_two_queries_at_most_however_many_there_are(condition, django_assert_max_num_queries):
    overview = TopicFactory(condition=condition, slug="overview")
    publish(condition, {"Squint": {"reports": 9}})
    for place, thing in (("overview", overview), ("symptom", condition.conditionsymptoms.select_related("symptom", "condition").first())):
        with django_assert_max_num_queries(2) as few:
            panels.panels(place, thing, AnonymousUser())
        more = [ConditionSymptomFactory(condition=condition) for _one in range(15)]
        ReportSnapshot.objects.create(condition=condition, patients=40, table={one.symptom.hpo_id: {"reports": 9} for one in more})
        with django_assert_max_num_queries(2) as many:
            panels.panels(place, thing, AnonymousUser())
        assert len(few) == len(many)
