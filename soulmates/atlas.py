"""The map as a list: countries, regions and towns with their numbers, by name. What the drawn map shows stands here too, and the other way round."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext
from django_countries import countries

from conditions.models.condition import Condition
from conditions.models.library import Organisation
from soulmates.cells import bucket
from soulmates.countries import country_points
from soulmates.models.location import AreaCount, MemberLocation, PlaceCount, PublishedMap
from soulmates.models.place import Place, Region
from soulmates.publishing import country_of, is_region

MOST_REGIONS = 400  # inside of the world's page; with more of them each country has a page
MOST_TOWNS = 400  # inside of a country's page; with more of them each region has a page


class Number(str):
    """A rounded number as the map draws it, "50+"; `words` are for people, `floor` is what it is at least."""

    __slots__ = ()

    @classmethod
    def of(cls, n: int) -> "Number":
        """Return the number of so many; "" for nobody."""
        return cls(bucket(n) if n > 0 else "")

    @property
    def floor(self) -> int:
        """Return what it is at least."""
        return int(self.rstrip("+") or 0)

    @property
    def words(self) -> str:
        """Return "50 or more"."""
        return gettext("%(number)d or more") % {"number": self.floor}


@dataclass(frozen=True)
class TownLine:
    """A public place at which members are shown. number: "5+". own: whether the reader is one of them."""

    place: Place
    number: Number
    own: bool


@dataclass
class RegionLine:
    """A region. rest: how many are shown there without a town, "" for nobody or where towns are not listed."""

    code: str
    name: str
    number: Number
    own: bool = False
    towns: list[TownLine] = field(default_factory=list)
    rest: Number = Number()


@dataclass
class CountryLine:
    """A country. rest: how many are shown there without a region, "" for nobody or where that is not told."""

    code: str
    name: str
    number: Number
    own: bool = False
    regions: list[RegionLine] = field(default_factory=list)
    rest: Number = Number()


@dataclass(frozen=True)
class World:
    """number: of all together, "" where that is not published. is_whole: whether every region that has members stands under its country."""

    number: Number
    countries: list[CountryLine]
    is_whole: bool = True


def published(build: PublishedMap | None) -> World:
    """Return what visitors see, from the published set alone. One query, for the names of regions."""
    if build is None:
        return World(Number(), [])
    units = json.loads(build.units)
    numbers = {code: Number(number) for code, _lat, _lng, number in units["u"]}
    return World(Number(units["n"] or ""), _lines(numbers, _region_names(code for code in numbers if is_region(code)), None))


def threshold(build: PublishedMap | None) -> int:
    """Return how many members an area has at least, to be named to visitors: as the set was built."""
    return json.loads(build.units)["k"] if build else settings.MAP_K


def for_members(condition: Condition, own: MemberLocation | None) -> World:
    """Return what members see of the world: all counted areas. Two queries; the regions are left out where they are very many."""
    counts = dict(AreaCount.objects.filter(condition=condition).values_list("area", "n"))
    regions = [area for area in counts if is_region(area)]
    is_whole = len(regions) <= MOST_REGIONS
    shown = counts if is_whole else {area: n for area, n in counts.items() if not is_region(area)}
    lines = _lines({area: Number.of(n) for area, n in shown.items()}, _region_names(regions) if is_whole else {}, own)
    if is_whole:
        for line in lines:
            line.rest = Number.of(counts[line.code] - sum(counts[region.code] for region in line.regions))
    total = sum(n for area, n in counts.items() if not is_region(area))
    return World(Number.of(total), lines, is_whole)


def of_country(condition: Condition, country: str, own: MemberLocation | None, *, region: str = "") -> CountryLine | None:
    """Return a country with its regions, and their towns where these are not too many; or one of its regions with all its towns.

    None where nobody is counted. Three queries.
    """
    here = Q(area=country) | Q(area__startswith=f"{country}.")
    counts = dict(AreaCount.objects.filter(here, condition=condition).values_list("area", "n"))
    if not counts.get(country) or (region and region not in counts):
        return None
    numbers = {area: Number.of(n) for area, n in counts.items() if not region or area in (country, region)}
    (line,) = _lines(numbers, _region_names(area for area in numbers if is_region(area)), own)
    if not region:
        line.rest = Number.of(counts[country] - sum(counts[one.code] for one in line.regions))
    inside = {"place__region": region} if region else {"place__country": country}
    towns = list(PlaceCount.objects.filter(condition=condition, **inside).select_related("place")[: None if region else MOST_TOWNS + 1])
    if region or len(towns) <= MOST_TOWNS:
        _add_towns(line, towns, counts, own)
    return line


def _add_towns(line: CountryLine, towns: Iterable[PlaceCount], counts: Mapping[str, int], own: MemberLocation | None) -> None:
    by_region: dict[str, list[PlaceCount]] = {}
    for town in towns:
        by_region.setdefault(town.place.region_id or "", []).append(town)
    for one in line.regions:
        here = by_region.get(one.code, [])
        one.towns = [TownLine(town.place, Number.of(town.n), bool(own) and own.place_id == town.place_id) for town in here]
        one.towns.sort(key=lambda town: (-town.number.floor, town.place.name, town.place.pk))
        one.rest = Number.of(counts[one.code] - sum(town.n for town in here))


def _lines(numbers: Mapping[str, Number], region_names: Mapping[str, str], own: MemberLocation | None) -> list[CountryLine]:
    """Return the countries, the largest first, and their regions likewise; equal ones by name. own: where the reader is shown."""
    found = {
        code: CountryLine(code, country_name(code), number, own=bool(own) and own.country == code)
        for code, number in numbers.items()
        if not is_region(code)
    }
    for code, number in numbers.items():
        if is_region(code) and country_of(code) in found:
            line = RegionLine(code, region_names.get(code, code), number, own=bool(own) and own.region_id == code)
            found[country_of(code)].regions.append(line)
    for line in found.values():
        line.regions.sort(key=_largest_first)
    return sorted(found.values(), key=_largest_first)


def _largest_first(line: CountryLine | RegionLine) -> tuple:
    return -line.number.floor, line.name.casefold(), line.code


def _region_names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Region.objects.filter(pk__in=list(codes)).values_list("code", "name"))


def country_name(code: str) -> str:
    """Return a country's name in the language of the page."""
    return str(countries.name(code)) or code


