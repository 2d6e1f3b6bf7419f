"""The whole reference and every room's page, loaded once for the tests of this folder and gone afterwards."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from conditions.actions.load import load_condition
from tests.rooms import everything
from tests.rooms.world import Visit, build
from tests.site.crawl import crawl


@dataclass(frozen=True)
class Rooms:
    """Every page behind the door as its owner got it, once: visits and answers by "name (address)". names: of everybody who lives there."""

    visits: dict[str, Visit]
    answers: dict[str, HttpResponse]
    names: list[str]


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


@pytest.fixture(scope="package")
def rooms(reference):
    """Every room, visited once: for tests that read what was answered."""
    caches["default"].clear()
    with transaction.atomic():
        world = build()
        names = [member.pseudonym for member in world.members.values() if member.joined_at] + [world.child.nickname]
        visits = {f"{name} ({visit.address})": visit for name, visit in everything.visits(world).items()}
        found = Rooms(visits, {name: everything.answer(world, visit) for name, visit in visits.items()}, names)
        transaction.set_rollback(True)
    return found
