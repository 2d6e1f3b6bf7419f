"""The counters behind the map: kept beside every change of a location, and rebuilt from the locations themselves.

Three tables hold the same members: by area (country, region), by public place, and by square of the grid at every zoom. Locks: the
condition's row first, so that two families who move at the same moment wait for each other instead of stopping each other.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from conditions.models.condition import Condition
from soulmates import cells
from soulmates.models.choices import Precision
from soulmates.models.location import AreaCount, MapCell, MemberLocation, PlaceCount

_BATCH = 2000  # rows written in one statement of a rebuild
_GROUPS = ("country", "region", "place", "cell", "lat", "lng")
_FIELDS = {
    AreaCount: ("area", "n"),
    PlaceCount: ("place_id", "cell", "n"),
    MapCell: ("z", "x", "y", "n", "lat_sum", "lng_sum", "place_id"),
}


def count_in(location: MemberLocation) -> None:
    """Count a member's location, of any precision. The caller keeps `counted`, in the same transaction, and calls this once for a row."""
    _lock(location.condition_id)
    for area in _areas(location):
        _raise(AreaCount, {"condition_id": location.condition_id, "area": area})
    if location.precision != Precision.TOWN:
        return
    _raise(PlaceCount, {"condition_id": location.condition_id, "place_id": location.place_id, "cell": location.cell})
    _raise_cells(location)


def count_out(location: MemberLocation) -> None:
    """Take a counted location out again, with the very fields with which it was counted in. Safe inside any transaction."""
    _lock(location.condition_id)
    _lower(AreaCount, ("area",), [(area,) for area in _areas(location)], location.condition_id)
    if location.precision != Precision.TOWN:
        return
    squares = [(z, *cells.square_in(location.cell, z)) for z in cells.GRID_ZOOMS]
    _lower(MapCell, ("z", "x", "y"), squares, location.condition_id, lat_sum=cells.in_parts(location.lat), lng_sum=cells.in_parts(location.lng))
    if _lower(PlaceCount, ("place_id",), [(location.place_id,)], location.condition_id):
        _name_the_only_place(location)


@transaction.atomic
def roll_up(condition: Condition) -> tuple[int, int]:
    """Rebuild all counters of a condition from the locations; return how many members are counted, and how many counters were wrong."""
    _lock(condition.pk)
    _set_counted(condition)
    wrong = 0
    for model, wanted in _counters(condition).items():
        there = _there(condition, model)
        wrong += len(wanted ^ there.keys())
        gone = [pk for row, pk in there.items() if row not in wanted]
        for start in range(0, len(gone), _BATCH):
            model.objects.filter(pk__in=gone[start : start + _BATCH])._raw_delete(model.objects.db)
        _write(condition, model, sorted(row for row in wanted if row not in there))
    return MemberLocation.objects.filter(condition=condition, counted=True).count(), wrong


def roll_up_all() -> str:
    """Rebuild the counters of every condition, for the daily job; return a few words for the record.

    Nothing else takes those off the map who agreed to older words: their yes ended by a release, and not by an action.
    """
    done = [roll_up(condition) for condition in Condition.objects.all()]
    return f"{sum(members for members, _wrong in done)} members on the map, {sum(wrong for _members, wrong in done)} counters were wrong"


def wrong_counters(condition: Condition) -> int:
    """Return how many counters differ from the locations that say they are counted; changes nothing."""
    return sum(len(wanted ^ _there(condition, model).keys()) for model, wanted in _counters(condition).items())


def _lock(condition: int) -> None:
    """Let one transaction at a time change the counters of a condition. Whoever only refers to the condition does not wait."""
    if connection.features.has_select_for_no_key_update:
        Condition.objects.select_for_update(no_key=True).values_list("pk").get(pk=condition)


def _areas(location: MemberLocation) -> list[str]:
    """Return the areas in which a location counts: its country, and its region where it says one."""
    return [str(location.country), *([location.region_id] if location.region_id else [])]


def _raise(model: type[models.Model], row: dict[str, object]) -> None:
    """Count one more in the row that has these values, or begin it. One statement."""
    quoted = [connection.ops.quote_name(name) for name in row]
    table = connection.ops.quote_name(model._meta.db_table)
    names, key = ", ".join(quoted), ", ".join(quoted[:2])  # condition and what is counted; a third value goes along
    places = ", ".join(["%s"] * len(row))
    statement = f"INSERT INTO {table} ({names}, n) VALUES ({places}, 1) ON CONFLICT ({key}) DO UPDATE SET n = {table}.n + 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*row.values()])


