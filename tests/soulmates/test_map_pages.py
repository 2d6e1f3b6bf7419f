"""The map as pages: what is drawn stands in the list, what stands in the list is drawn, and each reader gets what is theirs."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.patient import Guardian, Patient
from soulmates import atlas
from soulmates.actions import profiles
from soulmates.actions.publish import publish
from soulmates.cells import MAP_ZOOMS, bucket
from soulmates.models.location import MemberLocation, PlaceCount
from soulmates.views.maps import answer
from tests import gazetteer
from tests.factories import ConditionFactory, OrganisationFactory
from tests.soulmates.factories import check_in_of, with_symptoms
from tests.soulmates.factories import symptom as symptom_of
from tests.soulmates.map_people import many_at, member_at, member_in, on_the_map


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


def read(client, address="/map/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    """Return a page's text, its tags taken out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def line(html, entry):
    """Return the words of one entry of a list."""
    found = re.search(rf'<li id="{re.escape(entry)}">(.*?)(?:<details|</li>)', html, re.S)
    return words(found.group(1)).strip() if found else None


def live(html):
    """Return what the page hands to the script."""
    found = re.search(r'<script id="map-facts" type="application/json">(.*?)</script>', html, re.S)
    return json.loads(found.group(1))["live"]


def published(condition):
    publish(condition, timezone.now() - timedelta(days=7))
    return publish(condition, timezone.now())


def said(number):
    """Return a label as the list says it."""
    return f"{number.rstrip('+')} or more"


# Visitors.


def test_every_published_number_stands_in_the_list_and_the_other_way_round(client, condition):
    """P14, for visitors."""
    many_at(condition, "FR.84", 25)
    many_at(condition, "FR.11", 12)
    many_at(condition, "DE", 60)
    build = published(condition)
    page = read(client)
    numbers = {code: number for code, _lat, _lng, number in json.loads(build.units)["u"]}
    assert set(numbers) == {"FR", "FR.84", "FR.11", "DE"}
    for code, number in numbers.items():
        assert said(number) in line(page, f"unit-{code}")
    assert set(re.findall(r'id="unit-([A-Z.0-9]+)"', page)) == set(numbers)
    assert live(page)["units"].endswith(f"{build.digest}.json")


def test_a_young_map_names_no_country_and_says_why(client, condition):
    many_at(condition, "FR", 3)
    published(condition)
    page = words(read(client))
    assert "No country has enough members on the map yet" in page
    assert "at least 11 members" in page


def test_the_world_is_counted_once_it_is_large_enough(client, condition):
    many_at(condition, "FR", 6)
    many_at(condition, "DE", 6)
    published(condition)
    page = words(read(client))
    assert "10 or more members chose to be counted" in page
    assert "No country has enough members" in page


def test_who_did_not_agree_is_shown_the_way(client, condition):
    member = on_the_map()
    member.consents.all().delete()
    client.force_login(member.user)
    page = read(client)
    assert "You see what visitors see" in page
    assert 'href="/map/me/"' in page


def test_there_is_no_map_without_a_condition(client, db):
    assert client.get("/map/").status_code == 404


def test_an_unknown_condition_is_refused(client, condition):
    assert client.get("/map/?condition=unknown").status_code == 400
    assert client.get(f"/map/?condition={condition.slug}&condition={condition.slug}").status_code == 400


# Members.


def test_every_number_of_the_grid_stands_in_the_lists_and_the_other_way_round(client, viewer, condition):
    """P14, for members: towns by the pages of their countries, at every zoom at which they stand alone."""
    for number, place in enumerate((gazetteer.LYON, gazetteer.GRENOBLE, gazetteer.PARIS, gazetteer.TOKYO), start=1):
        for _number in range(number * 3):
            member_at(condition, place)
    towns = dict(PlaceCount.objects.values_list("place", "n"))
    listed = {}
    for code in ("FR", "JP"):
        page = read(client, f"/map/?area={code}")
        for place in map(int, re.findall(r'<li id="place-(\d+)"', page)):
            listed[place] = line(page, f"place-{place}")
    assert set(listed) == set(towns)
    assert all(said(bucket(n)) in listed[place] for place, n in towns.items())
    for z in MAP_ZOOMS:
        squares = answer(condition, z, (0, 2**z - 1), (0, 2**z - 1))["c"]
        drawn = {square[3]: f"{square[2]}+" for square in squares if len(square) == 4}
        assert all(said(number) in listed[place] for place, number in drawn.items())
    assert set(drawn) == set(towns)  # at the nearest zoom each stands alone


