"""What of moderation goes by itself when its time is over (B11). Each may run twice, and stops before more than 5 percent of a table would go."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from members.cleanup import MOST, delete_within_reason, within_reason
from moderation import subjects
from moderation.models.records import Decision, Report, Submission

SUBMISSIONS_LAST = timedelta(days=14)
WORDS_LAST = timedelta(days=365)  # what a report says, and who signed it, after it was decided
RECORDS_LAST = timedelta(days=3 * 365)


def forget_submissions() -> str:
    """Delete which forms were sent, after 14 days: nobody sends the same one later. No limit: each goes in its time, and holds no text."""
    return f"sent forms: {Submission.objects.filter(created_at__lt=timezone.now() - SUBMISSIONS_LAST).delete()[0]} deleted"


def close_reports_of_gone() -> str:
    """Close reports of what is not there any more: its author erased it for good, and nobody can decide about it."""
    number = 0
    for subject in subjects.subjects().values():
        content_type = ContentType.objects.get_for_model(subject.model)
        there = subject.model._default_manager.filter(pk=OuterRef("object_id"))
        number += Report.objects.open().filter(~Exists(there), content_type=content_type).update(closed_at=timezone.now())
    return f"reports of what is gone: {number} closed"


def forget_report_words(most: float = MOST) -> str:
    """Empty the words, the name and the address of reports that were decided 12 months ago."""
    said = ~Q(text="") | ~Q(name="") | ~Q(email="")
    old = Report.objects.filter(said, closed_at__lt=timezone.now() - WORDS_LAST)
    number = old.count()
    if not within_reason(number, Report, "reports whose words go", most):
        return f"words of reports: stopped before {number}"
    return f"words of reports: {old.update(text='', name='', email='')} emptied"


def forget_records(most: float = MOST) -> str:
    """Delete decided reports and decisions after 36 months; a report that waits stays, however old."""
    before = timezone.now() - RECORDS_LAST
    reports = delete_within_reason(Report.objects.filter(closed_at__lt=before), "reports", most=most)
    return f"{reports}; {delete_within_reason(Decision.objects.filter(created_at__lt=before), 'decisions', most=most)}"