def _raise_cells(location: MemberLocation) -> None:
    """Count one more in the squares of every zoom. A square that held another place has no only place any more. One statement."""
    table = connection.ops.quote_name(MapCell._meta.db_table)
    lat, lng = cells.in_parts(location.lat), cells.in_parts(location.lng)
    rows: list[object] = []
    for z in reversed(cells.GRID_ZOOMS):
        rows += [location.condition_id, z, *cells.square_in(location.cell, z), lat, lng, location.place_id]
    values = ", ".join(["(%s, %s, %s, %s, 1, %s, %s, %s)"] * len(cells.GRID_ZOOMS))
    statement = f"""
        INSERT INTO {table} (condition_id, z, x, y, n, lat_sum, lng_sum, place_id) VALUES {values}
        ON CONFLICT (condition_id, z, x, y) DO UPDATE SET
            n = {table}.n + 1, lat_sum = {table}.lat_sum + excluded.lat_sum, lng_sum = {table}.lng_sum + excluded.lng_sum,
            place_id = CASE WHEN {table}.place_id = excluded.place_id THEN excluded.place_id END
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, rows)


def _lower(model: type[models.Model], key: Sequence[str], rows: Sequence[tuple], condition: int, **sums: int) -> int:
    """Count one less in rows; those that held one go. Return how many went. Two statements."""
    table = connection.ops.quote_name(model._meta.db_table)
    one = " AND ".join(f"{name} = %s" for name in ("condition_id", *key))  # the whole key in each: only so does SQLite look each up
    where = f"WHERE ({' OR '.join([f'({one})'] * len(rows))})"
    named = [value for row in rows for value in (condition, *row)]
    lower = "".join(f", {name} = {name} - %s" for name in sums)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} {where} AND n = 1", named)  # noqa: S608
        gone = cursor.rowcount
        if gone < len(rows):
            cursor.execute(f"UPDATE {table} SET n = n - 1{lower} {where}", [*sums.values(), *named])  # noqa: S608
    return gone


def _name_the_only_place(location: MemberLocation) -> None:
    """A place has gone from the map: squares around it that hold one other place now say which. Three queries at most.

    The places inside a square stand beside one another in the order of their numbers. So those two before and those two after the one that
    has gone are enough to tell whether a square around it holds none, one, or several.
    """
    counts = PlaceCount.objects.filter(condition=location.condition_id)
    before = counts.filter(cell__lt=location.cell).order_by("-cell", "-place").values_list("cell", "place")[:2]
    after = counts.filter(cell__gte=location.cell).order_by("cell", "place").values_list("cell", "place")[:2]
    near = [*before, *after]
    alone = Q()
    for z in cells.GRID_ZOOMS:
        x, y = cells.square_in(location.cell, z)
        inside = [place for cell, place in near if cells.square_in(cell, z) == (x, y)]
        if len(inside) == 1:
            alone |= Q(z=z, x=x, y=y)
            only = inside[0]
    if alone:
        MapCell.objects.filter(alone, condition=location.condition_id, place=None).update(place=only)


def _set_counted(condition: Condition) -> None:
    """Let `counted` say of each row whether its member is here and agrees to be shown."""
    shown = Exists(MemberLocation.objects.shown().filter(pk=OuterRef("pk")))
    locations = MemberLocation.objects.filter(condition=condition)
    wrong = locations.annotate(rightly=Case(When(shown, then=Value(True)), default=Value(False))).exclude(counted=F("rightly"))
    MemberLocation.objects.filter(pk__in=wrong.values("pk")).update(counted=Case(When(counted=True, then=Value(False)), default=Value(True)))


def _counters(condition: Condition) -> dict[type[models.Model], set[tuple]]:
    """Return all counters that the counted locations of a condition come to: by table, the values of its _FIELDS. One query."""
    areas: dict[str, int] = defaultdict(int)
    places: dict[tuple[int, int], int] = defaultdict(int)
    squares: dict[tuple[int, int], list] = {}  # by zoom and number
    # lat, lng and cell are the place's, so that they part no group; nor does the region.
    locations = MemberLocation.objects.filter(condition=condition, counted=True).order_by()
    for country, region, place, cell, lat, lng, n in locations.values_list(*_GROUPS).annotate(n=Count("pk")).iterator(_BATCH):
        areas[country] += n
        if region:
            areas[region] += n
        if place is None:
            continue
        places[place, cell] += n
        lats, lngs = n * cells.in_parts(lat), n * cells.in_parts(lng)
        for z in cells.GRID_ZOOMS:
            key = z, cells.number_in(cell, z)
            found = squares.get(key)
            if found is None:
                squares[key] = [n, lats, lngs, place]
                continue
            found[0] += n
            found[1] += lats
            found[2] += lngs
            if found[3] != place:
                found[3] = None
    return {
        AreaCount: set(areas.items()),
        PlaceCount: {(*place, n) for place, n in places.items()},
        MapCell: {(z, *cells.separate(number), *found) for (z, number), found in squares.items()},
    }


def _write(condition: Condition, model: type[models.Model], rows: Sequence[tuple]) -> None:
    """Write new rows: many, so without objects."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(("condition_id", *_FIELDS[model]))
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * (len(_FIELDS[model]) + 1))})"  # noqa: S608
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _BATCH):
            cursor.executemany(statement, [(condition.pk, *row) for row in rows[start : start + _BATCH]])


def _there(condition: Condition, model: type[models.Model]) -> dict[tuple, int]:
    """Return what stands in a table: the values of its _FIELDS, with the number of the row. One query."""
    return {row: pk for pk, *values in model.objects.filter(condition=condition).values_list("pk", *_FIELDS[model]) for row in [tuple(values)]}
