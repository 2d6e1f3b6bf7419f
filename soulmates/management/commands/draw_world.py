"""Draw the still map's outlines from the base map: needed once, and again when the base map changes."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from soulmates.outlines import EUROPE, WORLD, path

SOURCES = {WORLD: "countries-110m.json", EUROPE: "countries-50m.json"}


def drawing(folder: Path) -> str:
    """Return the SVG file: one path for each frame, named after it, without colours: those come from the page."""
    paths = []
    for frame, name in SOURCES.items():
        features = json.loads((folder / name).read_text(encoding="utf-8"))["features"]
        paths.append(f'<path id="{frame.name}" vector-effect="non-scaling-stroke" d="{path((one["geometry"] for one in features), frame)}"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(paths)}</svg>\n'


class Command(BaseCommand):
    """Write static/img/world.svg."""

    help = "Draw static/img/world.svg, the outlines of the still map, from static/basemap/."

    def handle(self, *args, **options):
        """Write the file and say how large it is."""
        static = settings.BASE_DIR / "static"
        target = static / "img" / "world.svg"
        target.write_text(drawing(static / "basemap"), encoding="utf-8")
        self.stdout.write(f"Drew the world in {target.stat().st_size / 1000:.0f} KB: {target.relative_to(settings.BASE_DIR)}")
