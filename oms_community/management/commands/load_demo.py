"""Load the demonstration."""

from django.core.management.base import BaseCommand, CommandError

from oms_community.demo import DemoRefused, load_demo


class Command(BaseCommand):
    """Make the generated community; refuses when DEBUG is off."""

    help = "Load the demonstration. Safe to run again."

    def add_arguments(self, parser):
        """Take whether to begin anew."""
        parser.add_argument("--again", action="store_true", help="forget the old demonstration first, with all that was tried out in its accounts")

    def handle(self, *args, again, **options):
        """Load, and say in one line what came of it."""
        try:
            made = load_demo(again=again)
        except DemoRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Demonstration: {made} accounts made." if made else "Demonstration: nothing to do.")
