"""The still map, the files of the base map, and what the live map's script is told."""

import gzip
import hashlib
import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.template import Context, Template
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from oms_community.csp import content_security_policy, tile_host
from oms_community.storages import SiteStaticFilesStorage
from soulmates.management.commands.draw_world import drawing
from soulmates.outlines import EUROPE, FRAMES, WORLD, clipped, path
from soulmates.templatetags import world

STATIC = settings.BASE_DIR / "static"
SCRIPTS = {file.name: file.read_text(encoding="utf-8") for file in (STATIC / "js").glob("map*.js")}
LIVE = {"units": "/map/units/x.json", "cells": "", "place": "", "own": None, "matches": [], "organisations": [], "view": None}

points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def bubble(lat, lng, number="20+", name="Somewhere", **more):
    return {"lat": lat, "lng": lng, "number": number, "name": name, **more}


def draw(bubbles, **more):
    source = '{% load world %}{% world_map bubbles label="Nine countries" part=part %}'
    return Template(source).render(Context({"bubbles": bubbles, "part": more.get("part", "world")}))


def live(**more):
    source = '{% include "soulmates/_map_head.html" %}{% include "soulmates/_map_live.html" with live=live only %}'
    return Template(source).render(Context({"live": LIVE | more}))


def facts(page):
    return json.loads(re.search(r'<script id="map-facts" type="application/json">(.*?)</script>', page)[1])


@given(st.lists(points, min_size=3, max_size=12), st.sampled_from(list(FRAMES.values())))
def test_what_is_left_of_a_ring_lies_in_its_frame(ring, frame):
    for lng, lat in clipped(ring, frame):
        assert frame.west - 1e-6 <= lng <= frame.east + 1e-6
        assert frame.south - 1e-6 <= lat <= frame.north + 1e-6


@given(st.lists(st.tuples(st.floats(-13, 33), st.floats(37, 59)), min_size=3, max_size=12))
def test_a_ring_inside_of_its_frame_keeps_every_point(ring):
    assert clipped([*ring, ring[0]], EUROPE) == ring


def test_a_square_becomes_the_path_of_a_square():
    square = {"type": "Polygon", "coordinates": [[[-180, 78], [0, 78], [90, 78], [90, 11], [-180, 11], [-180, 78]]]}
    assert path([square], WORLD) == "M0 0l750 0 0 232-750 0z"


def test_corners_of_a_frame_are_the_corners_of_its_picture():
    assert WORLD.share(78, -180) == (0, 0)
    assert WORLD.share(-56, 180) == (1, 1)
    assert EUROPE.share(48, 10) == (0.5, 0.5)


def test_the_drawing_in_the_repository_is_the_one_that_the_base_map_gives():
    assert (STATIC / "img" / "world.svg").read_text(encoding="utf-8") == drawing(STATIC / "basemap")


def test_the_world_is_at_most_15_kb_compressed():
    drawn = (STATIC / "img" / "world.svg").read_text(encoding="utf-8")
    whole = re.search(r'<path id="world".*?/>', drawn)[0]
    assert 5_000 < len(gzip.compress(whole.encode())) <= 15_000
    assert len(gzip.compress(drawn.encode())) <= 20_000


def test_the_folder_of_the_squares_is_named_after_what_is_in_it():
    (folder,) = (STATIC / "basemap").glob("squares-*")
    found = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    assert folder.name == f"squares-{found.hexdigest()[:8]}"
    assert f"basemap/{folder.name}/" == world.SQUARES
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert index["size"] == 15
    assert {f"{name}.json" for name in index["squares"]} == {file.name for file in folder.iterdir()} - {"index.json"}


def test_collected_squares_keep_their_names_and_are_compressed(tmp_path):
    source = StaticFilesStorage(location=str(STATIC), base_url="/static/")
    storage = SiteStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    names = [f"{world.SQUARES}0_45.json", world.FILES["labels"]]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    done = list(storage.post_process({name: (source, name) for name in names}))
    assert not [one for one in done if isinstance(one[2], Exception)]
    assert sorted(file.name for file in (tmp_path / world.SQUARES).iterdir()) == ["0_45.json", "0_45.json.gz"]
    assert re.fullmatch(r"/static/basemap/country-labels\.[0-9a-f]{12}\.json", storage.url(world.FILES["labels"]))


def test_bubbles_stand_in_percent_of_the_picture():
    drawn = draw([bubble(11, 90, "5+", "East")])
    assert 'x="75.0%" y="50.0%"' in drawn
    assert ">5+</text>" in drawn
    assert ">East</text>" in drawn


def test_crowded_europe_is_left_to_its_own_map_and_what_lies_outside_to_the_list():
    france, japan = bubble(46.6, 2.4, name="France"), bubble(36.3, 137.9, name="Japan")
    whole, europe = draw([france, japan]), draw([france, japan], part="europe")
    assert ("France" in whole, "Japan" in whole, "Europe: see its own map" in whole) == (False, True, True)
    assert ("France" in europe, "Japan" in europe, "Europe: see its own map" in europe) == (True, False, False)
    assert "Europe: see its own map" not in draw([japan])
    assert (world.in_part([france], "europe"), world.in_part([japan], "europe")) == (True, False)


