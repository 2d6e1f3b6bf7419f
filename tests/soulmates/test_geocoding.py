"""From typed text to places: offline, in geopy's form, and with a Nominatim server that may be named, slow or wrong."""

import pytest
from django.core.cache import caches
from django.utils import translation
from geopy.exc import GeocoderTimedOut, GeocoderUnavailable
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from soulmates import geocoding
from soulmates.geocoding import BadQuery, OfflineGeocoder, look_up, search
from soulmates.models.place import Place, PlaceName
from soulmates.places import fold
from tests import gazetteer


@pytest.fixture(autouse=True)
def made(db):
    gazetteer.load()


def names(found):
    return [one.place.name for one in found]


def test_places_are_found_by_the_beginning_of_any_of_their_names():
    assert names(look_up("lyo")) == ["Lyon"]
    assert names(look_up("Лио")) == ["Lyon"]
    assert names(look_up("里")) == ["Lyon"]
    assert names(look_up("constantin")) == ["Istanbul"]
    assert names(look_up("ISTANBUL"))[0] == "Istanbul"


def test_a_place_named_just_so_comes_before_larger_ones_that_begin_so():
    assert names(look_up("bath"))[0] == "Bath"
    assert [one.place.pk for one in look_up("paris")] == [gazetteer.PARIS, gazetteer.PARIS_TEXAS]


def test_a_country_keeps_its_own_places_only():
    assert [one.place.pk for one in look_up("paris", country="US")] == [gazetteer.PARIS_TEXAS]
    assert look_up("lyon", country="DE") == []


def test_a_place_stands_once_however_many_of_its_names_fit():
    found = look_up("l", number=100)
    assert len(found) == len({one.place.pk for one in found})


def test_signs_of_databases_are_text():
    assert look_up("%") == look_up("_") == look_up("'") == look_up("\\") == []
    assert look_up("l%n") == []
    assert names(look_up("l'isle-d'abeau 100%")) == ["L'Isle-d'Abeau 100%"]


def test_the_name_by_which_a_place_was_found_stands_beside_it_only_if_it_differs():
    assert look_up("里昂")[0].label() == "Lyon (里昂), Auvergne-Rhône-Alpes, France"
    assert look_up("lyon")[0].label() == "Lyon, Auvergne-Rhône-Alpes, France"


@pytest.mark.parametrize(("text", "country"), [("l", ""), ("l", "FR"), ("lyo", ""), ("里", ""), ("saint", ""), ("constantin", ""), ("nowhere", "")])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_offered_while_typing_is_what_is_found_in_the_same_words(text, country, language):
    with translation.override(language):
        found = [(one.place.pk, one.label(), one.public_label() or None) for one in look_up(text, country=country)]
        assert [tuple(one) for one in geocoding.suggest(text, country=country)] == found


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_what_is_found_has_a_name_that_begins_as_typed(text):
    for one in look_up(text):
        assert any(name.folded.startswith(fold(text)) for name in PlaceName.objects.filter(place=one.place))


def test_an_answer_takes_at_most_three_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        [one.label() + str(one.place.public_place and one.place.public_place.region.name) for one in look_up("a")]


@pytest.mark.parametrize("text", ["x" * 81, "ly\x00on", "ly\non", "ly\x1bon", "\x7f"])
def test_what_cannot_be_a_name_is_refused_without_repeating_it(text):
    with pytest.raises(BadQuery) as refusal:
        geocoding.checked(text + "canary" if len(text) > 80 else f"canary{text}canary")
    assert "canary" not in str(refusal.value)


def test_it_is_a_geocoder_of_geopy():
    geocoder = OfflineGeocoder()
    assert isinstance(geocoder, Geocoder)
    lyon = geocoder.geocode("Lyon")
    assert isinstance(lyon, Location)
    assert (lyon.latitude, lyon.longitude) == (45.748, 4.847)
    assert lyon.raw == {"id": gazetteer.LYON, "public": gazetteer.LYON, "country": "FR"}
    assert lyon.address == "Lyon, Auvergne-Rhône-Alpes, France"
    assert [one.raw["id"] for one in geocoder.geocode("paris", exactly_one=False)] == [gazetteer.PARIS, gazetteer.PARIS_TEXAS]
    assert len(geocoder.geocode("a", exactly_one=False, limit=2)) == 2
    assert geocoder.geocode("paris", country_codes="us").raw["id"] == gazetteer.PARIS_TEXAS
    assert [one.raw["id"] for one in geocoder.geocode("paris", exactly_one=False, country_codes=["us", "de"])] == [gazetteer.PARIS_TEXAS]
    assert geocoder.geocode("xyzzy") is None
    assert geocoder.geocode("xyzzy", exactly_one=False) is None


