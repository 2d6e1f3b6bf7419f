"""The map's JSON: what members get of the grid, what visitors get as a whole, and what nobody gets."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import consents
from members.models.choices import AgeBand
from members.models.consent import Purpose
from members.models.member import Member
from oms_community.jobs import JOBS, run_due
from soulmates.actions import locations
from soulmates.actions.cells import count_out
from soulmates.actions.publish import publish
from soulmates.models.location import MemberLocation, PublishedMap
from soulmates.views.maps import answer
from tests import gazetteer
from tests.factories import ConditionFactory, UserFactory
from tests.soulmates.map_people import many_at, member_at, member_in, on_the_map

WORLD = "/map/cells.json?z=0&x=0-0&y=0-0"


@pytest.fixture
def condition(db):
    gazetteer.load()
    return ConditionFactory()


@pytest.fixture
def viewer(client, condition):
    """Somebody who may look and is hidden, signed in."""
    member = on_the_map()
    client.force_login(member.user)
    return member


def cells_of(client, address=WORLD):
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()["c"]


def test_the_answer_is_what_the_address_promises(client, viewer, condition):
    for _number in range(6):
        member_at(condition, gazetteer.LYON)
    member_at(condition, gazetteer.SUVA)
    response = client.get("/map/cells.json?z=5&x=16-16&y=11-11")
    assert response.content == b'{"v":2,"z":5,"c":[[4575,485,5,101]]}'
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "private, no-store"
    assert client.get("/map/cells.json?z=5&x=0-3&y=0-3").json() == {"v": 2, "z": 5, "c": []}


def test_a_square_with_several_places_names_none_and_stands_between_them(client, viewer, condition):
    member_at(condition, gazetteer.LYON)
    member_at(condition, gazetteer.MARSEILLE)
    assert cells_of(client) == [[4452, 511, 1]]


def test_after_new_words_of_the_consent_the_daily_jobs_leave_out_whoever_has_not_agreed_to_them(client, viewer, condition, monkeypatch):
    member_at(condition, gazetteer.LYON)
    keeps = member_at(condition, gazetteer.SUVA)
    monkeypatch.setitem(consents.TEXTS, Purpose.MAP, consents.Words(99, "New words"))
    for member in (viewer, keeps):
        consents.give(member=member, purpose=Purpose.MAP, form="test")
    assert len(cells_of(client)) == 2  # the counters know nothing of a release
    said = run_due(tuple(job for job in JOBS if job.name in ("map_counters", "publish_map")))
    assert said[0].startswith("map_counters: 1 members on the map")
    assert len(cells_of(client)) == 1


def test_only_town_areas_are_drawn(client, viewer, condition):
    member_in(condition, "FR")
    member_in(condition, "FR.84")
    assert cells_of(client) == []


def test_a_visitor_is_told_to_sign_in(client, condition):
    response = client.get(WORLD)
    assert response.status_code == 403
    assert response.json() == {"v": 1, "error": "Sign in to see this."}


def _young(member):
    member.age_band = AgeBand.UNDER_18
    member.save()


def _unconfirmed(member):
    member.user.emailaddress_set.update(verified=False)


def _without_consent(member):
    consents.withdraw(member=member, purpose=Purpose.MAP)


@pytest.mark.parametrize("lose", [_young, _unconfirmed, _without_consent])
def test_who_may_not_look_gets_no_cell_no_list_and_the_visitors_map(client, viewer, condition, lose):
    other = member_at(condition, gazetteer.LYON)
    lose(viewer)
    assert client.get(WORLD).status_code == 403
    assert client.get(f"/map/place/{gazetteer.LYON}/")["Location"] == "/map/"
    assert client.get("/map/nearby/")["Location"] == "/map/"
    page = client.get("/map/").content.decode()
    assert "You see what visitors see" in page
    assert "cells.json" not in page
    assert other.pseudonym not in page


BAD = [
    *("", "z=0&x=0-0", "z=0&y=0-0", "x=0-0&y=0-0", "z=ten&x=0-0&y=0-0", "z=-1&x=0-0&y=0-0", "z=10&x=0-0&y=0-0", "z=1.5&x=0-0&y=0-0"),
    *("z=0&x=0&y=0-0", "z=0&x=1-0&y=0-0", "z=0&x=0-1&y=0-0", "z=4&x=0-8&y=0-0", "z=4&x=0-0&y=0-8", "z=3&x=7-8&y=0-0", "z=3&x=-1-2&y=0-0"),
    *("z=0&z=0&x=0-0&y=0-0", "z=0&x=0-0&x=0-0&y=0-0", "z=0&x=0-0&y=0.5-1", "z=0&x=NaN&y=0-0", "z=0&x=0-inf&y=0-0", "z=%D9%A1&x=0-0&y=0-0"),
    *("z=0&x=0-0%00&y=0-0", "z=0&x=99999999999999999999-99999999999999999999&y=0-0", "z=0&x=' OR 1=1&y=0-0"),
]


@pytest.mark.parametrize("query", BAD)
def test_what_is_no_part_of_the_map_is_refused_without_an_echo(client, viewer, query):
    response = client.get(f"/map/cells.json?{query}")
    assert response.status_code == 400
    assert response.json() == {"v": 1, "error": "This is no part of the map."}


def test_eight_by_eight_tiles_are_the_most(client, viewer, condition):
    member_at(condition, gazetteer.LYON)
    assert len(cells_of(client, "/map/cells.json?z=5&x=12-19&y=8-15")) == 1


def test_a_map_that_is_moved_very_often_rests(client, viewer):
    for _number in range(120):
        assert client.get(WORLD).status_code == 200
    response = client.get(WORLD)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert response.json()["v"] == 1


def test_only_reading_is_answered(client, viewer):
    assert client.post(WORLD).status_code == 405


@pytest.mark.parametrize("number", [1, 15])
def test_an_answer_costs_the_same_however_many_there_are(client, viewer, condition, django_assert_num_queries, number):
    for place in gazetteer.PUBLIC[:number]:
        member_at(condition, place)
    with django_assert_num_queries(7):  # session, user with member, e-mail address, consent, own place, condition, cells
        client.get(WORLD)


PLACES = st.lists(st.sampled_from(gazetteer.PUBLIC), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(PLACES, st.integers(0, 9), st.data())
def test_the_answer_for_two_ranges_is_the_union_of_both(db, places, z, data):
    """P8."""
    with transaction.atomic():
        gazetteer.load()
        condition = ConditionFactory()
        for place in places:
            member_at(condition, place)
        side = 2**z - 1
        first = data.draw(st.integers(0, side))
        middle = data.draw(st.integers(first, min(side, first + 3)))
        last = data.draw(st.integers(middle, min(side, middle + 3)))
        everywhere = (0, side)
        whole = answer(condition, z, (first, last), everywhere)["c"]
        parts = answer(condition, z, (first, middle), everywhere)["c"] + answer(condition, z, (middle, last), everywhere)["c"]
        assert sorted(map(str, whole)) == sorted({str(one) for one in parts})
        transaction.set_rollback(True)


def test_the_same_question_gives_the_same_bytes(client, viewer, condition):
    """P6."""
    for place in (gazetteer.LYON, gazetteer.PARIS, gazetteer.PARIS, gazetteer.TOKYO):
        member_at(condition, place)
    assert client.get(WORLD).content == client.get(WORLD).content


def _suspended(member):
    Member.objects.filter(pk=member.pk).update(suspended_at=timezone.now())
    member.refresh_from_db()
    locations.refresh_member(member)


def _hidden(member):
    locations.hide(member=member)


def _withdrawn(member):
    consents.withdraw(member=member, purpose=Purpose.MAP)


@pytest.mark.parametrize("go", [_suspended, _hidden, _withdrawn])
def test_who_goes_changes_every_answer_to_what_it_was_before(client, viewer, condition, go):
    """P10."""
    member_at(condition, gazetteer.LYON)
    addresses = (WORLD, "/map/", "/map/?area=FR", f"/map/place/{gazetteer.LYON}/", f"/map/nearby/?place={gazetteer.PARIS}&within=500")
    without = [_bytes(client, address) for address in addresses]
    other = member_at(condition, gazetteer.LYON)
    assert [_bytes(client, address) for address in addresses] != without
    go(other)
    assert [_bytes(client, address) for address in addresses] == without


def _bytes(client, address):
    """Return an answer without its token."""
    text = client.get(address).content.decode()
    before, _field, after = text.partition('name="csrfmiddlewaretoken" value="')
    return before + after.partition('"')[2]


# What visitors get.


def test_the_published_set_is_served_under_its_digest_and_never_changes(client, condition):
    many_at(condition, "FR", 12)
    publish(condition, timezone.now() - timedelta(days=7))
    build = publish(condition, timezone.now())
    response = client.get(f"/map/units/{build.digest}.json")
    assert response.content.decode() == build.units
    assert json.loads(build.units)["u"] == [["FR", 46.72, 2.2, "10+"]]
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not response.cookies
    assert client.get("/map/units/0000.json").status_code == 404
    assert build.digest in client.get("/map/").content.decode()


def test_a_visitors_answers_follow_from_the_published_set_alone(client, condition):
    """P5: delete everybody, and nothing changes."""
    many_at(condition, "FR.84", 12)
    member_at(condition, gazetteer.TOKYO)
    publish(condition, timezone.now() - timedelta(days=7))
    build = publish(condition, timezone.now())
    addresses = ("/map/", f"/map/units/{build.digest}.json", f"/map/place/{gazetteer.LYON}/", "/map/nearby/", WORLD)
    before = [client.get(address).content for address in addresses]
    for location in MemberLocation.objects.all():
        count_out(location)
        location.member.user.delete()
    assert [client.get(address).content for address in addresses] == before
    assert b"France" in before[0]
    assert b"unit-JP" not in before[0]


def test_no_parameter_changes_what_a_visitor_gets(client, condition):
    many_at(condition, "FR.84", 12)
    publish(condition, timezone.now() - timedelta(days=7))
    publish(condition, timezone.now())
    plain = client.get("/map/").content
    for query in ("area=FR", "area=FR.84", "z=3&x=0-1&y=0-1", "matches=abc", "place=101", "role=parent", "page=2"):
        assert client.get(f"/map/?{query}").content == plain


def test_a_visitors_map_holds_no_token_and_starts_no_session(client, condition):
    response = client.get("/map/")
    assert not response.cookies
    assert b"csrfmiddlewaretoken" not in response.content
    assert response["ETag"]
    assert client.get("/map/", headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_member_without_a_place_sees_the_map_of_the_first_condition(client, viewer, condition):
    member_at(condition, gazetteer.LYON)
    UserFactory()
    assert len(cells_of(client)) == 1
    assert PublishedMap.objects.count() == 0
