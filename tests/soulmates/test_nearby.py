"""Who is near a public place: in bands, in an order that says nothing, of those who may be met, narrowed by what they show."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models.choices import Level, Relation, Role, Visibility
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.relations import Block
from soulmates import distances, nearby
from soulmates.actions.cells import count_out
from soulmates.models.place import Place
from soulmates.nearby import MOST_PAGES, PAGE, Ring, Wanted, page_of, rings
from soulmates.views import maps
from tests import gazetteer
from tests.factories import ConditionFactory
from tests.soulmates.map_people import member_at, member_in, on_the_map

LYON = gazetteer.LYON
LISTS = ("/map/place/101/", "/map/nearby/?place=101", "/map/?area=FR")  # pages that name members


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


def near(viewer, condition, *, place=LYON, km=500, number=1, **wanted):
    """Return who is on a page, by name, with the band's kilometres."""
    origin = Place.objects.get(pk=place)
    page = page_of(viewer, condition, rings(origin, km, condition), Wanted(**wanted), number)
    return [(family.band.km, family.member.pk) for family in page.families]


def names(viewer, condition, **options):
    return {member for _km, member in near(viewer, condition, **options)}


ALL = [*gazetteer.PUBLIC, *(10_000 + 100 * row + step for row in range(20) for step in (3, 7))]


@pytest.mark.parametrize("km", distances.WITHIN)
@pytest.mark.parametrize("origin", [LYON, gazetteer.LONDON, gazetteer.SUVA, gazetteer.LABASA])
def test_rings_are_the_bands_of_single_distances(condition, origin, km):
    """Many distances at once come to what one distance after the other comes to; also across the date line."""
    for place in ALL:
        member_at(condition, place)
    here, found = Place.objects.get(pk=origin), {}
    for ring in rings(here, km, condition):
        found |= dict.fromkeys(ring.places, ring.band)
    expected = {place.pk: distances.band(here, place) for place in Place.objects.filter(pk__in=ALL)}
    assert found == {place: band for place, band in expected.items() if band.km is not None and band.km <= km}


def test_the_nearest_band_comes_first_and_holds_who_is_there(condition, viewer):
    there = {place: member_at(condition, place).pk for place in (gazetteer.PARIS, LYON, gazetteer.GRENOBLE, gazetteer.VILLEURBANNE)}
    member_at(condition, gazetteer.TOKYO)
    assert near(viewer, condition) == [
        (0, there[LYON]),
        (25, there[gazetteer.VILLEURBANNE]),
        (100, there[gazetteer.GRENOBLE]),
        (500, there[gazetteer.PARIS]),
    ]
    assert names(viewer, condition, km=100) == {there[LYON], there[gazetteer.VILLEURBANNE], there[gazetteer.GRENOBLE]}


def test_the_order_changes_with_the_day_and_not_within_it(condition, viewer, monkeypatch):
    for _number in range(12):
        member_at(condition, LYON)
    today = near(viewer, condition)
    assert near(viewer, condition) == today
    monkeypatch.setattr(nearby.timezone, "localdate", lambda: date.today() + timedelta(days=1))
    tomorrow = near(viewer, condition)
    assert tomorrow != today
    assert sorted(tomorrow) == sorted(today)
    assert today != sorted(today)  # nor is it the order in which they came


def test_pages_part_a_list_without_a_gap_and_end_after_ten(condition, viewer, monkeypatch):
    monkeypatch.setattr(nearby, "PAGE", 2)
    everybody = {member_at(condition, place).pk for place in (LYON, gazetteer.VILLEURBANNE, gazetteer.PARIS) for _number in range(8)}
    origin = Place.objects.get(pk=LYON)
    around = rings(origin, 500, condition)
    pages = [page_of(viewer, condition, around, Wanted(), number) for number in range(1, MOST_PAGES + 1)]
    shown = [family.member.pk for page in pages for family in page.families]
    assert len(shown) == len(set(shown)) == 20
    assert set(shown) < everybody
    assert [page.is_last for page in pages] == [False] * 9 + [True]
    assert pages[-1].is_cut
    bands = [family.band.km for page in pages for family in page.families]
    assert bands == sorted(bands)


