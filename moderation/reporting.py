"""A report: taken in once, weighed, and where enough members agree the thing is hidden until a moderator has looked (B3)."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models.member import Member
from moderation import standing
from moderation.limits import may_write
from moderation.models.choices import URGENT, Act, Reason, Rule
from moderation.models.records import Decision, Report
from moderation.telling import tell_moderators

UNHEARD, HEARD, TRUSTED = 0, 1, 3  # weights: visitors and new members; past the first limits; trusted
URGENT_ENOUGH, ENOUGH = 2, 3  # members past the first limits who hide a thing together
TWICE = timedelta(minutes=5)  # a visitor who sends the same again within it pressed twice

RULES = {
    Reason.MEDICAL: Rule.MEDICAL,
    Reason.PRIVACY: Rule.PRIVACY,
    Reason.CHILD: Rule.CHILD,
    Reason.HARASSMENT: Rule.RESPECT,
    Reason.CONTACT: Rule.SELLING,
    Reason.SPAM: Rule.SPAM,
    Reason.DANGER: Rule.DANGER,
    Reason.ILLEGAL: Rule.ILLEGAL,
    Reason.COPYRIGHT: Rule.COPYRIGHT,
    Reason.OTHER: Rule.NONE,
}


class AlreadyReportedError(Exception):
    """The same person has reported the thing, and it waits. report: that one."""

    def __init__(self, report: Report):
        """Keep the report that waits."""
        super().__init__()
        self.report = report


def weight_of(by: Member | None) -> int:
    """Return how much somebody's report weighs: 0, 1 or 3. Nobody's is unread: the weight only decides what hides a thing before that."""
    if by is None or by.is_new or not may_write(by):
        return UNHEARD
    return TRUSTED if by.is_trusted else HEARD


@transaction.atomic
def report(*, thing: Any, by: Member | None, reason: str, text: str = "", name: str = "", email: str = "") -> Report:
    """Take in a report; by: None for a visitor, who alone gives name and email. Moderators hear of urgent ones at once.

    Raises AlreadyReportedError; PermissionDenied for one's own words; the model's DoesNotExist where the thing is gone.
    """
    thing = standing.lock(thing)  # two reports at the same moment see one another
    if by is not None and thing.author_id == by.pk:
        raise PermissionDenied
    waiting = _waiting(thing, by, reason, text)
    if waiting:
        raise AlreadyReportedError(waiting)
    urgent = Report.urgency(reason)
    first_urgent = urgent and not Report.objects.about(thing).open().filter(is_urgent=True).exists()
    made = Report.objects.create(
        thing=thing, reporter=by, reason=reason, text=text, name=name, email=email, is_urgent=urgent, weight=weight_of(by)
    )  # fmt: skip
    if first_urgent:
        tell_moderators(made)
    if thing.is_shown and _is_enough(thing) and not _stands_by_decision(thing):
        words = _("Several members, or one whom the community trusts, reported it. It stays hidden until a moderator has looked.")
        standing.hide(thing=thing, by=None, rule=RULES[Reason(reason)], reason=words)
    return made


def _waiting(thing: Any, by: Member | None, reason: str, text: str) -> Report | None:
    """Return the report of this person that is open: of a member any, of a visitor the same words a moment ago."""
    reports = Report.objects.about(thing).open()
    if by is not None:
        return reports.filter(reporter=by).first()
    just = timezone.now() - TWICE
    return reports.filter(reporter=None, automatic=False, reason=reason, text=text, created_at__gt=just).first()


def _is_enough(thing: Any) -> bool:
    """Return whether the open reports of a thing hide it. One query."""
    heard = Report.objects.about(thing).open().filter(weight__gte=HEARD, reporter__isnull=False)
    rows = list(heard.values_list("reason", "weight"))
    urgent = [weight for reason, weight in rows if reason in URGENT]
    return len(rows) >= ENOUGH or len(urgent) >= URGENT_ENOUGH or TRUSTED in urgent


def _stands_by_decision(thing: Any) -> bool:
    """Return whether a moderator let these very words stand: then only a moderator hides them, however many report them again."""
    since = Q(created_at__gt=thing.edited_at) if thing.edited_at else Q()
    last = Decision.objects.about(thing).by_people().filter(since).filter(act__in=standing.CLOSING).order_by("-pk").first()
    return last is not None and last.act != Act.HIDE
