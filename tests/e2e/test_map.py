"""The live map in a browser, for visitors and members. What the server answers is made up here where a test needs to know it."""

import json
import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.visitor import NARROW, PHONE, WIDE

LYON, TOKYO = [4575, 485, 5], [3569, 13975, 10, 77]
CELLS = {"v": 2, "z": 2, "c": [LYON, TOKYO]}
UNITS = {"v": 1, "k": 11, "n": "50+", "u": [["FR", 46.6, 2.4, "20+"], ["JP", 36.3, 137.9, "10+"]]}
LINES = '<li id="unit-FR" data-test="made">France</li><li id="unit-JP" data-test="made">Japan</li>'
VISITORS, MEMBERS = "map: visitors", "map: members"
OVERTAKEN = "net::ERR_ABORTED"  # a question whose answer nobody waits for any more
BOX = '<label><input type="checkbox" autocomplete="off" data-map-layer="{name}"> made {name}</label>'
BARE = {"own": None, "matches": [], "organisations": [], "view": None}
FACTS = re.compile(r'(<script id="map-facts" type="application/json">)(.*?)(</script>)', re.DOTALL)


class Map:
    """The map's page in one window, with what the server says about it put in."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.asked: list[str] = []
        self.answer = (200, CELLS)

    def open(self, live, *, session=""):
        """Open the page; live: put over what the page hands to its script."""
        self.visitor.become(session)
        self.page.route("**/map/", self._page(live))
        self.page.route("**/map/cells.json*", self._cells)
        self.page.route("**/made-units.json", lambda route: route.fulfill(json=UNITS))
        noted = self.visitor.open("/map/")
        self.page.locator("[data-map]").wait_for()
        return noted

    def _page(self, live):
        def fulfil(route):
            response = route.fetch()
            body = response.text()
            facts = json.loads(FACTS.search(body)[2])
            facts["live"].update(live)
            written = json.dumps(facts).replace("<", "\\u003C")
            body = FACTS.sub(lambda match: match[1] + written + match[3], body)
            body = re.sub(r'id="unit-(FR|JP)"', "", body).replace('<section class="live-map"', f'<ul>{LINES}</ul><section class="live-map"')
            boxes = "".join(BOX.format(name=name) for name in ("matches", "organisations") if live.get(name))
            body = body.replace('<div class="live-map__panel">', f'{boxes}<div class="live-map__panel">')
            route.fulfill(response=response, body=body)

        return fulfil

    def _cells(self, route):
        self.asked.append(route.request.url)
        status, body = self.answer
        route.fulfill(status=status, json=body)

    def marks(self):
        """Return what the marks are called."""
        return [one.get_attribute("aria-label") for one in self.page.locator(".live-map__mark").all()]

    def mark(self, name):
        return self.page.locator(f'.live-map__mark[aria-label^="{name}"]')

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def wait_for_marks(self, number):
        self.page.wait_for_function("number => document.querySelectorAll('.live-map__mark').length === number", arg=number)

    def focused(self):
        return self.page.evaluate("document.activeElement.id || document.activeElement.className")

    def status(self):
        return self.page.locator("[data-map-status]").text_content()

    def colour_of_land(self):
        """Return the most frequent solid colour that is painted."""
        return self.page.evaluate("""() => {
          const canvas = document.querySelector(".live-map__canvas canvas");
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = {};
          for (let at = 0; at < data.length; at += 4 * 97) if (data[at + 3] === 255) {
            const key = `${data[at]},${data[at + 1]},${data[at + 2]}`;
            seen[key] = (seen[key] ?? 0) + 1;
          }
          return Object.entries(seen).sort((one, other) => other[1] - one[1])[0]?.[0];
        }""")

    def wait_for_land(self):
        self.page.wait_for_function("""() => {
          const canvas = document.querySelector(".live-map__canvas canvas");
          return canvas && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0);
        }""")


@pytest.fixture
def visiting(reader):
    """Return an opened map as visitors have it."""

    def opened(live=None, **how):
        found = Map(reader(**how))
        found.noted = found.open({**BARE, "units": "/made-units.json", "cells": "", "place": "", **(live or {})})
        found.wait_for_marks(2)
        return found

    return opened


@pytest.fixture
def member(reader, server):
    """Return an opened map as members who may look have it."""
    _address, session = server.rooms[MEMBERS]

    def opened(live=None, *, marks=2, answer=None, **how):
        found = Map(reader(**how))
        found.answer = answer or found.answer
        found.noted = found.open({**BARE, "units": "", "cells": "/map/cells.json", "place": "/map/place/0/", **(live or {})}, session=session)
        found.wait_for_marks(marks)
        return found

    return opened


def test_visitors_and_members_ask_no_other_host_and_break_no_rule_of_the_policy(reader, server):
    visitor = reader()
    for room in (VISITORS, MEMBERS, "map: members, with matches"):
        address, session = server.rooms[room]
        visitor.become(session)
        faults = visitor.open(address)
        visitor.page.locator("[data-map]").wait_for()
        visitor.page.locator(".live-map__canvas canvas").wait_for()
        visitor.page.wait_for_load_state("networkidle")
        assert any("/basemap/countries-" in one for one in visitor.requests)
        for _ in range(7):
            visitor.page.get_by_role("button", name="Zoom in", exact=True).click()
            visitor.page.wait_for_load_state("networkidle")
        assert any("/basemap/squares-" in one for one in visitor.requests)
        assert not [one for one in faults if not (OVERTAKEN in one and "/map/cells.json" in one)]


def test_the_live_map_takes_the_place_of_the_still_one(visiting):
    page = visiting().page
    assert page.locator("[data-map]").is_visible()
    assert not page.locator("[data-map-still]:visible").count()


def test_without_scripts_the_still_map_and_the_list_are_there(reader, server):
    visitor = reader(scripts=False, size=PHONE)
    faults = visitor.look("/map/", axe="")
    assert not faults
    assert not visitor.page.locator("[data-map]").is_visible()
    assert visitor.page.locator("[data-map-still] svg[role=img]").first.is_visible()


def test_visitors_see_badges_with_names_and_what_they_are_called_says_the_number_in_words(visiting):
    opened = visiting()
    assert opened.marks() == ["France, 20 or more members", "Japan, 10 or more members"]
    assert opened.mark("France").inner_text().split() == ["20+", "France"]
    assert not opened.asked


def test_enter_leads_from_a_number_to_its_line_and_escape_leads_back(visiting):
    opened = visiting()
    opened.mark("Japan").focus()
    opened.page.keyboard.press("Enter")
    assert opened.focused() == "unit-JP"
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Japan, 10 or more members"


def test_the_map_begins_where_the_numbers_are_and_the_whole_world_is_one_press_away(visiting):
    opened = visiting()
    seen = opened.page.locator("[data-map-land]").bounding_box()
    boxes = [one.bounding_box() for one in opened.page.locator(".live-map__mark").all()]
    apart = abs(boxes[0]["x"] - boxes[1]["x"])
    assert all(seen["x"] <= box["x"] <= seen["x"] + seen["width"] for box in boxes)
    assert apart > seen["width"] / 2
    opened.press("Whole world")
    boxes = [one.bounding_box() for one in opened.page.locator(".live-map__mark").all()]
    assert abs(boxes[0]["x"] - boxes[1]["x"]) < apart


def test_a_click_leads_to_the_line_too_and_what_hid_it_opens(member):
    opened = member()
    entries = opened.page.locator("[data-map-entries]")
    assert not entries.evaluate("one => one.open")
    opened.mark("Around").first.click()
    assert entries.evaluate("one => one.open")
    assert "live-map__met" in opened.focused()
    assert "5 or more" in opened.page.evaluate("document.activeElement.textContent")


def test_every_mark_and_every_button_is_reached_by_the_tab_key(member):
    opened = member()
    opened.page.locator("[data-map-land]").focus()
    met = []
    for _ in range(9):
        opened.page.keyboard.press("Tab")
        met.append(opened.page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"))
    assert sum("or more members" in one for one in met[:2]) == 2
    assert met[2:] == ["Zoom in", "Zoom out", "West", "North", "South", "East", "Whole world"]


def test_the_skip_link_leads_past_the_map(visiting):
    opened = visiting()
    opened.page.get_by_role("link", name="Skip the map").focus()
    opened.page.keyboard.press("Enter")
    assert opened.focused() == "after-live-map"


def test_a_members_circles_are_asked_for_by_whole_tiles_and_stand_in_a_list(member):
    opened = member()
    assert len(opened.asked) == 1
    z, west, east, north, south = (int(one) for one in re.fullmatch(r".*\?z=(\d)&x=(\d+)-(\d+)&y=(\d+)-(\d+)", opened.asked[0]).groups())
    assert 0 <= west <= east < 2**z
    assert 0 <= north <= south < 2**z
    assert opened.status() == "Areas with members in this part of the map: 2."
    opened.page.locator("[data-map-entries] summary").click()
    lines = [one.inner_text() for one in opened.page.locator(".live-map__entries > li").all()]
    assert "Near Tokyo, Japan: 10 or more" in lines[0]
    assert "5 or more" in lines[1]
    link = opened.page.get_by_role("link", name="See the members of this area")
    assert link.get_attribute("href") == "/map/place/77/"


def test_a_line_of_several_towns_leads_nearer(member):
    opened = member()
    before = opened.asked[-1]
    opened.page.locator("[data-map-entries] summary").click()
    opened.page.get_by_role("button", name="Zoom in here").click()
    opened.page.wait_for_function("() => true")
    opened.page.wait_for_timeout(500)
    assert opened.asked[-1] != before
    zoom = [int(re.search(r"z=(\d)", one)[1]) for one in (before, opened.asked[-1])]
    assert zoom[1] == zoom[0] + 2


def test_ones_own_circle_has_another_colour_and_a_mark_of_its_own_only_where_no_circle_is(member):
    own = {"lat": 45.75, "lng": 4.85, "name": "Lyon"}
    opened = member({"own": own}, marks=1)  # the map begins there, and the other circle is far away
    assert opened.page.locator(".live-map__mark--mine").count() == 1
    alone = member({"own": own}, answer=(200, {**CELLS, "c": []}), marks=1)
    assert alone.marks() == ["You are shown as: area of Lyon"]


def test_matches_of_one_town_share_a_pin_and_those_of_a_region_have_a_badge_with_its_name(member):
    matches = [
        {"lat": 48.85, "lng": 2.35, "name": "Ana", "where": "Paris, France", "kind": "place", "entry": "unit-FR"},
        {"lat": 48.85, "lng": 2.35, "name": "<b>Bo</b>", "where": "Paris, France", "kind": "place", "entry": "unit-FR"},
        {"lat": 43.0, "lng": 12.0, "name": "Cy", "where": "Umbria, Italy", "kind": "region", "entry": "unit-JP"},
    ]
    opened = member({"matches": matches, "view": {"lat": 46, "lng": 6, "zoom": 5}}, marks=1)
    opened.page.get_by_label("made matches").check()
    opened.wait_for_marks(3)
    pin, badge = opened.page.locator(".live-map__mark--pin"), opened.page.locator(".live-map__mark--badge")
    assert pin.inner_text() == "Ana, <b>Bo</b>"
    assert pin.get_attribute("aria-label") == "Your matches: Ana, <b>Bo</b>, Paris, France"
    assert badge.inner_text() == "Umbria, Italy: Cy"
    badge.focus()
    opened.page.keyboard.press("Enter")
    assert opened.focused() == "unit-JP"
    for _ in range(3):
        opened.press("Zoom out")
    opened.mark("Your matches: Ana, <b>Bo</b>, Cy").wait_for()  # from far away all of them share one mark, and it says so
    assert opened.page.locator(".live-map__mark--badge, .live-map__mark--pin").count() == 1


def test_layers_are_put_on_and_taken_off_with_the_space_key(member):
    opened = member({"organisations": [{"code": "FR", "lat": 46.6, "lng": 2.4, "n": 3, "entry": "unit-FR"}]})
    box = opened.page.get_by_label("made organisations")
    box.focus()
    opened.page.keyboard.press("Space")
    opened.wait_for_marks(3)
    assert "Organisations in France: 3" in opened.marks()
    opened.page.keyboard.press("Space")
    opened.wait_for_marks(2)


def test_the_wheel_scrolls_the_page_and_never_zooms_the_map(member):
    opened = member()
    land = opened.page.locator("[data-map-land]")
    land.scroll_into_view_if_needed()
    land.hover()
    asked, top = len(opened.asked), opened.page.evaluate("scrollY")
    opened.page.mouse.wheel(0, -120)
    opened.page.wait_for_function("top => scrollY !== top", arg=top)
    opened.page.wait_for_timeout(400)
    assert len(opened.asked) == asked


def test_nothing_slides_when_the_map_is_moved_by_keys_or_buttons(visiting):
    opened = visiting()
    pane = "document.querySelector('.leaflet-map-pane').style.transform"
    opened.press("Zoom in")
    for move in (lambda: opened.press("East"), lambda: opened.page.keyboard.press("ArrowLeft")):
        opened.page.locator("[data-map-land]").focus()
        before = opened.page.evaluate(pane)
        move()
        at_once = opened.page.evaluate(pane)
        opened.page.wait_for_timeout(400)
        assert before != at_once == opened.page.evaluate(pane)
        assert not opened.page.evaluate("document.getAnimations().length")
        assert not opened.page.locator(".leaflet-pan-anim, .leaflet-zoom-anim").count()


def test_the_map_says_when_it_comes_no_nearer_and_stays_inside_of_the_world(visiting):
    opened = visiting()
    for _ in range(9):
        opened.press("Zoom in")
    assert "closest view" in opened.status()
    for _ in range(10):
        opened.press("Zoom out")
    assert "widest view" in opened.status()


@pytest.mark.parametrize(("status", "words"), [(500, "could not be loaded"), (429, "wait a minute"), (403, "no longer signed in")])
def test_what_the_server_refuses_is_said_in_words_once_and_asked_again_only_after_a_move(member, status, words):
    opened = member(answer=(status, {"v": 1, "error": "no"}), marks=0)
    opened.page.wait_for_function("() => document.querySelector('[data-map-status]').textContent")
    assert words in opened.status()
    asked = len(opened.asked)
    opened.page.wait_for_timeout(1500)
    assert len(opened.asked) == asked
    opened.answer = (200, CELLS)
    opened.press("Zoom in")
    opened.press("Zoom out")
    opened.wait_for_marks(2)
    assert opened.status() == "Areas with members in this part of the map: 2."


def test_outlines_that_do_not_come_take_no_number_away_and_are_not_asked_for_again_and_again(reader, server):
    opened = Map(reader())
    refused = []

    def refuse(route):
        refused.append(route.request.url)
        route.abort()

    opened.page.route("**/basemap/countries-*", refuse)
    opened.open({**BARE, "units": "/made-units.json", "cells": "", "place": ""})
    opened.wait_for_marks(2)
    opened.page.wait_for_function("() => document.querySelector('[data-map-status]').textContent.includes('outlines')")
    asked = len(refused)
    opened.page.wait_for_timeout(1500)
    assert len(refused) == asked <= 2  # the map begins with the world, and then goes where the numbers are


def test_an_answer_that_came_too_late_is_not_drawn(member):
    opened = member()
    slow = []
    opened.page.unroute("**/map/cells.json*")
    opened.page.route("**/map/cells.json*", lambda route: slow.append(route))
    opened.press("Zoom in")
    opened.page.wait_for_timeout(400)
    opened.press("Zoom out")
    opened.page.wait_for_timeout(400)
    assert len(slow) == 2
    slow[1].fulfill(json={**CELLS, "c": []})
    opened.wait_for_marks(0)
    assert opened.status() == "There are no members to show in this part of the map."
    with suppress(PlaywrightError):  # where the browser has hung up already
        slow[0].fulfill(json=CELLS)
    opened.page.wait_for_timeout(600)
    assert opened.marks() == []
    assert opened.status() == "There are no members to show in this part of the map."


def test_the_theme_changes_the_painted_land_at_once(visiting):
    opened = visiting()
    opened.wait_for_land()
    day = opened.colour_of_land()
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_timeout(300)
    night = opened.colour_of_land()
    assert day == "201,211,195"
    assert night == "44,65,71"


@pytest.mark.parametrize(("size", "cookie"), [(NARROW, ""), (PHONE, "text:largest|spacing:wide"), ({"width": 640, "height": 450}, "")])
def test_the_map_fits_small_screens_large_text_and_double_zoom(reader, server, size, cookie):
    opened = Map(reader(size=size, cookie=cookie))
    noted = opened.open({**BARE, "units": "/made-units.json", "cells": "", "place": ""})
    opened.page.locator(".live-map__mark").first.wait_for()
    assert not noted
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for one in opened.page.locator(".live-map button, .live-map__mark").all():
        box = one.bounding_box()
        assert min(box["width"], box["height"]) >= 43.5, one.text_content()
    land = opened.page.locator("[data-map-land]").bounding_box()
    assert land["height"] <= 0.75 * max(size["height"], 384)  # there is always page beside it to scroll by


def test_axe_finds_nothing_on_the_map(member):
    for size, marks in ((WIDE, 2), (PHONE, 1)):
        opened = member(size=size, marks=marks)
        assert not opened.visitor.axe("everything")
        opened.page.emulate_media(color_scheme="dark")
        assert not opened.visitor.axe("colours")


RANGES = """async cases => {
  const main = document.querySelector("script[src*='/js/map.']").src;
  const name = (await (await fetch(main)).text()).match(/[.][/](map-cells[^"]*)/)[1];
  const { tileRanges } = await import(new URL(name, main));
  return cases.map(([view, zoom]) => tileRanges(view, zoom).map(one => [one.x, one.y]));
}"""


def test_ranges_of_tiles_are_whole_never_more_than_eight_and_two_across_180_degrees(visiting):
    def view(west, south, east, north):
        return {"west": west, "south": south, "east": east, "north": north}

    cases = [
        ([view(-180, -85, 180, 85), 0], [[[0, 0], [0, 0]]]),
        ([view(-200, -85, 200, 85), 1], [[[0, 1], [0, 1]]]),
        ([view(0, 41, 22.5, 66), 4], [[[8, 8], [4, 5]]]),
        ([view(170, -20, 190, -10), 5], [[[31, 31], [16, 17]], [[0, 0], [16, 17]]]),
        ([view(-190, -20, -170, -10), 5], [[[31, 31], [16, 17]], [[0, 0], [16, 17]]]),
        ([view(-180, -80, 180, 80), 5], [[[12, 19], [12, 19]]]),
        ([view(179.9, 0.1, 180, 1), 9], [[[511, 511], [254, 255]]]),
    ]
    found = visiting().page.evaluate(RANGES, [case for case, _expected in cases])
    assert found == [expected for _case, expected in cases]
