"""Cost of each page: SQL count, server CPU, bytes. `make bench`.

Visitors' pages of the reference are kept by the version of the reference (docs/decisions/0005); both costs are shown.
CPU is process time of one request through the whole stack (middleware, view, template) by Django's test client, the median of repeated
runs; beside it a bare Django view with one query and a 20 KB template, through the same stack in the same run. Goal: at most twice the bare view.
"""

import gzip
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(DEBUG="0", SECRET_KEY="bench-only-" + "x" * 50, ALLOWED_HOSTS="testserver", SITE_URL="http://testserver", LOG_LEVEL="ERROR")
os.environ.setdefault("DATABASE_URL", "sqlite:///var/bench.sqlite3")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")
(ROOT / "var").mkdir(exist_ok=True)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

# Whole files are not collected here, and their names cost nothing.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402

from conditions.models.condition import Condition  # noqa: E402
from oms_community import urls  # noqa: E402

PATHS = (
    "/ /oms/ /oms/hereditary/ /oms/treatments/ /oms/symptoms/ /oms/when-to-seek-help/ /oms/symptoms/opsoclonus/ /oms/symptoms/snoring/ "
    "/oms/treatments/ivig/ /oms/treatments/rituximab/ /oms/organisations/ /oms/sources/ /oms/glossary/ /help-now/ "
    "/how-we-review/ /privacy/ /search/?q=sleep /no-such-page/"
).split()
RUNS, WARM_UP = 200, 20


def bare_view():
    """Add the view that everything is measured against, and return its address."""
    words = "A line of text that stands for what a page holds, some seventy characters. "
    source = "<!doctype html><html><head><title>{{ name }}</title></head><body>" + f"<p>{words}</p>" * (20_000 // (len(words) + 7)) + "</body></html>"
    template = engines["django"].from_string(source)

    def view(request):
        return HttpResponse(template.render({"name": Condition.objects.values_list("name", flat=True).first()}, request))

    urls.urlpatterns.insert(0, path("bench-bare/", view))
    return "/bench-bare/"


def measure(client, address):
    """Return (status, queries of a page not kept yet, CPU milliseconds once it is, bytes, bytes compressed)."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)
    for _run in range(WARM_UP):
        client.get(address)
    times = []
    for _run in range(RUNS):
        started = time.process_time()
        client.get(address)
        times.append(time.process_time() - started)
    content = response.content
    return response.status_code, count, statistics.median(times) * 1000, len(content), len(gzip.compress(content, 6))


def main():
    """Prepare the database, measure, print."""
    call_command("migrate", verbosity=0)
    call_command("load_condition", ROOT / "content" / "oms", verbosity=0)
    client = Client()
    bare = measure(client, bare_view())
    settings.KEEP_VISITOR_PAGES = False
    fresh = {address: measure(client, address) for address in PATHS}
    settings.KEEP_VISITOR_PAGES = True
    print(f"{connection.vendor}, Python {sys.version.split()[0]}, Django {django.get_version()}, median of {RUNS} runs")
    print(f"{'':34}         built anew:            kept for visitors:")
    print(f"{'page':34} status  SQL  CPU ms  x bare  SQL  CPU ms  x bare    bytes       gz")
    print(f"{'(bare view, one query, 20 KB)':34} {bare[0]:6} {bare[1]:4} {bare[2]:7.2f} {1:7.1f} {'':20} {bare[3]:8} {bare[4]:8}")
    for address in PATHS:
        client.get(address)
        status, queries, cpu, raw, packed = measure(client, address)
        _status, fresh_queries, fresh_cpu, _raw, _packed = fresh[address]
        print(
            f"{address:34} {status:6} {fresh_queries:4} {fresh_cpu:7.2f} {fresh_cpu / bare[2]:7.1f} "
            f"{queries:4} {cpu:7.2f} {cpu / bare[2]:7.1f} {raw:8} {packed:8}"
        )


if __name__ == "__main__":
    main()
