"""The pages of check-ins: who may what, what is kept, what is said, and that nothing chosen is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from members import consents
from members.actions import people
from members.actions.patients import accept, invite
from members.models.choices import AgeBand, Level
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from soulmates import picture
from soulmates.actions import check_ins as actions
from soulmates.models.check_in import CheckIn, KeptOut, Observation
from soulmates.urls import check_ins as room
from tests.factories import ConditionSymptomFactory, SymptomFactory
from tests.html import Document, text_of
from tests.members.people import consenting
from tests.rooms.world import build, person, sign_in
from tests.soulmates.factories import check_in_of, symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """The small world: Bean's record has an owner, one who may change it and one who may read it. No check-in yet."""
    world = build()
    CheckIn.objects.all().delete()
    world.members["view"] = world.members["guardian"]
    world.members["owner"] = world.members["parent"]
    world.members["edit"] = consenting(person("edit", "Rowan"))
    accept(code=invite(patient=world.child, by=world.members["owner"], level=Level.EDIT), by=world.members["edit"])
    world.members["blocked"] = consenting(person("blocked", "Blue Stone"))
    people.block(member=world.members["owner"], other=world.members["blocked"])
    consenting(world.members["stranger"])
    if not world.child.condition.conditionsymptoms.filter(category="eyes").exists():
        with_symptoms(world.child.condition)
    return world


@pytest.fixture
def eyes(world):
    return symptom(world.child.condition, "Dancing eyes")


@pytest.fixture
def sleep(world):
    return symptom(world.child.condition, "Sleep problems")


def browser(world, who):
    """Return a browser in which somebody is signed in."""
    client = Client()
    if who:
        sign_in(client, world.members[who].user)
    return client


def at(name, *things):
    """Return the address of a page."""
    return reverse(f"soulmates:{name}", args=[getattr(thing, "public_id", thing) for thing in things])


def words(response):
    """Return what main says."""
    return text_of(next(one for one in Document(response.content).all("main")))


def today():
    return timezone.localdate()


def severities(check_in):
    return dict(check_in.observations.values_list("symptom", "severity"))


def checked(response):
    """Return which radio buttons and boxes are on: {(name, value)}."""
    return {(one.get("name"), one.get("value")) for one in Document(response.content).all("input") if "checked" in one.attrib}


def stored():
    """Return everything that this room keeps."""
    return [list(model.objects.order_by("pk").values()) for model in (CheckIn, Observation, KeptOut, Consent)]


# --- who may what: (GET, POST) for each, by hand ---

TO_SIGN_IN = (302, 302)
HIDDEN = (404, 404)
TABLE = {
    # name:            (owner,      edit,       view,       stranger, blocked)
    "symptom_home": ((200, 405), (200, 405), (200, 405), (200, 405), (200, 405)),
    "check_in_begin": ((200, 302), (200, 302), (403, 403), HIDDEN, HIDDEN),
    "symptom_history": ((200, 405), (200, 405), (200, 405), (404, 405), (404, 405)),
    "symptom_summary": ((200, 405), (200, 405), (200, 405), (404, 405), (404, 405)),
    "kept_out": ((200, 302), (200, 302), (200, 403), HIDDEN, HIDDEN),
    "check_in_detail": ((200, 405), (200, 405), (200, 405), (404, 405), (404, 405)),
    "check_in_add": ((200, 302), (200, 302), (403, 403), HIDDEN, HIDDEN),
    "check_in_review": ((200, 302), (200, 302), (403, 403), HIDDEN, HIDDEN),
    "check_in_delete": ((200, 302), (200, 302), (403, 403), HIDDEN, HIDDEN),
    "check_in_undo": ((405, 302), (405, 302), (405, 403), (405, 404), (405, 404)),
    "check_in_step": ((200, 302), (200, 302), (403, 403), HIDDEN, HIDDEN),
}
# What somebody is still writing: its writer alone. check_in_detail leads on.
UNFINISHED = {
    "check_in_detail": ((302, 405), (404, 405), (404, 405), (404, 405), (404, 405)),
    **dict.fromkeys(("check_in_add", "check_in_review", "check_in_delete", "check_in_step"), ((200, 302), HIDDEN, HIDDEN, HIDDEN, HIDDEN)),
}
WHO = ("owner", "edit", "view", "stranger", "blocked", "")


