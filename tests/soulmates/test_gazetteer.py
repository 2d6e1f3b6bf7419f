"""The gazetteer: packed, loaded, loaded again, and replaced by a newer one while members stand on it."""

import lzma
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from members import consents
from members.models.consent import Purpose
from soulmates import gazetteer as packing
from soulmates import geocoding, geonames
from soulmates.actions.cells import wrong_counters
from soulmates.actions.gazetteer import load
from soulmates.actions.locations import set_location
from soulmates.geocoding import look_up
from soulmates.management.commands.load_places import PACKED
from soulmates.models.choices import Precision
from soulmates.models.location import MemberLocation
from soulmates.models.place import Gazetteer, Place, PlaceName, PlacePrefix, Region
from tests import gazetteer
from tests.factories import ConditionFactory, UserFactory


@pytest.fixture
def made(db):
    gazetteer.load()


def shown_at(number):
    member = UserFactory().member
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    return set_location(member=member, precision=Precision.TOWN, place=Place.objects.get(pk=number))


def city(number, name, country="FR", code="84", lat=45.7, lng=4.8, people=30_000, names=()):
    return {
        "geonameid": number,
        "name": name,
        "countrycode": country,
        "admin1code": code,
        "latitude": lat,
        "longitude": lng,
        "population": people,
        "alternatenames": list(names),
    }


def test_a_packed_gazetteer_is_read_again_as_it_was(tmp_path):
    packing.pack(gazetteer.MADE, tmp_path / "places.xz")
    assert packing.unpack(tmp_path / "places.xz") == gazetteer.MADE


