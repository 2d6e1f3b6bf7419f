"""Make the search index anew."""

import time

from django.core.management.base import BaseCommand

from search.actions import rebuild
from search.sources import sources


class Command(BaseCommand):
    """`manage.py rebuild_search`: may be run at any time, also while people search."""

    help = "Makes the search index anew, in one transaction: readers find the old one until it is done."

    def handle(self, *args, **options):
        """Rebuild, and say in one line what was done."""
        started = time.monotonic()
        # Progress only where somebody watches; a log gets the one line.
        total = rebuild(self._progress if self.stderr.isatty() else None)
        seconds = time.monotonic() - started
        self.stdout.write(f"Search index made anew: {total} entries of {len(sources())} kinds in {seconds:.1f} s.")

    def _progress(self, kind, total):
        self.stderr.write(f"\r{total} entries ({kind}) ", ending="")
