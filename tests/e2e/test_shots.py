"""Pictures to look at: SHOTS=folder pytest tests/e2e/test_shots.py"""

import os
from pathlib import Path

import pytest

SHOWN = (
    "home",
    "overview",
    "symptoms",
    "symptom",
    "treatment",
    "topic",
    "sources",
    "not found",
    "nearly found",
    "results",
    "help now",
    "settings",
    "reviewed page",
)
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
TALLEST = 4000  # pixels: of a long page its beginning is enough


@pytest.mark.skipif("SHOTS" not in os.environ, reason="SHOTS names no folder for pictures")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures_are_taken(reader, server, size, dark):
    folder = Path(os.environ["SHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    visitor = reader(size=SIZES[size], dark=dark)
    for name in SHOWN:
        visitor.open(server.samples[name])
        height = min(TALLEST, visitor.page.evaluate("document.documentElement.scrollHeight"))
        path = folder / f"{name.replace(' ', '-')}-{size}-{'dark' if dark else 'light'}.png"
        visitor.page.screenshot(path=path, clip={"x": 0, "y": 0, "width": SIZES[size]["width"], "height": height}, full_page=True)
