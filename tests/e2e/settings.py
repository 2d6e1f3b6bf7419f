"""The settings of production, with the addresses of tests: pages for faults, and the pattern page."""

from pathlib import Path

import leaflet

from oms_community.settings import *  # noqa: F403

ROOT_URLCONF = "tests.site.urls"
# Our own static files only: the admin's are many, and no browser test opens it.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATICFILES_DIRS.append(("leaflet", str(Path(leaflet.__file__).parent / "static" / "leaflet")))  # noqa: F405 - the map's library
# All visitors of the browser tests come from one address, and would soon meet the limits of one.
CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405
# No worker runs beside the server: tasks are done at once, and mail goes into files that a test can read.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env("E2E_MAIL", "var/e2e-mail")  # noqa: F405
MEDIA_ROOT = env("E2E_MEDIA", "var/e2e-media")  # noqa: F405
ERASURE_LEDGER = Path(env("E2E_MEDIA", "var/e2e-media")) / "erasures.jsonl"  # noqa: F405
# Passkeys belong to a name, not to a number, and here it is reached without https.
ALLOWED_HOSTS.append("localhost")  # noqa: F405
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
