"""Passkeys with a real browser and an authenticator that the browser itself pretends to have."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PHONE
from tests.rooms.world import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(server):
    """Return the site's address by name: browsers make no passkey for a number."""
    return server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def member(browser, server, site):
    """Return a page of a member without a passkey, on a phone."""
    context = browser.new_context(viewport=PHONE)
    context.add_cookies([{"name": "sessionid", "value": server.rooms["sign out"][1], "url": site}])
    page = context.new_page()
    page.session = context.new_cdp_session(page)
    page.session.send("WebAuthn.enable")
    yield page
    context.close()


def plug_in(page, **more):
    """Give the browser an authenticator; return its number."""
    return page.session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **more}})["authenticatorId"]


def say_who_one_is(page):
    """Type the password if the page asks for it: the member signed in when the tests were prepared."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()


def test_a_passkey_is_made_renamed_used_and_removed(member, site):
    plug_in(member)
    member.goto(f"{site}/account/2fa/webauthn/add/")
    say_who_one_is(member)
    expect(member.get_by_text("Passkeys need a browser")).to_be_hidden()
    member.get_by_label("Name of the passkey").fill("Mine")
    member.get_by_label("Name of the passkey").press("Enter")  # as good as the button
    expect(member.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(member.locator("main code")).to_have_count(10)

    member.goto(f"{site}/account/2fa/webauthn/")
    member.get_by_role("link", name="Rename Mine").click()
    member.get_by_label("Name of the passkey").fill("My phone")
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_role("heading", name="My phone")).to_be_visible()
    expect(member.get_by_text("Opens your account alone")).to_be_visible()

    member.goto(f"{site}/account/logout/")
    member.get_by_role("button", name="Sign out").click()
    expect(member.get_by_role("navigation", name="You").get_by_role("link", name="Sign in")).to_be_visible()
    member.goto(f"{site}/account/login/?next=/account/2fa/webauthn/")
    member.get_by_role("button", name="Use my passkey").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("Passkeys")

    member.get_by_role("link", name=re.compile("^Remove")).click()
    member.get_by_role("button", name="Remove").click()
    expect(member.get_by_text("You have no passkey yet.")).to_be_visible()


def test_a_passkey_that_fails_is_told_in_words_and_the_page_stays(browser, site):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.session = context.new_cdp_session(page)
    page.session.send("WebAuthn.enable")
    plug_in(page, isUserVerified=False)
    page.goto(f"{site}/account/login/")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()


def test_without_scripts_no_button_promises_what_cannot_work(browser, site):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    expect(page.get_by_role("button", name="Use my passkey")).to_be_hidden()
    expect(page.get_by_text("Passkeys need a browser")).to_be_visible()
    context.close()
