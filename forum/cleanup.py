"""What goes by itself when its time is over, as members/cleanup.py says it: safe to run twice, never too much at once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from forum import removal
from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Offer, Question
from members.cleanup import MOST, delete_within_reason, within_reason
from moderation.models.moderated import BACK_FOR

OFFERS_LAST = timedelta(days=90)


def forget_deleted_posts(most: float = MOST) -> str:
    """Delete for good what its author deleted 14 days ago. Below what others replied to a stub stays, without words."""
    lines = []
    for model, what in ((Comment, "deleted comments"), (Answer, "deleted answers"), (Question, "deleted questions")):
        due = model.objects.filter(deleted_at__lte=timezone.now() - BACK_FOR, hidden_at=None).exclude(removal.stubs(model))
        if within_reason(due.count(), model, what, most):
            lines.append(f"{what}: {removal.remove(due)} deleted")
        else:
            lines.append(f"{what}: stopped")
    return "; ".join(lines)


def forget_offers(most: float = MOST) -> str:
    """Delete that a question was offered to somebody, after 90 days."""
    return delete_within_reason(Offer.objects.filter(at__lte=timezone.now() - OFFERS_LAST), "offers of questions", of=Question, most=most)


@transaction.atomic
def forget_changes() -> str:
    """Delete the notes that something public changed, but the newest day's. No limit: they say nothing."""
    return f"notes of changes: {PublicChange.objects.forget_old()} deleted"
