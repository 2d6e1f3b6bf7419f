"""What goes by itself when its time is over, as members/cleanup.py says it: safe to run twice, never too much at once."""

from django.utils import timezone

from members.cleanup import MOST, delete_within_reason
from soulmates.models.check_in import DELETED_FOR, UNFINISHED_FOR, CheckIn


def forget_deleted_check_ins(most: float = MOST) -> str:
    """Delete for good what was deleted 14 days ago."""
    return delete_within_reason(CheckIn.objects.filter(deleted_at__lte=timezone.now() - DELETED_FOR), "deleted check-ins", most=most)


def forget_unfinished_check_ins(most: float = MOST) -> str:
    """Delete check-ins that were begun and that nobody touched for 180 days."""
    rows = CheckIn.objects.filter(finished_at=None, changed_at__lte=timezone.now() - UNFINISHED_FOR)
    return delete_within_reason(rows, "unfinished check-ins", most=most)
