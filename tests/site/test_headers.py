"""What every answer to a visitor says about itself: who may run what in it, how it may be kept, and that nothing is left behind."""

import pytest

from tests.html import none_of
from tests.site import samples

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SETTINGS = "/settings/"


def test_the_policy_lets_pages_use_this_site_only(site):
    none_of(
        f"{page.address}: {page.headers.get('Content-Security-Policy')}"
        for page in site.pages.values()
        if {part.strip() for part in page.headers.get("Content-Security-Policy", "").split(";")} != POLICY
    )


@pytest.mark.parametrize("name", FIXED)
def test_every_answer_carries_the_headers_that_protect_readers(site, name):
    none_of(f"{page.address}: {page.headers.get(name)}" for page in site.pages.values() if page.headers.get(name) != FIXED[name])


def test_pages_may_be_kept_if_the_browser_asks_again(site):
    for page in site.pages.values():
        if page.address != SETTINGS:
            assert page.headers["Cache-Control"] == "no-cache", page.address
            assert page.headers["ETag"], page.address


def test_pages_say_that_they_depend_on_cookies(site):
    none_of(page.address for page in site.html() if "cookie" not in page.headers.get("Vary", "").lower())


def test_reading_leaves_no_cookie(site):
    none_of(f"{page.address}: {list(page.cookies)}" for page in site.pages.values() if page.cookies and page.address != SETTINGS)
    assert list(site.pages[SETTINGS].cookies) == ["csrftoken"]


def test_the_settings_are_never_kept(site):
    assert "no-store" in site.pages[SETTINGS].headers["Cache-Control"]


@pytest.fixture
def kinds(reference):
    """One page of each kind, as addresses."""
    wanted = samples.samples()
    return [
        wanted[name]
        for name in ("home", "overview", "symptoms", "topic", "symptom", "treatment", "sources", "glossary", "help now", "about", "results")
    ]


def test_a_browser_that_has_the_page_gets_304_and_no_bytes(client, kinds):
    for address in kinds:
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again["ETag"] == first["ETag"]


def test_a_page_has_the_same_bytes_twice(client, kinds):
    for address in (*kinds, "/sitemap.xml", "/feeds/reference.xml", "/robots.txt"):
        assert client.get(address).content == client.get(address).content, address


def test_pages_hold_no_token_that_belongs_to_one_visitor(site):
    none_of(page.address for page in site.html() if (b"csrf" in page.body or b"nonce" in page.body) and page.address not in (SETTINGS, "/privacy/"))


def test_a_head_request_gets_the_headers_alone(client, kinds):
    for address in kinds:
        response = client.head(address)
        assert (response.status_code, response.content) == (200, b""), address


def test_what_only_reads_refuses_a_post(client):
    for address in ("/", "/help-now/", "/about/", "/search/"):
        assert client.post(address).status_code == 405, address
