"""Render all questions, answers and comments again."""

from django.core.management.base import BaseCommand

from forum.actions import rerender


class Command(BaseCommand):
    """After a change of the renderer, or of who may be named. Safe to run again."""

    help = "Render all posts of the forum again from their sources."

    def handle(self, *args, **options):
        """Render, show how far it is, and say in one line what changed."""
        total = (0, 0)
        for total in rerender.everything():
            self.stdout.write(f"{total[0]} posts ...")
        self.stdout.write("{} posts rendered, {} changed.".format(*total))
