"""The pages on which members say how they appear, the suggestions while they type, and that nothing of what they type stays anywhere."""

import json
import logging
import re

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import consents
from members.actions.patients import add_patient
from members.models.choices import AgeBand, Relation
from members.models.consent import Purpose
from members.models.member import Member
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.models.place import Place
from soulmates.views.locations import SUGGESTIONS
from tests import gazetteer
from tests.factories import ConditionFactory, UserFactory
from tests.members.people import consenting

HERE, HIDE, SUGGEST = "/map/me/", "/map/me/hide/", "/map/places/suggest"
TYPED = "kanarienvogelstrasse 7b"
TOWN, REGION, COUNTRY = Precision.TOWN.value, Precision.REGION.value, Precision.COUNTRY.value


@pytest.fixture
def member(db):
    gazetteer.load()
    ConditionFactory()
    user = UserFactory()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    consents.give(member=user.member, purpose=Purpose.MAP, form="test")
    return user.member


@pytest.fixture
def page(member, client):
    """Return a function that sends one step, or reads the page."""
    client.force_login(member.user)

    def send(step="", **fields):
        return client.post(HERE, {"step": step, **fields}) if step else client.get(HERE)

    return send


def with_a_child(member):
    consenting(member)
    add_patient(by=member, relation=Relation.PARENT, condition=ConditionFactory(), nickname="Bean", age_band="2-4")


