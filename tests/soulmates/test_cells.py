"""The grid of the world, and the counters behind the map: whatever members do, they say what the locations say."""

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import consents
from members.models.consent import Purpose
from members.models.member import Member
from soulmates import cells
from soulmates.actions.cells import count_in, count_out, roll_up, wrong_counters
from soulmates.models.choices import Precision
from soulmates.models.location import AreaCount, MapCell, MemberLocation, PlaceCount
from soulmates.models.place import Place
from tests import gazetteer
from tests.factories import ConditionFactory
from tests.soulmates.map_people import member_at, on_the_map

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)


@given(LATITUDES, LONGITUDES, st.integers(0, 12))
def test_a_square_holds_the_squares_of_all_higher_zooms(lat, lng, z):
    x, y = cells.cell_of(lat, lng)
    assert cells.cell_of(lat, lng, z) == (x >> (12 - z), y >> (12 - z)) == cells.square_in(cells.morton(lat, lng), z)


@given(LATITUDES, LONGITUDES, st.integers(0, 12))
def test_what_lies_in_a_square_is_one_range_of_numbers(lat, lng, z):
    number = cells.morton(lat, lng)
    first, last = cells.numbers_in(*cells.square_in(number, z), z)
    assert first <= number <= last
    assert last - first + 1 == 4 ** (12 - z)
    assert {cells.square_in(one, z) for one in (first, last)} == {cells.square_in(number, z)}


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_a_number_can_be_taken_apart_again(x, y):
    assert cells.separate(cells.interleave(x, y)) == (x, y)


@pytest.mark.parametrize(
    ("lat", "lng", "tile"), [(0, 0, (1, 1)), (51.5, -0.1, (0, 0)), (-33.9, 151.2, (1, 1)), (90, 180, (1, 0)), (-90, -180, (0, 1))]
)
def test_squares_are_counted_from_the_north_west(lat, lng, tile):
    assert cells.cell_of(lat, lng, 1) == tile


def test_a_square_is_where_other_maps_put_it():
    assert cells.cell_of(48.8534, 2.3488, 9) == (259, 176)  # the tile of Paris on every web map


@given(st.integers(1, 10**7))
def test_a_label_is_the_largest_step_that_is_reached(n):
    steps = [1] + [step * 10**power for power in range(8) for step in (1, 2, 5) if step * 10**power >= 5]
    assert cells.bucket(n) == f"{max(step for step in steps if step <= n)}+"


def test_labels_never_tell_two_from_four():
    assert [cells.bucket(n) for n in (1, 2, 4, 5, 9, 10, 49, 50, 1999, 2000)] == ["1+", "1+", "1+", "5+", "5+", "10+", "20+", "50+", "1000+", "2000+"]


@given(st.integers(0, 9), st.data())
def test_the_squares_of_two_ranges_of_tiles_are_those_of_both(z, data):
    first, middle, last = sorted(data.draw(st.lists(st.integers(0, 2**z), min_size=3, max_size=3)))
    whole = set(range(cells.bounds_of(first, last)[0], cells.bounds_of(first, last)[1] + 1))
    parts = [cells.bounds_of(first, middle), cells.bounds_of(middle, last)]
    assert whole == {one for low, high in parts for one in range(low, high + 1)}


# The counters.

PLACES = [gazetteer.LYON, gazetteer.VILLEURBANNE, gazetteer.PARIS, gazetteer.SUVA, gazetteer.LABASA]


def counters():
    """Return all counters as plain values, without their numbers in the tables."""
    return (
        sorted(AreaCount.objects.values_list("condition", "area", "n")),
        sorted(PlaceCount.objects.values_list("condition", "place", "cell", "n")),
        sorted(map(repr, MapCell.objects.values_list("condition", "z", "x", "y", "n", "lat_sum", "lng_sum", "place"))),
    )


