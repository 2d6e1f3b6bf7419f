"""A parent records symptoms on a phone, without scripts, by keyboard: in a few pages, interrupted and resumed, and a second time by two presses."""

import re

import pytest

from tests.e2e.test_membership import Person
from tests.e2e.visitor import PHONE


@pytest.fixture
def parent(reader):
    """Return a parent with a child's record."""
    person = Person(reader(size=PHONE, scripts=False), "check-in-parent@example.net")
    person.join("Evening Lamp")
    add_child(person, "Pebble")
    return person


def add_child(person, nickname, age=""):
    """Make the record of a child on its pages, with the consents it needs."""
    person.window.open("/me/patients/add/")
    person.choose(re.compile("child", re.IGNORECASE))
    person.press("Continue")
    for box in person.page.get_by_role("checkbox").all():
        box.focus()
        person.page.keyboard.press("Space")
    person.press("Continue")
    person.page.locator("main input[type=text]").first.fill(nickname)
    if age:
        person.choose(age)
    asked = person.page.get_by_role("group", name="Which condition is it?")
    if asked.count():  # the pages to look at may have made others
        asked.get_by_role("radio", name=re.compile("^Opsoclonus")).check()
    person.page.locator("main form").last.get_by_role("button").first.focus()
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def answer(person, symptom, words):
    """Answer one question, by keyboard."""
    group = person.page.get_by_role("group", name=symptom, exact=True)
    group.get_by_role("radio", name=words, exact=True).focus()
    person.page.keyboard.press("Space")


def main(person):
    """Return what the page says."""
    return person.page.get_by_role("main").inner_text()


def test_a_parent_records_symptoms_is_interrupted_goes_on_and_sees_what_changed(parent):
    page = parent.page
    assert parent.window.look("/soulmates/symptoms/") == []
    parent.press("New check-in")
    parent.press("Begin")

    # The first page; then the telephone rings.
    assert "Step 1 of 8" in main(parent)
    answer(parent, "Dancing eyes", "Severe")
    parent.press("Save and finish later")
    assert "You began a check-in" in main(parent)
    parent.press("Go on")
    pages = 1

    # The other pages: one press each, but for sleep.
    while "Step" in main(parent):
        pages += 1
        if parent.heading() == "Sleep":
            answer(parent, "Sleep problems", "Very severe")
            answer(parent, "Wakes often at night", "Do not know")
        parent.press("Nothing in this group")
    assert pages == 8

    # A symptom that no page asked about, in words of one's own, mistyped.
    assert parent.heading() == "Check your answers"
    parent.press("Add another symptom")
    page.get_by_label("Which symptom?").focus()
    page.keyboard.type("noisey sleep")
    parent.press("Find")
    page.get_by_role("radio", name=re.compile("Snoring")).focus()
    page.keyboard.press("Space")
    answer(parent, "How strong is it?", "Mild")
    parent.press("Save symptom")
    assert "Snoring" in main(parent)

    page.get_by_label("A note for yourselves (optional)").focus()
    page.keyboard.type("First week at home")
    parent.press("Save check-in")
    assert parent.heading() == "Symptoms over time"
    assert "is saved" in main(parent)
    assert "First week at home" in main(parent)

    # Some days later: the same, except that the sleep is better.
    parent.window.open("/soulmates/symptoms/")
    parent.press("Same as last time, except …")
    parent.press("Begin with last time’s answers")
    assert parent.heading() == "Check your answers"
    page.get_by_role("link", name=re.compile(r"^Change\W+Sleep problems$")).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    answer(parent, "Sleep problems", "Mild")
    parent.press("Save and go back to all answers")
    parent.press("Save check-in")
    rows = [row.inner_text() for row in page.locator("main table").first.locator("tbody tr").all()]
    assert len(rows) == 2

    # Deleted, and brought back.
    page.get_by_role("link", name=re.compile("^Delete")).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    parent.press("Delete")
    assert page.locator("main table").first.locator("tbody tr").count() == 1
    page.get_by_role("button", name=re.compile("^Undo")).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main table").first.locator("tbody tr").count() == 2
    record = re.search(r"/symptoms/([^/]+)/history/", page.url).group(1)
    faults = [parent.window.look(f"/soulmates/symptoms/{record}/{address}/") for address in ("history", "summary", "kept-out")]
    assert faults == [[], [], []]
