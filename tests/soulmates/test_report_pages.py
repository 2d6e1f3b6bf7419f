"""The page of the members' report: what it says first, for whom, and what it never says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from soulmates.actions import report as actions
from soulmates.models.report import ReportSnapshot
from tests.factories import ConditionFactory, SymptomFactory, UserFactory
from tests.html import Document, text_of
from tests.rooms.world import sign_in
from tests.soulmates.factories import counted_patient, symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def condition():
    return with_symptoms()


def publish(condition, statements, patients=34):
    """Publish statements about a condition's symptoms, by their plain names."""
    table = {symptom(condition, name).hpo_id: said for name, said in statements.items()}
    return ReportSnapshot.objects.create(condition=condition, patients=patients, table=table)


def address(condition):
    return reverse("soulmates:members_report", args=[condition.slug])


def read(client, condition):
    response = client.get(address(condition))
    assert response.status_code == 200
    return Document(response.content)


def main(document):
    return text_of(document.one("main"))


def parts_of(row):
    """Return the words of a row's parts, which stand beside one another."""
    return " ".join(filter(None, map(text_of, row)))


def rows(document, heading):
    """Return the rows of the chart below a heading, as words."""
    names = [element for element in document.within("main") if element.tag in ("h2", "ul")]
    start = next(number for number, one in enumerate(names) if one.get("id") == heading)
    return [parts_of(row) for row in names[start + 1]]


def test_an_unknown_condition_is_not_found(client):
    assert client.get("/nothing-like-it/members-report/").status_code == 404


def test_only_reading_is_allowed(client, condition):
    assert client.post(address(condition)).status_code == 405


def test_the_first_words_answer_the_title(client, condition):
    publish(condition, {"Sleep problems": {"reports": 28}, "Shaking": {"reports": 20}, "Squint": {"reports": 6}, "Clumsy": {"reports": 5}})
    document = read(client, condition)
    assert "Which symptoms do members report most?" in text_of(document.one("h1"))
    words = main(document)
    assert "Most often: Sleep problems, Shaking, Squint." in words
    assert "34 patients" in words
    assert "Not a study." in words
    day = timezone.localdate()
    assert f"{day.day} {day:%B} {day.year}" in words


def test_most_come_first_and_nearly_all_before_them(client, condition):
    publish(condition, {"Clumsy": {"reports": 7}, "Shaking": {"reports": 20}, "Sleep problems": {"reports": "nearly-all"}, "Squint": {"reports": 20}})
    found = rows(read(client, condition), "most")
    assert found == ["Sleep problems All or nearly all of 34", "Shaking 20 of 34", "Squint 20 of 34", "Clumsy 7 of 34"]


def test_the_hardest_are_ranked_by_their_share_each_with_its_n(client, condition):
    publish(
        condition,
        {
            "Sleep problems": {"reports": 28, "hard": 14, "levels": [[1, 2, 14], [3, 4, 14]]},
            "Shaking": {"reports": 12, "hard": 7, "levels": [[1, 2, 5], [3, 4, 7]]},
            "Clumsy": {"reports": 11, "hard": "nearly-all"},
            "Squint": {"reports": 12, "hard": "few"},
            "Dancing eyes": {"reports": "nearly-all", "hard": 20, "levels": [[0, 2, 14], [3, 4, 20]]},
            "Nightmares": {"reports": 7},
        },
    )
    found = rows(read(client, condition), "hardest")
    assert found == ["Clumsy All or nearly all of 11", "Dancing eyes 20 of 34 (all patients)", "Shaking 7 of 12", "Sleep problems 14 of 28"]


