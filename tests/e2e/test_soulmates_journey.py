"""The whole way of a parent: symptoms, consents, matches, the map, a family near by, and out of everything with one press. On a phone, no script."""

import re

import pytest

from tests import gazetteer
from tests.e2e.test_check_in import add_child, answer, main
from tests.e2e.test_membership import Person
from tests.e2e.visitor import PHONE

ME = "Evening Ferry"
LIST, PLACE, NEARBY = "/soulmates/", f"/map/place/{gazetteer.GRENOBLE}/", f"/map/nearby/?place={gazetteer.GRENOBLE}"


@pytest.fixture
def parent(reader, server):
    """Return a parent who joined a month ago and has recorded nothing yet."""
    return signed_in(reader, server, "matches: no record yet, a parent of a month")


@pytest.fixture
def other(reader, server):
    """Return another member who is compared with others and stands on the map."""
    return signed_in(reader, server, "matches: the list")


def signed_in(reader, server, room):
    """Return whoever may see a room, on a phone without scripts."""
    person = Person(reader(size=PHONE, scripts=False), "")
    person.window.become(server.rooms[room][1])
    return person


def looks_well(person):
    """Say that nothing is wrong with the page that is open."""
    address = person.page.url.removeprefix(person.window.server.url)
    assert person.window.look(address) == []


def met_by(person):
    """Return where a member meets the parent: among the matches, at the town, near it."""
    met = set()
    for name, address in {"matches": LIST, "place": PLACE, "nearby": NEARBY}.items():
        assert person.window.open(address) == []
        if ME in main(person):
            met.add(name)
    return met


def record_symptoms(parent):
    """Answer all pages of a check-in: four symptoms are there, the others are not."""
    there = {"Dancing eyes": "Severe", "Sudden muscle jerks": "Moderate", "Poor coordination and balance": "Severe", "Sleep problems": "Mild"}
    parent.window.open("/soulmates/symptoms/")
    parent.press("New check-in")
    parent.press("Begin")
    while "Step" in main(parent):
        for symptom, severity in there.items():
            if parent.page.get_by_role("group", name=symptom, exact=True).count():
                answer(parent, symptom, severity)
        parent.press("Nothing in this group")
    parent.press("Save check-in")
    assert parent.heading() == "Symptoms over time"


def begin_matching(parent):
    """Follow the offer after the first check-in, agree, and show one fact."""
    parent.press("See how it works")
    parent.press("Begin matching")
    assert "There is a problem" in main(parent)  # nothing is ticked beforehand
    parent.choose(re.compile("I agree that recorded symptoms are compared"))
    parent.choose("Age now, as a group")
    parent.press("Begin matching")


def appear_in_town(parent):
    """Agree to the map, choose a town area, and be asked twice, for a child."""
    parent.window.open("/map/me/")
    parent.choose(re.compile("I agree that I am shown on the map"))
    parent.press("Continue")
    parent.choose("Town area")
    parent.press("Continue")
    parent.page.get_by_label("Country").select_option("FR")
    parent.page.get_by_label("Town", exact=True).fill("greno")
    parent.press("Search")
    parent.choose("Grenoble")
    parent.press("Continue")
    assert "Area of Grenoble" in main(parent)
    parent.choose(re.compile("I am sure"))
    parent.press("Save")


def test_a_parent_is_matched_met_on_the_map_and_gone_from_both_with_one_press(parent, other):
    add_child(parent, "Pebble", age="2 to 4")
    record_symptoms(parent)
    assert met_by(other) == set()

    # Matches, each with its reasons, and of others only what both show.
    begin_matching(parent)
    looks_well(parent)
    cards = parent.page.locator(".matches > li").all_inner_texts()
    assert any("Lantern Hill" in card and "Dancing eyes" in card for card in cards)
    assert "Not shown on your side:" in main(parent)
    parent.press(re.compile(r"Why this match\W+Lantern Hill"))
    percents = [int(one) for one in re.findall(r"(\d+)", " ".join(parent.page.locator(".bars > li strong").all_inner_texts()))]
    assert sum(percents) == 100
    looks_well(parent)
    assert met_by(other) == {"matches"}

    # On the map, as a town area; a family within 200 km.
    appear_in_town(parent)
    parent.window.open("/map/")
    assert "You are shown as: area of Grenoble" in main(parent)
    parent.window.open("/map/nearby/")
    assert parent.heading() == "Members near Grenoble area"
    assert parent.page.get_by_label("Within").input_value() == "200"
    families = main(parent)
    assert families.index("In the same area") < families.index("Up the Valley") < families.index("At most 100 km away") < families.index("Silk Road")
    looks_well(parent)
    assert met_by(other) == {"matches", "place", "nearby"}

    # Out of everything, and the next request of the other knows nothing of it.
    parent.window.open(LIST)
    parent.press("Stop matching and leave the map")
    assert "Nobody finds you here any more" in main(parent)
    assert met_by(other) == set()
    parent.window.open("/map/me/")
    assert parent.heading() == "Before you appear on the map"
