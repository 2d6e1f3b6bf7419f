"""The reader's settings, without an account and without scripts."""

import re

import pytest

from tests.e2e.visitor import PHONE

EVERYWHERE = ("home", "overview", "symptoms", "treatment", "sources", "results", "help now", "about", "not found", "our mistake", "no database")


@pytest.fixture
def visitor(reader):
    """A phone without scripts."""
    return reader(size=PHONE, scripts=False)


def chosen(page):
    """Return what the page says that the reader chose."""
    html = page.locator("html")
    return {name: html.get_attribute(f"data-{name}") for name in ("text", "spacing", "theme", "underline")}


def choose(page, **labels):
    """Choose in the form, by the words of its groups and choices, and save."""
    for group, label in labels.items():
        page.get_by_role("group", name=group.replace("_", " ")).get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Save").click()


def test_a_reader_chooses_dark_and_largest_and_comes_back_to_the_page(visitor, server):
    page = visitor.page
    visitor.open(server.samples["topic"])
    bright = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("link", name="Text size and colours").click()
    choose(page, Text_size="Largest", Colours="Dark")
    assert page.url == f"{server.of('topic')}?saved=1"
    assert page.get_by_role("status").inner_text().startswith("Saved")
    assert chosen(page) == {"text": "largest", "spacing": None, "theme": "dark", "underline": None}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != bright
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 22


def test_the_choice_holds_on_every_page(visitor, server):
    visitor.open(server.samples["settings"])
    choose(visitor.page, Text_size="Large", Spacing=re.compile("Wide"), Colours="Light", Links="Underline every link, also in menus")
    for name in EVERYWHERE:
        visitor.open(server.samples[name])
        assert chosen(visitor.page) == {"text": "large", "spacing": "wide", "theme": "light", "underline": "all"}, name


def test_the_form_shows_what_is_chosen_and_can_take_it_all_back(visitor, server):
    page = visitor.page
    visitor.open(server.samples["settings"])
    choose(page, Text_size="Largest")
    assert page.get_by_label("Largest").is_checked()
    (cookie,) = (one for one in visitor.context.cookies() if one["name"] == "comfort")
    assert (cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == ("text:largest", True, "Lax")
    page.get_by_role("button", name="Reset to normal").click()
    assert chosen(page) == {"text": None, "spacing": None, "theme": None, "underline": None}
    assert "comfort" not in [one["name"] for one in visitor.context.cookies()]


def test_wide_spacing_really_is_wider(visitor, server):
    page = visitor.page
    visitor.open(server.samples["topic"])
    before = page.evaluate("getComputedStyle(document.body).lineHeight")
    visitor.open(server.samples["settings"])
    page.get_by_role("group", name="Spacing").get_by_label("Wide").check()
    page.get_by_role("button", name="Save").click()
    visitor.open(server.samples["topic"])
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight)")) > float(before.removesuffix("px"))
    assert page.evaluate("getComputedStyle(document.body).letterSpacing") != "normal"


@pytest.mark.parametrize("dark", [True, False])
def test_the_choice_beats_what_the_device_says(reader, server, dark):
    visitor = reader(dark=dark, cookie=f"theme:{'light' if dark else 'dark'}")
    visitor.open(server.samples["home"])
    red = int(re.match(r"rgb\((\d+)", visitor.page.evaluate("getComputedStyle(document.body).backgroundColor"))[1])
    assert (red > 128) == dark


def test_reading_leaves_nothing_in_the_browser(reader, server):
    visitor = reader()
    for name in ("home", "overview", "topic", "symptom", "results", "help now", "privacy"):
        visitor.open(server.samples[name])
    assert visitor.context.cookies() == []
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
