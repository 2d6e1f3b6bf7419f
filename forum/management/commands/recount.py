"""Check the stored numbers of the forum, and mend them."""

from django.core.management.base import BaseCommand
from django.db import transaction

from forum import counters
from forum.models.change import PublicChange
from forum.models.question import Question

_BATCH = 500


class Command(BaseCommand):
    """Compare each stored number with the rows it counts."""

    help = "Check the counters of questions and answers, say what was wrong, and mend it. Safe to run again."

    def add_arguments(self, parser):
        """Take whether only to look."""
        parser.add_argument("--check", action="store_true", help="only say what is wrong")

    def handle(self, *args, check, **options):
        """Look, mend in batches, and say in one line what came of it."""
        questions = sorted(counters.wrong_questions().order_by().values_list("pk", flat=True))
        of_answers = counters.wrong_answers().order_by().values_list("question", flat=True)
        wrong = sorted({*questions, *of_answers})
        if check or not wrong:
            self.stdout.write(f"Numbers of {len(wrong)} questions are wrong{'' if wrong else ': nothing to do'}.")
            return
        for start in range(0, len(wrong), _BATCH):
            with transaction.atomic():
                counters.count(Question.objects.filter(pk__in=wrong[start : start + _BATCH]))
                PublicChange.objects.note()
            if options["verbosity"] > 1:
                self.stdout.write(f"{min(start + _BATCH, len(wrong))} of {len(wrong)}")
        shown = ", ".join(str(number) for number in wrong[:20])
        self.stdout.write(f"Numbers of {len(wrong)} questions were wrong and are mended: {shown}{' ...' if len(wrong) > 20 else '.'}")