def body(response):
    """Return the bytes of a page without the token of its form and without what the map's neighbours may show."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def hidden(response):
    """Return the hidden fields of the form that saves, and its step."""
    form = response.content.decode().split('name="step" value="save"')[1]
    return {"step": "save", **dict(re.findall(r'name="(precision|country|region|place)" value="([^"]*)"', form))}


def suggest(client, **fields):
    response = client.post(SUGGEST, fields)
    return response.status_code, json.loads(response.content)


def test_the_addresses_are_as_promised():
    assert (reverse("soulmates:location_edit"), reverse("soulmates:location_hide"), reverse("soulmates:place_suggest")) == (HERE, HIDE, SUGGEST)


def test_visitors_are_led_to_the_sign_in(client, member):
    for address in (HERE, HIDE):
        assert client.post(address).url.startswith("/account/login/")
    assert client.get(HERE).status_code == 302


def test_under_18_the_page_says_when_it_opens_and_takes_nothing(page, member):
    Member.objects.filter(pk=member.pk).update(age_band=AgeBand.UNDER_18)
    for response in (page(), page("agree", map="1"), page("save", precision=COUNTRY, country="FR")):
        assert b"when you are 18" in response.content
    assert not MemberLocation.objects.exists()


def test_the_consent_is_asked_first_in_a_box_that_is_not_ticked(page, member):
    consents.withdraw(member=member, purpose=Purpose.MAP)
    response = page("save", precision=COUNTRY, country="FR")  # no step gets past it
    assert b'name="map"' in response.content
    assert b"checked" not in response.content
    assert not MemberLocation.objects.exists()
    assert page("agree").status_code == 422
    assert not consents.holds(member, Purpose.MAP)
    assert page("agree", map="1").status_code == 302
    assert consents.holds(member, Purpose.MAP)
    assert not MemberLocation.objects.exists()  # a yes alone shows nobody


def test_the_first_answer_is_hidden(page):
    assert re.search(rb'value="0"[^>]*checked', page().content)


def test_country_by_steps(page, member):
    assert b'name="country"' in page("how", precision=COUNTRY).content
    preview = page("country", precision=COUNTRY, country="FR")
    assert b"You will be shown as" in preview.content
    assert not MemberLocation.objects.exists()
    assert page(**hidden(preview)).status_code == 302
    location = MemberLocation.objects.get()
    assert (location.precision, location.country, location.region) == (COUNTRY, "FR", None)


def test_region_by_steps(page, member):
    assert b"FR.84" in page("country", precision=REGION, country="FR").content
    page(**hidden(page("region", country="FR", region="FR.84")))
    assert MemberLocation.objects.get().region_id == "FR.84"
    assert page("region", country="FR", region="DE.16").status_code == 422
    assert page("region", country="FR").status_code == 422


def test_town_by_steps_without_scripts(page, member):
    found = page("town", country="FR", q="crém")
    assert "Crémieu" in found.content.decode()
    assert 'area of <bdi lang="" translate="no">Villeurbanne</bdi>' in found.content.decode()  # before it is chosen
    preview = page("place", country="FR", q="crém", place=gazetteer.CREMIEU)
    assert "Crémieu" not in preview.content.decode()
    assert page(**hidden(preview)).status_code == 302
    location = MemberLocation.objects.get()
    assert (location.precision, location.place_id) == (TOWN, gazetteer.VILLEURBANNE)
    assert "Villeurbanne" in page().content.decode()


def test_a_place_without_a_public_place_leads_to_its_region_and_says_why(page):
    assert "no larger town within 60 km" in page("town", country="FR", q="loin").content.decode()
    preview = page("place", country="FR", q="loin", place=gazetteer.FAR_AWAY)
    assert "no larger town within 60 km" in preview.content.decode()
    page(**hidden(preview))
    location = MemberLocation.objects.get()
    assert (location.precision, location.region_id, location.place) == (REGION, "FR.93", None)


def test_two_towns_of_one_public_place_cannot_be_told_apart_after_the_choice(page, member):
    """P1: the same bytes and the same rows."""
    around = list(Place.objects.filter(public_place=gazetteer.VILLEURBANNE).values_list("pk", flat=True))
    assert len(around) > 1
    pages, rows = set(), set()
    for number in around:
        preview = page("place", country="FR", q="whatever", place=number)
        pages.add(body(preview))
        page(**hidden(preview))
        page()  # the message about it is read
        rows.add(tuple(MemberLocation.objects.values_list("precision", "country", "region", "place", "lat", "lng", "cell").get()))
    assert len(pages) == len(rows) == 1


def test_none_of_the_towns_chosen_shows_them_again(page):
    response = page("place", country="FR", q="lyon")
    assert response.status_code == 422
    assert b"Choose one of the towns" in response.content
    assert f'value="{gazetteer.LYON}"' in response.content.decode()


def test_a_child_needs_a_second_yes_for_a_town_and_none_for_a_region(page, member):
    with_a_child(member)
    assert b"under 18" in page().content
    preview = page("place", country="FR", q="lyon", place=gazetteer.LYON)
    assert b'name="sure"' in preview.content
    refused = page(**hidden(preview))
    assert refused.status_code == 422
    assert not MemberLocation.objects.exists()
    assert page(**hidden(refused), sure="on").status_code == 302
    assert MemberLocation.objects.get().place_id == gazetteer.LYON
    preview = page("region", country="FR", region="FR.84")
    assert b'name="sure"' not in preview.content
    assert page(**hidden(preview)).status_code == 302


def test_a_child_after_the_town_makes_it_a_country_and_the_pages_say_so(page, member, client):
    page(**hidden(page("place", country="FR", q="lyon", place=gazetteer.LYON)))
    with_a_child(member)
    assert MemberLocation.objects.get().precision == COUNTRY
    assert b"members see only your country now" in page().content
    assert b"until you came to look after somebody under 18" in client.get("/map/").content
    preview = page("place", country="FR", q="lyon", place=gazetteer.LYON)
    assert page(**hidden(preview), sure="on").status_code == 302
    assert b"members see only your country now" not in page().content


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"precision": TOWN, "country": "FR", "region": "FR.84", "place": gazetteer.CREMIEU},
        {"precision": TOWN, "country": "FR", "place": "x"},
        {"precision": TOWN, "country": "FR", "place": "9" * 40},
        {"precision": TOWN, "country": "FR", "place": "1\x00"},
        {"precision": TOWN, "country": "DE", "region": "FR.84", "place": gazetteer.LYON},
        {"precision": REGION, "country": "FR", "region": "XX.99"},
        {"precision": REGION, "country": "FR", "region": "FR\x00"},
        {"precision": REGION, "country": "FR"},
        {"precision": COUNTRY, "country": "QQ"},
        {"precision": 0, "country": "FR"},
        {"precision": "nan", "country": "FR"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(page, fields):
    assert page("save", **fields).status_code == 422
    assert not MemberLocation.objects.exists()


@pytest.mark.parametrize("fields", [{"q": "x" * 81}, {"q": "ly\x00on"}, {"q": " "}, {}, {"q": "lyon", "country": "QQ"}])
def test_what_cannot_be_looked_up_is_said_and_not_repeated_as_an_error(page, fields):
    response = page("town", **{"country": "FR", **fields})
    assert response.status_code == 422
    assert b"Error: " in response.content


def test_hiding_takes_one_press_and_leaves_nothing(page, member, client):
    page(**hidden(page("country", precision=COUNTRY, country="FR")))
    assert client.get(HIDE).status_code == 405
    assert client.post(HIDE).status_code == 302
    assert not MemberLocation.objects.exists()
    assert b"You are hidden" in page().content


def test_choosing_hidden_hides_too(page, member):
    page(**hidden(page("country", precision=COUNTRY, country="FR")))
    assert page("how", precision=0).status_code == 302
    assert not MemberLocation.objects.exists()


def test_hiding_works_after_the_consent_has_ended(page, member, client):
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert client.post(HIDE).status_code == 302


def test_an_unknown_step_shows_the_page(page):
    assert page("steal").status_code == 200


def test_suggestions_say_how_each_place_would_be_shown(page, client):
    status, answer = suggest(client, q="Crém", country="FR")
    assert status == 200
    label = "Crémieu, Auvergne-Rhône-Alpes, France"
    assert answer == {"v": 1, "places": [{"id": gazetteer.CREMIEU, "label": label, "public": "Villeurbanne, Auvergne-Rhône-Alpes, France"}]}
    assert suggest(client, q="loin")[1]["places"][0]["public"] is None
    assert suggest(client, q="xyzzy") == (200, {"v": 1, "places": []})
    assert suggest(client, q="") == (200, {"v": 1, "places": []})
    assert len(suggest(client, q="b")[1]["places"]) == 10


def test_suggestions_are_kept_nowhere(page, client):
    assert client.post(SUGGEST, {"q": "ly"})["Cache-Control"] == "private, no-store"
    assert client.get(SUGGEST, {"q": "ly"}).status_code == 405


def test_the_same_suggestion_twice_is_the_same_bytes(page, client):
    """P6."""
    assert client.post(SUGGEST, {"q": "l"}).content == client.post(SUGGEST, {"q": "l"}).content


@pytest.mark.parametrize(
    "fields",
    [
        {"q": "canary" * 20},
        {"q": "canary\x00"},
        {"q": "can\x07ary"},
        {"q": "canary", "country": "canary"},
        {"q": "canary", "country": "QQ"},
        {"q": ["canary", "lyon"]},
        {"country": "FR"},
    ],
)
def test_what_cannot_be_suggested_is_refused_in_a_sentence_without_echo(page, client, fields):
    status, answer = suggest(client, **fields)
    assert status == 400
    assert "canary" not in json.dumps(answer)
    assert answer["error"].endswith(".")


def test_nothing_may_stand_in_the_address(page, client):
    assert client.post(f"{SUGGEST}?q=lyon", {"q": "lyon"}).status_code == 400


def test_suggestions_are_for_members_who_may_look(page, client, member):
    status, answer = suggest(Client(), q="ly")
    assert (status, set(answer)) == (403, {"v", "error"})
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert suggest(client, q="ly")[0] == 403
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    member.user.emailaddress_set.update(verified=False)
    assert suggest(client, q="ly")[0] == 403
    member.user.emailaddress_set.update(verified=True)
    assert suggest(client, q="ly")[0] == 200
    Member.objects.filter(pk=member.pk).update(age_band=AgeBand.UNDER_18)
    assert suggest(client, q="ly")[0] == 403


def test_who_is_suspended_gets_no_suggestions(page, client, member):
    Member.objects.filter(pk=member.pk).update(suspended_at=timezone.now())
    assert client.post(SUGGEST, {"q": "ly"}).status_code in (302, 403)


def test_a_minute_has_sixty_suggestions(page, client, member):
    assert (SUGGESTIONS.number, SUGGESTIONS.seconds) == (60, 60)
    for _number in range(60):
        assert suggest(client, q="ly")[0] == 200
    response = client.post(SUGGEST, {"q": "ly"})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert json.loads(response.content)["v"] == 1
    assert page("town", country="FR", q="lyon").status_code == 429


def test_a_page_takes_few_queries_however_large_the_gazetteer(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page("town", country="FR", q="a")
    with django_assert_max_num_queries(8):
        page()


def everything_stored():
    """Return all that stands in the database and in the cache, as one text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    found += [repr(session.get_decoded()) for session in apps.get_model("sessions.Session").objects.all()]
    found.append(repr(caches["default"]._cache))
    return "\n".join(found).casefold()


