"""The real settings with DEBUG on; only password hashing, storages and speed differ."""

import os
import tempfile
from pathlib import Path

os.environ["DEBUG"] = "1"
os.environ.setdefault("SITE_URL", "http://testserver")

from oms_community.settings import *  # noqa: F403

DEBUG_PROPAGATE_EXCEPTIONS = False
if "sqlite3" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # A file: in memory, all threads would share one connection, and tests of two at once would prove nothing.
    # One for each process, so that two runs do not meet.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/oms-community-test-{os.getpid()}.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # noqa: F405
# Templates are compiled once, as they are where the site is deployed.
TEMPLATES[0]["OPTIONS"]["loaders"] = [("django.template.loaders.cached.Loader", TEMPLATES[0]["OPTIONS"]["loaders"])]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ERASURE_LEDGER = Path(tempfile.gettempdir()) / f"oms-community-test-{os.getpid()}.jsonl"
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
