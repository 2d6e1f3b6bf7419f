"""How long questions wait for their first answer: numbers for those who look after the place."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import DateTimeField, Min, Q
from django.utils import timezone

from forum.models.question import Question

LATELY = timedelta(days=90)
MOST = 2_000  # questions that are looked at, the newest first


@dataclass(frozen=True)
class Waiting:
    """Numbers of the last LATELY. asked, answered: questions. half_within: hours until half of the answered had an answer, or None.

    longest: hours for which the one that waits longest has waited, whenever it was asked, or None.
    """

    asked: int
    answered: int
    half_within: int | None
    longest: int | None


def numbers() -> Waiting:
    """Return the numbers. Two queries."""
    now = timezone.now()
    first = Min("answers__created_at", filter=Q(answers__is_shown=True), output_field=DateTimeField())
    lately = Question.objects.shown().standing().filter(created_at__gte=now - LATELY).annotate(first=first)
    rows = list(lately.order_by("-created_at").values_list("created_at", "first")[:MOST])
    took = [_hours(first - asked) for asked, first in rows if first]
    oldest = Question.objects.shown().unanswered().order_by("created_at").values_list("created_at", flat=True).first()
    return Waiting(
        asked=len(rows),
        answered=len(took),
        half_within=round(median(took)) if took else None,
        longest=_hours(now - oldest) if oldest else None,
    )


def _hours(span: timedelta) -> int:
    return max(0, round(span.total_seconds() / 3600))
