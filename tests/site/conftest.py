"""The whole reference, loaded once for the tests of this folder and gone afterwards."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from conditions.actions.load import load_condition
from tests.site.crawl import crawl


@pytest.fixture(scope="package")
def reference(django_db_setup, django_db_blocker):
    """Load content/oms in a transaction that is rolled back when the last test of this folder is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_condition(settings.BASE_DIR / "content" / "oms")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def db(reference):
    """Take back what one test writes, and leave the reference: the fixture of pytest-django would close the connection under it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def site(reference):
    """All that a visitor reaches from the home page."""
    return crawl(Client())