def test_a_far_band_is_read_when_the_near_ones_hold_too_few(condition, viewer, monkeypatch):
    """Counts say that the near bands hold enough; a filter then finds nobody there."""
    monkeypatch.setattr(nearby, "PAGE", 1)
    for _number in range(10):
        member_at(condition, LYON, Purpose.HEALTH, role=Role.FAMILY)
    far = member_at(condition, gazetteer.PARIS, Purpose.HEALTH, role=Role.PARENT)
    assert near(viewer, condition, role=Role.PARENT) == [(500, far.pk)]


def test_only_town_areas_are_near_anything(condition, viewer):
    member_in(condition, "FR.84")
    member_in(condition, "FR")
    assert names(viewer, condition) == set()


def test_another_conditions_members_are_on_another_map(condition, viewer):
    member_at(ConditionFactory(), LYON)
    assert names(viewer, condition) == set()


@pytest.mark.parametrize("is_blocker", [True, False])
def test_neither_side_of_a_block_meets_the_other(client, condition, viewer, is_blocker):
    """P11, in the list, on the page of the place, and nearby."""
    other = member_at(condition, LYON)
    member_at(condition, LYON, member=viewer)
    assert names(viewer, condition) == {other.pk}
    Block.objects.create(blocker=viewer if is_blocker else other, blocked=other if is_blocker else viewer)
    assert names(viewer, condition) == names(other, condition) == set()
    for address in (f"/map/place/{LYON}/", "/map/nearby/"):
        page = client.get(address).content.decode()
        assert other.public_id not in page
        assert "Some members choose who sees them" in page


# Filters.


def child_of(member, age_band, level=Level.OWNER):
    """Give a member a patient of an age."""
    patient = Patient.objects.create(condition=ConditionFactory(), nickname="Bean", age_band=age_band)
    Guardian.objects.create(patient=patient, member=member, relation=Relation.PARENT, level=level)


def test_filters_find_who_shows_what_they_ask_for(condition, viewer):
    parent = member_at(condition, LYON, Purpose.HEALTH, role=Role.PARENT, languages=["fr", "de"], patients_visibility=Visibility.MEMBERS)
    child_of(parent, "5-8")
    person = member_at(condition, LYON, Purpose.HEALTH, role=Role.PERSON, languages=["en"])
    assert names(viewer, condition) == {parent.pk, person.pk}
    assert names(viewer, condition, role=Role.PARENT) == {parent.pk}
    assert names(viewer, condition, age="5-8") == {parent.pk}
    assert names(viewer, condition, age="2-4") == set()
    assert names(viewer, condition, language="de") == {parent.pk}
    assert names(viewer, condition, role=Role.PARENT, language="en") == set()


FIELDS = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["", *Role.values]),
        "role_visibility": st.sampled_from(Visibility.values),
        "languages": st.lists(st.sampled_from(["fr", "de", "en"]), unique=True, max_size=3),
        "languages_visibility": st.sampled_from(Visibility.values),
        "patients_visibility": st.sampled_from(Visibility.values),
        "age": st.sampled_from(["", "5-8", "18-29"]),
        "level": st.sampled_from(Level.values),
        "healthy": st.booleans(),
    }
)


