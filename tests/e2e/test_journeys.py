"""What a frightened parent does at night: on a phone, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PHONE


@pytest.fixture
def page(reader, server):
    """The home page on a phone without scripts."""
    visitor = reader(size=PHONE, scripts=False)
    visitor.open("/")
    yield visitor.page
    assert not visitor.noted


def menu(page):
    """The main menu."""
    return page.get_by_role("navigation", name="Main")


def test_from_home_to_a_symptom_to_its_source_and_back(page):
    menu(page).get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="What are the symptoms?").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("symptoms")
    page.get_by_role("main").get_by_role("link", name="Dancing eyes").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("eyes")
    mark = page.get_by_role("main").get_by_role("link", name="Source 1", exact=True).first
    mark.click()
    assert page.url.endswith("#s1")
    source = page.locator("#s1")
    expect(source).to_be_in_viewport()
    source.get_by_role("link", name="Back to where source 1 is first used").click()
    assert page.url.endswith("#c1")
    expect(page.locator("#c1")).to_be_in_viewport()


def test_from_a_search_in_plain_words_to_the_answer(page):
    page.get_by_role("searchbox").fill("shaking eyes")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.get_by_role("status")).to_contain_text("result")
    first = page.get_by_role("main").get_by_role("listitem").get_by_role("heading").first
    expect(first).to_contain_text("eyes")
    first.get_by_role("link").click()
    assert "/symptoms/" in page.url
    expect(page.get_by_text("Not yet reviewed by a clinician.").first).to_be_visible()


def test_a_misspelt_search_is_understood(page, server):
    page.goto(f"{server.url}/search/?q=opsoclnous")
    page.get_by_role("main").get_by_role("link", name="opsoclonus").first.click()
    expect(page.get_by_role("status")).to_contain_text("result")


def test_help_is_in_the_same_place_on_every_page_and_leads_to_a_number(page, server):
    for name in ("overview", "symptom", "sources", "not found"):
        page.goto(server.of(name))
        expect(menu(page).get_by_role("link").last).to_have_text("Help now")
    menu(page).get_by_role("link", name="Help now").click()
    page.get_by_label("Country").select_option("Germany")
    page.get_by_role("button", name="Show numbers").click()
    call = page.get_by_role("link", name="Germany: call 112")
    expect(call).to_have_attribute("href", "tel:112")


def test_a_mistyped_address_leads_to_the_page_that_was_meant(page, server):
    page.goto(server.of("nearly found"))
    expect(page.get_by_role("heading", level=1)).to_have_text("We cannot find this page")
    page.get_by_role("main").get_by_role("link", name="hereditary").or_(page.get_by_role("main").get_by_role("link", name="inherited")).first.click()
    assert page.url.endswith("/hereditary/")


def test_the_first_screen_of_a_phone_answers_the_title(page, server):
    for name in ("topic", "symptom", "treatment"):
        page.goto(server.of(name))
        expect(page.locator(".lead")).to_be_in_viewport()