def test_what_was_typed_is_nowhere_afterwards(page, client, member, caplog, settings):
    """P2: not in a table, a session, the cache, a log line, an address, a message; whatever became of it."""
    caplog.set_level(logging.DEBUG)
    page("town", country="FR", q=TYPED)
    suggest(client, q=TYPED)
    suggest(client, q=TYPED, country="canary")
    page("town", country="QQ", q=TYPED)
    page("place", country="FR", q=TYPED)
    page("place", country="FR", q=TYPED, place=gazetteer.CREMIEU)
    saved = page("save", precision=TOWN, country="FR", region="FR.84", place=gazetteer.VILLEURBANNE, q=TYPED)
    assert "kanarien" not in saved.url
    assert "kanarien" not in page().content.decode().casefold()
    Client().post(HERE, {"step": "town", "country": "FR", "q": TYPED})  # the session has ended: nothing becomes a draft
    for _number in range(70):
        suggest(client, q=TYPED)
    page("town", country="FR", q=TYPED)  # too often
    assert "kanarien" not in everything_stored()
    assert "kanarien" not in caplog.text.casefold()


def test_the_small_place_is_nowhere_afterwards_either(page, client, member, caplog):
    """P2: of the choice only the public place is left."""
    caplog.set_level(logging.DEBUG)
    before = everything_stored().count("crémieu")
    page("town", country="FR", q="Crémieu")
    preview = page("place", country="FR", q="Crémieu", place=gazetteer.CREMIEU)
    page(**hidden(preview))
    assert everything_stored().count("crémieu") == before
    assert "crémieu" not in caplog.text.casefold()
    row = MemberLocation.objects.values().get()
    assert gazetteer.CREMIEU not in row.values()
    assert Place.objects.get(pk=gazetteer.CREMIEU).lat not in row.values()


def test_the_pages_are_kept_nowhere_and_by_nobody(page):
    for response in (page(), page("town", country="FR", q="ly"), page("place", country="FR", place=gazetteer.LYON)):
        assert response["Cache-Control"] == "private, no-store"
        assert b'content="noindex"' in response.content