@pytest.mark.parametrize(("lat", "lng", "aside"), [(-17.8, 178, -23), (0, -179.9, 24), (0, 100, 0), (-41, 172, -17)])
def test_a_bubble_at_the_edge_is_whole_on_the_narrowest_picture(lat, lng, aside):
    (placed,) = world.placed([bubble(lat, lng)], WORLD)
    assert placed["aside"] == aside
    for width, _height in world.SIZES[WORLD]:
        middle = float(placed["x"].rstrip("%")) / 100 * width + aside
        assert placed["radius"] - 0.5 <= middle <= width - placed["radius"] + 0.5
    assert (f'cx="{aside}"' in draw([bubble(lat, lng)])) == bool(aside)


def test_of_two_bubbles_on_one_spot_the_larger_number_is_drawn():
    drawn = draw([bubble(10, 100, "9+", "Small"), bubble(10.5, 100.5, "100+", "Large")])
    assert "Large" in drawn
    assert "Small" not in drawn


def test_the_readers_own_place_is_drawn_before_any_larger_one_and_in_another_colour():
    drawn = draw([bubble(10, 100, "100+", "Large"), bubble(10.5, 100.5, "1+", "Mine", own=True)])
    assert "Mine" in drawn
    assert "Large" not in drawn
    assert "map__bubble--mine" in drawn


def test_what_has_no_room_on_a_telephone_is_marked():
    near = draw([bubble(10, 60, "50+", "A"), bubble(10, 90, "5+", "B")])
    assert near.count('class="map__wide"') == 1
    assert '<svg class="map__wide" x="75.0%"' in near


def test_a_name_from_the_database_says_that_its_language_is_its_own():
    assert '<text class="map__name" y="40" lang="">Lyon</text>' in draw([bubble(0, 60, name="Lyon", data=True)])
    assert '<text class="map__name" y="40">Kenya</text>' in draw([bubble(0, 60, name="Kenya")])


def test_names_are_text_and_never_markup():
    assert "&lt;b&gt;" in draw([bubble(0, 0, name="<b>")])


def test_the_script_is_told_where_the_files_are_and_what_countries_are_called():
    told = facts(live())
    assert told["files"]["squares"] == f"/static/{world.SQUARES}"
    assert {name.removeprefix("/static/") for name in told["files"].values()} == {*world.FILES.values(), world.SQUARES}
    assert all((STATIC / path).exists() for path in world.FILES.values())
    assert told["countries"]["FR"] == "France"
    assert told["live"] == LIVE
    assert told["tiles"] == ""


def test_countries_of_the_base_map_have_names_on_the_site():
    labels = json.loads((STATIC / world.FILES["labels"]).read_text(encoding="utf-8"))
    unnamed = sorted({code for _lat, _lng, code, _zoom in labels if code} - set(facts(live())["countries"]))
    assert unnamed in ([], ["XK"])  # Kosovo has a name where COUNTRIES_OVERRIDE gives it one; without, it has no label


def test_every_sentence_that_a_script_speaks_is_translated_and_none_is_left_over():
    spoken = {word for text in SCRIPTS.values() for word in re.findall(r"\bwords\.(\w+)", text)}
    assert spoken == set(world.words())


def test_the_still_map_and_the_live_one_have_the_same_sentence_about_borders():
    assert "Borders show who controls an area in fact. Made with Natural Earth." in live()


def test_scripts_write_text_and_never_markup():
    for name, text in SCRIPTS.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|bindPopup|bindTooltip|document\.write|html: [`\"']", text), name
        assert all(line.rstrip().endswith(";") for line in text.splitlines() if line.startswith("import ")), name


def test_without_a_tile_server_nothing_speaks_of_one():
    page = live()
    assert "Load the detailed map" not in page
    assert "data-map-credit" not in page


@override_settings(MAP_TILE_URL="https://{s}.tiles.example.org/{z}/{x}/{y}.png", MAP_TILE_ATTRIBUTION="<b>Example</b>")
def test_with_a_tile_server_one_is_asked_first_and_its_credit_is_text():
    page = live()
    assert "Load the detailed map" in page
    assert "data-map-credit hidden>&lt;b&gt;Example&lt;/b&gt;" in page
    assert facts(page)["tiles"] == "https://{s}.tiles.example.org/{z}/{x}/{y}.png"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("", ""),
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png?key=1", "https://*.tiles.example.org:8443"),
        ("http://127.0.0.1:9000/{z}/{x}/{y}", "http://127.0.0.1:9000"),
    ],
)
def test_only_the_host_of_the_tile_server_is_let_in_and_only_for_pictures(address, host):
    assert tile_host(address) == host
    policy = content_security_policy(address)["DIRECTIVES"]
    assert policy["img-src"] == content_security_policy()["DIRECTIVES"]["img-src"] + ([host] if host else [])
    del policy["img-src"]
    assert host not in [one for values in policy.values() for one in values] or not host


@pytest.mark.parametrize(
    "address", ["/tiles/{z}", "ftp://example.org/{z}", "https:///{z}", "https://a; script-src *//{z}", "https://{r}.example.org/", "//x/"]
)
def test_an_odd_address_of_a_tile_server_stops_the_start(address):
    with pytest.raises(ValueError, match="no address of a tile server"):
        tile_host(address)
