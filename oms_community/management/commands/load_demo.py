"""Load the demonstration."""

from django.core.management.base import BaseCommand, CommandError

from oms_community.demo import DemoRefused, load_demo


class Command(BaseCommand):
    """Make the generated accounts; refuses when DEBUG is off."""

    help = "Load the demonstration. Safe to run again."

    def handle(self, *args, **options):
        """Load, and say in one line what came of it."""
        try:
            made = load_demo()
        except DemoRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Demonstration: {made} accounts made." if made else "Demonstration: nothing to do.")
