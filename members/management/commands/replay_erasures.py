"""Forget again, after a restore, whoever was erased since the backup."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.actions import leaving


class Command(BaseCommand):
    """`manage.py replay_erasures [FILE]`: run it after every restore, before the site serves."""

    help = "Erases again whoever is in the ledger of erasures, and hides again who was leaving. Safe to run again."

    def add_arguments(self, parser):
        """Take another file than the one of the settings."""
        parser.add_argument("file", nargs="?", type=Path, help="the ledger; without it the file of the setting ERASURE_LEDGER")

    def handle(self, *args, file, **options):
        """Replay, and say in one line what was done."""
        if file is not None and not file.is_file():
            raise CommandError(f"There is no ledger at {file}.")
        done = leaving.replay(file or Path(settings.ERASURE_LEDGER))
        self.stdout.write(
            f"Ledger of erasures: {done.entries} entries, {done.erased} members erased again, {done.leaving} leaving again, {done.back} back again."
        )