def test_the_same_input_makes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        packing.pack(gazetteer.made(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("content", [b"", b"not packed", *map(lzma.compress, [b"", b"{}\n", b'{"format": 9}\n', b"\xff", b"[1]\n"])])
def test_what_is_no_gazetteer_is_refused_in_one_sentence(tmp_path, content):
    (tmp_path / "odd.xz").write_bytes(content)
    with pytest.raises(packing.NoGazetteer, match="odd.xz"):
        packing.unpack(tmp_path / "odd.xz")


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    packing.pack(gazetteer.MADE, tmp_path / "whole.xz")
    lines = lzma.decompress((tmp_path / "whole.xz").read_bytes()).splitlines(keepends=True)
    (tmp_path / "cut.xz").write_bytes(lzma.compress(b"".join(lines[:-3])))
    with pytest.raises(packing.NoGazetteer, match="cut off"):
        packing.unpack(tmp_path / "cut.xz")


def test_the_file_of_the_repository_is_small_and_keeps_the_rule_of_public_places():
    found = packing.unpack(PACKED)
    assert PACKED.stat().st_size <= packing.MOST_BYTES
    assert len(found.places) > 65_000
    by_number = {town.id: town for town in found.places}
    regions = {area.code for area in found.regions}
    for town in found.places:
        assert town.population >= packing.PACKED_FROM
        assert town.region in regions
        assert -90 <= town.lat <= 90
        assert -180 <= town.lng <= 180
        if town.public is not None:
            assert by_number[town.public].public == town.public
            assert by_number[town.public].country == town.country
    assert any("東京" in town.names for town in found.places)
    assert {area.country for area in found.regions} >= {"FR", "US", "SG", "KY", "NZ"}


def test_names_are_kept_once_for_each_look_and_without_remarks():
    found = packing.from_geonames(
        "x", [city(1, "Lyon", names=["LYS", "Lyón", "LYON", "Lion [liõ]", "Lione", "里昂", "a|b"])], {"FR.84": "Rhône"}, {"FR": "France"}
    )
    assert found.places[0].names == ("Lyon", "Lione", "里昂")


def test_a_place_without_a_region_gets_that_of_its_neighbour_and_a_country_without_any_is_one():
    cities = [city(1, "A", code="84"), city(2, "B", code="11", lat=48.8), city(3, "C", code="", lat=48.5), city(4, "D", country="SG", code="00")]
    found = packing.from_geonames("x", cities, {"FR.84": "South", "FR.11": "North"}, {"FR": "France", "SG": "Singapore"})
    assert {town.id: town.region for town in found.places} == {1: "FR.84", 2: "FR.11", 3: "FR.11", 4: "SG.00"}
    assert {area.code: area.name for area in found.regions} == {"FR.84": "South", "FR.11": "North", "SG.00": "Singapore"}


def test_public_places_are_looked_for_among_all_places_not_only_the_packed_ones():
    cities = [city(1, "Large", people=20_000), city(2, "Small", people=6_000, lat=45.9), city(3, "Tiny", people=900)]
    found = packing.from_geonames("x", cities, {"FR.84": "South"}, {"FR": "France"}, least=5_000)
    assert {town.id: town.public for town in found.places} == {1: 1, 2: 1}


def test_loading_puts_everything_there(made):
    assert Place.objects.count() == len(gazetteer.MADE.places)
    assert Region.objects.count() == len(gazetteer.MADE.regions)
    assert PlaceName.objects.filter(folded="lion").exists()
    assert Place.objects.get(pk=gazetteer.ANSE).public_place is not None
    assert Place.objects.get(pk=gazetteer.FAR_AWAY).public_place is None
    assert Gazetteer.objects.get().digest == gazetteer.MADE.digest


def test_loading_the_same_again_does_nothing(made, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert load(gazetteer.MADE) is False


def test_a_newer_gazetteer_takes_out_what_nobody_uses(made):
    load(gazetteer.made(without=(gazetteer.COTTBUS, gazetteer.SINGAPORE)))
    assert not Place.objects.filter(pk__in=(gazetteer.COTTBUS, gazetteer.SINGAPORE)).exists()
    assert look_up("cottbus") == []
    assert Gazetteer.objects.count() == 1


def test_a_region_that_a_newer_gazetteer_lacks_goes_unless_somebody_is_there(made):
    ConditionFactory()
    somebody = UserFactory().member
    consents.give(member=somebody, purpose=Purpose.MAP, form="test")
    set_location(member=somebody, precision=Precision.REGION, region=Region.objects.get(code="GB.WLS"))
    gone = [town.id for town in gazetteer.MADE.places if town.region in ("GB.WLS", "US.TX")]
    load(gazetteer.made(without=tuple(gone)))
    assert Region.objects.filter(code="GB.WLS").exists()
    assert not Region.objects.filter(code="US.TX").exists()


def test_a_place_where_somebody_stands_stays_and_stays_public(made):
    condition = ConditionFactory()
    location = shown_at(gazetteer.COTTBUS)
    load(gazetteer.made(without=(gazetteer.COTTBUS,)))
    location.refresh_from_db()
    assert location.place_id == gazetteer.COTTBUS
    assert location.place.is_public
    assert look_up("cottbus") == []  # nobody else is led there
    assert wrong_counters(condition) == 0


def test_a_place_that_shrank_stays_public_for_those_who_stand_there(made):
    ConditionFactory()
    shown_at(gazetteer.COTTBUS)
    load(gazetteer.made(changed={gazetteer.COTTBUS: {"population": 15_000}, gazetteer.CAMPINAS: {"population": 15_000}}))
    assert Place.objects.get(pk=gazetteer.COTTBUS).is_public
    assert not Place.objects.get(pk=gazetteer.CAMPINAS).is_public


def test_a_place_that_moved_takes_its_members_and_their_counters_along(made):
    condition = ConditionFactory()
    location = shown_at(gazetteer.COTTBUS)
    load(gazetteer.made(changed={gazetteer.COTTBUS: {"lat": 52.9, "lng": 14.9, "region": "DE.16"}}))
    location.refresh_from_db()
    place = Place.objects.get(pk=gazetteer.COTTBUS)
    assert (location.lat, location.lng, location.cell, location.region_id) == (place.lat, place.lng, place.cell, "DE.16")
    assert place.lat == 52.9
    assert wrong_counters(condition) == 0


def test_small_places_follow_a_newer_gazetteer(made):
    load(gazetteer.made(without=(gazetteer.LABASA,)))
    assert Place.objects.get(pk=gazetteer.SAVUSAVU).public_place_id not in (gazetteer.LABASA, gazetteer.SAVUSAVU)


def test_no_place_is_left_pointing_to_one_that_is_gone(made):
    load(gazetteer.made(without=(gazetteer.LYON, gazetteer.VILLEURBANNE)))
    connection.check_constraints()
    assert not Place.objects.filter(public_place__in=(gazetteer.LYON, gazetteer.VILLEURBANNE)).exists()
    assert not Place.objects.exclude(public_place=None).exclude(public_place__public_place=F("public_place")).exists()
    assert MemberLocation.objects.count() == 0


def test_the_table_of_beginnings_changes_no_answer(made, monkeypatch):
    """What many names share is answered from a table, all else from the names: with both, and at every limit, the same comes out."""
    asked = {(name.folded[:length], country) for name in PlaceName.objects.all() for length in (1, 2, 3, 5, 9) for country in ("", "FR", "DE")}
    plain = {one: look_up(one[0], country=one[1]) for one in asked}
    assert not PlacePrefix.objects.exists()
    monkeypatch.setattr(packing, "CROWDED", 3)
    Gazetteer.objects.all().delete()
    load(gazetteer.MADE)
    assert PlacePrefix.objects.filter(country="FR", prefix="a").count() > 5
    assert {one: [found.place.pk for found in look_up(one[0], country=one[1])] for one in asked} == {
        one: [found.place.pk for found in answer] for one, answer in plain.items()
    }


def test_the_commands_say_in_one_line_what_came_of_it(db, tmp_path):
    packing.pack(gazetteer.MADE, tmp_path / "places.xz")
    for expected in ("loaded in", "nothing to do"):
        out = StringIO()
        call_command("load_places", file=tmp_path / "places.xz", stdout=out)
        assert expected in out.getvalue()
        assert out.getvalue().count("\n") == 1


def test_the_full_list_needs_its_package_and_says_so(db, tmp_path, monkeypatch):
    packing.pack(gazetteer.MADE, tmp_path / "places.xz")
    monkeypatch.setattr(geonames, "PACKAGE", "no_such_package")
    with pytest.raises(CommandError, match="requirements/places.txt"):
        call_command("load_places", full=True, file=tmp_path / "places.xz")


def test_packing_needs_a_list_of_regions(tmp_path):
    (tmp_path / "odd.json").write_text('[{"name": "no code"}]')
    for name in ("odd.json", "missing.json"):
        with pytest.raises(CommandError):
            call_command("pack_places", tmp_path / name, out=tmp_path / "out.xz")
    assert not (tmp_path / "out.xz").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the index of SQLite is in the order of code points anyway")
def test_names_are_ordered_by_code_points_on_postgresql(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT collation_name FROM information_schema.columns WHERE table_name = 'soulmates_placename' AND column_name = 'folded'")
        assert cursor.fetchone() == ("C",)


def test_names_are_found_through_the_index(made):
    names = PlaceName.objects.filter(folded__gte="ly", folded__lt="ly" + geocoding.LAST)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "soulmates_placename_lookup" in names.explain()
