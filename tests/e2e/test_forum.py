"""A question is answered, commented on, found helpful and accepted by two members: by keyboard, on a phone; a visitor reads it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import PHONE

ASKS, ANSWERS, VISITS = "a question without an answer, to who asked", "a question, to a member", "a question without an answer"


class Member:
    """Somebody at a question, with a keyboard alone."""

    def __init__(self, window, server, room, address=""):
        """Carry on as whoever may see a room, at its address or another."""
        self.window, self.page = window, window.page
        here, session = server.rooms[room]
        self.address = address or here
        window.become(session)

    @property
    def main(self):
        """The main part of the page."""
        return self.page.get_by_role("main")

    def open(self):
        """Open the question; nothing may be wrong with the page."""
        assert not self.window.look(self.address)

    def press(self, role, words, number=0):
        """Press Tab until a button or link of this name has the focus, then Enter."""
        target = self.main.get_by_role(role, name=words).nth(number)
        target.wait_for()
        for _step in range(200):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                break
        else:
            raise AssertionError(f"no Tab leads to {words}")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label, words):
        """Type into a field that has the focus by keyboard."""
        self.main.get_by_label(label).first.focus()
        self.page.keyboard.type(words)


@pytest.fixture
def two(reader, server):
    """Who asked, and who answers, each with a window of their own."""
    here = server.rooms[ASKS][0]
    return Member(reader(size=PHONE, scripts=False), server, ASKS), Member(reader(size=PHONE, scripts=False), server, ANSWERS, here)


def test_two_members_answer_comment_vote_accept_and_take_it_back_by_keyboard_alone(two, reader, server):
    asker, other = two
    other.open()
    other.press("button", re.compile("I have this question too"))
    expect(other.main.get_by_role("button", name="I have this question too 1")).to_have_attribute("aria-pressed", "true")
    other.write("What was it like for you?", "With us it took one winter.")
    other.press("button", "Post answer")
    expect(other.main.get_by_role("heading", name="1 answer")).to_be_visible()
    assert not other.window.noted

    asker.open()
    asker.press("link", "Comment", 1)
    asker.write("Your comment", "Thank you, that helps to know.")
    asker.press("button", re.compile("^Post"))
    expect(asker.main).to_contain_text("Thank you, that helps to know.")
    asker.press("button", re.compile("^Helpful"))
    expect(asker.main.get_by_role("button", name="Helpful 1")).to_have_attribute("aria-pressed", "true")
    asker.press("button", "Helped me")
    expect(asker.main).to_contain_text("This helped who asked")
    asker.press("button", "Stop watching")
    expect(asker.main.get_by_role("button", name="Watch", exact=True)).to_be_visible()

    visitor = reader(size=PHONE, scripts=False)
    assert not visitor.look(asker.address)
    for words in ("With us it took one winter.", "This helped who asked", "1 member has this question, too", "Sign in to answer"):
        expect(visitor.page.get_by_role("main")).to_contain_text(words)
    assert visitor.page.get_by_role("main").get_by_role("button").count() == 0

    asker.press("button", "Helped me")
    asker.press("button", "Helpful 1")
    expect(asker.main).not_to_contain_text("This helped who asked")
    expect(asker.main.get_by_role("button", name="Helpful 0")).to_have_attribute("aria-pressed", "false")


def test_a_visitor_who_wants_to_answer_signs_in_and_comes_back(reader, server):
    visitor = reader(size=PHONE, scripts=False)
    address = server.rooms[VISITS][0]
    visitor.open(address)
    visitor.page.get_by_role("main").get_by_role("link", name="Sign in to answer").click()
    assert visitor.page.url.endswith(f"/account/login/?next={address}")
