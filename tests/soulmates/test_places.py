"""Names as they are looked up, public places, and distances between them."""

import random

import pytest
from django.db.models import F
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from soulmates import cells, distances
from soulmates.distances import BANDS, WITHIN, band, places_within
from soulmates.models.place import Place, Region
from soulmates.places import NEAR_KM, PUBLIC_FROM, Point, fold, kilometres, label, public_places
from tests import gazetteer

latitudes, longitudes = st.floats(-89, 89), st.floats(-180, 180)
people = st.sampled_from([500, 19_999, 20_000, 90_000])
towns = st.lists(
    st.builds(Point, st.integers(1, 10**7), st.sampled_from(["FR", "DE"]), st.floats(45, 47), st.floats(4, 6), people),
    max_size=25,
    unique_by=lambda point: point.id,
)


@pytest.mark.parametrize(
    "typed, folded",
    [
        ("Saint-Étienne", "saint etienne"),
        ("  L’Aquila ", "laquila"),
        ("İstanbul", "istanbul"),
        ("DİYARBAKIR", "diyarbakir"),
        ("Diyarbakır", "diyarbakir"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Ålesund/Molde", "alesund molde"),
        ("МОСКВА", "москва"),
        ("東京", "東京"),
        ("100% _'\"", "100"),
        ("%_'\"", ""),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed, folded):
    assert fold(typed) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_a_folded_name_holds_letters_and_digits_apart_by_single_spaces(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(sign.isalnum() or sign == " " for sign in folded)


@given(st.text(alphabet="abcxyzéöñçøÀ", max_size=30))
def test_case_is_of_no_matter(text):
    assert fold(text.upper()) == fold(text.lower())


@given(towns)
def test_a_public_place_is_large_near_and_in_the_same_country(points):
    by_number = {point.id: point for point in points}
    for number, public in public_places(points).items():
        place = by_number[number]
        large = [one for one in points if one.population >= PUBLIC_FROM and one.country == place.country]
        near = [one for one in large if kilometres(place.lat, place.lng, one.lat, one.lng) <= NEAR_KM]
        if place.population >= PUBLIC_FROM:
            assert public == number
        elif not near:
            assert public is None
        else:
            least = min(kilometres(place.lat, place.lng, one.lat, one.lng) for one in near)
            assert by_number[public] in near
            assert kilometres(place.lat, place.lng, by_number[public].lat, by_number[public].lng) == least


@given(towns, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_choose_the_public_place(points, chance):
    mixed = list(points)
    chance.shuffle(mixed)
    assert public_places(mixed) == public_places(points)


def test_of_two_places_equally_near_the_larger_stands_for_a_small_one():
    small = Point(1, "FR", 45.0, 5.0, 800)
    east, west = Point(2, "FR", 45.0, 5.2, 30_000), Point(3, "FR", 45.0, 4.8, 40_000)
    assert public_places([small, east, west])[1] == 3


@given(latitudes, longitudes, latitudes, longitudes)
def test_the_sphere_is_off_by_less_than_distances_allow_for(lat, lng, other_lat, other_lng):
    exact = geodesic((lat, lng), (other_lat, other_lng)).km
    if 1 < exact < 1000:
        assert abs(kilometres(lat, lng, other_lat, other_lng) - exact) <= exact * distances._UNSURE * 0.75


def test_a_label_says_no_name_twice():
    assert label("Villeurbanne", "Auvergne-Rhône-Alpes", "France") == "Villeurbanne, Auvergne-Rhône-Alpes, France"
    assert label("Berlin", "Berlin", "Germany") == "Berlin, Germany"
    assert label("Singapore", "Singapore", "Singapore") == "Singapore, Singapore"
    assert label("Vienna", "Vienna", "Austria", known_as="Wien") == "Vienna (Wien), Austria"
    assert label("Lyon", "", "France", known_as="LYON") == "Lyon, France"


@pytest.fixture
def made(db):
    gazetteer.load()


def public(number):
    return Place.objects.get(pk=number)


def test_bands_of_places_one_knows(made):
    lyon = public(gazetteer.LYON)
    assert band(lyon, lyon).km == 0
    assert band(lyon, public(gazetteer.VILLEURBANNE)).km == 25
    assert band(lyon, public(gazetteer.GRENOBLE)).km == 100
    assert band(lyon, public(gazetteer.PARIS)).km == 500
    assert band(lyon, public(gazetteer.TOKYO)).km is None


def test_a_band_is_told_between_public_places_only(made):
    small, lyon = Place.objects.get(pk=gazetteer.CREMIEU), public(gazetteer.LYON)
    for one, other in ((small, lyon), (lyon, small)):
        with pytest.raises(ValueError, match="public"):
            band(one, other)
    with pytest.raises(ValueError, match="public"):
        places_within(small, 50)


def test_places_within_and_bands_say_the_same_both_ways(made):
    """P7: what is near is said by public places alone, and alike from both sides."""
    all_public = list(Place.objects.filter(public_place=F("pk")))
    for place in all_public[::3]:
        found = {km: places_within(place, km) for km in WITHIN}
        for other in all_public:
            between = band(place, other)
            assert between == band(other, place)
            for km in WITHIN:
                assert (other.pk in found[km]) == (between.km is not None and between.km <= km)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_places_within_holds_everywhere_on_earth(db, seed):
    chance = random.Random(seed)
    region = Region.objects.create(code="AA.1", country="FR", name="Made", lat=0, lng=0)
    rows = []
    for lat, lng in [(0, 179.9), (0, -179.9), (-17, 180), (84, 10), (-83, -120), (60, 25), (1, 1)]:
        for _step in range(30):
            at = (max(-89, min(89, lat + chance.uniform(-5, 5))), (lng + chance.uniform(-6, 6) + 180) % 360 - 180)
            rows.append(Place(id=len(rows) + 1, name="x", country="FR", region=region, lat=at[0], lng=at[1], population=1, cell=cells.morton(*at)))
    for row in rows:
        row.public_place_id = row.id
    Place.objects.bulk_create(rows)
    for place in rows[::7]:
        for km in WITHIN:
            near = {other.pk for other in rows if geodesic((place.lat, place.lng), (other.lat, other.lng)).km <= km}
            assert places_within(place, km) == near | {place.pk}


def test_places_within_asks_once(made, django_assert_num_queries):
    lyon = public(gazetteer.LYON)
    with django_assert_num_queries(1):
        places_within(lyon, 500)


def test_small_places_are_in_no_answer(made):
    assert gazetteer.CREMIEU not in places_within(public(gazetteer.LYON), 500)


def test_bands_have_words():
    assert [one.words() for one in (BANDS[0], BANDS[1], BANDS[-1])] == ["in the same area", "at most 25 km away", "more than 500 km away"]