def requests(world, eyes):
    """Return the address and what is posted to it, for every page of the table."""
    saved = check_in_of(world.child, {eyes: 2})
    gone = check_in_of(world.child, {eyes: 2})
    CheckIn.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    return {
        "symptom_home": (at("symptom_home"), {}),
        "check_in_begin": (at("check_in_begin", world.child), {"on": today().isoformat()}),
        "symptom_history": (at("symptom_history", world.child), {}),
        "symptom_summary": (at("symptom_summary", world.child), {}),
        "kept_out": (at("kept_out", world.child), {"symptoms": str(eyes.pk), "shown": str(eyes.pk)}),
        "check_in_undo": (at("check_in_undo", gone), {}),
        **pages_of(saved, eyes),
    }


def pages_of(check_in, eyes):
    return {
        "check_in_detail": (at("check_in_detail", check_in), {}),
        "check_in_add": (at("check_in_add", check_in), {"q": "dancing eyes", "symptom": str(eyes.pk), "severity": "3", "save": "1"}),
        "check_in_review": (at("check_in_review", check_in), {"on": today().isoformat(), "note": "x"}),
        "check_in_delete": (at("check_in_delete", check_in), {}),
        "check_in_step": (at("check_in_step", check_in, "eyes"), {f"s{eyes.pk}": "1"}),
    }


def answers_as(world, table, asked):
    for name, expected in table.items():
        address, data = asked[name]
        for who, statuses in zip(WHO, [*expected, TO_SIGN_IN], strict=True):
            for method, status in zip(("get", "post"), statuses, strict=True):
                with transaction.atomic():
                    response = getattr(browser(world, who), method)(address, data if method == "post" else {})
                    transaction.set_rollback(True)
                if not who and response.status_code == 403:  # signed out: words that were typed are handed back
                    assert method == "post"
                    assert any(value and value in response.content.decode() for value in data.values())
                    continue
                assert response.status_code == status, (name, who or "visitor", method)
                if not who:
                    assert response["Location"].startswith(reverse("account_login"))


def test_everybody_may_what_the_table_says(world, eyes):
    answers_as(world, TABLE, requests(world, eyes))


def test_what_somebody_is_writing_is_theirs_alone(world, eyes):
    answers_as(world, UNFINISHED, pages_of(check_in_of(world.child, {eyes: 1}, finished=False), eyes))


def test_the_table_names_every_page_of_the_room():
    assert {path.name for path in room.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("who", ["view", "stranger", "blocked", ""])
def test_a_refused_post_changes_nothing(world, eyes, who):
    asked = requests(world, eyes)
    before = stored()
    for address, data in asked.values():
        browser(world, who).post(address, data)
    assert stored() == before


def test_a_stranger_is_answered_as_if_there_were_nothing(world, eyes):
    check_in = check_in_of(world.child, {eyes: 2}, note="Four nights")
    client = browser(world, "stranger")
    there, nowhere = client.get(at("check_in_detail", check_in)), client.get(at("check_in_detail", "2" * 12))
    assert there.status_code == nowhere.status_code == 404
    assert b"Four nights" not in there.content


def test_who_may_only_read_sees_no_way_to_change(world, eyes):
    check_in = check_in_of(world.child, {eyes: 2})
    client = browser(world, "view")
    for address in (at("symptom_home"), at("symptom_history", world.child), at("check_in_detail", check_in), at("kept_out", world.child)):
        page = client.get(address)
        assert not re.findall(r"/(?:new|review|delete|undo|add)/", page.content.decode())
        assert "main" not in {one.tag for form in Document(page.content).all("form") if form.get("method") == "post" for one in form.iter()}
    assert "Dancing eyes" in words(client.get(at("check_in_detail", check_in)))


# --- consent ---


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.CARER])
def test_a_missing_consent_is_asked_on_the_page_and_nothing_is_kept_before(world, eyes, purpose, monkeypatch):
    asked = requests(world, eyes)
    monkeypatch.setitem(consents.TEXTS, purpose, consents.Words(2, "Quite new words"))
    before = stored()
    client = browser(world, "owner")
    for name in ("check_in_begin", "check_in_step", "check_in_add", "check_in_review", "kept_out"):
        address, data = asked[name]
        page = client.get(address)
        assert (page.status_code, "Quite new words" in words(page)) == (200, True), name
        assert checked(page) == set()
        refused = client.post(address, data)
        assert (refused.status_code, "not saved yet" in words(refused)) == (422, True), name
        assert client.post(address, {**data, "agree": "1"}).status_code == 422
    assert stored() == before
    assert not Draft.objects.exists()


