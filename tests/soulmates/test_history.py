"""A family's diary: over time, on one page for the doctor, and the same picture everywhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from members.actions.patients import change_patient
from members.models.choices import Level
from soulmates import diary, picture
from soulmates.models.check_in import CheckIn
from tests.factories import SymptomFactory, UserFactory
from tests.html import Document, text_of
from tests.members.people import patient_of
from tests.rooms.world import sign_in
from tests.soulmates.factories import check_in_of, symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    patient = patient_of(UserFactory().member)
    patient.condition = with_symptoms()
    patient.save()
    return patient


@pytest.fixture
def eyes(patient):
    return symptom(patient.condition, "Dancing eyes")


@pytest.fixture
def sleep(patient):
    return symptom(patient.condition, "Sleep problems")


def read(patient, view="symptom_history", query=""):
    """Return a page as the owner reads it."""
    client = Client()
    sign_in(client, patient.guardians.get(level=Level.OWNER).member.user)
    response = client.get(reverse(f"soulmates:{view}", args=[patient.public_id]) + query)
    assert response.status_code == 200
    return response


def main(response):
    return text_of(Document(response.content).one("main"))


def table(response):
    """Return the rows of the table below the chart, as texts."""
    whole = Document(response.content).all("table")[0]
    return [[text_of(cell) for cell in row if cell.tag in ("th", "td")] for row in whole.iter("tr")]


def _headings_with_next(document):
    """Give each second heading with the element after it."""
    elements = document.within("main")
    siblings = [list(document.parents[one]) for one in elements if one.tag == "h2"]
    return [(one, row[row.index(one) + 1]) for one, row in zip([one for one in elements if one.tag == "h2"], siblings, strict=True)]


def day(days_ago):
    return timezone.localdate(timezone.now() - timedelta(days=days_ago))


# --- the same picture everywhere ---


@given(said=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2), st.sampled_from([None, 0, 1, 2, 3, 4])), min_size=1, max_size=12))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_history_ends_in_the_picture_that_matching_sees(patient, said):
    CheckIn.objects.all().delete()
    symptoms = [entry.symptom for entry in picture.symptoms_of(patient.condition)[:3]]
    for days, number, severity in said:
        check_in_of(patient, {symptoms[number]: severity}, days_ago=days)
    now = {pk: (one["severity"], one["on"]) for pk, one in diary.History(patient).now.items()}
    assert now == {pk: (answer.severity, answer.on) for pk, answer in picture.current([patient.pk])[patient.pk].items()}


def test_since_is_the_first_day_of_the_stretch_that_lasts_until_now(patient, eyes):
    for days, severity in ((90, 2), (60, 3), (40, 2), (20, 2)):
        check_in_of(patient, {eyes: severity}, days_ago=days)
    check_in_of(patient, {symptom(patient.condition, "Clumsy"): 1}, days_ago=1)  # says nothing of the eyes
    assert diary.History(patient).now[eyes.pk] == {"severity": 2, "on": day(20), "since": day(40)}


@pytest.mark.parametrize(("before", "now", "severe"), [(2, 3, True), (0, 4, True), (3, 4, False), (4, 3, False), (None, 4, False), (2, None, False)])
def test_what_became_severe(before, now, severe):
    assert diary.became_severe(before, now) == severe


def test_before_a_check_in_are_the_others_up_to_its_day(patient, eyes):
    check_in_of(patient, {eyes: 1}, days_ago=30)
    this = check_in_of(patient, {eyes: 4}, days_ago=20)
    check_in_of(patient, {eyes: 2}, days_ago=5)
    assert picture.before(this) == {eyes.pk: 1}


# --- over time ---


def test_without_a_check_in_there_is_one_way_on(patient):
    response = read(patient)
    assert "No check-in yet" in main(response)
    assert "<table" not in response.content.decode()


def test_one_check_in_is_a_dot_and_a_row(patient, eyes):
    check_in_of(patient, {eyes: 3}, note="First night")
    response = read(patient)
    assert len(table(response)) == 2
    assert table(response)[1][1:3] == ["Severe", "First night"]
    assert 'cx="50.0%" cy="30.0%"' in response.content.decode()


def test_the_two_that_are_worst_now_are_shown_first(patient, eyes, sleep):
    clumsy = symptom(patient.condition, "Clumsy")
    check_in_of(patient, {eyes: 4, sleep: 1, clumsy: 2}, days_ago=9)
    check_in_of(patient, {eyes: 0, sleep: 3})
    assert table(read(patient))[0][1:3] == ["Sleep problems", "Clumsy"]


def test_two_are_compared_as_asked_the_newest_day_first(patient, eyes, sleep):
    check_in_of(patient, {eyes: 4, sleep: 1}, days_ago=9)
    check_in_of(patient, {sleep: None})
    rows = table(read(patient, query=f"?a={eyes.pk}&b={sleep.pk}"))
    assert rows[0][1:3] == ["Dancing eyes", "Sleep problems"]
    assert [row[1:3] for row in rows[1:]] == [["Not answered", "Do not know"], ["Very severe", "Mild"]]


def test_one_alone_is_shown_as_asked(patient, eyes, sleep):
    check_in_of(patient, {eyes: 4, sleep: 1})
    for query in (f"?a={sleep.pk}", f"?a={sleep.pk}&b=", f"?a={sleep.pk}&b={sleep.pk}"):
        assert table(read(patient, query=query))[0][1:3] == ["Sleep problems", "Note"]


@pytest.mark.parametrize("query", ["?a=x&b=-1", "?a=99999999999999999999", "?a=%00", "?page=-3", "?page=x&page=2", "?page=" + "9" * 40])
def test_what_an_address_cannot_mean_is_the_usual_page(patient, eyes, query):
    check_in_of(patient, {eyes: 4})
    assert table(read(patient, query=query))[0][1] == "Dancing eyes"


def test_the_chart_is_said_in_words(patient, eyes):
    check_in_of(patient, {eyes: 4}, days_ago=30)
    check_in_of(patient, {eyes: 1}, days_ago=1)
    (label,) = [one.get("aria-label") for one in Document(read(patient).content).elements if one.get("role") == "img"]
    assert label.startswith("Dancing eyes: Very severe on ")
    assert "Mild on" in label
    assert "at most Very severe" in label
    assert label.endswith("The table below has every value.")


def test_the_others_stand_small_and_lead_to_their_values(patient, eyes, sleep):
    clumsy, squint = symptom(patient.condition, "Clumsy"), symptom(patient.condition, "Squint")
    check_in_of(patient, {eyes: 4, sleep: 3, clumsy: 2, squint: 0})
    response = read(patient)
    page = response.content.decode()
    assert page.count("chart--small") == 1
    assert f'href="?a={clumsy.pk}"' in page
    assert f'href="?a={squint.pk}"' in page  # in the line of what was none
    assert "whenever you answered: Squint" in main(response)


def test_a_long_diary_comes_in_pages_and_none_is_lost(patient, eyes):
    for days in range(61):
        check_in_of(patient, {eyes: days % 5}, days_ago=days)
    seen = [row[0] for page in range(1, 5) for row in table(read(patient, query=f"?page={page}"))[1:]]
    assert len(seen) == len(set(seen)) == 61
    assert read(patient).content.decode().count("<circle r=") >= 61


def test_pages_of_check_ins_keep_the_chosen_symptoms(patient, eyes, sleep):
    for days in range(21):
        check_in_of(patient, {eyes: 1, sleep: 4}, days_ago=days)
    assert f"?page=2&amp;a={eyes.pk}&amp;b={sleep.pk}" in read(patient, query=f"?a={eyes.pk}&b={sleep.pk}").content.decode()


def test_unfinished_and_deleted_ones_are_not_in_it(patient, eyes, sleep):
    check_in_of(patient, {eyes: 1})
    check_in_of(patient, {sleep: 4}, finished=False)
    gone = check_in_of(patient, {sleep: 3})
    CheckIn.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    for view in ("symptom_history", "symptom_summary"):
        assert "Sleep problems" not in main(read(patient, view))


def test_a_symptom_that_the_list_lost_stays_readable(patient, eyes):
    check_in = check_in_of(patient, {eyes: 1, SymptomFactory(plain_name="Of an older list"): 3})
    client = Client()
    sign_in(client, patient.guardians.get().member.user)
    assert "Of an older list" in client.get(reverse("soulmates:check_in_detail", args=[check_in.public_id])).content.decode()
    assert "Of an older list" in main(read(patient, "symptom_summary"))
    assert read(patient).status_code == 200


def test_a_diary_of_lost_symptoms_alone_still_lists_its_check_ins(patient):
    check_in = check_in_of(patient, {SymptomFactory(): 3}, note="Long ago")
    response = read(patient)
    assert "Long ago" in main(response)
    assert reverse("soulmates:check_in_detail", args=[check_in.public_id]) in response.content.decode()


# --- for the doctor ---


def test_the_page_for_the_doctor_says_what_is_now_what_is_not_and_what_is_not_known(patient, eyes, sleep):
    change_patient(
        patient=patient, by=patient.guardians.get().member, onset_year=2024, onset_month=3, onset_age="2-4", tumour="not-found", course="relapsing"
    )
    clumsy, squint = symptom(patient.condition, "Clumsy"), symptom(patient.condition, "Squint")
    check_in_of(patient, {eyes: 3, sleep: 2, clumsy: 1}, days_ago=30, note="Only for us")
    check_in_of(patient, {eyes: 3, clumsy: 0, squint: None})
    response = read(patient, "symptom_summary")
    said = main(response)
    for words in ("Bean", "March 2024", "Looked for, not found", "With relapses", "Dancing eyes", "Severe", "since", "Sleep problems", "Moderate"):
        assert words in said
    below = {text_of(heading): text_of(list_) for heading, list_ in _headings_with_next(Document(response.content))}
    assert below["Not there now"] == "Clumsy"
    assert below["Not known"] == "Squint"
    assert "Only for us" not in said
    assert "atch" not in said.replace("watch", "")  # nothing of matches and matching


def test_the_page_for_the_doctor_prints_by_a_button(patient, eyes):
    check_in_of(patient, {eyes: 3})
    page = read(patient, "symptom_summary").content.decode()
    assert "data-print" in page
    assert 'class="sheet"' in page
