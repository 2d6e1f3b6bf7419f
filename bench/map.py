"""Measure the map among many made members: python bench/map.py [NUMBER ...]   (10 000, 100 000 and 1 000 000 unless said)

Makes a database of its own (of the kind that DATABASE_URL names; for PostgreSQL: python -m tests.postgres python bench/map.py), loads
the gazetteer of content/places, spreads members over its public places as people are spread, and drops it again. Prints for each number: a
part of the map at every zoom (query and JSON, payload), the save of a location beside a plain insert, the nearest 20 within 200 km with a
filter, the pages, a full roll-up and a build of the visitors' set.
"""

import gzip
import io
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")

import django

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from conditions.models.condition import Condition  # noqa: E402
from members.consents import TEXTS  # noqa: E402
from members.models.choices import AgeBand, Role  # noqa: E402
from members.models.consent import Consent, Purpose  # noqa: E402
from members.models.member import Member  # noqa: E402
from members.models.user import User  # noqa: E402
from soulmates.actions.cells import count_in, count_out, roll_up  # noqa: E402
from soulmates.actions.publish import publish  # noqa: E402
from soulmates.cells import MAP_ZOOMS, cell_of  # noqa: E402
from soulmates.models.choices import Precision  # noqa: E402
from soulmates.models.location import MapCell, MemberLocation, PlaceCount, PublishedMap  # noqa: E402
from soulmates.models.place import Place  # noqa: E402
from soulmates.nearby import Wanted, page_of, rings  # noqa: E402
from soulmates.views.maps import answer  # noqa: E402

NUMBERS = (10_000, 100_000, 1_000_000)
TOWN, REGION = 0.8, 0.1  # of the members show so much; the others their country
VIEW = (5, 3)  # tiles: 1,280 by 768 pixels, what the panel of the map shows at most
PARTS, SAVES, NEARBY = 60, 150, 60
WITHIN = 200  # km
AT_ONCE = 50_000


def milliseconds(call):
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def both(times):
    """Return median and 95th of 100 hundredths, in words."""
    return f"p50 {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms"


def copies(model, first, last, **columns):
    """Write rows like the newest of a model, with other keys. columns: SQL over `i`, the number of the row."""
    template = model.objects.order_by("pk").first()
    names, values, parameters = [], [], []
    for field in model._meta.concrete_fields:
        names.append(connection.ops.quote_name(field.column))
        if field.column in columns:
            values.append(columns[field.column])
        else:
            values.append("%s")
            parameters.append(field.get_db_prep_save(getattr(template, field.attname), connection))
    table = connection.ops.quote_name(model._meta.db_table)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM ({numbers}) AS n", parameters)


def fill(condition, number, dice):
    """Write members who are on the map, at places as people are spread."""
    user = User.objects.create_user("template@example.org", None)
    Member.objects.filter(user=user).update(joined_at=timezone.now(), age_band=AgeBand.ADULT, role=Role.PARENT)
    for purpose in (Purpose.MAP, Purpose.HEALTH):
        Consent.objects.create(member=user.member, purpose=purpose, version=TEXTS[purpose].version, text_hash="", language="en", form="bench")
    first = user.member.pk + user.pk + 10
    last = first + number - 1
    roles = f"CASE i %% 4 WHEN 0 THEN '{Role.PERSON}' WHEN 1 THEN '{Role.FAMILY}' ELSE '{Role.PARENT}' END"
    with transaction.atomic():
        copies(User, first, last, id="i", email="'p' || i || '@example.org'")
        copies(Member, first, last, id="i", user_id="i", public_id="'m' || i", pseudonym="'Member ' || i", pseudonym_skeleton="''", role=roles)
        copies(Consent, first, last, id="i", member_id="i", proof_id="'m' || i")
        health = f"i + {number + first}"
        copies(Consent, first, last, id=health, member_id="i", proof_id="'h' || i", purpose=f"'{Purpose.HEALTH}'")
    public = Place.objects.filter(public_place=F("pk"), region__isnull=False).order_by("pk")
    towns = list(public.values_list("pk", "country", "region", "lat", "lng", "cell", "population"))
    people = np.array([town[-1] for town in towns], dtype=float)
    at = dice.choice(len(towns), number, p=people / people.sum())
    kind = dice.random(number)
    columns = ("id", "member_id", "condition_id", "precision", "country", "region_id", "place_id", "lat", "lng", "cell", "counted")
    marks = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {MemberLocation._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, number, AT_ONCE):
            rows = []
            for index in range(start, min(start + AT_ONCE, number)):
                pk, country, region, lat, lng, cell, _people = towns[at[index]]
                member = first + index
                if kind[index] < TOWN:
                    rows.append((member, member, condition.pk, Precision.TOWN.value, country, region, pk, lat, lng, cell, True))
                elif kind[index] < TOWN + REGION:
                    rows.append((member, member, condition.pk, Precision.REGION.value, country, region, None, None, None, None, True))
                else:
                    rows.append((member, member, condition.pk, Precision.COUNTRY.value, country, None, None, None, None, None, True))
            cursor.executemany(insert, rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [User, Member, Consent, MemberLocation]):
            cursor.execute(statement)  # the next numbers come after those written here
        cursor.execute("ANALYZE")
    return towns, people / people.sum()