def test_after_the_yes_the_answers_that_waited_are_saved(world, eyes, monkeypatch):
    check_in = check_in_of(world.child, {}, finished=False)
    monkeypatch.setitem(consents.TEXTS, Purpose.HEALTH, consents.Words(2, "Quite new words"))
    client, address = browser(world, "owner"), at("check_in_step", check_in, "eyes")
    page = client.post(address, {f"s{eyes.pk}": "3"})
    carried = {one.get("name"): one.get("value") for one in Document(page.content).all("input") if one.get("type") == "hidden"}
    assert client.post(address, {**carried, "health": "2"}).status_code == 302
    assert severities(check_in) == {eyes.pk: 3}
    assert consents.holds(world.members["owner"], Purpose.HEALTH)


# --- begin ---


def test_a_check_in_is_begun_today_without_a_script(world):
    client = browser(world, "owner")
    page = client.get(at("check_in_begin", world.child))
    (day,) = [one for one in Document(page.content).all("input") if one.get("name") == "on"]
    assert day.get("value") == today().isoformat()
    response = client.post(at("check_in_begin", world.child), {"on": day.get("value")}, follow=True)
    assert "Step 1 of 3" in words(response)
    assert checked(response) == set()


@pytest.mark.parametrize("day", ["", "soon", "2025-02-30", "9999-12-31", "0001-01-01", "1890-01-01", "x" * 500, "۲۰۲۵-۰۳-۲۷ "])
def test_a_day_that_cannot_be_is_explained_and_stays_in_the_field(world, day):
    response = browser(world, "owner").post(at("check_in_begin", world.child), {"on": day})
    if response.status_code == 302:  # other digits of the same day
        assert CheckIn.objects.get().on.isoformat() == "2025-03-27"
        return
    assert response.status_code == 422
    assert f'value="{day}"' in response.content.decode() or not day
    assert not CheckIn.objects.exists()


def test_one_that_was_begun_is_offered_and_no_second_made(world, eyes):
    check_in = check_in_of(world.child, {eyes: 1}, finished=False)
    client = browser(world, "owner")
    page = client.get(at("check_in_begin", world.child))
    assert at("check_in_detail", check_in) in page.content.decode()
    assert at("check_in_delete", check_in) in page.content.decode()
    response = client.post(at("check_in_begin", world.child), {"on": today().isoformat()})
    assert response["Location"] == at("check_in_detail", check_in)
    assert CheckIn.objects.count() == 1
    assert "You began a check-in" in words(client.get(at("symptom_home")))


