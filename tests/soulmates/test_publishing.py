"""What visitors see of the map: from the set as a whole nobody can be subtracted, and it follows nobody between two builds."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conditions.models.condition import Condition
from members.models.member import Member
from soulmates import publishing
from soulmates.actions.publish import publish, publish_due
from soulmates.models.location import MemberLocation, PublishedMap
from soulmates.models.place import Region
from soulmates.publishing import WORLD, is_region, parent_of
from tests import gazetteer
from tests.factories import ConditionFactory
from tests.soulmates.map_people import many_at, member_at

K = st.integers(5, 20)
COUNTRIES = ("AA", "BB", "CC", "DD", "EE", "FF")


@st.composite
def trees(draw):
    """Draw a world: members of each country by region, and those who show no region."""
    counts = {}
    for country in draw(st.sets(st.sampled_from(COUNTRIES), max_size=6)):
        regions = {f"{country}.{number}": n for number, n in enumerate(draw(st.lists(st.integers(1, 60), max_size=6)))}
        alone = draw(st.integers(0, 30))
        if alone + sum(regions.values()):
            counts |= regions | {country: alone + sum(regions.values())}
    return counts


def everything(counts):
    return [WORLD, *counts]


def children(shown, parent):
    return [area for area in shown if area != WORLD and parent_of(area) == parent]


def total(counts, area):
    return sum(n for one, n in counts.items() if not is_region(one)) if area == WORLD else counts[area]


@given(trees(), K)
def test_every_number_is_at_least_k(counts, k):
    shown = publishing.publish(counts, k=k, reached_before=everything(counts)).shown
    assert all(n >= k and n == total(counts, area) for area, n in shown.items())


@given(trees(), K)
def test_what_remains_of_a_shown_number_is_nobody_or_many(counts, k):
    shown = publishing.publish(counts, k=k, reached_before=everything(counts)).shown
    for parent in [area for area in shown if area == WORLD or not is_region(area)]:
        rest = shown[parent] - sum(shown[child] for child in children(shown, parent))
        assert rest == 0 or rest >= k


@given(trees(), K)
def test_what_lies_in_a_hidden_area_is_hidden(counts, k):
    shown = publishing.publish(counts, k=k, reached_before=everything(counts)).shown
    assert all(parent_of(area) in shown for area in shown if area != WORLD)


@given(trees(), K, st.data())
def test_what_was_not_large_enough_before_waits(counts, k, data):
    before = data.draw(st.sets(st.sampled_from(everything(counts))))
    published = publishing.publish(counts, k=k, reached_before=before)
    assert set(published.shown) <= before
    assert set(published.reached) == {area for area in everything(counts) if total(counts, area) >= k}


@given(trees(), K)
def test_no_more_is_hidden_than_must_be(counts, k):
    """Every large enough child is shown, but for at most one of each parent: the smallest."""
    published = publishing.publish(counts, k=k, reached_before=everything(counts))
    for parent in published.shown:
        if not is_region(parent):
            large = [area for area in published.reached if area != WORLD and parent_of(area) == parent]
            hidden = set(large) - set(published.shown)
            assert len(hidden) <= 1
            assert all(counts[area] == min(counts[one] for one in large) for area in hidden)


@given(trees(), K, st.randoms())
def test_the_same_members_give_the_same_bytes(counts, k, random):
    shuffled = list(counts.items())
    random.shuffle(shuffled)
    points = dict.fromkeys(counts, (1.234, 5.678))
    texts = {
        publishing.units(publishing.publish(one, k=k, reached_before=everything(counts)), k=k, points=points) for one in (counts, dict(shuffled))
    }
    assert len(texts) == 1
    assert len({publishing.digest(text) for text in texts}) == 1


def test_the_json_is_what_the_address_promises():
    published = publishing.publish({"FR": 60, "FR.11": 12, "FR.84": 12, "DE": 30}, k=11, reached_before=["*", "FR", "FR.11", "FR.84", "DE"])
    text = publishing.units(published, k=11, points={"FR": (46.6, 2.444), "DE": (51.0, 10.0), "FR.11": (48.7, 2.5), "FR.84": (45.7, 4.8)})
    assert text == ('{"v":1,"k":11,"n":"50+","u":[["DE",51.0,10.0,"20+"],["FR",46.6,2.44,"50+"],["FR.11",48.7,2.5,"10+"],["FR.84",45.7,4.8,"10+"]]}')


def test_one_small_rest_hides_the_smallest_country():
    shown = publishing.publish({"FR": 40, "DE": 20, "GB": 3}, k=11, reached_before=["*", "FR", "DE", "GB"]).shown
    assert shown == {"*": 63, "FR": 40}


# The build.

WEEK = timedelta(days=7)


@pytest.fixture
def condition(db):
    gazetteer.load()
    return ConditionFactory()


def units_of(condition, *, builds=2):
    """Publish so many builds, a week apart; return the last one's numbers by area, and the world's."""
    now = timezone.now() - (builds - 1) * WEEK
    for number in range(builds):
        build = publish(condition, now + number * WEEK)
    units = json.loads(build.units)
    return {code: number for code, _lat, _lng, number in units["u"]}, units["n"]


def test_a_country_is_named_from_its_second_build_on(condition, settings):
    settings.MAP_K = 5
    many_at(condition, "FR.84", 6)
    assert units_of(condition, builds=1) == ({}, None)
    PublishedMap.objects.all().delete()
    assert units_of(condition) == ({"FR": "5+", "FR.84": "5+"}, "5+")


def test_who_joins_after_the_first_build_waits_for_the_second(condition, settings):
    settings.MAP_K = 5
    now = timezone.now()
    many_at(condition, "FR", 4)
    publish(condition, now - 2 * WEEK)
    many_at(condition, "FR", 1)
    assert json.loads(publish(condition, now - WEEK).units)["u"] == []
    assert [code for code, *_rest in json.loads(publish(condition, now).units)["u"]] == ["FR"]


def test_builds_are_a_week_apart_whoever_asks(condition, settings):
    settings.MAP_K = 5
    many_at(condition, "FR", 6)
    now = timezone.now()
    first = publish(condition, now)
    assert publish(condition, now + timedelta(days=1)) == first
    assert PublishedMap.objects.count() == 1


def test_hidden_members_are_not_in_the_next_build(condition, settings):
    settings.MAP_K = 5
    here = many_at(condition, "FR", 6)
    assert units_of(condition)[0] == {"FR": "5+"}
    # Past the actions: the build asks the members themselves.
    Member.objects.filter(pk__in=[member.pk for member in here[:2]]).update(suspended_at=timezone.now())
    PublishedMap.objects.update(made_at=timezone.now() - WEEK)
    assert json.loads(publish(condition, timezone.now()).units)["u"] == []


def test_town_members_count_in_their_region_and_country(condition, settings):
    settings.MAP_K = 5
    for _number in range(5):
        member_at(condition, gazetteer.LYON)
    assert units_of(condition)[0] == {"FR": "5+", "FR.84": "5+"}


def test_a_region_stands_at_its_own_point_and_a_country_at_the_base_maps(condition, settings):
    settings.MAP_K = 5
    many_at(condition, "FR.84", 5)
    units_of(condition)
    points = {code: (lat, lng) for code, lat, lng, _number in json.loads(PublishedMap.objects.first().units)["u"]}
    region = Region.objects.get(pk="FR.84")
    assert points["FR.84"] == (region.lat, region.lng)
    assert points["FR"] == (46.72, 2.2)


def test_two_builds_are_kept(condition):
    for number in range(4):
        publish(condition, timezone.now() + number * WEEK)
    assert PublishedMap.objects.count() == 2


def test_the_job_builds_every_condition_once_a_week(condition):
    ConditionFactory()
    number = Condition.objects.count()
    assert publish_due() == f"{number} maps published"
    assert publish_due() == "0 maps published"


def test_the_command_says_in_one_line_what_it_did(condition, capsys, settings):
    settings.MAP_K = 5
    many_at(condition, "FR.84", 6)
    publish(condition, timezone.now() - WEEK)
    call_command("publish_map")
    assert capsys.readouterr().out == f"{condition.slug}: published: 2 countries and regions have 5 members or more, in two builds.\n"
    call_command("publish_map")
    assert f"{condition.slug}: already published on" in capsys.readouterr().out
    assert MemberLocation.objects.count() == 6


def test_two_conditions_have_two_maps(condition, settings):
    settings.MAP_K = 5
    other = ConditionFactory()
    many_at(condition, "FR", 5)
    many_at(other, "DE", 5)
    assert units_of(condition)[0] == {"FR": "5+"}
    assert units_of(other)[0] == {"DE": "5+"}