def location(precision, number):
    """Return where somebody is shown, at one of PLACES, as fields."""
    place = Place.objects.get(pk=PLACES[number])
    fields = {"precision": precision, "country": place.country.code}
    if precision >= Precision.REGION:
        fields["region_id"] = place.region_id
    if precision == Precision.TOWN:
        fields |= {"place": place, "lat": place.lat, "lng": place.lng, "cell": place.cell}
    return fields


STEPS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0, *Precision.values]), st.integers(0, len(PLACES) - 1)), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(STEPS)
def test_counters_kept_step_by_step_are_those_counted_at_once(db, steps):
    with transaction.atomic():
        gazetteer.load()
        condition = ConditionFactory()
        members = [on_the_map() for _number in range(5)]
        for who, precision, place in steps:
            before = MemberLocation.objects.filter(member=members[who]).first()
            if before:
                count_out(before)
                before.delete()
            if precision:
                count_in(MemberLocation.objects.create(member=members[who], condition=condition, counted=True, **location(precision, place)))
        kept = counters()
        assert wrong_counters(condition) == 0
        assert roll_up(condition) == (MemberLocation.objects.count(), 0)
        assert counters() == kept
        towns = MemberLocation.objects.filter(precision=Precision.TOWN).count()
        for z in cells.GRID_ZOOMS:
            assert sum(MapCell.objects.filter(z=z).values_list("n", flat=True)) == towns  # P9
        transaction.set_rollback(True)


@pytest.fixture
def condition(db):
    gazetteer.load()
    return ConditionFactory()


def test_whoever_moves_leaves_nothing_behind(condition):
    member = member_at(condition, gazetteer.PARIS)
    alone = counters()
    other = member_at(condition, gazetteer.LYON)
    count_out(other.location)
    other.location.delete()
    assert counters() == alone
    assert member.location.place_id == gazetteer.PARIS


def test_a_square_says_which_place_it_holds_while_it_holds_one(condition):
    member_at(condition, gazetteer.LYON)
    z, x, y = 6, *cells.square_in(Place.objects.get(pk=gazetteer.LYON).cell, 6)
    square = MapCell.objects.filter(z=z, x=x, y=y)
    assert square.get().place_id == gazetteer.LYON
    neighbour = member_at(condition, gazetteer.VILLEURBANNE)
    assert square.get().place_id is None
    count_out(neighbour.location)
    assert square.get().place_id == gazetteer.LYON


def test_a_place_of_another_condition_is_another_counter(condition):
    member_at(condition, gazetteer.LYON)
    member_at(ConditionFactory(), gazetteer.LYON)
    assert [one.n for one in PlaceCount.objects.all()] == [1, 1]
    assert wrong_counters(condition) == 0


def test_the_recount_takes_out_who_is_gone_and_puts_in_who_is_back(condition, capsys):
    stays, leaves, silent = (member_at(condition, gazetteer.LYON) for _number in range(3))
    Member.objects.filter(pk=leaves.pk).update(suspended_at=leaves.joined_at)  # past all actions, as a broken import would
    consents.Consent.objects.filter(member=silent, purpose=Purpose.MAP).delete()
    call_command("recount_map")
    assert "1 members on the map" in capsys.readouterr().out
    assert PlaceCount.objects.get().n == 1
    assert list(MemberLocation.objects.filter(counted=True).values_list("member", flat=True)) == [stays.pk]
    Member.objects.filter(pk=leaves.pk).update(suspended_at=None)
    call_command("recount_map")
    assert PlaceCount.objects.get().n == 2
    call_command("recount_map")
    assert "0 counters were wrong" in capsys.readouterr().out.splitlines()[-1]


def test_a_broken_counter_is_seen_and_put_right(condition):
    member_at(condition, gazetteer.LYON)
    right = counters()
    PlaceCount.objects.update(n=7)
    MapCell.objects.filter(z=5).delete()
    assert wrong_counters(condition) == 3
    assert roll_up(condition) == (1, 3)
    assert counters() == right