def test_the_same_as_last_time_goes_to_all_answers(world, eyes, sleep):
    check_in_of(world.child, {eyes: 4, sleep: None}, days_ago=9)
    client = browser(world, "owner")
    response = client.post(at("check_in_begin", world.child), {"on": today().isoformat(), "like_last": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == at("check_in_review", CheckIn.objects.get(finished_at=None))
    assert "Very severe" in words(response)
    assert "Do not know" in words(response)


def test_resuming_leads_to_the_first_page_without_an_answer(world, eyes, sleep):
    check_in = check_in_of(world.child, {eyes: 1}, finished=False)
    client = browser(world, "owner")
    assert client.get(at("check_in_detail", check_in))["Location"] == at("check_in_step", check_in, "movement")
    actions.answer(check_in=check_in, by=world.members["owner"], answers={symptom(world.child.condition, "Clumsy").pk: 0, sleep.pk: 0})
    assert client.get(at("check_in_detail", check_in))["Location"] == at("check_in_review", check_in)


# --- a page of questions ---


@pytest.fixture
def writing(world):
    return check_in_of(world.child, {}, finished=False)


def test_answers_are_saved_at_each_step_and_anything_is_skipped(world, writing, eyes):
    client = browser(world, "owner")
    response = client.post(at("check_in_step", writing, "eyes"), {f"s{eyes.pk}": "unknown", "go": "on"})
    assert response["Location"] == at("check_in_step", writing, "sleep")  # the made condition has movement, eyes, sleep
    assert client.post(at("check_in_step", writing, "movement"), {"go": "on"})["Location"] == at("check_in_step", writing, "eyes")
    assert client.post(at("check_in_step", writing, "sleep"), {})["Location"] == at("check_in_review", writing)
    assert severities(writing) == {eyes.pk: None}
    assert (f"s{eyes.pk}", "unknown") in checked(client.get(at("check_in_step", writing, "eyes")))


@pytest.mark.parametrize(("button", "to"), [("review", "check_in_review"), ("add", "check_in_add"), ("later", "symptom_home")])
def test_every_button_saves_before_it_leads_on(world, writing, eyes, button, to):
    response = browser(world, "owner").post(at("check_in_step", writing, "eyes"), {f"s{eyes.pk}": "2", "go": button})
    assert response["Location"] == (at(to) if to == "symptom_home" else at(to, writing))
    assert severities(writing) == {eyes.pk: 2}


def test_nothing_in_this_group_answers_none_to_what_is_open_and_asked(world, writing, eyes):
    condition = world.child.condition
    browser(world, "owner").post(at("check_in_step", writing, "eyes"), {f"s{eyes.pk}": "3", "none": "1"})
    names = {"Dancing eyes": 3, "Eyes flutter in bursts": 0, "Quick eye jumps": 0}
    assert severities(writing) == {symptom(condition, name).pk: severity for name, severity in names.items()}


def test_nothing_in_this_group_leaves_earlier_answers_as_they_are(world, eyes):
    writing = check_in_of(world.child, {eyes: 4}, finished=False)
    page = browser(world, "owner").get(at("check_in_step", writing, "eyes"))
    data = dict(checked(page))
    browser(world, "owner").post(at("check_in_step", writing, "eyes"), {**data, "none": "1"})
    assert severities(writing)[eyes.pk] == 4


def test_an_answer_is_taken_back_without_a_script(world, eyes):
    writing = check_in_of(world.child, {eyes: 4}, finished=False)
    client, address = browser(world, "owner"), at("check_in_step", writing, "eyes")
    assert 'value="skip"' in client.get(address).content.decode()
    client.post(address, {f"s{eyes.pk}": "skip"})
    assert severities(writing) == {}
    assert 'value="skip"' not in client.get(address).content.decode()


def test_rarer_symptoms_are_folded_and_an_answered_one_is_not(world, writing):
    client, address = browser(world, "owner"), at("check_in_step", writing, "eyes")

    def folded():
        return {text_of(legend) for fold in Document(client.get(address).content).all("details") for legend in fold.iter("legend")}

    assert folded() == {"Squint"}
    squint = symptom(world.child.condition, "Squint")
    client.post(address, {f"s{squint.pk}": "0"})
    assert folded() == set()
    assert severities(writing) == {squint.pk: 0}


@pytest.mark.parametrize("value", ["5", "-1", "9" * 50, "severe", "1\x00", "None", "[]"])
def test_a_made_up_answer_is_explained_and_the_others_stay_chosen(world, writing, eyes, value):
    other = symptom(world.child.condition, "Quick eye jumps")
    response = browser(world, "owner").post(at("check_in_step", writing, "eyes"), {f"s{eyes.pk}": value, f"s{other.pk}": "2"})
    assert response.status_code == 422
    assert (f"s{other.pk}", "2") in checked(response)
    assert "Choose how strong it is" in words(response)
    assert Document(response.content).title.startswith("Error: ")
    assert severities(writing) == {}


def test_a_symptom_of_another_page_or_list_is_not_written_down(world, writing, sleep):
    foreign = ConditionSymptomFactory().symptom
    browser(world, "owner").post(at("check_in_step", writing, "eyes"), {f"s{sleep.pk}": "3", f"s{foreign.pk}": "3", "s0": "1"})
    assert severities(writing) == {}


def test_a_page_sent_twice_is_saved_once(world, writing, eyes):
    client = browser(world, "owner")
    for _time in range(2):
        client.post(at("check_in_step", writing, "eyes"), {f"s{eyes.pk}": "2"})
    assert Observation.objects.count() == 1


def test_a_page_that_is_none_is_not_found(world, writing):
    assert browser(world, "owner").get(at("check_in_step", writing, "no-such-page")).status_code == 404


def test_a_page_for_several_categories_names_each(world, writing):
    condition = world.child.condition
    condition.symptom_categories = [*condition.symptom_categories, {"key": "energy", "title": "Energy"}, {"key": "feeding", "title": "Feeding"}]
    condition.save()
    for category in ("energy", "feeding"):
        ConditionSymptomFactory(condition=condition, category=category, support="core", frequency="")
    document = Document(browser(world, "owner").get(at("check_in_step", writing, "energy")).content)
    assert text_of(document.one("h1")) == "A few more things"
    assert [text_of(heading) for heading in document.all("h2") if heading in document.within("main")] == ["Energy", "Feeding"]


@pytest.mark.parametrize("token", [True, False])
def test_signed_out_meanwhile_the_answers_become_a_draft_and_come_back(world, writing, eyes, token):
    client, address = Client(enforce_csrf_checks=True), at("check_in_step", writing, "eyes")
    sign_in(client, world.members["owner"].user)
    page = {one.get("name"): one.get("value", "") for one in Document(client.get(address).content).all("input") if one.get("type") == "hidden"}
    del client.cookies["sessionid"]
    if not token:
        del client.cookies["csrftoken"]
    response = client.post(address, {**page, f"s{eyes.pk}": "4"})
    assert "Your text is saved" in response.content.decode()
    assert severities(writing) == {}
    sign_in(client, world.members["owner"].user)
    page = client.get(address)
    assert "Your text is still here" in words(page)
    assert (f"s{eyes.pk}", "4") in checked(page)
    browser(world, "owner").post(address, dict(checked(page)))
    assert severities(writing) == {eyes.pk: 4}
    assert not Draft.objects.exists()


@given(data=st.dictionaries(st.sampled_from(["go", "none", "draft", "s1", "s2", "s0", "note", "on"]), st.text(max_size=60), max_size=5))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_a_calm_answer(world, writing, data):
    client = browser(world, "owner")
    for address in (at("check_in_step", writing, "eyes"), at("check_in_review", writing), at("check_in_add", writing), at("kept_out", world.child)):
        with transaction.atomic():
            response = client.post(address, data)
            transaction.set_rollback(True)
        assert response.status_code in (200, 302, 422)


# --- search to add ---


@pytest.mark.parametrize("typed", ["bad dreams", "Nightmares", "nightmare", "nigthmares", "bad dream at night", "medical"])
def test_a_symptom_is_found_by_plain_words_and_slips_of_the_finger(world, writing, typed):
    nightmares = symptom(world.child.condition, "Nightmares")
    typed = nightmares.name if typed == "medical" else typed
    client = browser(world, "owner")
    response = client.post(at("check_in_add", writing), {"q": typed, "look": "1"})
    assert response.status_code == 200
    assert f'value="{nightmares.pk}"' in response.content.decode()
    assert "?" not in response.request["QUERY_STRING"]
    response = client.post(at("check_in_add", writing), {"q": typed, "symptom": nightmares.pk, "severity": "2", "save": "1"})
    assert response["Location"] == at("check_in_review", writing)
    assert severities(writing) == {nightmares.pk: 2}


def test_an_added_symptom_stands_on_its_page_and_can_be_changed_there(world):
    nightmares = symptom(world.child.condition, "Nightmares")
    writing = check_in_of(world.child, {nightmares: 2}, finished=False)
    client = browser(world, "owner")
    assert (f"s{nightmares.pk}", "2") in checked(client.get(at("check_in_step", writing, "sleep")))
    assert f"{at('check_in_step', writing, 'sleep')}?review#id_s{nightmares.pk}_0" in client.get(at("check_in_review", writing)).content.decode()


@pytest.mark.parametrize("data", [{"q": "xxyyzzqq", "look": "1"}, {"q": "!!", "look": "1"}, {"q": "Nightmares", "symptom": "-", "save": "1"}])
def test_nothing_found_is_advice_and_no_fault(world, writing, data):
    response = browser(world, "owner").post(at("check_in_add", writing), data)
    assert response.status_code == 200
    assert "not on our list by that name" in words(response)
    assert f'value="{data["q"]}"' in response.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"q": ""}, {"q": "Nightmares", "save": "1"}, {"q": "Nightmares", "symptom": "0", "severity": "1", "save": "1"}, {"q": "x" * 900}]
)
def test_an_incomplete_addition_is_explained_and_writes_nothing(world, writing, data):
    response = browser(world, "owner").post(at("check_in_add", writing), data)
    assert response.status_code == 422
    assert "There is a problem" in words(response)
    assert severities(writing) == {}


