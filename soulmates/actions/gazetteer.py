"""Loading the gazetteer: quick enough for `make run`, safe on a live site, and nothing is done where it is loaded already.

What members stand at is kept, whatever the new gazetteer says: a place that is gone, or has shrunk below the limit of public places, stays
public for them. A place that has moved takes its members and their squares with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, OuterRef, Q, Subquery

from conditions.models.condition import Condition
from soulmates import cells, gazetteer
from soulmates.actions.cells import roll_up
from soulmates.models.location import MapCell, MemberLocation, PlaceCount
from soulmates.models.place import Gazetteer, Place, PlaceName, PlacePrefix, Region
from soulmates.models.profile import MatchingProfile

_PLACE = ("id", "name", "country", "region_id", "lat", "lng", "population", "public_place_id", "cell")
_REGION = ("code", "country", "name", "lat", "lng")
_MOST_PARAMETERS = 500  # of one statement
_ATTEMPTS = 3


def is_loaded(digest: str) -> bool:
    """Return whether the gazetteer of this digest is the one that is loaded."""
    return Gazetteer.objects.filter(digest=digest).exists()


def load(new: gazetteer.Gazetteer) -> bool:
    """Put a gazetteer in place of the one before; return whether there was anything to do."""
    if is_loaded(new.digest):
        return False
    # Worked out before the transaction begins: on SQLite everybody who saves something waits for it.
    names = gazetteer.index_of(new.places)
    best = list(gazetteer.best_of(names, {town.id: town.country for town in new.places}))
    places = [(*town[:7], town.public, cells.morton(town.lat, town.lng)) for town in new.places]
    for attempts_left in reversed(range(_ATTEMPTS)):
        try:
            _put(new, places, names, best)
        except IntegrityError:  # somebody took a place that goes, at this very moment: now it is known that they stand there
            if not attempts_left:
                raise
        else:
            break
    return True


@transaction.atomic
def _put(new: gazetteer.Gazetteer, places: Sequence[tuple], names: Sequence[Any], best: Sequence[tuple]) -> None:
    before = set(Place.objects.values_list("pk", flat=True))
    regions_before = set(Region.objects.values_list("pk", flat=True))
    _upsert(Region, _REGION, new.regions)
    _upsert(Place, _PLACE, places)
    for model in (PlaceName, PlacePrefix):
        model.objects.all()._raw_delete(model.objects.db)
    with _indexed_afterwards(PlaceName), _indexed_afterwards(PlacePrefix):
        _insert(PlaceName, ("folded", "name", "population", "place_id"), ((name.folded, name.name, -name.fewer, name.place) for name in names))
        _insert(PlacePrefix, ("prefix", "country", "rank", "place_id", "name"), best)
    _take_out(before - {town.id for town in new.places}, _used())
    _move_members()
    _take_out_regions(regions_before - {area.code for area in new.regions})
    Gazetteer.objects.all().delete()
    Gazetteer.objects.create(digest=new.digest, named=new.named)


def _used() -> set[int]:
    """Return the places at which somebody stands, or that something else points to."""
    tables = (MemberLocation, PlaceCount, MapCell, MatchingProfile)
    return {number for model in tables for number in model.objects.exclude(place=None).values_list("place", flat=True).distinct()}


def _take_out(gone: set[int], used: set[int]) -> None:
    """Delete what the new gazetteer does not hold and nobody stands at; keep the rest public."""
    for some in _parts(sorted(gone - used)):
        # Another place that goes later may still name it; one that stays has a public place of the new gazetteer.
        Place.objects.filter(public_place__in=some).update(public_place=None)
        Place.objects.filter(pk__in=some)._raw_delete(Place.objects.db)
    for some in _parts(sorted(used)):
        Place.objects.filter(pk__in=some).exclude(public_place=F("pk")).update(public_place=F("pk"))


def _take_out_regions(gone: set[str]) -> None:
    """Delete the regions that the new gazetteer does not hold, but for those in which a place or a member still is."""
    for some in _parts(sorted(gone)):
        used = {region for model in (Place, MemberLocation) for region in model.objects.filter(region__in=some).values_list("region", flat=True)}
        Region.objects.filter(pk__in=set(some) - used)._raw_delete(Region.objects.db)


def _move_members() -> None:
    """Copy the points of places that have moved, or changed their region, to the members who stand there, and count them anew."""
    same = Q(lat=F("place__lat"), lng=F("place__lng"), cell=F("place__cell"), region=F("place__region"), country=F("place__country"))
    moved = MemberLocation.objects.exclude(place=None).exclude(same)
    conditions = list(Condition.objects.filter(pk__in=moved.values("condition")))
    if conditions:
        place = Place.objects.filter(pk=OuterRef("place"))
        fields = ("lat", "lng", "cell", "region", "country")
        moved.update(**{field: Subquery(place.values(field)) for field in fields})
    for condition in conditions:
        roll_up(condition)


def _parts(numbers: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (numbers[start : start + _MOST_PARAMETERS] for start in range(0, len(numbers), _MOST_PARAMETERS))


@contextmanager
def _indexed_afterwards(model: Any) -> Iterator[None]:
    """Let SQLite make the indexes of a table when its many rows are there: half the work. PostgreSQL would keep all readers waiting for it."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        indexes: list[tuple[str, str]] = []
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", [table])
            indexes = cursor.fetchall()
        for name, _statement in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _name, statement in indexes:
            cursor.execute(statement)


def _insert(model: Any, columns: Sequence[str], rows: Any, *, table: str = "", ending: str = "") -> None:
    """Write many rows the fastest way the database knows. ending: what follows the values, where it is no plain insert."""
    table, names = table or model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not ending:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) {ending}", rows)  # noqa: S608


def _upsert(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, over those that have the same key."""
    key, *others = columns
    ending = f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f'"{column}" = excluded."{column}"' for column in others)
    if connection.vendor != "postgresql":
        _insert(model, columns, rows, ending=ending)
        return
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE new_rows (LIKE {table}) ON COMMIT DROP")
        _insert(model, columns, rows, table="new_rows")
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM new_rows {ending}")  # noqa: S608
        cursor.execute("DROP TABLE new_rows")