def test_the_picture_shows_the_numbers_of_the_list(client, viewer, condition):
    many_at(condition, "US.NY", 12)
    many_at(condition, "BR", 3)
    page = read(client)
    assert line(page, "unit-US") == "United States of America: 10 or more"
    assert line(page, "unit-BR") == "Brazil: 1 or more"
    assert sorted(re.findall(r'<text class="map__number">([^<]*)</text>', page)) == ["1+", "10+"]


def test_a_country_tells_who_shows_no_region_and_a_region_who_shows_no_town(client, viewer, condition):
    many_at(condition, "FR", 6)
    many_at(condition, "FR.84", 2)
    member_at(condition, gazetteer.LYON)
    page = words(read(client, "/map/?area=FR"))
    assert "9 or more" not in page
    assert "Without a region: 5 or more" in page
    assert "Without a town: 1 or more" in page
    assert "Lyon area: 1 or more" in page
    assert "Without a region: 5 or more" in words(read(client))


def test_ones_own_place_is_marked(client, viewer, condition):
    member_at(condition, gazetteer.LYON, member=viewer)
    page = read(client)
    assert "area of Lyon" in words(page)
    assert "with you" in line(page, "unit-FR")
    assert "map__bubble--mine" in page
    assert live(page)["own"]["name"] == "Lyon"
    assert "with you" in line(read(client, "/map/?area=FR"), f"place-{gazetteer.LYON}")


def test_who_is_hidden_is_told_so(client, viewer, condition):
    page = read(client)
    assert "You are hidden" in words(page)
    assert live(page)["own"] is None


@pytest.mark.parametrize("area", ["fr", "FRA", "XX", "FR.", "FR.84.1", "*", "FR.84'", "<b>"])
def test_what_is_no_area_is_refused(client, viewer, area):
    assert client.get("/map/", {"area": area}).status_code == 400


@pytest.mark.parametrize("area", ["DE", "FR.11", "FR.99"])
def test_an_area_without_members_has_no_page(client, viewer, condition, area):
    member_in(condition, "FR.84")
    assert client.get(f"/map/?area={area}").status_code == 404


def test_a_region_has_a_page_of_its_own(client, viewer, condition):
    member_at(condition, gazetteer.LYON)
    member_at(condition, gazetteer.PARIS)
    page = words(read(client, "/map/?area=FR.84"))
    assert "Lyon area" in page
    assert "Paris" not in page


def test_very_many_regions_and_towns_have_pages_instead_of_one_long_one(client, viewer, condition, monkeypatch):
    member_at(condition, gazetteer.LYON)
    member_at(condition, gazetteer.PARIS)
    monkeypatch.setattr(atlas, "MOST_REGIONS", 1)
    monkeypatch.setattr(atlas, "MOST_TOWNS", 1)
    assert "unit-FR.84" not in read(client)
    country = read(client, "/map/?area=FR")
    assert "Lyon area" not in country
    assert "?area=FR.84&amp;condition=" in country
    assert "Lyon area" in words(read(client, "/map/?area=FR.84"))


def test_the_page_without_its_script_is_light(client, viewer, condition):
    """At most 60 KB, compressed."""
    for place in gazetteer.PUBLIC:
        member_at(condition, place)
    assert len(gzip.compress(read(client).encode())) < 60_000


def test_organisations_stand_at_their_country(client, viewer, condition):
    for name, country in (("Help FR", "FR"), ("Help FR too", "FR"), ("Everywhere", "")):
        OrganisationFactory(condition=condition, name=name, country=country)
    page = read(client)
    (drawn,) = live(page)["organisations"]
    assert (drawn["code"], drawn["n"], drawn["entry"]) == ("FR", 2, "organisations-FR")
    assert 'id="organisations-FR"' in page
    assert "In all countries" in page


# My matches.


def compared(condition, member):
    """Give a member a patient who is matched with everybody else of this test."""
    Guardian.objects.filter(member=member).delete()
    patient = Patient.objects.create(condition=condition, nickname="Bean")
    Guardian.objects.create(patient=patient, member=member, relation=Relation.PARENT, level=Level.OWNER)
    check_in_of(patient, {symptom_of(condition, "Dancing eyes"): 3, symptom_of(condition, "Sudden jerks"): 2}, by=member)
    profiles.refresh([patient.pk])
    return patient