def test_an_added_symptom_without_its_strength_stays_chosen(world, writing):
    nightmares = symptom(world.child.condition, "Nightmares")
    response = browser(world, "owner").post(at("check_in_add", writing), {"q": "nightmares", "symptom": nightmares.pk, "save": "1"})
    assert response.status_code == 422
    assert ("symptom", str(nightmares.pk)) in checked(response)


# --- all answers, and saving ---


def test_all_answers_stand_by_category_each_with_its_way_to_change_it(world, eyes, sleep):
    lost = SymptomFactory(plain_name="Of an older list")
    writing = check_in_of(world.child, {sleep: 2, eyes: None, lost: 1}, finished=False)
    response = browser(world, "owner").get(at("check_in_review", writing))
    captions = [text_of(caption) for caption in Document(response.content).all("caption")]
    assert captions == ["Eye movements", "Sleep", "No longer on the list"]
    said = words(response)
    assert all(name in said for name in ("Dancing eyes", "Do not know", "Moderate", "Of an older list"))
    assert "Shaking" in said  # among what is not answered
    assert response.content.decode().count("?review#id_s") == 2


def test_saving_finishes_and_says_so(world, eyes):
    writing = check_in_of(world.child, {eyes: 1}, finished=False)
    client = browser(world, "owner")
    day = (today() - timedelta(days=1)).isoformat()
    response = client.post(at("check_in_review", writing), {"on": day, "note": "  Four\u202e  nights "}, follow=True)
    writing.refresh_from_db()
    assert (writing.is_finished, writing.on.isoformat(), writing.note) == (True, day, "Four nights")
    assert response.redirect_chain[-1][0].startswith(at("symptom_history", world.child))
    assert "is saved" in words(response)
    assert "Four nights" in words(response)


