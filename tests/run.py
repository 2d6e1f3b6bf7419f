"""`make test`: everything on SQLite with the browser tests, then everything that knows a database on PostgreSQL.

What this machine lacks is skipped with one line that says how to get it; TEST_REQUIRE=browser,postgres makes it a failure. The whole is
shared out among the processors; with arguments of one's own (`make test ARGS="tests/search --pdb"`) it runs in one process.
"""

import os
import subprocess
import sys
from contextlib import nullcontext

from tests import browser, postgres
from tests.e2e import server as servers

NO_TESTS = 5
MOST_WORKERS = 6  # each makes a database of its own first


def workers() -> tuple[str, ...]:
    """Return what lets pytest use all processors. Files are handed out whole and in their order: what a folder has loaded serves all of it."""
    number = min(os.cpu_count() or 1, MOST_WORKERS)
    return ("-n", str(number), "--dist", "loadscope", "--no-loadscope-reorder") if number > 1 and not sys.argv[1:] else ()


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest and return its exit code; no test collected is a failure."""
    code = subprocess.run([sys.executable, "-m", "pytest", *workers(), *arguments, *sys.argv[1:]], env={**os.environ, **environment}).returncode
    return 1 if code == NO_TESTS and not sys.argv[1:] else code


def main() -> int:
    """Run what this machine can, and return an exit code."""
    required = {part.strip() for part in os.environ.get("TEST_REQUIRE", "").split(",") if part.strip()}
    unknown = required - {"browser", "postgres"}
    if unknown:
        print(f"TEST_REQUIRE names what is not known: {', '.join(sorted(unknown))}.")
        return 2
    with_browser, with_postgres = browser.chromium() is not None, postgres.binaries() is not None
    for name, found, how in (
        ("browser", with_browser, "The browser tests are skipped: install chromium (Debian: apt-get install chromium)."),
        (
            "postgres",
            with_postgres,
            "The tests on PostgreSQL are skipped: install its server (Debian: apt-get install postgresql postgresql-contrib).",
        ),
    ):
        if not found and name in required:
            print(f"Required, but missing. {how}")
            return 1
    sqlite = {"DATABASE_URL": "sqlite:///var/test.sqlite3"}
    print("== SQLite", flush=True)
    with servers.prepared_beside() if with_browser and not sys.argv[1:] else nullcontext({}) as site:
        codes = [pytest(*([] if with_browser else ["-m", "not e2e"]), **sqlite, **site)]
    if not with_browser:
        print("The browser tests are skipped: install chromium (Debian: apt-get install chromium).")
    if with_postgres:
        print("== PostgreSQL", flush=True)
        with postgres.cluster() as url:
            codes.append(pytest("--second-database", DATABASE_URL=url))
    else:
        print("The tests on PostgreSQL are skipped: install its server (Debian: apt-get install postgresql postgresql-contrib).")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
