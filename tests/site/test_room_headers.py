"""What the answers behind the door say about themselves: kept nowhere, shown in no frame, run by nothing but this site."""

from http.cookies import Morsel
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from tests.html import Document, none_of
from tests.rooms.world import PASSWORD, person
from tests.site.test_headers import FIXED, POLICY

pytestmark = pytest.mark.once
PUBLIC = ("soulmates:members_report", "soulmates:how_it_works", "moderation:report_about")
PUBLIC_LISTS = ("forum:question_list", "forum:question_unanswered", "forum:tag_list", "forum:tag_detail", "forum:question_detail")


def test_every_room_carries_the_headers_that_protect(rooms):
    odd = []
    for name, response in rooms.answers.items():
        odd += [f"{name}: {header} {response.get(header)}" for header, value in FIXED.items() if response.get(header) != value]
        if {part.strip() for part in response.get("Content-Security-Policy", "").split(";")} != POLICY:
            odd.append(f"{name}: {response.get('Content-Security-Policy')}")
        if "cookie" not in response.get("Vary", "").lower():
            odd.append(f"{name}: Vary {response.get('Vary')}")
    none_of(odd)


def test_no_page_of_somebody_may_be_kept_or_asked_about_again(rooms):
    odd = []
    for name, response in rooms.answers.items():
        if rooms.visits[name].who and ("no-store" not in response["Cache-Control"] or "ETag" in response and response.status_code == 304):
            odd.append(f"{name}: {response['Cache-Control']}")
    none_of(odd)


def _is_public(visit, response):
    """Return whether a page is everybody's: the reference with what is counted on it, the ways in, the map without members' cells."""
    match = resolve(urlsplit(visit.address).path)
    if match.view_name == "soulmates:map":
        return b"cells.json" not in response.content
    if match.view_name in PUBLIC_LISTS:
        return not visit.who  # a visitor's: which questions search engines may keep, tests/forum/test_structured.py says
    return match.namespace == "conditions" or match.view_name in PUBLIC


def test_private_pages_are_in_no_search_engine_and_name_nobody_in_the_title(rooms):
    odd = []
    for name, response in rooms.answers.items():
        if not response.get("Content-Type", "").startswith("text/html") or response.status_code in (301, 302):
            continue
        if _is_public(rooms.visits[name], response):
            continue
        document = Document(response.content)
        if "noindex" not in (document.meta("robots") or ""):
            odd.append(f"{name}: robots {document.meta('robots')!r}")
        if "/me/" in name:
            odd += [f"{name}: {document.title!r}" for word in rooms.names if word in document.title]
    none_of(odd)


def test_what_leads_elsewhere_carries_them_too():
    client = Client()
    for address in ("/me/", "/me/drafts/", "/members/abc/"):
        response = client.get(address)
        assert response.status_code == 302
        assert {name: response.get(name) for name in FIXED} == FIXED, address


@pytest.fixture
def production(settings):
    """The cookies of production, which tests/oms_community/test_env.py reads from the settings that start there."""
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_in_production_every_cookie_is_for_this_host_and_tls_alone(production):
    user = person("cookies", "Quiet Otter").user
    client = Client(enforce_csrf_checks=True)
    page = client.get("/account/login/", secure=True)
    (token,) = {one.get("value") for one in Document(page.content).all("input") if one.get("name") == "csrfmiddlewaretoken"}
    answer = client.post(
        "/account/login/",
        {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token},
        secure=True,
        headers={"referer": "https://testserver/account/login/"},
    )
    assert answer.status_code == 302
    choice = {"theme": "dark", "csrfmiddlewaretoken": client.cookies["__Host-csrf"].value}
    assert client.post("/settings/", choice, secure=True, headers={"referer": "https://testserver/"}).status_code == 302
    cookies: dict[str, Morsel] = client.cookies
    assert {"__Host-session", "__Host-csrf", "comfort"} <= set(cookies)
    for name, cookie in cookies.items():
        assert (bool(cookie["secure"]), cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax"), name
    assert cookies["__Host-session"]["httponly"]
    assert "no-store" in client.get("/me/", secure=True)["Cache-Control"]
