"""One server and one browser for all tests of this folder."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, chromium
from tests.e2e import server as servers
from tests.e2e.visitor import NARROW, PHONE, WIDE, Visitor

VARIANTS = {
    "light": {"size": WIDE},
    "dark": {"size": WIDE, "dark": True},
    "phone": {"size": PHONE},
    "narrow": {"size": NARROW},
    "largest and wide": {"size": PHONE, "cookie": "text:largest|spacing:wide"},
    "without scripts": {"size": PHONE, "scripts": False},
}


def pytest_collection_modifyitems(items):
    """Mark what is here, so that `-m "not e2e"` leaves it out."""
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker("e2e")


@pytest.fixture(scope="package")
def executable():
    """Return the path of chromium; without one, skip, or fail where TEST_REQUIRE asks for it."""
    path = chromium()
    if path is None:
        if "browser" in os.environ.get("TEST_REQUIRE", ""):
            pytest.fail("The browser tests are required, but there is no chromium: apt-get install chromium.")
        pytest.skip("There is no chromium: apt-get install chromium.")
    return path


@pytest.fixture(scope="package")
def server(executable, tmp_path_factory):
    """Run the site as production does."""
    with servers.running(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="package")
def browser(executable):
    """Run one browser for all."""
    # Playwright keeps an event loop in this thread; Django takes that for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def visitors(browser, server):
    """Return a visitor of each variant, opened when first asked for."""
    opened: dict[str, Visitor] = {}

    def visitor(name):
        if name not in opened:
            opened[name] = Visitor(browser, server, **VARIANTS[name])
        return opened[name]

    yield visitor
    for one in opened.values():
        one.close()


@pytest.fixture
def reader(browser, server):
    """Return a maker of visitors of one's own, closed with the test."""
    opened = []

    def open_window(**more):
        opened.append(Visitor(browser, server, **more))
        return opened[-1]

    yield open_window
    for one in opened:
        one.close()
