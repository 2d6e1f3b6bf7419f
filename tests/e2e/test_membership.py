"""A parent joins, adds a child, invites a second guardian, withdraws a consent, takes the data along, leaves, and comes back.

On a phone, without scripts, by the words on the labels and buttons, as people do.
"""

import re
import zipfile

import pytest

from tests.e2e.visitor import PHONE

PASSWORD = "three quiet otters swim"


class Person:
    """Somebody on a phone without scripts."""

    def __init__(self, window, address):
        """Keep the window and the address to sign in with."""
        self.window, self.page, self.address = window, window.page, address

    def press(self, words):
        """Press a button or follow a link, by keyboard, and wait for the next page."""
        target = self.page.get_by_role("main").get_by_role("button", name=words, exact=True)
        if not target.count():
            target = self.page.get_by_role("main").get_by_role("link", name=words, exact=True)
        target.first.focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, words):
        """Choose a radio button or tick a box, by keyboard."""
        self.page.get_by_label(words).first.focus()
        self.page.keyboard.press("Space")

    def type(self, label, text):
        """Type into a field."""
        self.page.get_by_label(label, exact=True).first.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def heading(self):
        """Return the page's heading."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def code(self):
        """Return the code of the last mail."""
        return re.findall(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]{4,})*)\s*$", self.window.server.letters_to(self.address)[-1], flags=re.MULTILINE)[-1]

    def join(self, name):
        """Walk all pages of joining with consent, as a parent."""
        self.window.open("/account/join/")
        self.press("Start")
        self.choose("18 or older")
        self.press("Continue")
        self.type("Name", name)
        self.press("Continue")
        self.page.get_by_role("checkbox").first.focus()
        self.page.keyboard.press("Space")
        self.press("I agree: continue")
        self.choose("Parent or carer")
        self.press("Continue")
        self.press("Continue")
        self.page.locator("input[type=email]").last.fill(self.address)
        self.page.locator("input[type=password]").first.fill(PASSWORD)
        self.page.locator("main form").last.get_by_role("button").first.focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(self.code())
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert f"Welcome, {name}" in self.heading()

    def confirm_identity(self):
        """Type the password again where the site asks for it."""
        field = self.page.locator("input[type=password]")
        if field.count():
            field.first.fill(PASSWORD)
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")


@pytest.fixture
def person(reader):
    """Return a maker of people, each with a phone of their own."""
    return lambda address: Person(reader(size=PHONE, scripts=False), address)


def test_a_parent_joins_adds_a_child_invites_withdraws_exports_leaves_and_returns(person, server, tmp_path):
    parent = person("first-parent@example.net")
    parent.join("Quiet Orchard")
    faults = parent.window.look("/me/")
    assert not faults

    # A child, with the carer's yes.
    parent.window.open("/me/patients/add/")
    parent.choose(re.compile("child", re.IGNORECASE))
    parent.press("Continue")
    while parent.page.get_by_role("checkbox").count():
        for box in parent.page.get_by_role("checkbox").all():
            box.focus()
            parent.page.keyboard.press("Space")
        parent.press("Continue")
    parent.page.locator("main input[type=text]").first.fill("Pebble")
    asked = parent.page.get_by_role("group", name="Which condition is it?")
    if asked.count():  # the pages to look at may have made others
        asked.get_by_role("radio", name=re.compile("^Opsoclonus")).check()
    parent.page.locator("main form").last.get_by_role("button").first.focus()
    with parent.page.expect_navigation():
        parent.page.keyboard.press("Enter")
    parent.window.open("/me/")
    parent.page.get_by_role("main").get_by_role("link", name=re.compile("Pebble")).first.focus()
    with parent.page.expect_navigation():
        parent.page.keyboard.press("Enter")
    record = parent.page.url

    # A second guardian.
    parent.window.open(record.removeprefix(server.url) + "invite/")
    parent.page.get_by_role("radio").first.focus()
    parent.page.keyboard.press("Space")
    parent.press("Make a code")
    code = parent.page.locator("main input[readonly]").first.input_value()
    guardian = person("second-parent@example.net")
    guardian.join("Harbour Light")
    guardian.window.open("/me/patients/join/")
    guardian.page.locator("main input[type=text]").first.fill(code)
    for group in guardian.page.locator("main fieldset:has(input[type=radio])").all():
        group.get_by_role("radio").first.check()
    for box in guardian.page.get_by_role("checkbox").all():
        box.check()
    guardian.press("Use the code")
    if guardian.page.get_by_role("checkbox").count():
        for box in guardian.page.get_by_role("checkbox").all():
            box.check()
        guardian.press("Continue")
    guardian.window.open(record.removeprefix(server.url))
    assert "Pebble" in guardian.heading()

    # A copy of everything.
    parent.window.open("/me/export/")
    parent.confirm_identity()
    parent.page.locator("main form").last.get_by_role("button").first.focus()
    with parent.page.expect_navigation():
        parent.page.keyboard.press("Enter")
    parent.confirm_identity()
    with parent.page.expect_download() as download:
        parent.page.locator("main a[href*='/me/export/']").first.click()
    download.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as mine:
        text = mine.read("data.json").decode()
    assert "Pebble" in text
    assert "first-parent@example.net" in text
    assert "Harbour Light" not in text
    assert "second-parent" not in text

    # The second guardian takes the yes back: the record is out of their reach in the same request.
    guardian.window.open("/me/privacy/consents/")
    card = guardian.page.locator("main form", has=guardian.page.locator("input[value=withdraw], button[value=withdraw]")).first
    card.get_by_role("button").first.focus()
    with guardian.page.expect_navigation():
        guardian.page.keyboard.press("Enter")
    assert guardian.page.goto(record).status == 404

    # Leaving, and coming back.
    parent.window.open("/me/erase/")
    parent.confirm_identity()
    parent.page.locator("main form").last.get_by_role("button").first.focus()
    with parent.page.expect_navigation():
        parent.page.keyboard.press("Enter")
    parent.window.open("/me/")
    assert parent.page.url.endswith("/me/erase/undo/")
    parent.page.locator("main form").last.get_by_role("button").first.focus()
    with parent.page.expect_navigation():
        parent.page.keyboard.press("Enter")
    parent.window.open("/me/")
    assert parent.page.url.endswith("/me/")
    assert parent.page.get_by_role("main").get_by_text("Pebble").first.is_visible()