def test_an_empty_check_in_is_refused_kindly_and_the_note_stays(world, writing):
    response = browser(world, "owner").post(at("check_in_review", writing), {"on": today().isoformat(), "note": "Tired words"})
    assert response.status_code == 422
    assert "no answer in it yet" in words(response)
    assert 'value="Tired words"' in response.content.decode()
    writing.refresh_from_db()
    assert not writing.is_finished


def test_a_note_that_is_too_long_is_explained_and_stays(world, eyes):
    writing = check_in_of(world.child, {eyes: 1}, finished=False)
    response = browser(world, "owner").post(at("check_in_review", writing), {"on": today().isoformat(), "note": "y" * 201})
    assert response.status_code == 422
    assert "y" * 201 in response.content.decode()
    assert "200 characters" in words(response)


def test_saving_twice_changes_nothing_more(world, eyes):
    writing = check_in_of(world.child, {eyes: 1}, finished=False)
    client, data = browser(world, "owner"), {"on": today().isoformat(), "note": "x"}
    client.post(at("check_in_review", writing), data)
    before = CheckIn.objects.values().get()
    assert client.post(at("check_in_review", writing), data).status_code == 302
    assert CheckIn.objects.values().get() == before


@pytest.mark.parametrize(("before", "now", "told"), [(2, 3, True), (0, 4, True), (3, 4, False), (None, 4, False), ("-", 4, False), (2, 2, False)])
def test_what_became_severe_is_said_with_a_way_to_help(world, eyes, sleep, before, now, told):
    check_in_of(world.child, {sleep: 1} | ({} if before == "-" else {eyes: before}), days_ago=9)
    writing = check_in_of(world.child, {eyes: now}, finished=False)
    response = browser(world, "owner").get(at("check_in_review", writing))
    assert ("Stronger than last time" in words(response)) == told
    if told:
        assert f'href="{reverse("help_now")}"' in response.content.decode()


