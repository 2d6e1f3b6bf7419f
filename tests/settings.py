"""The real settings with DEBUG on; only password hashing, storages and speed differ."""

import os

os.environ["DEBUG"] = "1"
os.environ.setdefault("SITE_URL", "http://testserver")

from oms_community.settings import *  # noqa: E402, F403

DEBUG_PROPAGATE_EXCEPTIONS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
