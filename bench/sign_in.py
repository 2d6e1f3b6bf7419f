"""Does the time of an answer tell whether an address has an account? python bench/sign_in.py [PAIRS]

Wall time of one request through the whole stack (middleware, view, template, mail queue) by Django's test client, for an address that has an
account and one that has none, in turn, so that whatever else the machine does meets both. Limits are off. The last column compares the
two medians with the spread of one (10th to 90th percentile); far below 1, a single answer tells nothing.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(DEBUG="0", SECRET_KEY="bench-only-" + "x" * 50, ALLOWED_HOSTS="testserver", SITE_URL="http://testserver", LOG_LEVEL="ERROR")
os.environ.setdefault("DATABASE_URL", "sqlite:///var/bench-sign-in.sqlite3")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")
(ROOT / "var").mkdir(exist_ok=True)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

# Whole files are not collected here; the worker is not part of an answer; the limits would answer in its place.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ACCOUNT_RATE_LIMITS = False

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from letters.models import OutgoingMail  # noqa: E402
from members.joining import DECLINED, Answers  # noqa: E402
from members.models.choices import AgeBand  # noqa: E402
from members.models.user import User  # noqa: E402

PAIRS, WARM_UP = int(sys.argv[1]) if len(sys.argv) > 1 else 30, 3
PASSWORD = "a long password of the bench"
WITH, WITHOUT = "with@example.org", "without@example.org"
# What is sent; an empty value stands for the address.
FORMS = {
    "sign in, wrong password": ("account_login", {"login": "", "password": "another password"}),
    "password forgotten": ("account_reset_password", {"email": ""}),
    "code to sign in": ("account_request_login_code", {"email": ""}),
    "join": ("account_signup", {"email": "", "password1": PASSWORD}),
}


def answer_time(name: str, data: dict[str, str], address: str) -> float:
    """Return how long one answer takes, in milliseconds, for a visitor who has answered the pages of joining."""
    client = Client()
    session = client.session
    Answers(age=AgeBand.ADULT, name="Bench", health=DECLINED).keep(session)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    data = {key: value or address for key, value in data.items()}
    started = time.perf_counter()
    response = client.post(reverse(name), data)
    took = (time.perf_counter() - started) * 1000
    expected = 200 if name == "account_login" else 302
    if response.status_code != expected:
        raise RuntimeError(f"{name} answered {response.status_code}, not {expected}: nothing was measured.")
    User.objects.filter(email=WITHOUT).delete()  # joining has made it
    return took


def prepare() -> None:
    """Make one account with a confirmed address."""
    call_command("migrate", verbosity=0)
    User.objects.filter(email__in=(WITH, WITHOUT)).delete()
    user = User.objects.create_user(WITH, PASSWORD)
    user.emailaddress_set.create(email=WITH, verified=True, primary=True)


def main() -> None:
    """Measure in pairs, print the distributions."""
    prepare()
    print(f"{connection.vendor}, Python {sys.version.split()[0]}, Django {django.get_version()}, {PAIRS} answers each, milliseconds")
    print(f"{'':26}   with an account         without one         difference of")
    print(f"{'':26}   p10    p50    p90      p10    p50    p90    medians / spread")
    for title, (name, data) in FORMS.items():
        times: dict[str, list[float]] = {WITH: [], WITHOUT: []}
        for number in range(WARM_UP + PAIRS):
            for address in (WITH, WITHOUT) if number % 2 else (WITHOUT, WITH):
                took = answer_time(name, data, address)
                if number >= WARM_UP:
                    times[address].append(took)
        lines, medians, spreads = [], [], []
        for address in (WITH, WITHOUT):
            tenths = statistics.quantiles(times[address], n=10)
            medians.append(statistics.median(times[address]))
            spreads.append(tenths[-1] - tenths[0])
            lines.append(f"{tenths[0]:6.1f} {medians[-1]:6.1f} {tenths[-1]:6.1f}")
        difference = medians[0] - medians[1]
        print(f"{title:26} {lines[0]}   {lines[1]}   {difference:+7.2f} / {max(spreads):6.1f} = {abs(difference) / max(spreads):.2f}")
    OutgoingMail.objects.filter(address__in=(WITH, WITHOUT)).delete()


if __name__ == "__main__":
    main()
