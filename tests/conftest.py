"""What every test has: a closed network, no counts of the test before, and a database that is named."""

import socket

import pytest
from django.core.cache import caches


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