def test_all_symptoms_stand_by_category_and_the_few_are_named_together(client, condition):
    publish(condition, {"Sleep problems": {"reports": 28}, "Wakes often at night": {"reports": 9}, "Squint": {"reports": 6}})
    document = read(client, condition)
    assert [text_of(one) for one in document.all("h3")] == ["Eye movements", "Movement", "Sleep"]
    assert [text_of(one) for one in document.all("th") if one.get("scope") == "row"] == ["Squint", "Sleep problems", "Wakes often at night"]
    words = main(document)
    assert "A few have it, or nobody: Sudden jerks, Shaking, Clumsy." in words
    assert "Nightmares" not in words  # nobody is asked about it


def test_a_term_that_members_added_has_a_place_of_its_own(client, condition):
    added = SymptomFactory(plain_name="Cold hands")
    publish(condition, {})
    ReportSnapshot.objects.update(table={added.hpo_id: {"reports": 9}})
    document = read(client, condition)
    assert "Other symptoms" in [text_of(one) for one in document.all("h3")]
    assert rows(document, "most") == ["Cold hands 9 of 34"]


def test_the_page_says_what_it_is_not(client, condition):
    publish(condition, {"Squint": {"reports": 6}})
    counted = next(one for one in read(client, condition).all("aside") if one.get("aria-labelledby") == "counted")
    words = text_of(counted)
    for said in ("no study", "Nobody checked the answers", "no clinician has reviewed", "in words only", "once a week", "Information, not advice"):
        assert said in words


@pytest.mark.parametrize("table", [None, {}])
def test_below_ten_it_says_why_and_what_helps_and_is_not_indexed(client, condition, table):
    if table is not None:
        ReportSnapshot.objects.create(condition=condition, patients=12, table=table)
    document = read(client, condition)
    assert "at least 10 patients" in main(document)
    assert "12" not in main(document)
    assert reverse("soulmates:symptom_home") in [link.get("href") for link in document.all("a")]
    assert "noindex" in document.meta("robots")
    assert address(condition) not in client.get("/sitemap.xml").content.decode()


def test_what_is_published_is_indexed_and_in_the_sitemap(client, condition):
    publish(condition, {"Squint": {"reports": 6}})
    assert not read(client, condition).meta("robots")
    assert address(condition) in client.get("/sitemap.xml").content.decode()


def test_each_condition_has_its_own(client, condition):
    publish(condition, {"Squint": {"reports": 6}})
    assert "Nothing to show yet" in main(read(client, ConditionFactory()))


def test_members_and_visitors_read_the_same(client, condition):
    publish(condition, {"Squint": {"reports": 6}})
    before = main(read(client, condition))
    sign_in(client, UserFactory().member.user)
    assert main(read(client, condition)) == before


def test_what_a_build_counts_is_what_the_page_shows_and_no_small_number(client, condition):
    eyes, sleep = symptom(condition, "Dancing eyes"), symptom(condition, "Sleep problems")
    for number in range(13):
        counted_patient(condition, {eyes: 4 if number < 8 else 0, sleep: 1 if number < 3 else 0})
    assert actions.build(condition=condition) == actions.PUBLISHED
    words = main(read(client, condition))
    assert "8 of 13" in words
    assert "3 of" not in words.replace("13 of", "")
    assert "5 of" not in words
    assert "Sleep problems" in words.split("A few have it, or nobody:")[-1]


def test_the_page_needs_the_same_queries_for_one_row_and_for_fifteen(client, condition, django_assert_max_num_queries):
    ReportSnapshot.objects.create(condition=condition, patients=34, table={SymptomFactory().hpo_id: {"reports": 7}})
    with django_assert_max_num_queries(8) as few:
        client.get(address(condition))
    with_symptoms(condition)
    table = {page.symptom.hpo_id: {"reports": 7} for page in condition.conditionsymptoms.select_related("symptom")}
    ReportSnapshot.objects.create(
        condition=condition, patients=34, table={**table, **{SymptomFactory().hpo_id: {"reports": 8} for _one in range(15)}}
    )
    with django_assert_max_num_queries(8) as many:
        client.get(address(condition))
    assert len(many) == len(few)
