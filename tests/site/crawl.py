"""Walk the whole site from its home page, as a visitor without an account."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.html import Document

OTHER_SCHEMES = ("mailto", "tel", "sms")
HOST = "http://testserver"
ROOMS = ("/account/",)  # behind these doors pages carry tokens and sessions: they have tests of their own


@dataclass
class Page:
    """An answer and where it came from. queries: how many it took. found_on: the first page that leads here. led_to: where it was redirected."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes
    queries: int
    found_on: str
    cookies: dict = field(default_factory=dict)
    led_to: str = ""

    @property
    def is_html(self) -> bool:
        """Whether it is a page, and no feed or file."""
        return self.headers.get("Content-Type", "").startswith("text/html")

    @cached_property
    def document(self) -> Document:
        """The page as the parser reads it."""
        return Document(self.body)

    def links(self) -> Iterator[str]:
        """Give every address that the page leads to, as it stands there."""
        for element in self.document.elements:
            for name in ("href", "src", "action"):
                if name in element.attrib:
                    yield element.attrib[name]


@dataclass
class Site:
    """All pages by address (without the part behind #), and what was met on the way."""

    pages: dict[str, Page] = field(default_factory=dict)
    links: set[tuple[str, str, str]] = field(default_factory=set)  # (page, address, part behind #), addresses of this site
    files: set[tuple[str, str]] = field(default_factory=set)  # (page, address under /static/)
    doors: set[tuple[str, str]] = field(default_factory=set)  # (page, address of a room that is not walked, or that asks who one is)
    outside: set[tuple[str, str]] = field(default_factory=set)  # (page, address elsewhere)

    def html(self) -> list[Page]:
        """Return the pages that people read."""
        return [page for page in self.pages.values() if page.is_html]


def crawl(client, start: str = "/") -> Site:
    """Follow every link of every page."""
    site, waiting, asked = Site(), deque([(start, "")]), set()
    while waiting:
        address, found_on = waiting.popleft()
        if address in asked:
            continue
        asked.add(address)
        page = fetch(client, address, found_on=found_on)
        if page.led_to.startswith(ROOMS):
            site.doors.add((found_on, address))
            continue
        site.pages[address] = page
        if not page.is_html:
            continue
        for link in page.links():
            _sort(site, page, link, waiting)
    return site


def fetch(client, address: str, *, found_on: str = "") -> Page:
    """Ask for one address, following redirects, and count the queries."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, follow=True)
    led_to = response.redirect_chain[-1][0] if response.redirect_chain else ""
    return Page(address, response.status_code, dict(response.items()), response.content, len(queries), found_on, dict(response.cookies), led_to)


def _sort(site: Site, page: Page, link: str, waiting: deque) -> None:
    whole, part = urldefrag(urljoin(HOST + page.address, link))
    where = urlsplit(whole)
    if where.scheme in OTHER_SCHEMES:
        return
    ours = {urlsplit(HOST).netloc, urlsplit(settings.SITE_URL).netloc}
    if where.netloc not in ours:
        site.outside.add((page.address, whole))
        return
    address = where.path + (f"?{where.query}" if where.query else "")
    if address.startswith("/static/"):
        site.files.add((page.address, address))
        return
    if address.startswith(ROOMS):
        site.doors.add((page.address, address))
        return
    site.links.add((page.address, address, part))
    waiting.append((address, page.address))


def file_exists(address: str) -> bool:
    """Return whether there is a static file at an address."""
    return finders.find(urlsplit(address).path.removeprefix("/static/")) is not None
