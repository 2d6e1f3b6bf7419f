"""What every test has: a closed network, no counts of the test before, and a database that is named."""

import socket
from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import caches
from django.test import TransactionTestCase
from pytest_django.plugin import blocking_manager_key


def pytest_addoption(parser):
    """Add the option of the run on a second database (tests/run.py)."""
    parser.addoption("--second-database", action="store_true", help="leave out what knows no database and what is marked `once`: it was run before")


def pytest_collection_modifyitems(config, items):
    """On a second database leave out what was run with the first, and would say the same again."""
    if config.getoption("--second-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _again(item)])
        items[:] = [item for item in items if _again(item)]


def _again(item) -> bool:
    """Return whether a test may say something else on another database: pytest-django keeps all others from touching one."""
    if item.get_closest_marker("once"):
        return False
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames):
        return True
    return item.cls is not None and issubclass(item.cls, TransactionTestCase)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Bring back the groups that migrations made: a test that commits empties all tables at its end, and others of the process follow it."""
    result = yield
    if nextitem is None:  # nobody follows, and the database is gone
        return result
    marker = item.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        with item.config.stash[blocking_manager_key].unblock():
            for name in ("conditions.migrations.0002_editors_group", "members.migrations.0004_groups"):
                import_module(name).make_group(apps, None)
    return result


@pytest.fixture(autouse=True, scope="session")
def closed_network():
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def only_here(self, address):
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"A test wanted to reach {host}: the network is closed.")
        return connect(self, address)

    socket.socket.connect = only_here
    yield
    socket.socket.connect = connect


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Forget the limits that the test before has used up: all tests come from one address."""
    caches["default"].clear()


def pytest_report_header(config):
    """Say which database the run uses."""
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[1]}"