def test_what_is_said_of_who_sees_it_follows_the_owners_consent(world, eyes):
    writing = check_in_of(world.child, {eyes: 1}, finished=False)
    client = browser(world, "owner")
    assert "not compared with anybody" in words(client.get(at("check_in_review", writing)))
    consents.give(member=world.members["owner"], purpose=Purpose.MATCHING, form="test")
    assert "much like you" in words(client.get(at("check_in_review", writing)))


def test_matching_is_offered_after_saving_to_an_adult_owner_who_has_not_agreed_and_never_before(world, eyes):
    check_in = check_in_of(world.child, {eyes: 1})
    offer, after = "find people like you", f"{at('symptom_history', world.child)}?finished=1"
    assert offer in words(browser(world, "owner").get(after))
    assert offer not in words(browser(world, "edit").get(after))
    for address in (at("symptom_history", world.child), at("check_in_review", check_in), at("symptom_home")):
        assert offer not in words(browser(world, "owner").get(address)).replace("to find people like you.", "")
    owner = world.members["owner"]
    owner.age_band = AgeBand.UNDER_18
    owner.save()
    assert offer not in words(browser(world, "owner").get(after))
    owner.age_band = AgeBand.ADULT
    owner.save()
    consents.give(member=owner, purpose=Purpose.MATCHING, form="test")
    assert offer not in words(browser(world, "owner").get(after))


def test_a_saved_check_in_is_changed_for_fourteen_days_and_then_read_only(world, eyes):
    young, old = check_in_of(world.child, {eyes: 1}, days_ago=2), check_in_of(world.child, {eyes: 1}, days_ago=15)
    client = browser(world, "owner")
    assert client.post(at("check_in_step", young, "eyes"), {f"s{eyes.pk}": "4"})["Location"] == at("check_in_review", young)
    assert severities(young) == {eyes.pk: 4}
    for address in (at("check_in_step", old, "eyes"), at("check_in_review", old), at("check_in_add", old)):
        for method in (client.get, client.post):
            assert method(address)["Location"] == at("check_in_detail", old)
    page = client.get(at("check_in_detail", old))
    assert "more than 14 days ago" in words(page)
    assert at("check_in_review", old) not in page.content.decode()


# --- delete and undo ---


def test_deleting_says_what_goes_and_can_be_undone_from_the_diary(world, eyes):
    check_in = check_in_of(world.child, {eyes: 1})
    client = browser(world, "owner")
    assert "14 days you can bring it back" in words(client.get(at("check_in_delete", check_in)))
    assert CheckIn.objects.living().exists()
    page = client.post(at("check_in_delete", check_in), follow=True)
    assert at("check_in_undo", check_in) in page.content.decode()
    assert client.get(at("check_in_detail", check_in)).status_code == 404
    for _time in range(2):
        assert client.post(at("check_in_undo", check_in)).status_code == 302
    assert client.get(at("check_in_detail", check_in)).status_code == 200


def test_deleting_twice_is_no_fault(world, eyes):
    check_in = check_in_of(world.child, {eyes: 1})
    client = browser(world, "owner")
    assert client.post(at("check_in_delete", check_in)).status_code == 302
    assert client.post(at("check_in_delete", check_in)).status_code == 404


