"""Somebody finds people who are alike, says whether one feels right, and stops in one press: by keyboard, on a phone, without scripts."""

import re

import pytest

from tests.e2e.visitor import PHONE, WIDE

MINE, THEIRS = "matches: the list", "matches: the list for me, waiting for a closer one"
OTHER = "Paper Boat"


class Seeker:
    """Somebody who is compared with others, by keyboard alone."""

    def __init__(self, window, server, room):
        """Carry on as whoever may see a room."""
        self.window, self.page = window, window.page
        self.list, session = server.rooms[room]
        window.become(session)

    def look(self):
        """Open one's own matches, and return whom they name."""
        assert not self.window.look(self.list)
        return self.page.locator(".matches h2").all_inner_texts()

    def press(self, role, words):
        """Press Tab until a button or link of this name has the focus, then Enter; return nothing but the next page."""
        target = self.page.get_by_role("main").get_by_role(role, name=words).first
        target.wait_for()
        for _step in range(200):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                break
        else:
            raise AssertionError(f"no Tab leads to {words}")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, label):
        """Tick a box or choose an answer with the space bar."""
        self.page.get_by_role("main").get_by_label(label).first.focus()
        self.page.keyboard.press("Space")

    def says(self):
        """Return what the page says."""
        return self.page.get_by_role("main").inner_text()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_soulmate_is_found_judged_and_no_longer_found_by_keyboard_alone(reader, server, size):
    mine, theirs = Seeker(reader(size=size, scripts=False), server, MINE), Seeker(reader(size=size, scripts=False), server, THEIRS)
    assert OTHER in mine.look()

    # Why: reasons in words, whose bars are whole together.
    mine.press("link", re.compile(f"Why this match.*{OTHER}"))
    percents = [int(one) for one in re.findall(r"(\d+)", " ".join(mine.page.locator(".bars > li strong").all_inner_texts()))]
    assert sum(percents) == 100
    assert not mine.window.noted

    # Was it a good one? Said, changed, taken back.
    mine.choose("No")
    mine.press("button", "Send")
    assert "Thank you" in mine.says()
    mine.choose("Yes")
    mine.press("button", "Change my answer")
    mine.press("button", "Take it back")
    assert "is deleted" in mine.says()

    # A narrow look that finds nobody shows the way back.
    mine.window.open(f"{mine.list}?role=family&tumour=not-found")
    assert "Nobody fits all of this" in mine.says()
    mine.press("link", "Everyone")
    assert OTHER in mine.page.locator(".matches h2").all_inner_texts()

    # They stop: one press, and my next page does not know them.
    theirs.look()
    theirs.press("button", "Stop matching")
    assert "Matching is off" in theirs.says()
    assert OTHER not in mine.look()

    # And begin again: the box is empty, and has to be ticked.
    theirs.press("link", "Read what it means, and decide")
    theirs.press("button", "Begin matching")
    assert "There is a problem" in theirs.says()
    theirs.choose(re.compile("I agree that recorded symptoms are compared"))
    theirs.press("button", "Begin matching")
    assert OTHER in mine.look()


def test_a_visitor_reads_how_it_works_and_is_led_to_sign_in_from_the_matches(reader):
    visitor = reader(size=PHONE, scripts=False)
    assert not visitor.look("/soulmates/how-it-works/")
    assert "These two people do not exist" in visitor.page.get_by_role("main").inner_text()
    visitor.open("/soulmates/")
    assert "/account/login/" in visitor.page.url
