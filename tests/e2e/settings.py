"""The settings of production, with the addresses of tests: pages for faults, and the pattern page."""

from oms_community.settings import *  # noqa: F403

ROOT_URLCONF = "tests.site.urls"
# Our own static files only: the admin's are many, and no browser test opens it.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