FILTERS = [{}, *({"role": role} for role in Role.values), {"age": "5-8"}, {"age": "18-29"}, {"language": "fr"}, {"language": "de"}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(FIELDS, FIELDS)
def test_a_hidden_field_changes_no_filtered_list(db, one, other):
    """P12: two members who differ only in what they do not show are found, or not found, by the same filters."""
    with transaction.atomic():
        gazetteer.load()
        condition, viewer = ConditionFactory(), on_the_map()
        first, second = _made(condition, one), _made(condition, _same_to_others(one, other))
        for filters in (
            {},
            *({"role": role} for role in Role.values),
            *({"age": age} for age in ("5-8", "18-29")),
            *({"language": code} for code in ("fr", "de")),
        ):
            found = names(viewer, condition, **filters)
            assert (first.pk in found) == (second.pk in found), filters
        transaction.set_rollback(True)


def _same_to_others(one, other):
    """Return `one` with everything that others do not see taken from `other`."""
    seen = dict(one)
    shown = Visibility.MEMBERS
    if one["role_visibility"] != shown or not one["healthy"]:
        seen["role"] = other["role"]
    if one["languages_visibility"] != shown:
        seen["languages"] = other["languages"]
    if one["patients_visibility"] != shown or not one["healthy"]:
        seen["age"], seen["level"] = other["age"], other["level"]
    return seen


def _made(condition, fields):
    about = {name: value for name, value in fields.items() if name not in ("age", "level", "healthy")}
    member = member_at(condition, LYON, *([Purpose.HEALTH] if fields["healthy"] else []), **about)
    if fields["age"]:
        child_of(member, fields["age"], fields["level"])
    return member


def test_what_a_list_says_of_a_member_is_what_their_profile_says(condition, viewer):
    member = member_at(condition, LYON, Purpose.HEALTH, role=Role.PARENT, languages=["fr"], patients_visibility=Visibility.MEMBERS)
    child_of(member, "5-8")
    ring = [Ring(distances.BANDS[0], [LYON], 1)]

    def shown():
        (family,) = page_of(viewer, condition, ring, Wanted(), 1).families
        return bool(family.role), len(family.patients), len(family.languages), family.picture

    assert shown() == (True, 1, 1, True)
    Consent.objects.filter(member=member, purpose=Purpose.HEALTH).delete()
    assert shown() == (False, 0, 1, True)
    Member.objects.filter(pk=member.pk).update(languages_visibility=Visibility.NOBODY, picture_visibility=Visibility.NOBODY)
    assert shown() == (False, 0, 0, False)


# The page.

BAD = [
    *(
        "place=abc",
        "place=-1",
        "place=0",
        "place=101.0",
        "place=99999999999999999999",
        "place=4242",
        f"place={gazetteer.CREMIEU}",
        "place=101&place=102",
    ),
    *("within=0", "within=199", "within=200 km", "within=501", "within=25&within=50", "role=king", "age=7", "language=xx", "page=0", "page=11"),
    *("page=two", "page=1&page=2", "condition=unknown", "role=%00", "language=fr%27", "place=%25", "within=%F0%9F%97%BA"),
]


@pytest.mark.parametrize("query", BAD)
def test_an_answer_that_no_list_offers_is_refused_without_an_echo(client, viewer, query):
    response = client.get(f"/map/nearby/?{query}")
    assert response.status_code == 400
    page = response.content.decode()
    assert "We do not understand this request" in page
    assert query.partition("=")[2] not in re.sub(r"<[^>]*>", "", page) or query.partition("=")[2] in ("0", "7", "-1")


@pytest.mark.parametrize(
    ("address", "status"), [("/map/place/4242/", 404), (f"/map/place/{gazetteer.CREMIEU}/", 404), (f"/map/place/{10**30}/", 404)]
)
def test_a_place_that_is_not_public_has_no_page(client, viewer, address, status):
    assert client.get(address).status_code == status


def test_a_visitor_is_sent_to_the_sign_in(client, condition):
    for address in ("/map/nearby/", f"/map/place/{LYON}/"):
        assert "login" in client.get(address)["Location"]


def test_the_page_begins_at_ones_own_town_or_asks_for_one(client, viewer, condition):
    assert "Type the name of a town" in client.get("/map/nearby/").content.decode()
    member_at(condition, LYON, member=viewer)
    assert "Members near" in client.get("/map/nearby/").content.decode()


def test_a_typed_town_is_read_and_kept_nowhere(client, viewer):
    response = client.post("/map/nearby/", {"q": "Crémieu"})
    assert response["Location"] == f"/map/nearby/?place={gazetteer.VILLEURBANNE}"  # the public place that stands for it
    assert not client.session.get("_messages")
    page = client.post("/map/nearby/", {"q": "Paris"}).content.decode()
    assert f"?place={gazetteer.PARIS}" in page
    assert f"?place={gazetteer.PARIS_TEXAS}" in page
    refused = client.post("/map/nearby/", {"q": "Atlantis"})
    assert refused.status_code == 422
    assert 'value="Atlantis"' in refused.content.decode()
    assert client.post("/map/nearby/", {"q": "x" * 81}).status_code == 422


@pytest.mark.parametrize("address", LISTS)
def test_pages_that_name_members_have_one_limit_an_hour(client, viewer, condition, address):
    member_at(condition, LYON)
    for number in range(maps.LISTS.number):
        assert client.get(LISTS[number % len(LISTS)]).status_code == 200
    refused = client.get(address)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 60
    assert client.get("/map/").status_code == 200  # numbers of areas name nobody


def test_looking_up_towns_has_the_limit_of_suggestions(client, viewer):
    for _number in range(maps.SUGGESTIONS.number):
        assert client.post("/map/nearby/", {"q": "Paris"}).status_code == 200
    assert client.post("/map/nearby/", {"q": "Paris"}).status_code == 429


@pytest.mark.parametrize("address", ["/map/nearby/?place=101&within=500", "/map/place/101/", "/map/", "/map/?area=FR"])
def test_pages_cost_the_same_however_many_there_are(client, viewer, condition, address):
    client.get(address)  # what a process reads once, such as the numbers of content types, is no matter here
    numbers = []
    for more in (1, 14):
        for number in range(more):
            child_of(member_at(condition, LYON, Purpose.HEALTH, role=Role.PARENT, patients_visibility=Visibility.MEMBERS), "5-8")
            if number % 2:
                member_at(condition, gazetteer.PARIS)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 18


def test_pages_of_members_are_kept_nowhere(client, viewer, condition):
    for address in ("/map/", f"/map/place/{LYON}/", "/map/nearby/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def test_whoever_was_counted_a_moment_ago_and_has_gone_is_on_no_list(condition, viewer):
    member = member_at(condition, LYON)
    count_out(member.location)
    member.location.delete()
    assert names(viewer, condition) == set()
    assert PAGE == 20


@pytest.mark.parametrize(("area", "without"), [("FR", ["FR.84", "DE"]), ("FR.84", ["FR", "FR.11"])])
def test_who_is_shown_in_a_country_or_region_stands_on_its_list_and_on_no_other(client, viewer, condition, area, without):
    member = member_in(condition, area, pseudonym="Quiet Lantern")
    for there in (area, *without):
        member_in(condition, there)
    member_at(condition, LYON)
    assert "Quiet Lantern" in client.get(f"/map/?area={area}").content.decode()
    for other in without:
        assert "Quiet Lantern" not in client.get(f"/map/?area={other}").content.decode()
    assert "Quiet Lantern" not in client.get("/map/place/101/").content.decode()
    Block.objects.create(blocker=member, blocked=viewer)
    assert "Quiet Lantern" not in client.get(f"/map/?area={area}").content.decode()


def test_whoever_agreed_to_older_words_is_on_no_list_of_an_area(client, viewer, condition):
    member = member_in(condition, "FR", pseudonym="Quiet Lantern")
    Consent.objects.filter(member=member).update(version=0)
    assert "Quiet Lantern" not in client.get("/map/?area=FR").content.decode()


def test_the_list_of_an_area_has_pages_and_the_same_queries_for_any_length(client, viewer, condition):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/map/?area=FR").status_code == 200
        return len(found)

    member_in(condition, "FR")
    client.get("/map/?area=FR")
    one = queries()
    for _number in range(PAGE):
        member_in(condition, "FR")
    assert queries() == one
    first, second = (client.get(f"/map/?area=FR&page={number}").content.decode() for number in (1, 2))
    assert [page.count('class="family"') for page in (first, second)] == [PAGE, 1]
    assert f"area=FR&amp;condition={condition.slug}&amp;page=2" in first