def looker():
    """Return somebody who may look and is hidden."""
    user = User.objects.create_user("looker@example.org", None)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    Member.objects.filter(user=user).update(joined_at=timezone.now(), age_band=AgeBand.ADULT)
    member = Member.objects.select_related("user").get(user=user)
    Consent.objects.create(
        pk=5_000_000, member=member, purpose=Purpose.MAP, version=TEXTS[Purpose.MAP].version, text_hash="", language="en", form="bench"
    )
    return member


def parts(towns, share, z, dice):
    """Return parts of the map as a screen shows them, around places where people live."""
    side = 1 << z
    for index in dice.choice(len(towns), PARTS, p=share):
        x, y = cell_of(towns[index][3], towns[index][4], z)
        left, top = min(max(x - VIEW[0] // 2, 0), max(side - VIEW[0], 0)), min(max(y - VIEW[1] // 2, 0), max(side - VIEW[1], 0))
        yield (left, min(left + VIEW[0] - 1, side - 1)), (top, min(top + VIEW[1] - 1, side - 1))


def look(condition, towns, share, dice):
    """Measure a part of the map at every zoom."""
    print("  zoom    squares   p50 ms   p95 ms   bytes p50    max   gz p50")
    everything = []
    for z in MAP_ZOOMS:
        times, sizes, packed, squares = [], [], [], []
        for x, y in parts(towns, share, z, dice):
            started = time.perf_counter()
            body = json.dumps(answer(condition, z, x, y), separators=(",", ":"))
            times.append((time.perf_counter() - started) * 1000)
            sizes.append(len(body))
            packed.append(len(gzip.compress(body.encode())))
            squares.append(body.count("],["))
        everything += times
        row = (statistics.median(times), statistics.quantiles(times, n=20)[-1], statistics.median(sizes), max(sizes), statistics.median(packed))
        print(f"  {z:4} {statistics.median(squares) + 1:10.0f} {row[0]:8.2f} {row[1]:8.2f} {row[2]:11.0f} {row[3]:6} {row[4]:8.0f}")
    print(f"  all zooms: {both(everything)}")


def save(condition, dice):
    """Measure a move from one town to another beside the plain insert of a row like it, each in a transaction of its own."""
    locations = list(MemberLocation.objects.filter(precision=Precision.TOWN).order_by("pk")[: 3 * SAVES])
    dice.shuffle(locations)
    fields = ("condition_id", "precision", "country", "region_id", "place_id", "lat", "lng", "cell", "counted")
    plain, moves, firsts = [], [], []
    for old, to, third in zip(*[iter(locations)] * 3, strict=False):
        values = {name: getattr(to, name) for name in fields}

        def move(old=old, values=values):
            with transaction.atomic():
                new = MemberLocation(pk=old.pk, member_id=old.member_id, **values)
                count_out(old)
                new.save()
                count_in(new)

        def insert(third=third, member=third.member_id, values=values):
            with transaction.atomic():
                MemberLocation(member_id=member, **values).save(force_insert=True)

        def first(third=third, member=third.member_id, values=values):
            with transaction.atomic():
                new = MemberLocation(member_id=member, **values)
                new.save(force_insert=True)
                count_in(new)

        with transaction.atomic():
            count_out(third)
            third.delete()
        firsts.append(milliseconds(first))
        with transaction.atomic():
            count_out(MemberLocation.objects.get(member=third.member_id))
            MemberLocation.objects.get(member=third.member_id).delete()
        plain.append(milliseconds(insert))
        with transaction.atomic():
            count_in(MemberLocation.objects.get(member=third.member_id))
        moves.append(milliseconds(move))
    once = statistics.median(plain)
    print(f"  save: plain insert {both(plain)}; first location {both(firsts)} ({statistics.median(firsts) / once:.1f} x)")
    print(f"        move {both(moves)} ({statistics.median(moves) / once:.1f} x)")


def near(condition, towns, share, dice):
    """Measure the nearest 20 within some distance, with and without a filter."""
    viewer = looker()
    for name, wanted in {"everyone": Wanted(), "adults with the condition": Wanted(role=Role.PERSON)}.items():
        times, queries, found = [], set(), []
        for index in dice.choice(len(towns), NEARBY, p=share):
            origin = Place.objects.get(pk=towns[index][0])
            started = time.perf_counter()
            page = page_of(viewer, condition, rings(origin, WITHIN, condition), wanted, 1)
            times.append((time.perf_counter() - started) * 1000)
            found.append(len(page.families))
            with CaptureQueriesContext(connection) as captured:
                page_of(viewer, condition, rings(origin, WITHIN, condition), wanted, 1)
            queries.add(len(captured))
        print(
            f"  nearest 20 within {WITHIN} km, {name}: {both(times)}; {min(queries)} to {max(queries)} queries; {statistics.median(found):.0f} found"
        )
    return viewer


def pages(viewer):
    """Measure the pages, whole."""
    client = Client()
    client.force_login(viewer.user)
    largest = PlaceCount.objects.order_by("-n").first()
    crowded = Place.objects.get(pk=largest.place_id)
    for name, address in {
        "the world": "/map/",
        "a large country": f"/map/?area={crowded.country}",
        "a large region": f"/map/?area={crowded.region_id}",
        f"the largest place ({largest.n:,} members)": f"/map/place/{crowded.pk}/",
    }.items():
        times = []
        for _number in range(7):
            started = time.perf_counter()
            body = client.get(address, headers={"host": "127.0.0.1"}).content
            times.append((time.perf_counter() - started) * 1000)
        print(
            f"  page of {name}: p50 {statistics.median(times):.0f} ms; {len(body) / 1000:.0f} KB, {len(gzip.compress(body)) / 1000:.1f} KB compressed"
        )


def run(number):
    """Measure one number of members, and print it."""
    dice = np.random.default_rng(11)
    call_command("load_condition", str(settings.BASE_DIR / "content" / "oms"), verbosity=0, stdout=io.StringIO())
    call_command("load_places", stdout=io.StringIO())
    condition = Condition.objects.order_by("order").first()
    started = time.perf_counter()
    towns, share = fill(condition, number, dice)
    print(f"\n{number:,} members ({connection.vendor}; written in {time.perf_counter() - started:.0f} s; load {os.getloadavg()[0]:.1f})")
    rolled = milliseconds(lambda: roll_up(condition)) / 1000
    again = milliseconds(lambda: roll_up(condition)) / 1000
    print(f"  full roll-up {rolled:.1f} s ({MapCell.objects.count():,} squares, {PlaceCount.objects.count():,} places); checked again {again:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    built = milliseconds(lambda: publish(condition, timezone.now() - timezone.timedelta(days=7))) / 1000
    publish(condition, timezone.now())
    text = PublishedMap.objects.first().units
    print(f"  visitors' set built in {built:.1f} s; {len(json.loads(text)['u'])} areas, {len(gzip.compress(text.encode())) / 1000:.1f} KB compressed")
    look(condition, towns, share, dice)
    near_viewer = near(condition, towns, share, dice)
    pages(near_viewer)
    save(condition, random.Random(5))


def main(numbers):
    """Measure each number in a database of its own."""
    settings.DEBUG = False  # no log of every query
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"{tempfile.gettempdir()}/map-{os.getpid()}.sqlite3"
    for number in numbers:
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            run(number)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or NUMBERS)
