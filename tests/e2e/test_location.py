"""Somebody chooses how they appear on the map, in a real browser: suggestions while they type, and without scripts a button."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import NARROW, TOO_SMALL, TOO_WIDE


@pytest.fixture
def chooser(reader, server):
    """A window of somebody who agreed to the map and is hidden, on the page that asks for a town."""

    def open_page(**more):
        visitor = reader(**more)
        address, session = server.rooms["map, me: hidden"]
        visitor.become(session)
        visitor.open(address)
        visitor.page.get_by_label("Town area").check()
        visitor.page.get_by_role("button", name="Continue").click()
        visitor.page.get_by_label("Country").select_option("FR")
        return visitor

    return open_page


def faults(visitor):
    """What is wrong with the page as it stands, on the narrowest device."""
    return [*visitor.page.evaluate(TOO_WIDE), *visitor.page.evaluate(TOO_SMALL), *visitor.axe("everything"), *visitor.noted]


def town(page):
    """The field for the town's name."""
    return page.get_by_label("Town", exact=True)


def test_towns_are_listed_while_one_types_and_say_how_they_would_be_shown(chooser):
    visitor = chooser(size=NARROW)
    page = visitor.page
    assert not faults(visitor)
    town(page).press_sequentially("crémi", delay=20)
    choice = page.get_by_role("radio", name="Crémieu")
    expect(choice).to_be_visible()
    expect(page.locator("label", has=choice)).to_contain_text("You will be shown as: area of Villeurbanne")
    expect(page.get_by_role("status").filter(has_text="Towns are listed below.")).to_be_visible()
    assert all("cr" not in address.rsplit("/", 1)[-1] for address in visitor.requests)  # no address holds what is typed
    choice.check()
    assert not faults(visitor)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Is this how you want to appear?")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Crémieu")
    assert not faults(visitor)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_what_was_listed_goes_when_nothing_fits_any_more(chooser):
    visitor = chooser()
    page = visitor.page
    town(page).press_sequentially("lyon", delay=20)
    expect(page.get_by_role("radio", name="Lyon")).to_be_visible()
    town(page).press_sequentially("xq", delay=20)
    expect(page.get_by_role("status").filter(has_text="No town found.")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    assert not visitor.noted


def test_the_keyboard_is_enough(chooser):
    visitor = chooser()
    page = visitor.page
    town(page).press_sequentially("lyon", delay=20)
    expect(page.get_by_role("radio", name="Lyon")).to_be_visible()
    page.keyboard.press("Tab")  # the button "Search"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Lyon")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is this how you want to appear?")).to_be_visible()


def test_without_scripts_a_button_lists_the_towns(chooser):
    visitor = chooser(scripts=False)
    page = visitor.page
    expect(page.get_by_text("Which one?")).to_be_hidden()
    town(page).fill("lyon")
    page.locator("main").get_by_role("button", name="Search").click()
    page.get_by_role("radio", name="Lyon").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main strong")).to_contain_text("Area of Lyon")
