"""What one types is saved while one types, and comes back; in a real browser."""

import pytest
from playwright.sync_api import expect

SAVED = "We sat up all night again."


@pytest.fixture
def writer(reader, server):
    """A window of somebody who is signed in, on the form about themselves; the clock is the test's."""

    def open_form(*, clock=True, **more):
        visitor = reader(**more)
        visitor.become(server.rooms["a form with a draft"][1])
        if clock:
            visitor.page.clock.install()
        visitor.open(server.rooms["a form with a draft"][0])
        return visitor

    return open_form


def about(page):
    """The long text of the form."""
    return page.locator("main textarea").first


def test_a_text_is_saved_every_twenty_seconds_and_said_aloud_once(writer):
    visitor = writer()
    page = visitor.page
    about(page).fill(SAVED)
    with page.expect_response("**/me/drafts/save/") as answer:
        page.clock.run_for(21_000)
    assert answer.value.status == 200
    expect(page.locator("[data-draft-time]")).to_contain_text("Saved at")
    status = page.locator("[data-draft-status]")
    expect(status).to_have_text("Your text is saved as a draft.")
    visitor.requests.clear()
    page.clock.run_for(61_000)
    assert not [one for one in visitor.requests if "/me/drafts/save/" in one]  # nothing has changed
    assert not visitor.noted
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_whoever_leaves_the_page_finds_the_text_again(writer, server):
    visitor = writer(clock=False)
    page = visitor.page
    about(page).fill(SAVED + " And left.")
    page.goto(server.url + "/help-now/")
    page.wait_for_timeout(1000)  # the browser sends it on its own; no event of the page tells when
    visitor.open(server.rooms["a form with a draft"][0])
    expect(about(page)).to_have_value(SAVED + " And left.")
    expect(page.get_by_role("status").filter(has_text="Your text is still here")).to_be_visible()


def test_without_scripts_a_button_saves_and_the_text_is_back(writer):
    visitor = writer(scripts=False, clock=False)
    page = visitor.page
    about(page).fill(SAVED + " By hand.")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Your text is saved as a draft. Only you see it.")).to_be_visible()
    expect(about(page)).to_have_value(SAVED + " By hand.")
    page.get_by_role("button", name="Start again").click()
    expect(about(page)).not_to_have_value(SAVED + " By hand.")
    page.get_by_role("button", name="Undo").click()
    expect(about(page)).to_have_value(SAVED + " By hand.")


def test_a_failure_is_told_and_so_is_that_it_works_again(writer):
    visitor = writer()
    page = visitor.page
    page.route("**/me/drafts/save/", lambda route: route.abort())
    about(page).fill(SAVED + " Offline.")
    page.clock.run_for(21_000)
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved just now. Your text is still on this page.")
    page.unroute("**/me/drafts/save/")
    page.clock.run_for(21_000)
    expect(page.locator("[data-draft-status]")).to_have_text("Your text is saved as a draft.")


def test_signed_out_in_another_window_nothing_is_lost(writer, server):
    visitor = writer(clock=False)
    page = visitor.page
    about(page).fill(SAVED + " Too late.")
    visitor.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out. Your text is saved")
    visitor.become(server.rooms["a form with a draft"][1])
    visitor.open(server.rooms["a form with a draft"][0])
    expect(about(page)).to_have_value(SAVED + " Too late.")
