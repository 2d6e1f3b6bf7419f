"""Measure matching among many made patients: python bench/matching_speed.py [NUMBER ...]   (10 000, 100 000 and 1 000 000 unless said)

Makes a database of its own (of the kind that DATABASE_URL names) with the vocabulary of content/oms, fills it with profiles of some 15 symptoms,
and drops it again. Prints for each number: what a process needs to build its arrays, their size, what it needs to take over one change, and
the closest 20 of everybody (median and 95th of 100 hundredths), with and without filters. One core; beside it numpy's own memory bandwidth of
the same run, and what a query could not be faster than if it only read the rows it needs once.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")

import django

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from conditions.models.condition import Condition  # noqa: E402
from members.models.choices import OnsetAge, PatientAge, Role, Tumour  # noqa: E402
from soulmates import live, vocabulary, weights  # noqa: E402
from soulmates.actions import profiles  # noqa: E402
from soulmates.live import Filters  # noqa: E402
from soulmates.models.profile import MatchingProfile, MatchingState  # noqa: E402

NUMBERS = (10_000, 100_000, 1_000_000)
SYMPTOMS = 15  # of each patient, about
QUERIES, REFRESHES = 60, 15
AT_ONCE = 50_000
COLUMNS = ("id", "condition_id", "patient_id", "member_id", "slot", "seq", "listed", "listed_from", "levels")
MORE = ("role", "age_band", "onset_age", "tumour", "languages", "place_id")


def bandwidth():
    """Return how many GB a second numpy writes and reads when it copies what fits into no cache."""
    source, target = np.ones(256_000_000, np.uint8), np.empty(256_000_000, np.uint8)
    times = [seconds(lambda: np.copyto(target, source)) for _ in range(7)]
    return 2 * len(source) / statistics.median(times) / 1e9


def seconds(call):
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def made_levels(dice, number, terms):
    """Return packed severities of some patients: some terms are common, most are rare, as in life."""
    common = np.linspace(1.0, 0.02, terms) ** 1.5
    common *= SYMPTOMS / common.sum()
    has = dice.random((number, terms)) < np.minimum(common, 0.9)
    has[np.arange(number), dice.integers(0, terms, number)] = True
    severities = (has * dice.integers(1, 5, (number, terms))).astype(np.uint8)
    if terms % 2:
        severities = np.pad(severities, ((0, 0), (0, 1)))
    packed = severities[:, 0::2] | severities[:, 1::2] << 4
    return [row.tobytes().rstrip(b"\0") for row in packed]


def fill(condition, number, dice):
    """Write profiles of patients that nobody keeps, and return how many terms the vocabulary has."""
    with transaction.atomic():
        places = profiles._places(profiles._lock(condition.pk))
    choices = [Role.values, PatientAge.values, OnsetAge.values, Tumour.values]
    marks = ", ".join(["%s"] * len(COLUMNS + MORE))
    insert = f"INSERT INTO {MatchingProfile._meta.db_table} ({', '.join(COLUMNS + MORE)}) VALUES ({marks})"
    then, languages = timezone.now() - timezone.timedelta(days=9), ['["en"]', '["de", "en"]', '["fr"]', "[]"]
    if connection.vendor == "sqlite":
        then = then.replace(tzinfo=None).isoformat(" ")
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")  # the patients are nobody
        for start in range(0, number, AT_ONCE):
            ids = range(start + 1, min(start + AT_ONCE, number) + 1)
            levels = made_levels(dice, len(ids), len(places))
            columns = [dice.choice(["", *values], len(ids)).tolist() for values in choices]
            spoken = dice.choice(languages, len(ids)).tolist()
            rows = zip(ids, levels, *columns, spoken, strict=True)
            cursor.executemany(insert, [(pk, condition.pk, pk, None, pk - 1, pk, True, then, packed, *rest, None) for pk, packed, *rest in rows])
        MatchingState.objects.filter(condition=condition).update(seq=number)
    return len(places)


def change(condition, pk, levels):
    """Write one profile anew, as a check-in does."""
    with transaction.atomic():
        state = profiles._lock(condition.pk)
        row = MatchingProfile(pk=pk, levels=levels)
        profiles._number(state, [row])
        row.save(update_fields=["levels", "seq"])


def times_of(snapshot, pictures, **wanted):
    """Return median and 95th of 100 hundredths of the closest 20, in milliseconds, and how many were compared in the middle."""
    times, considered = [], []
    for levels in pictures:
        started = time.perf_counter()
        hits = snapshot.query(levels, now=timezone.now(), number=30, **wanted)
        times.append((time.perf_counter() - started) * 1000)
        considered.append(hits.considered)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], int(statistics.median(considered))


def run(number, speed):
    """Measure one number of patients, and print it."""
    dice = np.random.default_rng(7)
    call_command("load_condition", str(settings.BASE_DIR / "content" / "oms"), verbosity=0)
    condition = Condition.objects.order_by("order").first()
    filled = seconds(lambda: fill(condition, number, dice))
    counted = seconds(lambda: weights.refresh_weights(condition, again=True))
    live.forget()
    loaded = seconds(lambda: live.snapshot(condition.pk))
    snapshot = live.snapshot(condition.pk)
    layout = snapshot.weights.layout
    size = sum(array.nbytes for block in snapshot.blocks for array in vars(block).values())
    print(f"\n{number:,} patients ({connection.vendor}; written in {filled:.1f} s); {len(layout.terms)} terms, {len(layout.sets)} rows of levels")
    print(f"  weights counted anew {counted:.2f} s; arrays built {loaded:.2f} s; they take {size / 1e6:.0f} MB, {size / number:.0f} bytes a patient")
    made = made_levels(dice, QUERIES + REFRESHES, len(layout.terms))
    taken = []
    for index in range(REFRESHES):
        change(condition, int(dice.integers(1, number + 1)), made[QUERIES + index])
        taken.append(seconds(lambda: live.snapshot(condition.pk)) * 1000)
    nothing = [seconds(lambda: live.snapshot(condition.pk)) * 1000 for _ in range(REFRESHES)]
    print(f"  one change taken over {statistics.median(taken):.2f} ms; no change {statistics.median(nothing):.2f} ms")
    snapshot = live.snapshot(condition.pk)
    pictures = [layout.levels(vocabulary.unpack_many([packed], layout.width))[:, 0] for packed in made[:QUERIES]]
    rows = statistics.median(np.count_nonzero(levels) for levels in pictures)
    print(f"  a query reads {rows:.0f} rows: at {speed:.1f} GB/s not under {rows * number / speed / 1e6:.2f} ms")
    ways = {
        "everybody": {},
        "own patient and 20 blocked left out": {"without": range(1, 22)},
        "parents": {"filters": Filters(role=Role.PARENT)},
        "parents, 5 to 8, who speak German": {"filters": Filters(role=Role.PARENT, age_band=PatientAge.CHILD, language="de")},
    }
    for name, wanted in ways.items():
        median, late, considered = times_of(snapshot, pictures, **wanted)
        print(f"  closest 20, {name}: p50 {median:.2f} ms, p95 {late:.2f} ms ({considered:,} compared)")


def main(numbers):
    """Measure each number in a database of its own."""
    speed = bandwidth()
    print(f"numpy {np.__version__}, one core; load of the machine {os.getloadavg()[0]:.1f}; copying: {speed:.1f} GB/s read and written")
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"{tempfile.gettempdir()}/matching-speed-{os.getpid()}.sqlite3"
    for number in numbers:
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            run(number, speed)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or NUMBERS)
