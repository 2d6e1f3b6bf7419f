"""Eye comfort: the choices, their cookie, and the way back."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from oms_community.comfort import ALLOWED, COOKIE, Comfort

pytestmark = pytest.mark.django_db

CHOICES = {"text": "largest", "spacing": "wide", "theme": "dark", "underline": "all"}


def choices():
    """Return any choices that the form allows."""
    return st.builds(Comfort, **{name: st.sampled_from(["", *values]) for name, values in ALLOWED.items()})


@given(choices())
def test_choices_survive_the_cookie(comfort):
    assert Comfort.from_cookie(comfort.to_cookie()) == comfort


@given(st.text(max_size=400))
def test_no_cookie_can_bring_in_a_value_that_is_not_allowed(value):
    comfort = Comfort.from_cookie(value)
    assert all(getattr(comfort, name) in ("", *values) for name, values in ALLOWED.items())


def test_saving_keeps_one_cookie_and_goes_back_where_the_reader_was(client):
    response = client.post(reverse("settings"), {**CHOICES, "next": "/help-now/?country=GB"})
    assert (response.status_code, response["Location"]) == (302, "/help-now/?country=GB&saved=1")
    cookie = response.cookies[COOKIE]
    assert cookie.value == "text:largest|spacing:wide|theme:dark|underline:all"
    assert (cookie["max-age"], cookie["samesite"], bool(cookie["httponly"]), bool(cookie["secure"])) == (365 * 86_400, "Lax", True, False)


def test_the_cookie_is_secure_where_sessions_are(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert client.post(reverse("settings"), CHOICES).cookies[COOKIE]["secure"]


def test_choices_show_on_every_page(client):
    client.post(reverse("settings"), CHOICES)
    html = client.get(reverse("about")).content.decode()
    assert 'data-text="largest" data-spacing="wide" data-theme="dark" data-underline="all"' in html
    assert '<meta name="color-scheme" content="dark">' in html


def test_a_page_without_choices_carries_none(client):
    assert "data-text" not in client.get(reverse("about")).content.decode()


def test_saying_saved_needs_no_session(client):
    response = client.get(reverse("about") + "?saved=1")
    assert 'role="status"' in response.content.decode()
    assert not response.cookies


def test_settings_show_what_was_chosen(client):
    client.post(reverse("settings"), CHOICES)
    assert 'value="largest" id="id_text_2" checked' in client.get(reverse("settings")).content.decode()


@pytest.mark.parametrize("sent", [{**CHOICES, "reset": "1"}, dict.fromkeys(CHOICES, ""), {}])
def test_normal_leaves_no_cookie(client, sent):
    client.post(reverse("settings"), CHOICES)
    response = client.post(reverse("settings"), sent)
    assert response.status_code == 302
    assert response.cookies[COOKIE].value == ""
    assert response.cookies[COOKIE]["max-age"] == 0


@pytest.mark.parametrize("value", ["huge", "large; path=/", "<script>", "l" * 9000, "\x00"])
def test_a_made_up_value_is_refused_and_explained(client, value):
    response = client.post(reverse("settings"), {**CHOICES, "text": value})
    html = response.content.decode()
    assert response.status_code == 422
    assert COOKIE not in response.cookies
    assert "<title>Error:" in html
    assert '<a href="#id_text_0">' in html
    assert "autofocus" in html
    assert "<script>" not in html.split("</head>")[1]


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org/x", "/\\example.org", "javascript:alert(1)", "\nhttps://example.org", "///example.org"]
)
def test_the_way_back_never_leaves_the_site(client, away):
    for response in (
        client.post(reverse("settings"), {**CHOICES, "next": away}),
        client.post(reverse("settings"), CHOICES, headers={"Referer": away}),
    ):
        assert response["Location"] == "/settings/?saved=1"


def test_the_form_remembers_the_page_that_led_to_it(client):
    html = client.get(reverse("settings"), headers={"Referer": "http://testserver/about/?saved=1"}).content.decode()
    assert 'name="next" value="/about/?saved=1"' in html
    response = client.post(reverse("settings"), {"next": "/about/?saved=1"})
    assert response["Location"] == "/about/?saved=1"


def test_the_settings_page_is_the_only_one_with_a_token(client):
    assert "csrftoken" in client.get(reverse("settings")).cookies
    assert "csrfmiddlewaretoken" in client.get(reverse("settings")).content.decode()
    for name in ("home", "help_now", "about", "privacy", "contact"):
        response = Client().get(reverse(name))
        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content


def test_settings_are_refused_without_the_token():
    response = Client(enforce_csrf_checks=True).post(reverse("settings"), CHOICES)
    assert response.status_code == 403
    assert COOKIE not in response.cookies
