"""Asking for one's own data."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone, translation

from members import limits
from members.models.leaving import Export
from members.models.member import Member
from members.tasks import make_export

TRY_AGAIN_FOR = timedelta(hours=24)  # an export that failed did not use up the day's


@transaction.atomic
def request_export(*, member: Member) -> Export:
    """Ask for an export; one that is being made already is the same. It is made in the background once this is saved.

    Raises LimitReached.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    last = member.exports.first()
    if last and last.state == "waiting":
        return last
    if not (last and last.state == "failed" and last.requested_at > timezone.now() - TRY_AGAIN_FOR):
        limits.spend(limits.EXPORTS, member.pk)
    export = Export.objects.create(member=member)
    transaction.on_commit(partial(make_export.enqueue, export.pk, translation.get_language() or "en"))
    return export