def test_matches_stand_where_each_chose_to_be_shown(client, condition):
    with_symptoms(condition)
    both, long_ago = (Purpose.HEALTH, Purpose.MATCHING), timezone.now() - timedelta(days=60)
    me = member_at(condition, gazetteer.BERLIN, *both)
    client.force_login(me.user)
    mine = compared(condition, me)
    town = member_at(condition, gazetteer.LYON, *both, joined_at=long_ago)
    region = member_in(condition, "FR.11", *both, joined_at=long_ago)
    country = member_in(condition, "JP", *both, joined_at=long_ago)
    hidden = on_the_map(*both, joined_at=long_ago)
    for member in (town, region, country, hidden):
        compared(condition, member)
    assert live(read(client))["matches"] == []
    page = read(client, f"/map/?matches={mine.public_id}")
    drawn = {one["name"]: one for one in live(page)["matches"]}
    assert {name: one["kind"] for name, one in drawn.items()} == {
        town.pseudonym: "place",
        region.pseudonym: "region",
        country.pseudonym: "country",
    }
    assert (drawn[town.pseudonym]["lat"], drawn[town.pseudonym]["lng"]) == (45.748, 4.847)
    assert drawn[town.pseudonym]["where"] == "Lyon, France"
    assert all(f'id="{one["entry"]}"' in page for one in drawn.values())
    assert hidden.pseudonym not in page


def test_matches_are_seen_no_finer_than_one_is_shown_oneself(client, condition):
    with_symptoms(condition)
    both, long_ago = (Purpose.HEALTH, Purpose.MATCHING), timezone.now() - timedelta(days=60)
    town = member_at(condition, gazetteer.LYON, *both, joined_at=long_ago)
    compared(condition, town)
    me = on_the_map(*both)
    client.force_login(me.user)
    address = f"/map/?matches={compared(condition, me).public_id}"
    page = read(client, address)
    assert "You are hidden, so you do not see where your matches are" in page
    assert (town.pseudonym in page, live(page)["matches"]) == (False, [])
    member_in(condition, "FR.11", member=me)
    page = read(client, address)
    assert [(one["kind"], one["where"]) for one in live(page)["matches"]] == [("region", "Auvergne-Rhône-Alpes, France")]
    assert "no finer than your own" in page
    MemberLocation.objects.filter(member=me).delete()
    member_in(condition, "JP", member=me)
    assert [(one["kind"], one["where"]) for one in live(read(client, address))["matches"]] == [("country", "France")]


def test_matches_of_somebody_elses_patient_are_not_shown(client, viewer, condition):
    with_symptoms(condition)
    other = compared(condition, on_the_map(Purpose.HEALTH, Purpose.MATCHING))
    assert client.get(f"/map/?matches={other.public_id}").status_code == 400


def test_with_two_conditions_every_page_link_and_square_is_of_the_one_that_is_asked_for(client, viewer, condition):
    other = ConditionFactory()
    member_at(condition, gazetteer.LYON, member=viewer)
    member_at(condition, gazetteer.LYON, pseudonym="Of The First")
    member_at(other, gazetteer.LYON, pseudonym="Of The Second")
    member_in(other, "FR", pseudonym="Second In France")
    member_at(other, gazetteer.SUVA)
    asked = f"condition={other.slug}"
    assert [place for *_rest, place in client.get("/map/cells.json?z=0&x=0-0&y=0-0").json()["c"]] == [gazetteer.LYON]
    squares = client.get(f"/map/cells.json?{asked}&z=0&x=0-0&y=0-0").json()["c"]
    assert {place for *_rest, place in squares} == {gazetteer.LYON, gazetteer.SUVA}
    page = read(client, f"/map/?{asked}")
    assert live(page)["cells"] == f"/map/cells.json?{asked}"
    assert live(page)["place"] == f"/map/place/0/?{asked}"
    assert f"?{asked}&amp;area=FJ" in page
    area = read(client, f"/map/?area=FR&{asked}")
    assert "Second In France" in area
    assert "Second In France" not in read(client, "/map/?area=FR")
    assert f"/map/place/{gazetteer.LYON}/?{asked}" in area
    place = read(client, f"/map/place/{gazetteer.LYON}/?{asked}")
    assert "Of The Second" in place
    assert "Of The First" not in place
    for html in (area, place):
        for link in re.findall(r'href="(/map/(?!me/)[^"#]*)"', html.split("<main")[1].split("</main>")[0]):
            assert asked in link
