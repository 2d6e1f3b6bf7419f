"""The daily job that tells those who wait when somebody closer has joined."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from letters.actions import notify
from letters.kinds import Kind
from members.models.consent import Consent, Purpose
from soulmates import ranking
from soulmates.models.check_in import CheckIn
from soulmates.models.match import MatchWatch
from soulmates.models.profile import MatchingProfile
from soulmates.sides import ON, sides_of

MOST = 1000  # watches in one run; those looked at longest ago come first, so that the others' turn comes next


def tell_of_closer_matches(most: int = MOST) -> str:
    """Look once for each watch whether somebody new is closer than the closest so far, and tell its member. Safe to run twice, and side by side."""
    told = 0
    watches = list(MatchWatch.objects.select_related("member__user", "patient__condition").order_by("since", "pk")[:most])
    for watch in watches:
        told += _look(watch)
    return f"{len(watches)} watches looked at, {told} members told"


def _look(watch: MatchWatch) -> bool:
    """Look for one watch; return whether its member was told."""
    side = next((side for side in sides_of(watch.member) if side.patient == watch.patient), None)
    if side is None:  # they do not look after the patient any more
        watch.delete()
        return False
    if side.state != ON:  # stopped, or nothing to compare: it waits with its member
        return _move_on(watch, watch.best)
    found = ranking.top(watch.patient, by=watch.member, number=1).matches
    if not found or found[0].percent <= watch.best:
        return _move_on(watch, watch.best)
    closest = found[0]
    return _move_on(watch, closest.percent, news=closest if _is_new(closest, watch) else None)


@transaction.atomic
def _move_on(watch: MatchWatch, best: int, news: ranking.Match | None = None) -> bool:
    """Write down how far was looked, and tell of what is new; nothing where another run was quicker, or the watch was ended meanwhile."""
    if not MatchWatch.objects.filter(pk=watch.pk, best=watch.best, since=watch.since).update(best=best, since=timezone.now()):
        return False
    return news is not None and notify(member=watch.member, kind=Kind.MATCH, target=watch, actor=news.member) is not None


def _is_new(match: ranking.Match, watch: MatchWatch) -> bool:
    """Return whether the other side came, or changed, since it was last looked, and one's own side did not.

    After one's own new check-in all numbers are others, and the member sees the list then; with new weights they shift a little. Nobody
    joined in either case.
    """
    changed = Q(finished_at__gt=watch.since) | Q(changed_at__gt=watch.since)
    if CheckIn.objects.finished().filter(changed, patient=watch.patient).exists():
        return False
    return (
        CheckIn.objects.finished().filter(changed, patient=match.patient).exists()
        or MatchingProfile.objects.filter(patient=match.patient, listed_from__gt=watch.since).exists()
        or Consent.objects.filter(member=match.member, purpose=Purpose.MATCHING, withdrawn_at=None, given_at__gt=watch.since).exists()
    )