def test_it_finds_the_nearest_place_of_a_point():
    geocoder = OfflineGeocoder()
    assert geocoder.reverse((45.75, 4.848)).raw["id"] == gazetteer.LYON
    assert geocoder.reverse("45.724, 5.25").raw == {"id": gazetteer.CREMIEU, "public": gazetteer.VILLEURBANNE, "country": "FR"}
    assert geocoder.reverse((0, -30)) is None
    assert geocoder.reverse((-16.78, 179.99), exactly_one=False)[0].raw["id"] == gazetteer.ISLAND  # across the date line


@pytest.mark.parametrize("lat, lng", [(float("nan"), 0), (0, float("inf")), (91, 0), (0, 181)])
def test_no_point_outside_of_the_earth_is_looked_for(lat, lng):
    assert geocoding.nearest(lat, lng) is None


class Server:
    """Stands in for a Nominatim server."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def geocode(self, query, **options):
        self.asked.append((query, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def server(monkeypatch, settings):
    """Let the settings name a server; return a function that says what it answers."""
    settings.MAP_GEOCODER, settings.NOMINATIM_URL, settings.NOMINATIM_USER_AGENT = "nominatim", "https://nominatim.example/search/", "a test"

    def answers(answer):
        made = Server(answer)
        monkeypatch.setattr(geocoding, "nominatim", lambda: made)
        return made

    return answers


def spot(lat, lng):
    return Location("a street that must not be kept", (lat, lng), {"display_name": "a street that must not be kept"})


def test_no_server_is_asked_by_default(monkeypatch):
    monkeypatch.setattr(geocoding, "nominatim", lambda: pytest.fail("a server was asked"))
    assert names(search("lyon", country="FR")) == ["Lyon"]


def test_what_a_server_answers_becomes_places_of_the_gazetteer(server):
    asked = server([spot(45.7242, 5.2501), spot(45.7243, 5.2502), spot(45.749, 4.846), spot(0, -30)])
    found = search("12 rue de la Paix", country="FR")
    assert [one.place.pk for one in found] == [gazetteer.CREMIEU, gazetteer.LYON]
    assert "street" not in repr([(one.label(), one.place.__dict__) for one in found])
    (query, options) = asked.asked[0]
    assert query == "12 rue de la Paix"
    assert options["country_codes"] == ["fr"]


def test_a_servers_answer_in_another_country_is_not_taken(server):
    server([spot(52.52, 13.41)])
    assert search("berlin", country="FR") == []


@pytest.mark.parametrize("fault", [GeocoderTimedOut("slow"), GeocoderUnavailable("down"), ValueError("no JSON"), None, []])
def test_without_an_answer_the_gazetteer_answers(server, fault):
    server(fault)
    assert names(search("lyon", country="FR")) == ["Lyon"]


def test_a_server_is_asked_once_a_second_by_all_of_us_together(server):
    asked = server([spot(45.749, 4.846)])
    search("lyon", country="FR")
    assert names(search("gren", country="FR")) == ["Grenoble"]  # too soon: offline
    assert len(asked.asked) == 1
    caches["default"].delete(geocoding._TURN_KEY)  # a second later
    search("paris", country="FR")
    assert [query for query, _options in asked.asked] == ["lyon", "paris"]


def test_nobody_asks_while_nobody_knows_who_asked_last(server, monkeypatch):
    asked = server([spot(45.749, 4.846)])
    monkeypatch.setattr(type(caches["default"]), "is_down", True, raising=False)
    assert names(search("lyon", country="FR")) == ["Lyon"]
    assert asked.asked == []


def test_a_server_is_not_asked_for_nothing_nor_while_somebody_types(server):
    asked = server([spot(45.749, 4.846)])
    assert search(" %% ", country="FR") == []
    look_up("lyon", country="FR")
    assert asked.asked == []


def test_the_servers_geocoder_is_made_from_the_settings(settings):
    settings.NOMINATIM_URL, settings.NOMINATIM_USER_AGENT = "http://nominatim.example/own/", "a test"
    made = geocoding.nominatim()
    assert made.api == "http://nominatim.example/own/search"
    assert made.timeout == geocoding.TIMEOUT == 5
    assert made.headers["User-Agent"] == "a test"


def test_the_names_of_a_place_that_is_gone_lead_nowhere():
    Place.objects.filter(pk=gazetteer.COTTBUS).delete()
    assert look_up("cottbus") == []