def test_who_may_only_read_is_not_shown_what_was_deleted(world, eyes):
    gone = check_in_of(world.child, {eyes: 1})
    CheckIn.objects.update(deleted_at=timezone.now())
    assert at("check_in_undo", gone) not in browser(world, "view").get(at("symptom_history", world.child)).content.decode()


def test_what_was_deleted_long_ago_is_not_brought_back(world, eyes):
    gone = check_in_of(world.child, {eyes: 1})
    CheckIn.objects.update(deleted_at=timezone.now() - timedelta(days=14))
    assert browser(world, "owner").post(at("check_in_undo", gone)).status_code == 404


# --- kept out ---


def test_reported_symptoms_can_be_kept_out_also_before_the_check_in_is_saved(world, eyes, sleep):
    clumsy, squint = symptom(world.child.condition, "Clumsy"), symptom(world.child.condition, "Squint")
    check_in_of(world.child, {eyes: 2, clumsy: 0, squint: None}, days_ago=3)
    check_in_of(world.child, {sleep: 1}, finished=False)
    client, address = browser(world, "owner"), at("kept_out", world.child)
    page = client.get(address)
    boxes = {one.get("value") for one in Document(page.content).all("input") if one.get("type") == "checkbox"}
    assert boxes == {str(eyes.pk), str(sleep.pk)}
    client.post(address, {"symptoms": [str(sleep.pk)], "shown": f"{eyes.pk},{sleep.pk}"})
    assert set(KeptOut.objects.values_list("symptom", flat=True)) == {sleep.pk}
    assert ("symptoms", str(sleep.pk)) in checked(client.get(address))
    client.post(address, {"shown": f"{eyes.pk},{sleep.pk}"})
    assert not KeptOut.objects.exists()


def test_what_was_not_on_the_page_stays_kept_out(world, eyes, sleep):
    check_in_of(world.child, {eyes: 2, sleep: 1})
    KeptOut.objects.create(patient=world.child, symptom=sleep)
    browser(world, "owner").post(at("kept_out", world.child), {"symptoms": [str(eyes.pk)], "shown": f"{eyes.pk},x,{'9' * 40}"})
    assert set(KeptOut.objects.values_list("symptom", flat=True)) == {eyes.pk, sleep.pk}


def test_a_made_up_symptom_is_not_kept_out(world, eyes):
    check_in_of(world.child, {eyes: 2})
    response = browser(world, "owner").post(at("kept_out", world.child), {"symptoms": ["0"], "shown": str(eyes.pk)})
    assert response.status_code == 422
    assert not KeptOut.objects.exists()


# --- queries ---


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_need_the_same_queries_for_one_and_for_fifteen(world):
    entries = picture.symptoms_of(world.child.condition)
    client = browser(world, "owner")
    client.get(reverse("about"))

    def counts(check_in, writing):
        child = world.child
        pages = {"symptom_home": (), **dict.fromkeys(("symptom_history", "symptom_summary", "kept_out"), (child,))}
        pages |= {"check_in_detail": (check_in,), "check_in_review": (writing,), "check_in_step": (writing, "eyes")}
        return {name: queries_of(client, at(name, *things)) for name, things in pages.items()}

    first = counts(check_in_of(world.child, {entries[0].symptom: 1}), check_in_of(world.child, {entries[0].symptom: 1}, finished=False))
    CheckIn.objects.filter(finished_at=None).delete()
    for days in range(14):
        check_in = check_in_of(world.child, {entry.symptom: days % 5 for entry in entries}, days_ago=days, note="x")
        KeptOut.objects.get_or_create(patient=world.child, symptom=entries[days % len(entries)].symptom)
    writing = check_in_of(world.child, {entry.symptom: 1 for entry in entries}, finished=False)
    assert counts(check_in, writing) == first
    # The session, the account, notices and the header's condition are four of each.
    assert {name: number for name, number in first.items() if number > 13} == {}
    assert first["symptom_home"] <= 8
