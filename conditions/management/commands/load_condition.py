"""Load a condition from its folder."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from conditions.actions.load import load_condition
from conditions.loading.lines import ContentFaults


class Command(BaseCommand):
    """Check all files of a condition, then write what changed: all or nothing."""

    help = "Load a condition from a folder such as content/oms. Safe to run again."

    def add_arguments(self, parser):
        """Take the folder."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--force", action="store_true", help="load and render again, even when the files are as last time")

    def handle(self, *args, path, force, **options):
        """Load, and say in one line what came of it; pages that an editor has to look at have lines of their own."""
        try:
            counts = load_condition(path, force=force, tell=self.stdout.write)
        except ContentFaults as error:
            lines = "\n".join(str(fault) for fault in error.faults)
            raise CommandError(f"Nothing was written: {len(error.faults)} faults in {path.name}.\n{lines}") from None
        if not counts:
            self.stdout.write(f"{path.name}: the files are as last time, nothing to do.")
            return
        words = {"new": "new", "changed": "changed", "proposed": "proposed to the editors", "same": "unchanged", "withdrawn": "withdrawn"}
        parts = [f"{counts[key]} {word}" for key, word in words.items() if counts[key]]
        self.stdout.write(f"{path.name}: {counts.total() - counts['withdrawn']} texts loaded: {', '.join(parts)}.")