def bubbles(world: World) -> list[dict[str, Any]]:
    """Return the countries as the still picture draws them; those without a point are in the list only."""
    points = country_points()
    return [
        {"lat": points[line.code][0], "lng": points[line.code][1], "number": line.number, "name": line.name, "own": line.own}
        for line in world.countries
        if line.code in points
    ]


@dataclass(frozen=True)
class HelpLine:
    """The organisations of one country. code: "" for those that are everywhere."""

    code: str
    name: str
    organisations: list[Organisation]

    @property
    def entry(self) -> str:
        """Return the id of its line."""
        return f"organisations-{self.code or 'everywhere'}"


def organisations(condition: Condition) -> list[HelpLine]:
    """Return the organisations of the reference by country, those without one last. One query."""
    by_country: dict[str, list[Organisation]] = {}
    for one in condition.organisations.all():
        by_country.setdefault(str(one.country.code or ""), []).append(one)
    lines = [HelpLine(code, country_name(code) if code else gettext("In all countries"), found) for code, found in by_country.items()]
    return sorted(lines, key=lambda line: (not line.code, line.name.casefold()))


def organisation_points(lines: Iterable[HelpLine]) -> list[dict[str, Any]]:
    """Return what the live map draws of them: a number on each country."""
    points = country_points()
    return [
        {"code": line.code, "lat": points[line.code][0], "lng": points[line.code][1], "n": len(line.organisations), "entry": line.entry}
        for line in lines
        if line.code in points
    ]
